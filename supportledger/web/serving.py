"""
`serve`: the processes of a web desk, started together and ended together.

1. one process of workers: `supportledger work`
2. as many web processes as wanted, which share one port; a single one is this process itself

Each may be killed at any instant: what waits is in the store, and whoever was killed comes back (`crew`).
"""

import errno
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from types import FrameType
from typing import Final

from supportledger.config import Settings
from supportledger.errors import ConfigError, PortTaken
from supportledger.web import process
from supportledger.web.crew import Crew, Member
from supportledger.web.surroundings import Surroundings
from supportledger.wiring.journal import logger

_LOOK_S: Final = 1.0
_BACKLOG: Final = 1_024
_HERE: Final = "supportledger"


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What is to be served.

    Args:
        host: Address to listen at.
        port: To listen at.
        web_processes: How many answer; 0: none.
        has_workers: Let the workers work, too.
        surroundings: Where people reach it.
    """

    host: str
    port: int
    web_processes: int
    has_workers: bool
    surroundings: Surroundings


@contextmanager
def listening(plan: Plan) -> Iterator[socket.socket | None]:
    """
    Take the port, before anything is started; None if nothing of the web is to be served.

    Raises:
        PortTaken: Another program listens there.
        ConfigError: It is not an address of this machine, or the port is not ours to take.
    """
    if not plan.web_processes:
        yield None
        return
    with _bound(plan.host, plan.port) as taken:
        yield taken


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise _no_address(host, port, error) from error
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(_BACKLOG)
    except OSError as error:
        found.close()
        raise _no_address(host, port, error) from error
    return found


def _no_address(host: str, port: int, error: OSError) -> PortTaken | ConfigError:
    if error.errno == errno.EADDRINUSE:
        return PortTaken(f"port {port} is taken by another program", hint="Choose one with --port.")
    return ConfigError(f"{host}, port {port}: {error.strerror}", hint="Name another --host or --port.")


def serve(settings: Settings, plan: Plan, listener: socket.socket | None) -> None:
    """
    Serve until asked to end (SIGTERM, SIGINT).

    Args:
        settings: Where everything is.
        plan: What is served.
        listener: The port that was taken.
    """
    with _asked() as asked, Crew(_crew(settings, plan, listener), logger()):
        if listener is not None and plan.web_processes == 1:
            process.run(process.make(settings, plan.surroundings), listener)
            return
        while not asked.wait(_LOOK_S):
            pass


def _crew(settings: Settings, plan: Plan, listener: socket.socket | None) -> list[Member]:
    """Say who is needed besides this process."""
    python, said = (sys.executable, "-m"), process.environment(settings, plan.surroundings)
    crew = []
    if plan.has_workers:
        crew.append(Member("workers", (*python, _HERE, "work", "--until-eof"), environment=said))
    if listener is not None and plan.web_processes > 1:
        number = listener.fileno()
        web = Member("web", (*python, process.__name__, str(number)), (number,), said)
        crew += [web] * plan.web_processes
    return crew


@contextmanager
def _asked() -> Iterator[Event]:
    """Note that somebody asks us to end; whoever asks a second time, ends us at once."""
    asked = Event()

    def ask(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        asked.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
