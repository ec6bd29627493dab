"""
Asks a served desk, as each role, all that its OpenAPI description says it answers; fails on anything else.

Each role gets a desk of its own in memory, full of tickets, and comes as its people do: with a session whose
key is unlocked, or with an API key. Who asks is a program that knows nothing but the description.

    .venv/bin/python -m tests.api.run [ROLE ...]

With LONG=1 it tries ten times as much.
"""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from typing import Final

import httpx
import uvicorn

from supportledger.chain.memory import MemoryLedger
from supportledger.chain.signer import KeySigner, local_signer
from supportledger.desk.front import Front
from supportledger.desk.people.api_keys import Wanted
from supportledger.desk.people.sessions import Way
from supportledger.desk.people.tokens import csrf_token
from supportledger.desk.people.visitors import NOBODY_KNOWN, Visitor
from supportledger.desk.questions import shipped_questions
from supportledger.desk.showcase import CUSTOMER, STAFF, Showcase
from supportledger.model.people import Role, rights_of
from supportledger.web.app import create_app
from supportledger.web.limits import Allowance, Left, Limits
from supportledger.web.surroundings import Surroundings
from supportledger.web.visitors import SESSION_COOKIE
from supportledger.wiring.fronting import memory_front
from supportledger.wiring.memory import memory_desk
from tests.api.names import config, names_of

PROGRAM: Final = Path(__file__).parents[2] / ".tools/schemathesis/bin/schemathesis"
SEED: Final = 20_261_122
LONG: Final = bool(os.environ.get("LONG"))
EXAMPLES: Final = 100 if LONG else 6
CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
)
"""Not whether other methods are refused: an address can fit two paths, of which one has it."""
LEFT_OUT: Final = {
    "events.stream": "it does not end",
    "sessions.end": "it would sign out whoever asks, and all later answers were the same",
    "keys.revoke": "it would end the key that asks, once that was seen in the list of keys",
}
BY_KEY: Final = (Role.AUDITOR, Role.ADMIN)
"""Who comes with an API key; the others come with a session."""
NOBODY: Final = "nobody"
IN_DEPTH: Final = frozenset(Role if LONG else (Role.CUSTOMER, Role.SUPERVISOR, Role.CERTIFIER, Role.ADMIN))
"""For these, every edge of every value is tried: together they may do all but audit."""
_QUESTIONS: Final = 12


class Unlimited(Limits):
    """Lets everybody ask as often as they like: limits have tests of their own."""

    def take(self, allowance: Allowance, who: str) -> Left:
        """Count nothing."""
        return Left(allowance, allowance.limit, allowance.window_s)


def main(names: Sequence[str]) -> int:
    """Try every role, or those that are named."""
    failed = [name for name in names or [NOBODY, *Role] if not _is_kept(name)]
    print(f"the description does not hold for: {', '.join(failed)}" if failed else "the description holds")
    return 1 if failed else 0


def _is_kept(name: str) -> bool:
    with _served() as (front, url), tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        visitor, headers = (NOBODY_KNOWN, {}) if name == NOBODY else _let_in(front, Role(name))
        settings = Path(folder) / "schemathesis.toml"
        settings.write_text(config({} if name == NOBODY else names_of(front, visitor)), "utf-8")
        status = subprocess.run(_command(name, url, settings, headers), check=False, cwd=folder).returncode
        is_in = name == NOBODY or _is_let_in(url, headers)
        took = time.monotonic() - began
        print(f"== {name}: {'FAILED' if status else 'holds'} in {took:.0f} s", flush=True)
    if not is_in:
        print(f"== {name}: FAILED, nobody was let in any more at the end", flush=True)
    return status == 0 and is_in


def _is_let_in(url: str, headers: Mapping[str, str]) -> bool:
    """Tell whether whoever asked was somebody to the end: to nobody in particular, everything is 401."""
    return httpx.get(f"{url}/api/v1/me", headers=headers).status_code == 200


def _command(name: str, url: str, settings: Path, headers: Mapping[str, str]) -> list[str]:
    said = [part for one, value in headers.items() for part in ("--header", f"{one}: {value}")]
    phases = "examples,coverage,fuzzing" if name in IN_DEPTH else "examples,fuzzing"
    left = [part for one in LEFT_OUT for part in ("--exclude-operation-id", one)]
    return [
        *(str(PROGRAM), "--config-file", str(settings), "run", f"{url}/api/v1/openapi.json"),
        *("--checks", ",".join(CHECKS), "--seed", str(SEED), "--max-examples", str(EXAMPLES)),
        *("--phases", phases, "--continue-on-failure", "--no-color"),
        *("--warnings", "off", "--request-timeout", "30", "--suppress-health-check", "all"),
        *("--generation-database", "none", "--generation-with-security-parameters", "false"),
        *(*said, *left),
    ]


def _let_in(front: Front, role: Role) -> tuple[Visitor, dict[str, str]]:
    """Let somebody of a role in; give them as they are seen, and what they send."""
    if role is Role.CUSTOMER:
        account, identity = front.people.by_mail(CUSTOMER[1]), ""
    else:
        identity = next(one for one, (_, found, _) in STAFF.items() if found is role)
        account = front.people.by_address(front.desk.cast.keys.address(identity))
    token = front.sessions.open(account, Way.PASSKEY).token
    visitor = front.seeing.seen_by(front.sessions.visitor(token))
    if role in BY_KEY:
        made = front.api_keys.make(visitor, Wanted("schema", sorted(rights_of([role]))))
        return visitor, {"Authorization": f"Bearer {made.token}"}
    if identity:
        front.unlocking.unlock_named(visitor, token, identity)
    return visitor, {"Cookie": f"{SESSION_COOKIE}={token}", "X-CSRF-Token": csrf_token(token)}


# -- a desk --------------------------------------------------------------------------------------------------


@contextmanager
def _served() -> Iterator[tuple[Front, str]]:
    ledger = MemoryLedger(local_signer("admin").address, time=int(time.time()))
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        with memory_front(url, memory_desk(ledger)) as front:
            questions = islice(shipped_questions(), _QUESTIONS)
            Showcase(front, questions, lambda: KeySigner(secrets.token_bytes(32))).fill()
            front.desk.sync()
            with _answering(front, url, door), _working(front, ledger):
                yield front, url


@contextmanager
def _answering(front: Front, url: str, door: socket.socket) -> Iterator[None]:
    app = create_app(front, Surroundings(url), closes=False)
    app.state.limits = Unlimited(front.cabinet)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    thread = Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def _working(front: Front, ledger: MemoryLedger) -> Iterator[None]:
    """Let the ledger's clock go, and carry to it and from it what is on its way."""
    stop = Event()

    def work() -> None:
        while not stop.wait(0.5):
            ledger.advance(max(0, int(time.time()) - ledger.now()))
            front.desk.recover()
            front.desk.sync()

    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
