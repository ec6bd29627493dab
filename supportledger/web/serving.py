"""
`serve`: the processes of a web desk, started together and ended together.

1. a local chain, where no node is named and none runs
2. one process of workers: `supportledger work`
3. as many web processes as wanted, which share one port; one that dies is replaced

Each may be killed at any instant: what waits is in the store.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final

import uvicorn

from supportledger.config import Settings
from supportledger.web.process import environment
from supportledger.web.surroundings import Surroundings

_FACTORY: Final = "supportledger.web.process:app"
_PATIENCE_S: Final = 30.0
_REST_S: Final = 1.0
_LONGEST_REST_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What is to be served.

    Args:
        host: Address to listen at.
        port: To listen at; 0 for any free one is not possible with several processes.
        web_processes: How many answer; 0: none.
        has_workers: Let the workers work, too.
        surroundings: Where people reach it.
    """

    host: str
    port: int
    web_processes: int
    has_workers: bool
    surroundings: Surroundings


def serve(settings: Settings, plan: Plan) -> None:
    """Serve until asked to end (SIGTERM, SIGINT)."""
    os.environ |= environment(settings, plan.surroundings)
    with _workers() if plan.has_workers else _nothing():
        if plan.web_processes:
            _web(plan)
        else:
            _until_asked()


def _web(plan: Plan) -> None:
    uvicorn.run(
        _FACTORY,
        factory=True,
        host=plan.host,
        port=plan.port,
        workers=plan.web_processes,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=plan.surroundings.trusts_proxy,
        forwarded_allow_ips="*" if plan.surroundings.trusts_proxy else "",
        timeout_graceful_shutdown=5,
        limit_concurrency=1_000,
    )


@contextmanager
def _workers() -> Iterator[None]:
    """Keep a process of workers alive beside whatever else is done."""
    stop = Event()
    keeper = Thread(target=_keep, args=(stop,), name="workers", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join(_PATIENCE_S + _REST_S)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _keep(stop: Event) -> None:
    rest = _REST_S
    while not stop.is_set():
        worker = subprocess.Popen([sys.executable, "-m", "supportledger", "work"], stdin=subprocess.DEVNULL)
        while worker.poll() is None and not stop.wait(_REST_S):
            pass
        if worker.poll() is None:
            _end(worker)
            return
        stop.wait(rest)
        rest = min(rest * 2, _LONGEST_REST_S)


def _end(worker: "subprocess.Popen[bytes]") -> None:
    worker.send_signal(signal.SIGTERM)
    try:
        worker.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def _until_asked() -> None:
    asked = Event()

    def ask(_number: int, _frame: object) -> None:
        asked.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    while not asked.wait(_REST_S):
        pass
