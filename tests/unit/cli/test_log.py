"""Logs and witnesses on the command line: what is written, said, and how each run ends."""

import json

import pytest

from supportledger.chain.signer import local_signer
from supportledger.cli.exit_codes import ExitCode
from supportledger.model.ids import keccak
from supportledger.proof.contradiction import Contradiction
from supportledger.proof.note import VerifierKey
from supportledger.wiring import witnessing


@pytest.fixture
def at(tmp_path, monkeypatch):
    """A folder to write files to, which is where commands run."""
    folder = tmp_path / "files"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def key(cli, at):
    """A file with the key of a log of three lines, which is signed."""
    data = cli("log", "create", "talk", "--json").data
    (at / "lines").write_text("one\ntwo\nthree")
    assert 3 == cli("log", "append", "talk", "--lines", "lines", "--json").data["size"]
    cli("log", "checkpoint", "talk")
    (at / "key").write_text(data["key"] + "\n")
    return "key"


@pytest.fixture
def witness(cli, key):
    """A witness that watches the log, and its key as a policy."""
    made = cli("witness", "init", "witness.example/1", "--log", key, "--json")
    assert ExitCode.OK == made.code, made.err
    return made.data


@pytest.fixture
def anchorer(ledger):
    """Let the admin anchor."""
    ledger.grant(local_signer("admin"), keccak(b"ANCHORER_ROLE"), local_signer("admin").address)


def test_a_log_from_beginning_to_end(cli, key, at, anchorer):
    """A log is created, appended to, signed, anchored, listed and shown; a line is proven and verified."""
    assert ExitCode.CONFLICT == cli("log", "create", "talk").code
    assert "the log has 4 lines now" in cli("log", "append", "talk", "four").out
    found = cli("log", "checkpoint", "talk", "--anchor", "--as", "admin", "--json")
    assert ExitCode.OK == found.code, found.err
    assert (4, 4) == (found.data["checkpoint"]["size"], found.data["anchor"]["size"])
    assert found.data["note"].startswith(found.data["origin"])
    assert ["talk"] == [one["log"] for one in cli("log", "list", "--json").data["logs"]]
    assert "4 lines, " in cli("log", "show", "talk").out
    assert ExitCode.OK == cli("log", "prove", "talk", 3, "-o", "proof").code
    for trust in (("--key", key), ("--log", "talk")):
        verified = cli("log", "verify", "proof", *trust, "--json")
        assert ExitCode.OK == verified.code, verified.err
        assert ("line", 3, "four", 4) == tuple(
            verified.data[name] for name in ("kind", "index", "line", "size")
        )
    assert "it is anchored on the ledger" in cli("log", "verify", "proof", "--log", "talk").out


def test_anchoring_is_said(cli, key, at, anchorer):
    """Somebody who anchors a log is told that it was done, or that there was nothing to do."""
    asked = ("log", "checkpoint", "talk", "--anchor", "--as", "admin")
    assert "Anchored 3 lines on the ledger." in cli(*asked).err
    assert "3 lines were anchored before; nothing is new." in cli(*asked).err
    assert "Anchored" not in cli("log", "checkpoint", "talk").err
    said = cli("log", "verify", "--log", "talk").out
    assert "3 lines make the root; 1 checkpoint fits; 1 anchor fits" in said


def test_nothing_is_anchored_yet(cli, key, at):
    """What is signed and not anchored does not hold against a log of the desk."""
    cli("log", "export", "talk", "-o", "checkpoint")
    assert ExitCode.OK == cli("log", "verify", "checkpoint", "--key", key).code
    found = cli("log", "verify", "checkpoint", "--log", "talk", "--json")
    assert (ExitCode.DOES_NOT_HOLD, "anchor-mismatch") == (found.code, found.data["error"]["code"])


