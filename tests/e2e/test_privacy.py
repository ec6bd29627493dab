"""Erasing on a live chain and a real disk: nothing is left, and kills leave no doubt; readings."""

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from supportledger import connect
from supportledger.cli.exit_codes import ExitCode
from supportledger.desk.contents import Attachment
from supportledger.desk.conversations import Message
from supportledger.desk.desk import Desk
from supportledger.desk.reads import ALL
from supportledger.errors import CommitmentMismatch
from supportledger.model.entry import NOTHING
from supportledger.model.ids import Address, TicketId
from supportledger.model.ticket import Action
from supportledger.proof import field_json
from supportledger.proof.commitment import check_content, context
from supportledger.proof.fields import Fields
from supportledger.proof.seal import DeskKey, Purpose, TicketSeal
from supportledger.wiring import start_local, stop_local
from supportledger.wiring.desk_key import read_key

pytestmark = pytest.mark.ganache
PROGRAM = [sys.executable, "-m", "supportledger"]
CANARIES = {
    "body": "CanaryBody the withdrawal of 7 bitcoin",
    "subject": "CanarySubject withdrawal",
    "author": "CanaryAuthor <canary@example.org>",
    "answer": "CanaryAnswer it is on its way",
    "line": "CanaryLine my number is 555 0100",
    "comment": "CanaryComment very good",
    "file": "CanaryFile passport.png",
    "bytes": "CanaryBytes of the file",
    "reason": "CanaryReason customer rang",
}
WRAPPED = 1 + 12 + 32 + 16
"""Bytes of a wrapped key: version, nonce, key, tag."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory whose local chain runs."""
    folder = tmp_path_factory.mktemp("data")
    start_local(folder, port=0, detach=False)
    yield folder
    stop_local(folder)


@pytest.fixture
def desk(place: Path) -> Iterator[Desk]:
    """A desk there."""
    with connect(place) as desk:
        yield desk


def told(desk: Desk) -> TicketId:
    """A closed ticket with a canary wherever somebody can write."""
    tickets = desk.tickets
    ticket = tickets.open(
        CANARIES["body"],
        subject=CANARIES["subject"],
        author=CANARIES["author"],
        attachments=[Attachment(CANARIES["file"], CANARIES["bytes"].encode())],
    ).ticket
    desk.conversations.say(ticket, Message(CANARIES["line"]))
    tickets.answer(ticket, CANARIES["answer"], signed=True)
    tickets.close(ticket, "CanaryClose thank you", by="customer")
    tickets.rate(ticket, 5, CANARIES["comment"])
    desk.tickets.get(ticket, reason=CANARIES["reason"])
    return ticket


def run(data: Path, *arguments: object, code: ExitCode = ExitCode.OK) -> dict[str, object]:
    """Run a command line in a process of its own, and give what it says to programs."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SUPPORTLEDGER_")}
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments), "--json", "--data", str(data)],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env=clean | {"LC_ALL": "C.UTF-8", "HOME": str(data)},
    )
    assert code == done.returncode, done.stdout + done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def files(place: Path) -> dict[Path, bytes]:
    """All bytes of a data directory: databases, their logs and free pages, keys, logs, attachments."""
    return {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}


def written(canary: str) -> list[bytes]:
    """The ways in which a text could lie there."""
    plain = canary.encode()
    return [
        plain,
        canary.encode("utf-16-le"),
        canary.encode("utf-16-be"),
        plain.hex().encode(),
        *(base64.b64encode(b" " * shift + plain)[4:-4] for shift in range(3)),
    ]


def desk_key(place: Path) -> DeskKey:
    """The desk key, which somebody who has everything has as well."""
    return read_key(place / "desk.key")


def windows(data: bytes, size: int) -> Iterator[bytes]:
    """Everything of a size that could be a sealed thing: it begins with the version."""
    at = data.find(b"\x01")
    while at >= 0:
        yield data[at : at + size]
        at = data.find(b"\x01", at + 1)


def opens(key: DeskKey, ticket: TicketId, data: bytes) -> TicketSeal | None:
    """Try to unwrap a ticket's key from anywhere in some bytes."""
    for window in windows(data, WRAPPED):
        try:
            return key.unwrap(ticket, window)
        except CommitmentMismatch:
            continue
    return None


