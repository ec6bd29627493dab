"""
Messages in the reader's language, from gettext catalogues under `supportledger/locale`.

The language is chosen once, before any module with texts is imported, so that a text is translated where it
stands: `_("Open a ticket")`. English is the language of the sources and needs no catalogue.
"""

import gettext
import os
from collections.abc import Mapping, Sequence
from typing import Final

from supportledger.language import DOMAIN, LOCALES, catalogue

_FLAG: Final = "--lang"
_VARIABLES: Final = ("SUPPORTLEDGER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
_FILE: Final = "settings.toml"

_current: gettext.NullTranslations = gettext.NullTranslations()


def _(message: str) -> str:
    """Translate a message."""
    return _current.gettext(message) if message else ""


def _n(one: str, many: str, count: int) -> str:
    """Translate a message that depends on a number, and put the number in its place."""
    return _current.ngettext(one, many, count).format(count=count)


def mark(message: str) -> str:
    """Mark a text for translation that is looked up later, by `_`."""
    return message


def use(language: str) -> None:
    """
    Speak a language from now on; English where there is no catalogue of it.

    Args:
        language: A tag like `zh-CN`; `zh` serves every kind of Chinese.
    """
    global _current  # noqa: PLW0603 -- one process speaks one language
    codes = [] if language.partition("-")[0] == "en" else [language.replace("-", "_")]
    _current = catalogue(language)
    if codes:  # click looks its own messages up by the process's text domain
        os.environ["LANGUAGE"] = codes[0]
        gettext.bindtextdomain(DOMAIN, LOCALES)
        gettext.textdomain(DOMAIN)


def current() -> str:
    """Give the tag of the language that is spoken."""
    return _current.info().get("language") or "en"


def preferred(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """
    Find the language before the command line is parsed: a usage error is to be in it too.

    It is the flag's, the environment's, that of a settings file, or the locale's, as `config` has it. What is
    malformed is reported when the settings are resolved.
    """
    flag = _flag(arguments)
    if flag is None and not environment.get(_VARIABLES[0]) and _has_settings(arguments, environment):
        return _configured(arguments)
    found = flag or next(filter(None, map(environment.get, _VARIABLES)), "en")
    return found.split(".")[0].split("@")[0].replace("_", "-")


def _flag(arguments: Sequence[str], flag: str = _FLAG) -> str | None:
    """Give the value of the last occurrence of an option."""
    found = None
    for position, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == flag and position + 1 < len(arguments):
            found = arguments[position + 1]
        elif argument.startswith(flag + "="):
            found = argument.partition("=")[2]
    return found


def _has_settings(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Tell whether a settings file may be there: to look costs less than to ask the system for its places."""
    home = environment.get("HOME", "")
    data = _flag(arguments, "--data") or environment.get("SUPPORTLEDGER_DATA")
    folders = (
        data,
        environment.get("XDG_CONFIG_HOME", f"{home}/.config") + "/supportledger",
        environment.get("XDG_DATA_HOME", f"{home}/.local/share") + "/supportledger",
        f"{home}/Library/Application Support/supportledger",
    )
    return any(os.path.exists(f"{folder}/{_FILE}") for folder in folders if folder)  # noqa: PTH110 -- as above


def _configured(arguments: Sequence[str]) -> str:
    from supportledger import config  # noqa: PLC0415 -- only those with a settings file wait for it
    from supportledger.errors import ConfigError  # noqa: PLC0415

    try:
        return config.load(data_dir=_flag(arguments, "--data")).language
    except ConfigError:
        return "en"