def test_files_are_not_replaced(cli, key, at):
    """A file that is there is replaced with --force only; - is stdout, and nothing else is said there."""
    (at / "taken").write_text("mine")
    for line in (
        ("export", "talk"),
        ("prove", "talk", 0),
        ("prove", "talk", "--from", 0),
        ("checkpoint", "talk"),
    ):
        refused = cli("log", *line, "-o", "taken")
        assert ExitCode.CONFLICT == refused.code
        assert "--force" in refused.err
        assert "mine" == (at / "taken").read_text()
    assert ExitCode.OK == cli("log", "export", "talk", "-o", "taken", "--force").code
    assert (at / "taken").read_text() == cli("log", "export", "talk", "-o", "-").out
    assert cli("log", "export", "talk", "-o", "-", "--json").data["note"] == (at / "taken").read_text()


@pytest.mark.parametrize(
    "line",
    [
        ("append", "talk"),
        ("append", "talk", "x", "--lines", "lines"),
        ("append", "conversations", "x"),
        ("append", "talk", "x" * 70_000),
        ("append", "talk", "--lines", "missing"),
        ("prove", "talk"),
        ("prove", "talk", 0, "--from", 0),
        ("verify", "lines"),
        ("verify", "lines", "--key", "key", "--log", "talk"),
        ("verify", "lines", "--key", "key"),
        ("verify", "lines", "--key", "lines"),
        ("verify", "lines", "--key", "no+key+atall"),
        ("import", "talk", "lines"),
        ("create", "Talk"),
    ],
    ids=lambda line: " ".join(str(one)[:9] for one in line),
)
def test_wrong_usage(cli, key, line):
    """What cannot be is wrong usage, said in a sentence, and changes nothing."""
    found = cli("log", *line, "--json")
    assert ExitCode.USAGE == found.code, found.out
    assert found.data["error"]["message"]
    assert 3 == cli("log", "show", "talk", "--json").data["size"]


@pytest.mark.parametrize(
    "line", [("show", "none"), ("append", "none", "x"), ("prove", "talk", 3), ("export", "talk", "--size", 2)]
)
def test_what_is_not_there(cli, key, line):
    """A log, line or checkpoint that is not there is not found."""
    assert ExitCode.NOT_FOUND == cli("log", *line).code


def test_another_line_or_log(cli, key, at):
    """A proof of another line, an altered one, and the checkpoint of another log do not hold."""
    cli("log", "prove", "talk", 0, "-o", "proof")
    assert ExitCode.OK == cli("log", "verify", "proof", "--key", key, "--line", "one").code
    assert ExitCode.DOES_NOT_HOLD == cli("log", "verify", "proof", "--key", key, "--line", "other").code
    text = (at / "proof").read_text()
    (at / "proof").write_text(text.replace("index 0", "index 1"))
    assert ExitCode.DOES_NOT_HOLD == cli("log", "verify", "proof", "--key", key).code
    other = cli("log", "create", "other", "--json").data["key"]
    assert ExitCode.DOES_NOT_HOLD == cli("log", "verify", "proof", "--key", other).code


def test_a_whole_log_is_written(cli, key, at):
    """A log is written to a new folder as a tiled log, never into one that is there."""
    found = cli("log", "export", "talk", "--static", "public", "--json")
    assert 3 == found.data["files"]
    assert {"tile/0/000.p/3", "tile/entries/000.p/3", "checkpoint"} == {
        str(path.relative_to(at / "public")) for path in (at / "public").rglob("*") if path.is_file()
    }
    assert ExitCode.CONFLICT == cli("log", "export", "talk", "--static", "public").code


# -- witnesses -----------------------------------------------------------------------------------------------


def test_a_witness_cosigns(cli, key, witness, at):
    """A witness cosigns what extends, the desk takes it over, and a policy that asks for it is met."""
    (at / "policy").write_text(f"witness one {witness['key']}\nquorum one\n")
    cli("log", "prove", "talk", "--from", 0, "-o", "request")
    cli("log", "export", "talk", "-o", "before")
    lone = cli("log", "verify", "before", "--key", key, "--policy", "policy", "--json")
    assert (ExitCode.DOES_NOT_HOLD, "cosignature-mismatch") == (lone.code, lone.data["error"]["code"])
    assert ExitCode.OK == cli("witness", "cosign", "request", "-o", "cosignature").code
    taken = cli("log", "import", "talk", "cosignature", "--json")
    assert [VerifierKey.parse((at / key).read_text()).name, "witness.example/1"] == taken.data["signed_by"]
    cli("log", "export", "talk", "-o", "after")
    verified = cli("log", "verify", "after", "--key", key, "--policy", "policy", "--json")
    assert ["one"] == list(verified.data["cosigned"])
    assert [3] == [one["size"] for one in cli("witness", "show", "--json").data["logs"]]


