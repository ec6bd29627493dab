"""Logs on a live chain and a real disk: conversations anchored, cosigned, carried away and verified."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from supportledger import connect
from supportledger.chain.deploy import deploy
from supportledger.chain.local import LocalRecord
from supportledger.chain.rpc import Rpc
from supportledger.chain.sender import Sender
from supportledger.chain.signer import local_signer
from supportledger.cli.exit_codes import ExitCode
from supportledger.desk.anchors import log_id
from supportledger.desk.conversations import LOG, Message
from supportledger.desk.desk import Desk
from supportledger.errors import AnchorMismatch
from supportledger.proof.anchored import anchor_word, check_anchored
from supportledger.proof.block_note import check_block_note
from supportledger.proof.conversation import LogPlace
from supportledger.proof.verdict import Conclusion
from supportledger.proof.witness_policy import WitnessPolicy
from supportledger.wiring import start_local, stop_local
from supportledger.wiring.witnessing import open_witness

pytestmark = pytest.mark.ganache
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "logs-and-witnesses.md"
PROGRAM = [sys.executable, "-m", "supportledger"]
TEXTS = ["I have the transaction id now", "我的提现还没有到账", "🚨 someone asked for my seed phrase"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, LocalRecord]]:
    """A data directory whose local chain runs."""
    folder = tmp_path_factory.mktemp("data")
    yield folder, start_local(folder, port=0, detach=False)
    stop_local(folder)


@pytest.fixture
def desk(place: tuple[Path, LocalRecord]) -> Iterator[Desk]:
    """A desk there."""
    with connect(place[0]) as desk:
        yield desk


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


def test_a_conversation_under_an_anchor(desk: Desk) -> None:
    """What was said is named by the next entry, anchored, and shown to be whole by the ledger's own word."""
    ticket = desk.tickets.open("Where is my withdrawal?").ticket
    for text in TEXTS:
        desk.conversations.say(ticket, Message(text))
    desk.tickets.answer(ticket, "On its way", signed=True)
    desk.logs.anchor(LOG)
    checkpoint, lines = desk.conversations.anchored(ticket)
    assert anchor_word(checkpoint) == desk.ledger.anchor_hash(log_id(LOG))
    fields = desk.tickets.history(ticket)[1].fields
    assert fields is not None
    named = LogPlace.of(1, fields.values())
    assert named is not None
    assert "name 3 of them" in check_anchored(ticket, lines, checkpoint, [named])
    with pytest.raises(AnchorMismatch):
        check_anchored(ticket, lines[:2], checkpoint, [named])
    assert TEXTS == [one.body for one in desk.conversations.lines(ticket)]
    assert Conclusion.VERIFIED is desk.tickets.verify(ticket).verdict


def test_processes_talk_at_once(place: tuple[Path, LocalRecord], desk: Desk) -> None:
    """Several processes write lines of one conversation: each is there once, and the chain has no gap."""
    ticket = desk.tickets.open("Where is my withdrawal?").ticket
    code = (
        "import sys; from supportledger import connect\n"
        "from supportledger.desk.conversations import Message\n"
        "from supportledger.model.ids import TicketId\n"
        "with connect(sys.argv[1]) as desk:\n"
        "    for n in range(10):\n"
        "        desk.conversations.say(TicketId.parse(sys.argv[2]), Message(f'{sys.argv[3]} {n}'))\n"
    )
    command = [sys.executable, "-c", code, str(place[0]), str(ticket)]
    talkers = [subprocess.Popen([*command, name]) for name in ("a", "b")]
    assert [0, 0] == [talker.wait(60) for talker in talkers]
    lines = desk.conversations.lines(ticket)
    assert sorted(f"{name} {n}" for name in "ab" for n in range(10)) == sorted(
        one.body or "" for one in lines
    )
    assert list(range(1, 21)) == [one.line.number for one in lines]


