"""Proof files on the command line, on a desk in memory."""

import json
from dataclasses import replace

import pytest

from supportledger.cli.exit_codes import ExitCode
from supportledger.model.handle import parse_ticket
from supportledger.proof.block_note import block_text, cosign_block
from supportledger.proof.note import KeyKind, Note, SignerKey
from supportledger.proof.witness_policy import WitnessPolicy
from tests.vectors.generate_proofs import FOLDER as VECTORS


@pytest.fixture
def answered(cli, ticket):
    """A ticket with an answer and an internal note."""
    cli("ticket", "answer", ticket, "It waits.", "--signed")
    cli("ticket", "note", ticket, "She is right.")
    return ticket


@pytest.fixture
def file(cli, answered, tmp_path):
    """Its proof file, showing all but the note."""
    path = tmp_path / "proof.json"
    done = cli("proof", "export", answered, "--disclose", "all", "-o", path, "--json")
    assert ExitCode.OK == done.code, done.err
    return path


@pytest.fixture
def trusting(ledger):
    """Options that name the ledger and its last block."""
    here, block = ledger.deployment, ledger.block()
    named = ["--chain-id", str(here.chain_id), "--ledger", str(here.ledger)]
    return [*named, "--code-hash", here.code_hash.hex(), "--block-hash", block.hash.hex()]


def trust_file(path, of, **changes):
    here, block = of.deployment, of.block()
    data = {
        "chainId": here.chain_id,
        "ledger": str(here.ledger),
        "codeHash": "0x" + here.code_hash.hex(),
        "blocks": {str(block.number): "0x" + block.hash.hex()},
    }
    path.write_text(json.dumps(data | changes))
    return path


def test_export_says_what_it_shows(cli, answered, tmp_path):
    """Nothing is shown unless somebody says so, and then the note is not."""
    shown = [
        cli("proof", "export", answered, *options, "-o", tmp_path / str(number), "--json").data["shown"]
        for number, options in enumerate(([], ["--disclose", "body"], ["--withhold", "createdAt"]))
    ]
    assert [[], ["0.body", "1.body"]] == shown[:2]
    assert {"0.body", "0.kind", "1.body", "1.kind"} == set(shown[2])


def test_export_names_the_file_after_the_ticket(cli, answered, tmp_path, monkeypatch):
    """Without -o the file is called as the ticket is."""
    monkeypatch.chdir(tmp_path)
    assert ExitCode.OK == cli("proof", "export", answered).code
    assert (tmp_path / f"{answered}.proof.json").exists()


def test_export_replaces_nothing(cli, answered, file):
    """A file that is there stays as it is, unless it may be replaced."""
    before = file.read_bytes()
    refused = cli("proof", "export", answered, "-o", file)
    assert (ExitCode.CONFLICT, before) == (refused.code, file.read_bytes())
    assert ExitCode.OK == cli("proof", "export", answered, "-o", file, "--force").code
    assert before != file.read_bytes()
    assert [file.name] == [one.name for one in file.parent.glob("*proof*")]


def test_verify(cli, file, trusting):
    """Every required step passes, and the verdict is the exit code."""
    done = cli("proof", "verify", file, *trusting, "--json")
    assert (ExitCode.OK, "verified") == (done.code, done.data["verdict"])
    assert 12 == len(done.data["steps"])


def test_verify_with_a_trust_file(cli, file, ledger, tmp_path):
    """A trust file names ledger and blocks at once."""
    trust = trust_file(tmp_path / "trust.json", ledger)
    assert ExitCode.OK == cli("proof", "verify", file, "--trust", trust, "--offline").code


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"chainId": 1}, (ExitCode.DOES_NOT_HOLD, [2])),
        ({"ledger": "0x" + "11" * 20}, (ExitCode.DOES_NOT_HOLD, [2])),
        ({"codeHash": "0x" + "11" * 32}, (ExitCode.DOES_NOT_HOLD, [2])),
        ({"blocks": {}}, (ExitCode.NOT_FINAL, [])),
    ],
    ids=["chain", "ledger", "code", "no block"],
)
def test_the_ledger_is_the_verifiers(cli, file, ledger, changes, expected):
    """What the verifier means decides, not what the file says."""
    trust = trust_file(file.with_name("trust.json"), ledger, **changes)
    done = cli("proof", "verify", file, "--trust", trust, "--offline", "--json")
    failed = [one["number"] for one in done.data["steps"] if one["result"] == "failed"]
    assert expected == (done.code, failed[:1])