def unsealed(seal: TicketSeal, path: Path, data: bytes, ticket: TicketId) -> list[bytes]:
    """What a key opens of a ticket's files, and of the records about it beside the logs."""
    tries: list[tuple[Purpose, bytes, bytes]] = []
    if path.parent.name == ticket.hex():
        tries.append((Purpose.ATTACHMENT, bytes.fromhex(path.name), data))
    if path.parent.name == "records" and path.name == ticket.hex():
        tries += (
            (Purpose.LINE, record["line"].encode(), base64.b64decode(record["sealed"]))
            for record in map(json.loads, data.splitlines())
        )
    found = []
    for purpose, where, sealed in tries:
        with suppress(CommitmentMismatch):
            found.append(seal.unseal(purpose, where, sealed))
    return found


def test_nothing_is_left(place: Path, desk: Desk) -> None:
    """After erasing, who has the whole disk and the desk key finds no text, and no key that opens one."""
    ticket, other = told(desk), told(desk)
    key = desk_key(place)
    raw = desk.store.vault.keys([ticket]).of(ticket).key
    before = files(place)
    assert [ticket.hex()] == [path.parent.name for path in before if path.parent.name == ticket.hex()]
    assert any(opens(key, ticket, data) for path, data in before.items() if "keys" in path.name)
    erased = run(place, "privacy", "erase", ticket.handle, "--reason", "retention-over")
    assert ("erased", "retention over") == (erased["step"], erased["ground"])
    assert erased["anchored_at"]
    for path, data in files(place).items():
        for canary in [*CANARIES.values(), "CanaryClose"]:
            assert not [one for one in written(canary) if one in data], f"{canary} in {path}"
        assert raw not in data, path
        assert opens(key, ticket, data) is None, path
        assert ticket.hex() != path.parent.name
    left = desk.store.vault.keys([other, ALL]).seals.values()
    assert left
    for path, data in before.items():  # as if nothing had been removed
        for seal in left:
            assert not unsealed(seal, path, data, ticket), path
    assert CANARIES["body"] == desk.tickets.get(other).entries[0].body


def test_it_can_be_told_from_a_loss(place: Path, desk: Desk, tmp_path: Path) -> None:
    """An erased ticket verifies with a note; the audit is clean; what was made before is valid."""
    ticket = told(desk)
    before = tmp_path / "before.proof.json"
    run(place, "proof", "export", ticket.handle, "--disclose", "all", "-o", before)
    run(place, "log", "checkpoint", "reads", "--anchor")
    run(place, "privacy", "erase", ticket.handle)
    verdict = run(place, "ticket", "verify", ticket.handle)
    [ninth] = [one for one in verdict["steps"] if one["number"] == 9]  # type: ignore[attr-defined]  # JSON
    assert "erased on purpose" in ninth["detail"]
    assert "clean" == run(place, "audit")["conclusion"]
    run(place, "proof", "verify", before)
    after = tmp_path / "after.proof.json"
    run(place, "proof", "export", ticket.handle, "--disclose", "all", "-o", after)
    run(place, "proof", "verify", after, "--require", "9", code=ExitCode.NOT_FINAL)
    listed = run(place, "privacy", "list")["tickets"]
    assert ticket.handle in [one["handle"] for one in listed]  # type: ignore[attr-defined]  # as above


