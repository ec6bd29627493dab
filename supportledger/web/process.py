"""
One web process: from what `serving` hands over to it, to answers.

    python -m supportledger.web.process NUMBER

NUMBER is that of the open file at which it listens; its standard input ends when `serving` does.
"""

import gc
import json
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Final

import uvicorn
from fastapi import FastAPI

from supportledger import config
from supportledger.web.proxy import Proxied
from supportledger.web.surroundings import Surroundings
from supportledger.wiring.handing import hand, handed
from supportledger.wiring.leash import leash

VARIABLE: Final = "SUPPORTLEDGER_WEB"
"""Environment variable with the surroundings, as JSON."""
_MOST_AT_ONCE: Final = 1_000
_GRACE_S: Final = 5
_TURN_S: Final = 0.0005
_NEW_OBJECTS: Final = 20_000


def make(settings: config.Settings, surroundings: Surroundings) -> FastAPI:
    """Make the application that a process serves; it writes down what it is asked."""
    from supportledger.web.app import create_app  # noqa: PLC0415 -- loads everything
    from supportledger.wiring.fronting import open_front  # noqa: PLC0415 -- as above
    from supportledger.wiring.journal import logger  # noqa: PLC0415 -- as above

    front = open_front(settings, surroundings.public_url, is_demo=surroundings.is_demo)
    return create_app(front, surroundings, log=logger())


def run(app: FastAPI, listener: socket.socket, leashed: Callable[["_Server"], None] | None = None) -> None:
    """
    Answer, until a signal asks to end.

    Args:
        app: What answers.
        listener: Where it listens.
        leashed: Is told what runs, to end it otherwise.
    """
    is_behind_proxy = app.state.surroundings.trusts_proxy
    server = _Server(
        app.state.broadcast.close,
        uvicorn.Config(
            Proxied(app) if is_behind_proxy else app,
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_S,
            limit_concurrency=_MOST_AT_ONCE,
        ),
    )
    if leashed:
        leashed(server)
    _settle_down()
    server.run(sockets=[listener])


def _settle_down() -> None:
    """
    Let threads take turns quickly, so that none that works long holds up what is soon done.

    Garbage is looked for in what requests leave behind, and not again and again in what is here to stay.
    """
    sys.setswitchinterval(_TURN_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)


def environment(settings: config.Settings, surroundings: Surroundings) -> dict[str, str]:
    """Give what the environment of our processes has besides ours."""
    return hand(settings) | {VARIABLE: json.dumps(asdict(surroundings))}


class _Server(uvicorn.Server):
    """
    A server whose streams of events end when it does, and do not hold it up.

    Args:
        end_streams: Ends them.
        served: What it serves, and how.
    """

    def __init__(self, end_streams: Callable[[], None], served: uvicorn.Config) -> None:
        super().__init__(served)
        self._end_streams = end_streams

    def ask_to_end(self) -> None:
        """End in order; from any thread."""
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._end_streams()
        await super().shutdown(sockets)


def _main(number: str) -> None:
    said = json.loads(os.environ[VARIABLE])
    surroundings = Surroundings(**{**said, "widget_origins": tuple(said["widget_origins"])})
    app = make(handed() or config.load(), surroundings)
    run(app, socket.socket(fileno=int(number)), _leash)


def _leash(server: _Server) -> None:
    leash(server.ask_to_end)


if __name__ == "__main__":
    _main(sys.argv[1])
