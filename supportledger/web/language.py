"""The language of a request: the one that its reader chose, else the first of the browser's that we speak."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from starlette.requests import Request

LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"en": "English", "zh": "中文"})
"""What we speak, each by its own name."""
LANGUAGE_COOKIE: Final = "sl_language"


def language_of(request: Request) -> str:
    """Tell which language to answer in."""
    chosen = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE) or ""
    if chosen in LANGUAGES:
        return chosen
    return _accepted(request.headers.get("accept-language", ""))


def _accepted(header: str) -> str:
    """Choose by the browser's list, e.g. `zh-CN,zh;q=0.9,en;q=0.8`."""
    wishes = []
    for position, part in enumerate(header.split(",")[:20]):
        tag, _, quality = part.partition(";")
        try:
            weight = float(quality.partition("=")[2] or 1)
        except ValueError:
            weight = 0.0
        wishes.append((-weight, position, tag.strip().split("-")[0].lower()))
    return next((tag for weight, _, tag in sorted(wishes) if tag in LANGUAGES and weight < 0), "en")