def test_handing_over(place: Path, desk: Desk, tmp_path: Path) -> None:
    """An export has every text with its salts, every file, what was said and who has read it."""
    ticket, file = told(desk), tmp_path / "everything.json"
    run(place, "privacy", "export", ticket.handle, "-o", file)
    text = file.read_text("utf-8")
    assert [] == [name for name, canary in CANARIES.items() if name != "bytes" and canary not in text]
    made = json.loads(text)
    [attachment] = made["entries"][0]["attachments"]
    assert CANARIES["bytes"].encode() == base64.b64decode(attachment["data"])
    assert 1 == len(made["receipts"])
    for entry in made["entries"]:
        fields = Fields(field_json.fields_from_json(entry["fields"]))
        at = NOTHING if entry["action"] == "Open" else ticket
        number, actor = Action[entry["action"].upper()], Address.parse(entry["actor"])
        where = context(made["chain_id"], Address.parse(made["ledger"]), at, number, actor)
        check_content(fields, where, bytes.fromhex(entry["commitment"][2:]))


# -- killed at each step -------------------------------------------------------------------------------------

KILLS = {
    "after the first line": "desk.store.vault, 'erase', 0",
    "after the destruction": "desk.files, 'forget', 0",
    "before the last line": "desk.logs._store, 'append', 1",
    "before the anchor": "desk.logs, 'anchor', 0",
}
KILLED = """
import os, signal, sys
from supportledger import connect
from supportledger.proof.erasure import Ground
def arm(owner, name, after):
    real, calls = getattr(owner, name), []
    def kill(*args, **named):
        calls.append(args)
        if len(calls) > after:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **named)
    setattr(owner, name, kill)
with connect(sys.argv[1]) as desk:
    arm({place})
    desk.privacy.erase(sys.argv[2], Ground.REQUEST)
    desk.privacy.anchor()
"""


@pytest.mark.parametrize("name", KILLS)
def test_a_kill_at_each_step(place: Path, desk: Desk, name: str) -> None:
    """A process that is killed leaves what is whole, or what a line tells of; erasing again ends it."""
    ticket = told(desk)
    code = KILLED.format(place=KILLS[name])
    killed = subprocess.run([sys.executable, "-c", code, str(place), str(ticket)], check=False, timeout=60)
    assert -signal.SIGKILL == killed.returncode
    is_held = bool(desk.tickets.get(ticket).contents.held)
    assert ("after the first line" == name) is is_held
    assert desk.privacy.erasures.last(ticket) is not None
    run(place, "privacy", "erase", ticket.handle)
    run(place, "ticket", "verify", ticket.handle)
    assert "clean" == run(place, "audit")["conclusion"]
    assert not (place / "attachments" / ticket.hex()).exists()
    data = b"".join(files(place).values())
    assert CANARIES["body"].encode() not in data


# -- readings ------------------------------------------------------------------------------------------------


def test_processes_read_at_once(place: Path, desk: Desk) -> None:
    """Several processes read one ticket: each reading is on record once, and the log holds."""
    ticket = desk.tickets.open("Where is my withdrawal?").ticket
    code = (
        "import sys; from supportledger import connect\n"
        "with connect(sys.argv[1]) as desk:\n"
        "    for n in range(20):\n"
        "        desk.tickets.get(sys.argv[2], reason=f'{sys.argv[3]} {n}')\n"
    )
    command = [sys.executable, "-c", code, str(place), str(ticket)]
    readers = [subprocess.Popen([*command, name]) for name in ("a", "b", "c")]
    assert [0, 0, 0] == [reader.wait(60) for reader in readers]
    expected = sorted(f"{name} {n}" for name in "abc" for n in range(20))
    assert expected == sorted(one.reason for one in desk.reads.of(ticket))
    assert desk.logs.check("reads").head.size >= 60


def test_nothing_is_shown_on_a_disk_that_is_not_written(place: Path, desk: Desk) -> None:
    """Where the log of readings cannot be written, no text leaves, and the exit code says so."""
    ticket = desk.tickets.open("Where is my withdrawal?").ticket
    desk.tickets.get(ticket)
    head = place / "logs" / "reads" / "head"
    kept = head.read_bytes()
    head.write_bytes(b"damaged")
    try:
        refused = run(place, "ticket", "show", ticket.handle, code=ExitCode.UNREACHABLE)
    finally:
        head.write_bytes(kept)
    assert "Where is my withdrawal?" not in json.dumps(refused)
    assert "not-on-record" == refused["error"]["code"]  # type: ignore[index]  # JSON
