"""
How the web desk stands load: two processes, SQLite, 100,000 tickets.

Contents are sealed, and rights, CSRF tokens and the record of who reads what are looked after, as always.

* Sending paused: answers are signed, sealed and kept, and no worker brings them to the ledger.
* Mining: workers and Ganache are at work on the same machine.
* First view of the queue: in Chromium, from the address to the first paint.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from eth_account import Account
from playwright.sync_api import sync_playwright
from speed_figures import Figure
from speed_store import BEGINNING, DESK_KEY, Filling, fill, ticket_id
from web_load import ANSWER, LIST, TICKET, Crowd, Person, load

from supportledger.chain.signer import KeySigner
from supportledger.channels.mail_memory import MemoryMail
from supportledger.config import Settings
from supportledger.config import load as settings_of
from supportledger.desk.clerk import NewTicket
from supportledger.desk.desk import Desk
from supportledger.desk.front import Front
from supportledger.desk.people.sessions import Way
from supportledger.desk.people.tokens import csrf_token
from supportledger.errors import Error
from supportledger.model.people import Role
from supportledger.model.records import WAITING, DraftStatus
from supportledger.proof.fields import Fields
from supportledger.store import documents
from supportledger.store.desk_seal import Seals
from supportledger.store.place import located
from supportledger.store.search import SIZE
from supportledger.wiring.connecting import connect
from supportledger.wiring.fronting import front_of, house_of
from supportledger.wiring.local import start_local, stop_local

TICKETS, QUICK_TICKETS = 100_000, 5_000
ANSWERED, QUICK_ANSWERED = 2_000, 400
"""Tickets that are on the chain, and are answered."""
PEOPLE = 20
"""Agents who ask; how often each may ask is limited."""
PROCESSES = 2
SECONDS, QUICK_SECONDS = 30, 6
WARM_S = 5
READY_S = 60
SETTLED_S = 300
FIRST_VIEW_MS = 500.0
VIEWS = 5
CHROMIUM = Path("/usr/bin/chromium")
QUESTION = "Where is my withdrawal?"
FIELDS = Fields.create(
    {"kind": "question", "subject": QUESTION, "body": QUESTION * 8, "createdAt": BEGINNING}
)
TEXT = documents.to_bytes(FIELDS)
FILLING = Filling(TEXT, block=0, waiting=(DraftStatus.FINAL,), searched=100)


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of a desk in one of its states."""

    name: str
    roles: tuple[str, ...]
    rate: int
    most_ms: float


LOADS = (
    Load("sending paused", ("web",), 300, 40.0),
    Load("Ganache mining", ("web", "workers"), 100, 80.0),
)


