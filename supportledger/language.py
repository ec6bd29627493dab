"""
The catalogues of messages, from gettext under `supportledger/locale`.

English is the language of the sources and needs no catalogue. The command line speaks one language as long as
it runs (`cli.language`); what serves many people at once asks here for each of them.

Rooms write their messages in English, with values in them. Their templates are in the catalogue, with the
values as `{names}`; `told` recognises a message by its template, translates it, and gives it its values
again. What the catalogue does not have stays English.
"""

import gettext
import os
import re
from collections.abc import Mapping  # noqa: TC003 -- typing is not worth an import of its own here
from functools import lru_cache
from typing import Final

DOMAIN: Final = "supportledger"
LOCALES: Final = os.path.join(os.path.dirname(__file__), "locale")  # noqa: PTH118, PTH120 -- pathlib is not needed for this, and --help waits for it

_VALUE: Final = re.compile(r"\{\w+\}")
_TAG: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}", re.ASCII)


@lru_cache(maxsize=64)
def catalogue(language: str) -> gettext.NullTranslations:
    """
    Give the messages of a language; English where there is no catalogue of it.

    Args:
        language: A tag like `zh-CN`; `zh` serves every kind of Chinese.
    """
    if language.partition("-")[0].lower() == "en" or not _TAG.fullmatch(language):
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALES, [language.replace("-", "_")], fallback=True)


def translated(language: str, message: str) -> str:
    """Translate a message for one reader."""
    return catalogue(language).gettext(message) if message else ""


def mark(message: str) -> str:
    """Mark a text for translation that is looked up later, when it is known who reads it."""
    return message


def told(language: str, message: str) -> str:
    """
    Translate a message whose values are filled in already.

    Args:
        language: Of the reader.
        message: As a room has written it; parts of it may be joined by `; `.
    """
    templates = _templates(language)
    if not message or not templates:
        return message
    exact = translated(language, message)
    if exact != message:
        return exact
    parts = message.split("; ")
    by_part = [told(language, part) for part in parts] if len(parts) > 1 else []
    if by_part and all(map(str.__ne__, by_part, parts)):
        return translated(language, "; ").join(by_part)
    for pattern, translation in templates:
        if match := pattern.fullmatch(message):
            found = match.groupdict()
            values = {name: _told_value(language, name, one) for name, one in found.items() if one != message}
            return translation.format(**found | values)
    return translated(language, "; ").join(by_part) or message


def _told_value(language: str, name: str, value: str) -> str:
    """Translate a value; the action Open is another word than the status."""
    return told(language, "opened" if (name, value) == ("action", "Open") else value)


@lru_cache(maxsize=64)
def _templates(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """List what a catalogue has with values, the most specific template first."""
    messages: Mapping[object, str] = getattr(catalogue(language), "_catalog", {})
    found = {key: text for key, text in messages.items() if isinstance(key, str) and "{" in key}
    worded = [one for one in found if any(map(str.isalpha, _VALUE.sub("", one)))]
    ordered = sorted(worded, key=lambda template: len(_VALUE.sub("", template)), reverse=True)
    return tuple((_pattern(template), found[template]) for template in ordered)


def _pattern(template: str) -> re.Pattern[str]:
    seen: set[str] = set()
    parts, at = [], 0
    for found in _VALUE.finditer(template):
        name = found[0][1:-1]
        parts += [
            re.escape(template[at : found.start()]),
            f"(?P={name})" if name in seen else f"(?P<{name}>.*?)",
        ]
        seen.add(name)
        at = found.end()
    return re.compile("".join([*parts, re.escape(template[at:])]), re.DOTALL)
