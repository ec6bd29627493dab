"""
Addresses in what people wrote, as links that do no harm.

1. Only `https://` addresses become links; their host is told beside them, as it is spelled for machines.
2. Everything else of the text stays text, escaped.
3. A page that is opened so learns nothing of where it was opened from, and is recommended by nobody.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup, escape

_ADDRESS: Final = re.compile(r"https://[^\s<>\"'`\\{}|^]{1,2000}")
_TAIL: Final = ".,;:!?)]}*_。，；：！？）】」』》"
_HOST: Final = re.compile(r"[a-z0-9.-]{1,253}", re.ASCII)
_LINK: Final = Markup(
    '<a href="{address}" rel="noopener noreferrer nofollow" target="_blank">{shown}</a>'
    ' <small class="quiet">({host})</small>'
)


def linked(text: str) -> Markup:
    """Write a text with its addresses as links."""
    found, at = Markup(), 0
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(_TAIL)
        host = _host_of(address)
        if host:
            found += escape(text[at : match.start()]) + _LINK.format(
                address=address, shown=address, host=host
            )
            at = match.start() + len(address)
    return found + escape(text[at:])


def _host_of(address: str) -> str:
    """Give the host of an address as machines spell it; empty for one that leads to none, or names a user."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError:  # no host can be spelled so: it stays text
        return ""
    return host if _HOST.fullmatch(host) and "@" not in parts.netloc else ""
