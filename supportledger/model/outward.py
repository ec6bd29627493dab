"""
Where the desk may be sent from outside: addresses of the web that others name, and that must not lead inside.

1. The address is `https`, without user or password, on port 443 or 8443.
2. Every address that its host has must be public, in whatever form it is written: an address of version 4
   hidden in one of version 6 counts as what it hides.
3. Whoever connects does so to an address that was checked, and to no other (`channels.post`).

Source: RFC 6890 (special-purpose addresses), RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo).
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

import idna

from supportledger.errors import InputError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

PORTS: Final = frozenset({443, 8443})
_LONGEST: Final = 2_048
_PLAIN: Final = re.compile(r"[\x21-\x7e]+")
_NAT64: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")
_CLOSED: Final = tuple(
    map(
        ipaddress.ip_network,
        ("100.64.0.0/10", "192.88.99.0/24", "fec0::/10", "2001:db8::/32", "3fff::/20", "5f00::/16"),
    )
)
"""What older tables of Python call public, and is not: shared, relayed, retired, for documentation."""


@dataclass(frozen=True, slots=True)
class Target:
    """
    Where something is to be sent.

    Args:
        url: In full, in the one form in which it is kept.
        host: As it is looked up: ASCII, lower case.
        port: Of it.
        path: With its query.
        is_tls: The connection is encrypted, and the host shows that it is the one.
    """

    url: str
    host: str
    port: int
    path: str
    is_tls: bool

    @property
    def authority(self) -> str:
        """What the header Host says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"

    @classmethod
    def parse(cls, url: str, *, is_loopback_allowed: bool = False) -> Self:
        """
        Read an address that somebody has given.

        Args:
            url: As they wrote it.
            is_loopback_allowed: This machine itself may be named, by `http` and on any port.

        Raises:
            InputError: It is no such address, or not one that may be sent to.
        """
        if len(url) > _LONGEST or not _PLAIN.fullmatch(url) or "\\" in url:
            raise _no("it has at most 2,048 printable characters without spaces")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError as cause:
            raise _no(str(cause)) from cause
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise _no("it has no user, password or fragment")
        host, is_tls = _host(host), parts.scheme == "https"
        is_here = is_loopback_allowed and is_loopback(host)
        _check_scheme(parts.scheme, is_here=is_here)
        port = port if port is not None else (443 if is_tls else 80)
        if port not in PORTS and not is_here:
            raise _no("its port is 443 or 8443")
        _check_literal(host, is_here=is_here)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        made = cls("", host, port, path, is_tls)
        return cls(f"{parts.scheme}://{made.authority}{path}", host, port, path, is_tls)


def is_loopback(host: str) -> bool:
    """Tell whether a name or address means this machine, by its own word."""
    found = _literal(host)
    return host == "localhost" if found is None else any(one.is_loopback for one in _faces(found))


def is_public(address: str) -> bool:
    """
    Tell whether an address belongs to the internet at large, whatever it hides.

    Args:
        address: As a resolver gives it; what cannot be read is not public.
    """
    found = _literal(address)
    return found is not None and all(map(_is_open, _faces(found)))


def check_public(host: str, addresses: Iterable[str]) -> None:
    """
    Let a host have public addresses, and no other.

    Raises:
        InputError: It has none, or one that is not public.
    """
    found = list(addresses)
    if not found:
        raise InputError(f"{host} has no address")
    inside = [one for one in found if not is_public(one)]
    if inside:
        raise InputError(
            f"{host} leads to {inside[0][:64]}, which is not an address of the internet",
            hint="Name a host that everybody can reach.",
        )


def _host(host: str) -> str:
    """Write a host as it is looked up."""
    if _literal(host) is not None:
        return host
    try:
        return idna.encode(host.rstrip("."), uts46=True).decode().lower()
    except idna.IDNAError as cause:
        raise _no(f"its host cannot be: {cause}") from cause


def _check_scheme(scheme: str, *, is_here: bool) -> None:
    if scheme != "https" and not (is_here and scheme == "http"):
        raise _no("it begins with https://")


def _check_literal(host: str, *, is_here: bool) -> None:
    """Refuse what can be seen without looking it up; names are looked up whenever something is sent."""
    if is_here:
        return
    if _literal(host) is not None:
        check_public(host, [host])
    elif "." not in host or host.rsplit(".", 1)[1].isdigit() or host.endswith((".localhost", ".local")):
        raise _no("its host is one that everybody can reach")


def _literal(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _faces(address: IPAddress) -> list[IPAddress]:
    """Give an address, and those of version 4 that hide in it."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    hidden = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in (*_NAT64, _COMPATIBLE)):
        hidden.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [address, *(one for one in hidden if one is not None)]


def _is_open(address: IPAddress) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and (address.scope_id or _hides(address)):
        return not address.scope_id
    is_closed = any(address.version == one.version and address in one for one in _CLOSED)
    return address.is_global and not address.is_multicast and not address.is_reserved and not is_closed


def _hides(address: ipaddress.IPv6Address) -> bool:
    """Tell whether an address stands for one of version 4, which decides."""
    return address.ipv4_mapped is not None or address.sixtofour is not None or address in _NAT64[0]


def _no(why: str) -> InputError:
    return InputError(
        f"that address cannot be sent to: {why}", hint="An address is like https://desk.example/hooks."
    )
