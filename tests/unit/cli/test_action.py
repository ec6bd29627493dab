"""What waits can be seen, and finished, from the command line."""

import pytest

from supportledger.cli.exit_codes import ExitCode
from supportledger.errors import InsufficientFunds, RpcUnavailable

MISSING = "0x12 has 0 ether, and needs up to 0.01 to send this"
HINT = "Send ether to it, or let an account act that has some."


def raises(error):
    raise error


@pytest.fixture
def waiting(cli, ledger, monkeypatch):
    """The handle of a ticket whose opening waits: its author has no ether."""
    monkeypatch.setattr(ledger, "open", lambda *_: raises(InsufficientFunds(MISSING, hint=HINT)))
    monkeypatch.setattr(ledger, "open_many", lambda *_, **__: raises(InsufficientFunds(MISSING, hint=HINT)))
    found = cli("ticket", "open", "Question", "--json")
    assert "insufficient-funds" == found.data["error"]["code"]
    assert "`supportledger action recover`" in found.data["error"]["hint"]
    [action] = cli("action", "list", "--json").data["actions"]
    return action["handle"]


def test_what_waits_is_listed(cli, waiting) -> None:
    """With the ticket, what is done, by whom, and how far it has come."""
    [action] = cli("action", "list", "--json").data["actions"]
    expected = {"handle": waiting, "action": "Open", "delivery": "stored", "index": None}
    assert expected == {name: action[name] for name in expected}
    for said in (waiting, "customer", "stored", "supportledger action recover"):
        assert said in cli("action", "list").out


def test_what_hinders_it_is_said(cli, waiting) -> None:
    """As long as there is no ether it waits, with what is missing and what to do."""
    found = cli("action", "recover", "--json")
    assert ExitCode.NOT_PERMITTED == found.code
    [left] = found.data["waiting"]
    assert (waiting, HINT) == (left["handle"], left["hint"])
    assert left["reason"] == f"insufficient-funds: {MISSING}"
    shown = cli("action", "recover")
    assert ExitCode.NOT_PERMITTED == shown.code
    assert "Send ether to it" in shown.out


def test_after_the_hindrance_is_gone(cli, ledger, store, monkeypatch) -> None:
    """What waited is on the ledger, once, and said to be finished."""
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "open", lambda *_: raises(RpcUnavailable("the node is away")))
        assert ExitCode.UNREACHABLE == cli("ticket", "open", "Question").code
    found = cli("action", "recover", "--json")
    assert (ExitCode.OK, 1, []) == (found.code, len(found.data["finished"]), found.data["waiting"])
    [draft] = store.drafts()
    assert 1 == len(ledger.entries(draft.ticket))
    again = cli("action", "recover")
    assert (ExitCode.OK, True) == (again.code, "No action waits" in again.out)
    assert [] == cli("action", "list", "--json").data["actions"]


def test_what_was_rejected_is_listed_when_asked_for(cli, ticket) -> None:
    """With the reason."""
    assert ExitCode.OK != cli("ticket", "rate", ticket, "5").code
    [found] = cli("action", "list", "--status", "rejected", "--json").data["actions"]
    assert (ticket, "Rate") == (found["handle"], found["action"])
    assert found["reason"]


def test_the_status_counts_what_waits(cli, waiting) -> None:
    """Whoever looks at the whole sees that something waits."""
    assert 1 == cli("status", "--json", "--rpc", "http://127.0.0.1:1").data["actions_waiting"]


def test_pages(cli, ledger, monkeypatch) -> None:
    """A long list is read page by page, each action once."""
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "open", lambda *_: raises(RpcUnavailable("the node is away")))
        for at in range(5):
            cli("ticket", "open", f"Question {at}")
    first = cli("action", "list", "--limit", "3", "--json").data
    rest = cli("action", "list", "--limit", "3", "--after", first["next"], "--json").data
    assert ([3, 2], None) == ([len(one["actions"]) for one in (first, rest)], rest["next"])
    assert 5 == len({one["key"] for page in (first, rest) for one in page["actions"]})


@pytest.mark.parametrize("key", ["zz", "0x12", ""])
def test_a_key_that_is_none(cli, key) -> None:
    """What cannot be a key is refused, with where to find one."""
    found = cli("action", "list", "--after", key)
    assert ExitCode.USAGE == found.code
    assert "supportledger action list" in found.err


def test_in_chinese(cli, waiting, chinese) -> None:
    """What happened and what to do are in the reader's language."""
    assert "完成现在能完成的操作" in cli("action", "list").out
    tried = cli("action", "recover").out
    assert ("给它转入以太币" in tried, "发送此操作最多需要" in tried) == (True, True)
