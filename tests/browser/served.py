"""A desk that a real browser can visit: real HTTP, ledger and store in memory, workers that never rest."""

import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import uvicorn

from supportledger.chain.memory import MemoryLedger
from supportledger.chain.signer import local_signer
from supportledger.desk.front import Front
from supportledger.errors import Error
from supportledger.web.app import create_app
from supportledger.web.surroundings import Surroundings
from supportledger.wiring.fronting import memory_front
from supportledger.wiring.memory import memory_desk

_PATIENCE_S = 20
_REST_S = 0.2


@dataclass(frozen=True)
class Served:
    """A desk, where it is, and its ledger."""

    front: Front
    url: str
    ledger: MemoryLedger


@contextmanager
def served(*, widget_origins: tuple[str, ...] = ()) -> Iterator[Served]:
    """
    Serve a new desk whose clock is this machine's.

    Args:
        widget_origins: Sites that may show its chat.
    """
    ledger = MemoryLedger(local_signer("admin").address, time=int(time.time()))
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"http://localhost:{door.getsockname()[1]}"
        around = Surroundings(url, widget_origins=widget_origins)
        with (
            memory_front(url, memory_desk(ledger)) as front,
            _answering(front, around, door),
            _working(front, ledger),
        ):
            yield Served(front, url, ledger)


@contextmanager
def site(html: Callable[[], str]) -> Iterator[str]:
    """Serve one page of somebody else's, as it is then; give its origin."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html().encode())

        def log_message(self, *_about: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(_PATIENCE_S)


@contextmanager
def _answering(front: Front, surroundings: Surroundings, door: socket.socket) -> Iterator[None]:
    app = create_app(front, surroundings, closes=False)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
    )
    thread = Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(_PATIENCE_S)


@contextmanager
def _working(front: Front, ledger: MemoryLedger) -> Iterator[None]:
    stop = Event()

    def work() -> None:
        while not stop.wait(_REST_S):
            ledger.advance(max(0, int(time.time()) - ledger.now()))
            try:
                front.desk.recover()
                front.desk.sync()
            except Error as error:  # a test has just acted on the same ticket: workers try again, too
                logging.getLogger(__name__).warning("the workers will try again: %s", error)

    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_PATIENCE_S)
