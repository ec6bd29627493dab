"""What people wrote is in clear nowhere: not in a file, a backup, a log, what is printed, nor on a server."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from supportledger import connect
from supportledger.cli.exit_codes import ExitCode
from supportledger.desk.contents import Attachment
from supportledger.desk.conversations import Message
from supportledger.errors import Denied, Error
from supportledger.wiring import start_local, stop_local
from tests.conformance.store.conftest import postgres, server
from tests.conformance.store.server import Server

__all__ = ["postgres", "server"]  # fixtures of the stores

pytestmark = pytest.mark.ganache
CANARIES = {
    "body": "CanaryBody my withdrawal of 7 bitcoin 提现",
    "subject": "CanarySubject withdrawal",
    "author": "CanaryAuthor Ada <canary@mail.example>",
    "answer": "CanaryAnswer it is on its way",
    "line": "CanaryLine my number is 555 0100",
    "comment": "CanaryComment very good",
    "name": "CanaryFile passport.png",
    "bytes": "CanaryBytes of the file",
    "type": "application/x-canary-type",
    "refused": "CanaryRefused you may not",
    "crashed": "CanaryCrashed in the middle",
    "hold": "CanaryHold the court asked",
    "reason": "CanaryReason the customer rang",
}
CRASH = """
import sys
from supportledger.cli import main
from supportledger.desk.posting import Posting

def carry(self, draft, sender, state):
    raise RuntimeError("a fault of ours")

Posting.carry = carry
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> str | None:
    """Where the store is: a file in the data directory, or on a server."""
    if request.param == "sqlite":
        return None
    url = request.getfixturevalue("postgres").url.set(drivername="postgresql")
    address: str = url.render_as_string(hide_password=False)
    return address


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data directory whose local chain runs."""
    (tmp_path / "data").mkdir()
    (tmp_path / "temporary").mkdir()
    start_local(tmp_path / "data", port=0, detach=False)
    yield tmp_path / "data"
    stop_local(tmp_path / "data")


class Shell:
    """Command lines on a data directory, and all that they print."""

    def __init__(self, data: Path, store: str | None) -> None:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("SUPPORTLEDGER_")}
        more = {"SUPPORTLEDGER_STORE": store} if store else {}
        home = {"HOME": str(data), "TMPDIR": str(data.parent / "temporary"), "LC_ALL": "C.UTF-8"}
        self.environment = clean | home | more | {"SUPPORTLEDGER_DATA": str(data)}
        self.printed = b""

    def run(self, *arguments: object, program: str = "") -> int:
        """Run one; give its exit code."""
        start = [sys.executable, "-c", program] if program else [sys.executable, "-m", "supportledger"]
        command = [*start, *map(str, arguments)]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=False, timeout=120)
        self.printed += done.stdout + done.stderr
        return done.returncode


def ways(canary: str) -> list[bytes]:
    """How a text could lie there."""
    plain, shifted = canary.encode(), []
    for shift in range(3):
        whole = base64.b64encode(b" " * shift + plain)
        shifted.append(whole[4:-4])
    escaped = json.dumps(canary)[1:-1].encode()
    wide = [canary.encode("utf-16-le"), canary.encode("utf-16-be")]
    return [plain, escaped, *wide, plain.hex().encode(), plain.hex().upper().encode(), *shifted]


def found(places: dict[str, bytes]) -> list[str]:
    """Which canaries are where."""
    return [
        f"{name} in {place}"
        for place, whole in places.items()
        for name, canary in CANARIES.items()
        if any(way in whole for way in ways(canary))
    ]


def files(*folders: Path) -> dict[str, bytes]:
    """All bytes below some folders."""
    paths = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in paths}


def plant(data: Path, store: str | None) -> str:
    """Write a canary wherever somebody can write, and let some of it be refused."""
    with connect(data, store=store) as desk:
        tickets = desk.tickets
        file = Attachment(CANARIES["name"], CANARIES["bytes"].encode(), CANARIES["type"])
        ticket = tickets.open(
            CANARIES["body"], subject=CANARIES["subject"], author=CANARIES["author"], attachments=[file]
        ).ticket
        desk.conversations.say(ticket, Message(CANARIES["line"], more={"author": CANARIES["author"]}))
        tickets.answer(ticket, CANARIES["answer"], signed=True)
        with pytest.raises(Error) as refused:
            tickets.answer(ticket, CANARIES["refused"], by="customer")
        assert isinstance(refused.value, Denied)
        assert [] == found({"the refusal": repr(refused.value).encode()})
        tickets.close(ticket, by="customer")
        tickets.rate(ticket, 5, CANARIES["comment"])
        tickets.get(ticket, reason=CANARIES["reason"])
        return ticket.handle


def test_nothing_lies_in_clear(
    data: Path, store: str | None, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Whoever has all files, backups and output, and not the desk key, reads nothing that people wrote."""
    shell = Shell(data, store)
    handle = plant(data, store)
    assert ExitCode.OK == shell.run("privacy", "hold", handle, "--reason", CANARIES["hold"])
    refused = shell.run("ticket", "reply", handle, CANARIES["refused"], "-v")
    crashed = shell.run("ticket", "open", CANARIES["crashed"], "-v", program=CRASH)
    assert (True, ExitCode.INTERNAL) == (refused != ExitCode.OK, crashed)
    assert b"Traceback" in shell.printed
    assert ExitCode.OK == shell.run("work", "--until-idle", "--json")
    backup = tmp_path / "backups" / "desk.backup"
    backup.parent.mkdir()
    assert ExitCode.OK == shell.run("db", "backup", backup)
    assert ExitCode.OK == shell.run("ticket", "list", "--json")
    everything = files(data, backup.parent, tmp_path / "temporary") | {"output": shell.printed}
    if store:
        everything |= on_the_server(request.getfixturevalue("server"))
    assert [] == found(everything)
    with connect(data, store=store) as desk:  # and yet it is all there
        body = desk.tickets.get(handle).entries[0].body
        [line] = desk.conversations.lines(desk.tickets.find(handle))
        assert (CANARIES["body"], CANARIES["line"]) == (body, line.body)


def on_the_server(server: Server) -> dict[str, bytes]:
    """All files of the server: tables, indexes, its write-ahead log and its own log."""
    server.run("CHECKPOINT")
    [(folder,)] = server.run("SHOW data_directory")
    return files(Path(folder))


def test_a_canary_that_lies_there_is_found(tmp_path: Path) -> None:
    """The search finds each canary in every way in which it might lie there."""
    for number, canary in enumerate(CANARIES.values()):
        for at, way in enumerate(ways(canary)):
            (tmp_path / f"{number} {at}").write_bytes(b"\0" * at + way + b"\0")
    assert len(CANARIES) * len(ways("x")) <= len(found(files(tmp_path)))
