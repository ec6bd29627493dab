"""Privacy on the command line: who read what, as it is said and how each run ends."""

import json

import pytest

from supportledger.chain.signer import local_signer
from supportledger.cli import language
from supportledger.cli.exit_codes import ExitCode
from supportledger.errors import StoreFull
from supportledger.model.ids import keccak


@pytest.fixture
def chinese():
    language.use("zh-CN")
    yield
    language.use("en")


def test_readings_are_listed(cli, ticket):
    """Whoever is shown texts is listed with what, when and why; the audit is not about one ticket."""
    assert "Nobody has read it." in cli("privacy", "reads", ticket).out
    cli("ticket", "say", ticket, "One more thing")
    cli("ticket", "show", ticket, "--reason", "escalated by phone", "--as", "agent")
    cli("ticket", "history", ticket)
    cli("ticket", "lines", ticket, "--reason", "quality check")
    assert ExitCode.OK == cli("audit").code
    found = cli("privacy", "reads", ticket, "--json")
    assert [
        (str(local_signer("agent").address), "ticket", "escalated by phone"),
        (None, "ticket", "support"),
        (None, "conversation", "quality check"),
    ] == [(one["reader"], one["what"], one["reason"]) for one in found.data["reads"]]
    shown = cli("privacy", "reads", ticket).out
    assert "escalated by phone" in shown
    assert "3 readings" in shown


def test_nothing_is_shown_without_a_record(cli, ticket, logs, monkeypatch):
    """When the reading cannot be put on record, no text is shown, and the error says so."""

    def full(*_args, **_named):
        raise StoreFull("no space left on the disk")

    monkeypatch.setattr(logs, "remember", full)
    for command in (("ticket", "show"), ("ticket", "history")):
        found = cli(*command, ticket, "--json")
        assert (ExitCode.UNREACHABLE, "not-on-record") == (found.code, found.data["error"]["code"])
        assert "My withdrawal is missing" not in found.out + found.err
    audited = cli("audit")
    assert ExitCode.OK == audited.code
    assert "could not be put on record: nothing is shown" in audited.err


@pytest.mark.parametrize("reason", ["", "x" * 501])
def test_a_reason_must_be_one(cli, ticket, reason):
    """An empty reason is refused."""
    assert ExitCode.USAGE == cli("ticket", "show", ticket, "--reason", reason).code


def test_in_chinese(cli, ticket, chinese):
    """Readings are listed in the reader's language."""
    cli("ticket", "show", ticket)
    shown = cli("privacy", "reads", ticket).out
    assert "工单" in shown
    assert "1 次查看" in shown


# -- erasing, holding, handing over --------------------------------------------------------------------------


@pytest.fixture
def anchorer(ledger):
    """Let the admin anchor."""
    ledger.grant(local_signer("admin"), keccak(b"ANCHORER_ROLE"), local_signer("admin").address)


@pytest.fixture
def closed(cli, ticket):
    """The handle of a closed ticket."""
    assert ExitCode.OK == cli("ticket", "close", ticket, "--reason", "Thank you").code
    return ticket


def test_erasing(cli, closed, anchorer):
    """A closed ticket is erased and the line anchored; it verifies with a note, and shows no text."""
    made = cli("privacy", "erase", closed, "--reason", "retention-over", "--as", "admin", "--json").data
    assert ("erased", "retention over") == (made["step"], made["ground"])
    assert str(local_signer("admin").address) == made["actor"]
    assert made["anchored_at"]
    shown = cli("ticket", "show", closed)
    assert "erased: " in shown.out
    assert "My withdrawal is missing" not in shown.out
    entries = cli("ticket", "show", closed, "--json").data["entries"]
    assert all(one["erased_at"] and one["body"] is None for one in entries)
    verified = cli("ticket", "verify", closed)
    assert ExitCode.OK == verified.code
    assert "erased on purpose" in verified.out
    again = cli("privacy", "erase", closed, "--as", "admin")
    assert (ExitCode.OK, True) == (again.code, "anchored on the ledger" in again.out)


