"""Addresses in what people wrote."""

import pytest

from supportledger.web.links import linked


@pytest.mark.parametrize(
    ("text", "address", "host"),
    [
        ("see https://a.example/x.", "https://a.example/x", "a.example"),
        ("(https://a.example/?q=1&r=2)", "https://a.example/?q=1&amp;r=2", "a.example"),
        ("见https://a.example/路径。", "https://a.example/路径", "a.example"),
        ("https://аpple.example", "https://аpple.example", "xn--pple-43d.example"),
    ],
)
def test_https_becomes_a_link(text, address, host):
    """The whole address is the link, without what ends the sentence; its host is spelled as machines do."""
    shown = str(linked(text))
    assert f'<a href="{address}" rel="noopener noreferrer nofollow" target="_blank">{address}</a>' in shown
    assert f"({host})" in shown


@pytest.mark.parametrize(
    "text",
    [
        "http://a.example",
        "javascript:alert(1)",
        "https://user@evil.example",
        "https://a.example@evil.example/",
        "https://",
        "https://[::1",
        "HTTPS\u200b://a.example",
        "ftp://a.example",
    ],
)
def test_everything_else_stays_text(text):
    """Other schemes, and addresses that pretend to be of somebody else, are no links."""
    assert "<a" not in str(linked(text))


def test_markup_is_escaped():
    """Nothing of a text becomes markup, whether or not there is an address in it."""
    text = '<b>"x" & \'y\'</b> https://a.example/"onmouseover="alert(1)'
    shown = str(linked(text))
    assert "<b>" not in shown
    assert 'onmouseover="' not in shown
    assert '<a href="https://a.example/"' in shown
