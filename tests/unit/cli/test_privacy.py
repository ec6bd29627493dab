"""Privacy on the command line: who read what, as it is said and how each run ends."""

import pytest

from supportledger.chain.signer import local_signer
from supportledger.cli import language, messages
from supportledger.cli.exit_codes import ExitCode
from supportledger.errors import StoreFull


@pytest.fixture
def chinese():
    language.use("zh-CN")
    messages._templates.cache_clear()
    yield
    language.use("en")
    messages._templates.cache_clear()


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