def test_a_log_that_grows(cli, key, witness, at):
    """The next request begins where the witness stands; an older one is a conflict that says where."""
    cli("log", "prove", "talk", "--from", 0, "-o", "request")
    cli("log", "export", "talk", "-o", "before")
    cli("witness", "cosign", "request")
    cli("log", "append", "talk", "four")
    cli("log", "checkpoint", "talk")
    stale = cli("witness", "cosign", "request", "--json")
    assert (ExitCode.CONFLICT, "conflict") == (stale.code, stale.data["error"]["code"])
    assert "has seen 3 lines" in stale.data["error"]["message"]
    cli("log", "prove", "talk", "--from", 3, "-o", "next")
    assert ExitCode.OK == cli("log", "verify", "next", "--key", key, "--against", "before").code
    assert ExitCode.OK == cli("witness", "cosign", "next").code
    assert "4" in cli("witness", "show").out


def test_a_log_that_rewrites(cli, key, witness, at, logs):
    """A rewritten log is refused by witness and desk; the evidence is written, and verifies offline."""
    cli("log", "prove", "talk", "--from", 0, "-o", "request")
    cli("witness", "cosign", "request")
    cli("log", "export", "talk", "-o", "before")
    signer = logs.kept("talk", "signer")
    del logs._logs["talk"]
    logs.create("talk", {"signer": signer})
    cli("log", "append", "talk", "--lines", "lines")
    logs._logs["talk"].lines[0] = b"!"
    del logs._logs["talk"]
    logs.create("talk", {"signer": signer})
    logs.append("talk", [b"!", b"two", b"three", b"four"])
    cli("log", "checkpoint", "talk")
    cli("log", "prove", "talk", "--from", 3, "-o", "rewritten")
    refused = cli("witness", "cosign", "rewritten", "--evidence", "evidence", "--json")
    assert (ExitCode.DOES_NOT_HOLD, "consistency-mismatch") == (refused.code, refused.data["error"]["code"])
    assert Contradiction.from_bytes((at / "evidence").read_bytes())
    shown = cli("log", "verify", "evidence", "--key", key, "--json")
    assert ExitCode.OK == shown.code
    assert ("contradiction", 3, 4) == tuple(shown.data[name] for name in ("kind", "earlier", "later"))
    found = cli("log", "verify", "rewritten", "--key", key, "--against", "before", "-o", "mine")
    assert ExitCode.DOES_NOT_HOLD == found.code
    assert (at / "mine").read_bytes() == (at / "evidence").read_bytes()
    imported = cli("log", "import", "talk", "before", "-o", "theirs")
    assert ExitCode.DOES_NOT_HOLD == imported.code
    assert ExitCode.OK == cli("log", "verify", "theirs", "--key", key).code


