"""
The catalogues of messages, from gettext under `supportledger/locale`.

English is the language of the sources and needs no catalogue. The command line speaks one language as long as
it runs (`cli.language`); what serves many people at once asks here for each of them.
"""

import gettext
import os
import re
from functools import lru_cache
from typing import Final

DOMAIN: Final = "supportledger"
LOCALES: Final = os.path.join(os.path.dirname(__file__), "locale")  # noqa: PTH118, PTH120 -- pathlib is not needed for this, and --help waits for it

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