def test_a_log_is_carried_away(desk: Desk, tmp_path: Path) -> None:
    """A log is signed, cosigned and anchored; a line is verified where neither chain nor log is."""
    elsewhere, nowhere = tmp_path / "witness", tmp_path / "nowhere"
    files = {name: tmp_path / name for name in ("key", "request", "policy", "proof")}
    files["key"].write_text(str(desk.logs.create("carried")))
    desk.logs.append("carried", [b"one", "二".encode(), b"three"])
    desk.logs.anchor("carried")
    files["request"].write_bytes(desk.logs.request("carried", 0))
    made = run(elsewhere, "witness", "init", "witness.example/1", "--log", files["key"])
    files["policy"].write_text(f"witness one {made['key']}\nquorum one\n")
    cosigned = run(elsewhere, "witness", "cosign", files["request"])
    run(elsewhere, "witness", "cosign", files["request"], code=ExitCode.CONFLICT)
    desk.logs.take("carried", str(cosigned["signature"]).encode())
    proof = desk.logs.prove("carried", 1)
    assert 3 == desk.logs.check_line("carried", proof).size
    files["proof"].write_bytes(proof.to_bytes())
    verify = ("log", "verify", files["proof"], "--key", files["key"], "--policy", files["policy"])
    found = run(nowhere, *verify)
    assert ("二", 1, 3) == (found["line"], found["index"], found["size"])
    files["proof"].write_bytes(proof.to_bytes().replace(b"5LqM", b"5LiA"))
    run(nowhere, *verify, code=ExitCode.DOES_NOT_HOLD)
    assert not nowhere.exists()


def test_the_guide(place: tuple[Path, LocalRecord], tmp_path: Path) -> None:
    """Every command of the guide does what the guide says, one after the other."""
    commands = re.findall(r"^\$ (.*)$", GUIDE.read_text("utf-8"), re.MULTILINE)
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SUPPORTLEDGER_")}
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", "\n".join(commands)],
        cwd=tmp_path,
        env=clean | {"SUPPORTLEDGER_DATA": str(place[0]), "LC_ALL": "C.UTF-8", "PATH": programs},
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert (0, []) == (done.returncode, [one for one in done.stderr.splitlines() if "Anchored" not in one])
    assert "3 lines make the root" in done.stdout


def test_another_ledgers_log(place: tuple[Path, LocalRecord], desk: Desk, tmp_path: Path) -> None:
    """The log of the same name on another ledger of the same chain is another log."""
    record = place[1]
    admin = local_signer("admin")
    with closing(Rpc(record.rpc_url)) as rpc:
        other = deploy(Sender(rpc, record.chain_id), admin, admin.address).deployment.ledger
    with connect(tmp_path, rpc=record.rpc_url, ledger=str(other)) as second:
        for one in (desk, second):
            one.logs.create("twin")
            one.logs.append("twin", [b"the same line"])
        theirs = second.logs.checkpoint("twin").to_bytes()
        assert desk.logs.checkpoint("twin").head == second.logs.checkpoint("twin").head
        with pytest.raises(AnchorMismatch):
            desk.logs.take("twin", theirs)
        with pytest.raises(AnchorMismatch):
            second.logs.prove("twin", 0).check(desk.logs.key("twin"))


def test_a_block_that_witnesses_vouch_for(
    place: tuple[Path, LocalRecord], desk: Desk, tmp_path: Path
) -> None:
    """Two witnesses put their names to a block that each reads from the chain; neither to another one."""
    homes = [tmp_path / "first", tmp_path / "second"]
    keys = [open_witness(home).init(f"witness.example/{home.name}") for home in homes]
    chain = ("--rpc", place[1].rpc_url)
    run(homes[0], "witness", "block", 2, "-o", tmp_path / "note", *chain)
    onto = ("--onto", tmp_path / "note", *chain)
    note = run(homes[1], "witness", "block", 2, *onto)["note"]
    found = check_block_note(str(note).encode(), WitnessPolicy.of(2, keys), place[1].chain_id)
    assert (2, desk.ledger.block(2).hash) == (found.number, found.hash)
    run(homes[1], "witness", "block", 3, *onto, code=ExitCode.DOES_NOT_HOLD)
    latest = desk.ledger.height()
    run(homes[1], "witness", "block", latest, *chain, "--confirmations", 1, code=ExitCode.NOT_FINAL)
