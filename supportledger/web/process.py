"""
One web process: from the environment that `serving` leaves to it, to the application.

uvicorn imports `app` anew in each process that it starts.
"""

import json
import os
from dataclasses import asdict
from typing import Final

from fastapi import FastAPI

from supportledger import config
from supportledger.web.surroundings import Surroundings

VARIABLE: Final = "SUPPORTLEDGER_WEB"
"""Environment variable with the surroundings, as JSON."""


def app() -> FastAPI:
    """Make the application that this process serves."""
    from supportledger.web.app import create_app  # noqa: PLC0415 -- loads everything
    from supportledger.wiring.fronting import open_front  # noqa: PLC0415 -- as above

    said = json.loads(os.environ[VARIABLE])
    surroundings = Surroundings(**{**said, "widget_origins": tuple(said["widget_origins"])})
    front = open_front(config.load(), surroundings.public_url, is_demo=surroundings.is_demo)
    return create_app(front, surroundings)


def environment(settings: config.Settings, surroundings: Surroundings) -> dict[str, str]:
    """Say in environment variables what flags have said to this process; the rest, others read themselves."""
    found = {one.variable: getattr(settings, one.name) for one in config.SETTINGS if one.is_flag}
    said = {name: str(value) for name, value in found.items() if value is not None}
    said[config.PREFIX + "JSON"] = "true" if settings.json else "false"
    return said | {VARIABLE: json.dumps(asdict(surroundings))}
