"""
Settings, handed by a process to those that it starts: all of them, as it has settled them.

What the user's own files and variables say must not be read again: a desk to look around in would be served
on top of the real one.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from supportledger.config import PREFIX, Settings
from supportledger.errors import ConfigError

VARIABLE: Final = f"{PREFIX}HANDED"
"""The environment variable: others of the same user cannot be kept from reading it, as any of ours."""


def hand(settings: Settings) -> dict[str, str]:
    """Give what the environment of a child has besides ours."""
    said = {one.name: getattr(settings, one.name) for one in fields(settings)}
    return {VARIABLE: json.dumps({name: _plain(value) for name, value in said.items()})}


def handed(environment: Mapping[str, str] = os.environ) -> Settings | None:
    """
    Give the settings that whoever started this process has handed to it; None if nobody has.

    Raises:
        ConfigError: They are not those of this version.
    """
    text = environment.get(VARIABLE)
    if text is None:
        return None
    try:
        return Settings(**{name: _settled(value) for name, value in json.loads(text).items()})
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ConfigError(f"{VARIABLE} cannot be read", hint="Only supportledger itself sets it.") from error


def _plain(value: Any) -> Any:
    return {"path": str(value)} if isinstance(value, Path) else value


def _settled(value: Any) -> Any:
    if isinstance(value, dict):
        return Path(value["path"])
    return tuple(value) if isinstance(value, list) else value