def measure(quick: bool) -> Iterator[Figure]:  # noqa: FBT001 -- one signature for all sections
    """Fill a desk, serve it, and ask."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SUPPORTLEDGER_DESK_KEY"] = DESK_KEY.secret.hex()
        settings, port = settings_of(data_dir=Path(folder)), _free_port()
        url = f"http://localhost:{port}"
        try:
            crowd = _furnished(settings, url, quick=quick)
            for one in LOADS:
                with _serving(Path(folder), port, one.roles):
                    _settled(settings, one)
                    yield from _loaded(url, one, crowd, QUICK_SECONDS if quick else SECONDS)
            with _serving(Path(folder), port, ("web",)):
                yield Figure(
                    "web: first view of the queue", _first_view(url, crowd), FIRST_VIEW_MS, detail="ms"
                )
        finally:
            stop_local(folder)


def _loaded(url: str, one: Load, crowd: Crowd, seconds: float) -> Iterator[Figure]:
    load(url, crowd, one.rate / 3, WARM_S)
    told = load(url, crowd, one.rate, seconds)
    each = ", ".join(f"{kind} {told.p95(kind):.0f}" for kind in (LIST, TICKET, ANSWER))
    yield Figure(f"web: {one.rate}/s, {one.name}", told.p95(), one.most_ms, detail=f"ms at p95: {each}")
    refused = f"first: {told.refused[0]}" if told.refused else ""
    yield Figure(f"web: refused of these, {one.name}", len(told.refused), 0, detail=refused)


def _settled(settings: Settings, one: Load) -> None:
    """Let workers bring to the ledger what was kept before."""
    deadline = time.monotonic() + SETTLED_S
    with connect(settings=settings) as desk:
        while "workers" in one.roles and desk.store.drafts(statuses=WAITING, limit=1):
            if time.monotonic() > deadline:
                raise SystemExit("the workers do not bring to the ledger what waits")
            time.sleep(0.5)


def _first_view(url: str, crowd: Crowd) -> float:
    """Open the queue as somebody who was never here, several times; give the median in ms."""
    painted = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for _ in range(VIEWS):
            context = browser.new_context()
            cookie = {"name": "sl_session", "value": crowd.people[0].cookie, "url": url}
            context.add_cookies([cookie])  # type: ignore[list-item]  # a dictionary of its type
            page = context.new_page()
            page.goto(f"{url}/console")
            page.wait_for_selector("table tbody tr")
            page.wait_for_timeout(100)
            found.append(float(page.evaluate(painted)))
            context.close()
        browser.close()
    return median(found)


# -- the desk ------------------------------------------------------------------------------------------------


def _furnished(settings: Settings, url: str, *, quick: bool) -> Crowd:
    """Fill a desk with tickets of years, with some of today, and with agents who are signed in."""
    start_local(settings.data_dir, port=0, detach=True)
    count, answered = (QUICK_TICKETS, QUICK_ANSWERED) if quick else (TICKETS, ANSWERED)
    with connect(settings=settings) as desk:
        seals = Seals(desk.store.vault)
        hashed = lru_cache(maxsize=None)(lambda word: seals.hashed("word", word)[:SIZE])
        hashed("w0")  # makes the desk's own key
        desk.sync()  # the block of what comes now is behind us
    place = located(settings.store, settings.data_dir)
    assert place.path is not None
    fill(place.path, count, hashed, FILLING)
    with connect(settings=settings) as desk:
        opened = _opened(desk, answered)
        front = front_of(desk, house_of(settings, url), MemoryMail())
        people = [_agent(desk, front, number) for number in range(PEOPLE)]
        desk.sync()
    old = [str(ticket_id(number)) for number in range(0, count, 37)]
    return Crowd(people, old + opened, iter(opened))


def _opened(desk: Desk, count: int) -> list[str]:
    """Open tickets, each of a customer with a key."""
    new = (
        NewTicket(f"Question {number}: where is it? " * 6, f"Question {number}", by=_signer())
        for number in range(count)
    )
    found = []
    for one in desk.tickets.open_many(new, by="customer", signed=True):
        if isinstance(one, Error):
            raise one
        found.append(str(one.ticket))
    return found


def _agent(desk: Desk, front: Front, number: int) -> Person:
    """Certify an agent, and sign them in with a key unlocked."""
    key = secrets.token_bytes(32)
    address = KeySigner(key).address
    desk.agents.certify(address, valid_for="90d", by="certifier")
    account = front.people.add(f"Agent {number}", [Role.AGENT], address=address)
    opened = front.sessions.open(account, Way.PASSKEY)
    keystore = json.dumps(Account.encrypt(key, "passphrase", kdf="pbkdf2", iterations=2))
    front.unlocking.unlock(front.sessions.visitor(opened.token), opened.token, keystore, "passphrase")
    return Person(opened.token, csrf_token(opened.token))


def _signer() -> KeySigner:
    return KeySigner(secrets.token_bytes(32))


@contextmanager
def _serving(folder: Path, port: int, roles: Sequence[str]) -> Iterator[None]:
    """Serve the desk as operators do, until the block ends."""
    start_local(folder, detach=True)
    named = [part for role in roles for part in ("--role", role)]
    command = [sys.executable, "-m", "supportledger", "--data", str(folder), "serve", *named]
    command += ["--port", str(port), "--web-processes", str(PROCESSES)]
    with (folder / "serve.log").open("a") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/readyz")
            yield
        finally:
            server.terminate()


def _wait(url: str) -> None:
    deadline = time.monotonic() + READY_S
    while True:
        try:
            with urlopen(url, timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