def test_evidence_that_shows_nothing(cli, key, at):
    """Two honest checkpoints put into the form of evidence leave the question open: exit code 7."""
    note = cli("log", "export", "talk", "-o", "-").out
    content = {
        "earlier": note,
        "later": note,
        "prefix": "",
        "proof": [],
        "type": "supportledger.contradiction.v1",
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (at / "evidence").write_text(text)
    assert ExitCode.NOT_FINAL == cli("log", "verify", "evidence", "--key", key).code


def test_checkpoints_that_cannot_be_compared(cli, key, at):
    """Two sizes need the proof between them, and the later checkpoint comes first."""
    cli("log", "export", "talk", "-o", "before")
    cli("log", "append", "talk", "four")
    cli("log", "checkpoint", "talk", "-o", "after")
    for files in (("after", "before"), ("before", "after")):
        found = cli("log", "verify", files[0], "--key", key, "--against", files[1])
        assert ExitCode.USAGE == found.code
    assert ExitCode.OK == cli("log", "verify", "after", "--key", key, "--against", "after").code


def test_a_whole_log_is_verified(cli, key, logs):
    """Without a file, every line of a log of this desk is verified; an altered one is found."""
    found = cli("log", "verify", "--log", "talk", "--json")
    assert (ExitCode.OK, 3, 1, 0) == (
        found.code,
        *(found.data[it] for it in ("size", "checkpoints", "anchors")),
    )
    assert "3 lines make the root" in cli("log", "verify", "--log", "talk").out
    logs._logs["talk"].lines[0] = b"!"
    assert ExitCode.DOES_NOT_HOLD == cli("log", "verify", "--log", "talk").code
    assert ExitCode.USAGE == cli("log", "verify").code
    assert ExitCode.USAGE == cli("log", "verify", "--key", key).code


def test_what_a_witness_does_not_watch(cli, witness, at):
    """A log that is not watched is not found; once its key is known, it is cosigned."""
    other = cli("log", "create", "other", "--json").data["key"]
    cli("log", "append", "other", "x")
    cli("log", "checkpoint", "other")
    cli("log", "prove", "other", "--from", 0, "-o", "request")
    assert ExitCode.NOT_FOUND == cli("witness", "cosign", "request").code
    assert ExitCode.OK == cli("witness", "watch", other).code
    assert ExitCode.OK == cli("witness", "cosign", "request").code


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("init", "another"), ExitCode.CONFLICT),
        (("init", "an other"), ExitCode.USAGE),
        (("cosign", "lines"), ExitCode.USAGE),
        (("watch", "lines"), ExitCode.USAGE),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_witnesses_that_cannot_be(cli, witness, line, code):
    """What a witness cannot be, or be asked, is refused with a code of its own."""
    assert code == cli("witness", *line).code


def test_a_block(cli, witness, at, monkeypatch):
    """A witness vouches for a block of its own node; a second adds its name to the same block only."""
    monkeypatch.setattr(witnessing, "final_block", lambda _settings, number: (1337, bytes([number]) * 32))
    assert ExitCode.OK == cli("witness", "block", 1, "-o", "block").code
    assert (at / "block").read_text().startswith("supportledger.block/1337\n1\n")
    again = cli("witness", "block", 1, "--onto", "block", "--json").data
    assert "0x" + "01" * 32 == again["block_hash"]
    assert again["note"].count("\u2014 ") == 1
    assert ExitCode.DOES_NOT_HOLD == cli("witness", "block", 2, "--onto", "block").code


def test_a_block_without_a_node(cli, witness):
    """Without a node of its own, a witness can say nothing of a block."""
    assert ExitCode.UNREACHABLE == cli("witness", "block", 1).code


# -- conversations -------------------------------------------------------------------------------------------


def test_what_is_said(cli, ticket):
    """Lines are said by a name or by nobody, shown in order, and named by the next entry."""
    said = cli("ticket", "say", ticket, "你好", "--author", "customer", "--channel", "chat", "--json").data
    assert (1, "你好", "chat") == (said["number"], said["body"], said["channel"])
    cli("ticket", "say", ticket, "a mail")
    shown = cli("ticket", "lines", ticket)
    assert "1 · customer · " in shown.out
    assert "    a mail\n" in shown.out
    lines = cli("ticket", "lines", ticket, "--json").data["lines"]
    assert [None] == [one["author"] for one in lines[1:]]
    cli("ticket", "answer", ticket, "hello")
    entry = cli("ticket", "show", ticket, "--json").data["entries"][-1]
    assert [2, lines[-1]["hash"]] == [entry["fields"][name] for name in ("log.count", "log.last")]
    assert ExitCode.NOT_FOUND == cli("ticket", "say", "zzzz", "x").code