def test_erasing_without_an_anchor(cli, closed):
    """Without an anchorer it is erased all the same; that it is not anchored yet is said, and is no pass."""
    erased = cli("privacy", "erase", closed)
    assert ExitCode.OK == erased.code
    assert "is not anchored yet" in erased.err
    assert ExitCode.NOT_FINAL == cli("ticket", "verify", closed).code
    assert "not yet" in cli("privacy", "list").out


def test_what_goes_on_is_not_erased(cli, ticket):
    """An open ticket is refused, and what to do is said."""
    refused = cli("privacy", "erase", ticket)
    assert ExitCode.CONFLICT == refused.code
    assert "supportledger ticket close" in refused.err


def test_a_ground_is_one_of_few_words(cli, closed):
    """Everybody may read the ground, so nobody writes names there."""
    assert ExitCode.USAGE == cli("privacy", "erase", closed, "--reason", "Mr Smith asked").code


def test_holding(cli, closed, logs):
    """A hold stops erasing until it is released; the list says why it is held, and the log does not."""
    assert "Nothing was erased" in cli("privacy", "list").out
    held = cli("privacy", "hold", closed, "--reason", "court case", "--json").data
    assert ("court case", None) == (held["hold_reason"], held["erased_at"])
    assert "court case" in cli("privacy", "list").out
    refused = cli("privacy", "erase", closed)
    assert (ExitCode.CONFLICT, True) == (refused.code, "privacy release" in refused.err)
    assert ExitCode.OK == cli("privacy", "release", closed).code
    assert ExitCode.NOT_FOUND == cli("privacy", "release", closed).code
    assert ExitCode.OK == cli("privacy", "erase", closed, "--no-anchor").code
    assert "erased" in cli("privacy", "list").out
    assert not any(b"court" in line for line in logs._logs["privacy"].lines)


def test_handing_over(cli, closed, tmp_path):
    """An export has all that is held, in a file that nobody finds replaced; making it is on record."""
    cli("ticket", "say", closed, "One more thing")
    cli("ticket", "show", closed, "--reason", "escalated by phone")
    file = tmp_path / "everything.json"
    made = cli("privacy", "export", closed, "-o", file, "--json").data
    assert 0o600 == file.stat().st_mode & 0o777
    assert (2, 1, 1) == (made["entries"], made["conversation"], made["reads"])
    found = json.loads(file.read_text())
    assert ("supportledger-privacy-export", 1) == (found["format"], found["version"])
    values = {one["name"]: one["value"] for one in found["entries"][0]["fields"]}
    assert "My withdrawal is missing" == values["body"]
    assert all(len(one["salt"]) == 66 for one in found["entries"][0]["fields"])
    assert "escalated by phone" == found["reads"][0]["reason"]
    assert ExitCode.CONFLICT == cli("privacy", "export", closed, "-o", file).code
    last = cli("privacy", "reads", closed, "--json").data["reads"][1]
    assert ("export", "the person asked for it") == (last["what"], last["reason"])


def test_handing_over_what_is_left(cli, closed, tmp_path):
    """Of an erased ticket, an export has no text, and says since when."""
    cli("privacy", "erase", closed, "--no-anchor")
    file = tmp_path / "left.json"
    assert ExitCode.OK == cli("privacy", "export", closed, "-o", file).code
    found = json.loads(file.read_text())
    assert found["erased_at"]
    assert [None, None] == [one["fields"] for one in found["entries"]]
    assert 2 == len(found["privacy"])
    assert "withdrawal" not in file.read_text()


@pytest.mark.parametrize("name", ["reads", "privacy"])
def test_nobody_writes_by_hand(cli, closed, name):
    """Lines of the desk's own logs are not appended from the command line."""
    cli("ticket", "show", closed)
    cli("privacy", "hold", closed, "--reason", "court case")
    assert ExitCode.USAGE == cli("log", "append", name, "a line").code