def test_nobody_named_the_ledger(cli, file):
    """Without a ledger to mean, nothing is verified: it is never taken from the file."""
    done = cli("proof", "verify", file, "--offline")
    assert ExitCode.USAGE == done.code
    assert "--chain-id" in done.err


@pytest.mark.parametrize("require", [["--require", "8,12"], ["--require", "8", "--require", "12"]])
def test_require(cli, file, trusting, require):
    """Steps can be required one by one or together; one that cannot be checked is exit code 7."""
    assert ExitCode.NOT_FINAL == cli("proof", "verify", file, *trusting, *require).code
    assert ExitCode.OK == cli("proof", "verify", file, *trusting, "--require", "8,9, 10").code


@pytest.mark.parametrize("require", ["0", "13", "x", "8,,9", "8-9", "²"])
def test_no_such_step(cli, file, trusting, require):
    """What is no step is wrong usage."""
    assert ExitCode.USAGE == cli("proof", "verify", file, *trusting, "--require", require).code


def test_one_character(cli, file, trusting):
    """One other character in a text, and the file is refused at step 9."""
    file.write_bytes(file.read_bytes().replace(b"It waits.", b"It waits!"))
    done = cli("proof", "verify", file, *trusting, "--json")
    failed = [(one["number"], one["entry"]) for one in done.data["steps"] if one["result"] == "failed"]
    assert (ExitCode.DOES_NOT_HOLD, [(9, 1)]) == (done.code, failed)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff", b"[" * 10_000, b'{"format":"supportledger-proof","version":2}']
)
def test_what_is_no_proof_file(cli, file, trusting, content):
    """It is malformed input, told as step 1, without a traceback."""
    file.write_bytes(content)
    done = cli("proof", "verify", file, *trusting, "--json")
    assert (ExitCode.USAGE, "failed") == (done.code, done.data["steps"][0]["result"])
    assert "Traceback" not in done.err
    assert ExitCode.USAGE == cli("proof", "show", file).code
    assert "no proof file that can be read" in cli("proof", "verify", file, *trusting).out


def test_a_file_that_is_not_there(cli, trusting):
    """It is wrong usage."""
    assert ExitCode.USAGE == cli("proof", "verify", "nothing.json", *trusting).code


def test_show(cli, file):
    """A tree of what the file says, with a reminder that nothing was verified."""
    shown = cli("proof", "show", file)
    assert ExitCode.OK == shown.code
    assert "body: It waits." in shown.out
    assert "She is right." not in shown.out
    assert "proof verify" in shown.out
    data = cli("proof", "show", file, "--json").data
    assert (False, 3) == (data["verified"], len(data["entries"]))
    assert ["body", "createdAt", "kind"] == data["entries"][2]["withheld"]


def test_redact(cli, file, trusting, tmp_path):
    """A file that shows less verifies as before, and says how much less it shows."""
    less = tmp_path / "less.json"
    done = cli("proof", "redact", file, "--withhold", "body", "-o", less)
    assert (ExitCode.OK, True) == (done.code, "2 less than before" in done.out)
    assert b"It waits." not in less.read_bytes()
    assert ExitCode.OK == cli("proof", "verify", less, *trusting, "--require", "8,9").code


def test_a_note_is_exported_by_its_number_only(cli, answered, tmp_path):
    """Whoever wants to hand out an internal note has to name it."""
    path = tmp_path / "note.json"
    cli("proof", "export", answered, "--disclose", "2.body", "-o", path)
    assert "She is right." in path.read_text("utf-8")


def test_what_was_altered_is_not_handed_out(cli, answered, store, tmp_path):
    """A content that does not match its commitment any more makes no proof file."""
    found = parse_ticket(answered)
    contents = store.contents(store.find(found)[0]).held[1]
    altered = type(contents).create({"body": "It is done.", "kind": "answer", "createdAt": 1})
    _replace_content(store, contents, altered)
    done = cli("proof", "export", answered, "-o", tmp_path / "x.json", "--json")
    assert (ExitCode.DOES_NOT_HOLD, 9) == (done.code, done.data["error"]["step"])
    assert not (tmp_path / "x.json").exists()


