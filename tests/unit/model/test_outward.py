"""What others name leads to the internet, or nowhere."""

import pytest

from supportledger.errors import InputError
from supportledger.model.outward import Target, is_public

PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
INSIDE = [
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "127.0.0.1",
    "127.255.255.255",
    "0.0.0.0",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "192.88.99.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "3fff::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::808:808",
    "2002:a00:1::",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "100::1",
    "2606:4700::1111%1",
    "localhost",
    "0x7f000001",
    "127.1",
    "1.2.3",
    "١.١.١.١",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet_are_public(address):
    """An address of the internet is public, also one of version 4 in one of version 6."""
    assert is_public(address)


@pytest.mark.parametrize("address", INSIDE)
def test_all_others_are_not(address):
    """What is private, special, hidden or no address at all is not public."""
    assert not is_public(address)


def test_target_is_read_as_it_is_looked_up():
    """Host, port and path of an address are what a request is made of."""
    target = Target.parse("https://Hooks.Example:8443/a?b=c")
    assert ("hooks.example", 8443, "/a?b=c", True) == (target.host, target.port, target.path, target.is_tls)
    assert "https://hooks.example:8443/a?b=c" == target.url
    assert "hooks.example:8443" == target.authority


def test_reading_again_changes_nothing():
    """The form that is kept is read as itself."""
    target = Target.parse("https://hooks.example.:443")
    assert target == Target.parse(target.url)
    assert "https://hooks.example/" == target.url


@pytest.mark.parametrize(
    "url",
    [
        "https://" + "a" * 3_000,
        "https://hooks.example:99999/",
        "https://[::1",
        "https://hooks.example/\x00",
        "https://hooks example/",
        "javascript:alert(1)",
        "https://-.example/",
        "https://10.1/",
        "https://desk.localhost/",
        "https://printer.local/",
    ],
)
def test_what_is_no_address_of_the_web_is_refused(url):
    """What cannot be sent to is refused when it is given, with an error of ours."""
    with pytest.raises(InputError):
        Target.parse(url)