def _replace_content(store, before, after):
    """Alter what the store holds, behind its back."""
    key = next(key for key, kept in store._contents.items() if kept.fields == before)
    store._contents[key] = replace(store._contents[key], fields=after)


def test_export_names_one_thing(cli, answered):
    """A ticket or a receipt, not both and not neither."""
    digest = "0x" + "11" * 32
    for arguments in ([], [answered, "--receipt", digest], ["--receipt", digest, "--disclose", "body"]):
        assert ExitCode.USAGE == cli("proof", "export", *arguments).code
    assert ExitCode.NOT_FOUND == cli("proof", "export", "--receipt", digest).code
    assert ExitCode.USAGE == cli("proof", "export", "--receipt", "0x11").code


def test_a_kept_promise_is_no_absence(cli, ticket, ledger):
    """For an action that came, there is nothing to export."""
    done = cli("ticket", "reply", ticket, "still nothing", "--signed", "--json")
    refused = cli("proof", "export", "--receipt", done.data["receipt"]["digest"], "--json")
    assert (ExitCode.DOES_NOT_HOLD, 3) == (refused.code, refused.data["error"]["step"])


def test_an_absence_is_shown_and_verified(cli):
    """The second kind of file goes through the same commands; only redacting it makes no sense."""
    folder = VECTORS / "absent-reply"
    shown = cli("proof", "show", folder / "proof.json")
    assert (ExitCode.OK, True) == (shown.code, "Promised, and not there" in shown.out)
    data = cli("proof", "show", folder / "proof.json", "--json").data
    assert ("Reply", True) == (data["promised"]["action"], data["ticket_exists"])
    verified = cli("proof", "verify", folder / "proof.json", "--trust", folder / "trust.json", "--offline")
    assert ExitCode.OK == verified.code
    redacted = cli("proof", "redact", folder / "proof.json", "--withhold", "body", "-o", "-")
    assert ExitCode.USAGE == redacted.code


@pytest.mark.parametrize("names", [2, 1])
def test_witnesses_instead_of_a_node(cli, file, trusting, ledger, names):
    """A block that enough witnesses have cosigned is trusted without anybody's node."""
    keys = [SignerKey(f"w{n}.example", bytes([n]) * 32, KeyKind.COSIGNATURE) for n in (1, 2, 3)]
    chain, block = ledger.deployment.chain_id, ledger.block()
    signed = tuple(cosign_block(key, chain, block.number, block.hash, 1) for key in keys[:names])
    note, policy = file.with_name("block.note"), file.with_name("witnesses")
    note.write_bytes(Note(block_text(chain, block.number, block.hash), signed).to_bytes())
    policy.write_text(str(WitnessPolicy.of(2, [key.verifier for key in keys])))
    options = ["--cosigned", note, "--witnesses", policy, "--require", "8"]
    code = ExitCode.OK if names == 2 else ExitCode.DOES_NOT_HOLD
    assert code == cli("proof", "verify", file, *trusting[:6], *options).code


def test_witnesses_and_what_they_signed_belong_together(cli, file, trusting):
    """One without the other is wrong usage."""
    for option in ("--cosigned", "--witnesses"):
        assert ExitCode.USAGE == cli("proof", "verify", file, *trusting[:4], option, file).code


def test_lines_that_no_anchor_covers(cli, answered, tmp_path):
    """Whoever exports is told what the file does not show."""
    cli("ticket", "say", answered, "and another thing")
    done = cli("proof", "export", answered, "-o", tmp_path / "x.json")
    assert (ExitCode.OK, True) == (done.code, "no anchor covers it: 1 line" in done.err)


def test_a_future_version_says_what_to_do(cli, file, trusting):
    """People and programs are told to use a newer program."""
    file.write_bytes(file.read_bytes().replace(b'"version":1', b'"version":2'))
    assert "Hint: Use a newer supportledger." in cli("proof", "verify", file, *trusting).out
    data = cli("proof", "verify", file, *trusting, "--json").data
    assert "Use a newer supportledger." == data["steps"][0]["hint"]
