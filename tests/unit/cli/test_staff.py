"""Staff on the command line: invited, listed, changed, disabled, and let in again."""

from datetime import UTC, datetime

import pytest

from supportledger.cli.exit_codes import ExitCode
from supportledger.cli.staff import ROLES, WAYS
from supportledger.desk.people.invitations import Invitations
from supportledger.desk.people.people import People
from supportledger.desk.people.sessions import Sessions, Way
from supportledger.model.people import Role
from supportledger.store.memory import MemoryStore


class LedgerClock:
    """The time of the ledger."""

    def __init__(self, ledger):
        self._ledger = ledger

    def now(self):
        return datetime.fromtimestamp(self._ledger.now(), UTC)


@pytest.fixture(autouse=True)
def at_home(monkeypatch):
    """No setting of whoever runs this."""
    monkeypatch.setenv("SUPPORTLEDGER_PUBLIC_URL", "https://desk.example")
    monkeypatch.delenv("SUPPORTLEDGER_SMTP", raising=False)


@pytest.fixture
def store(ledger):
    """A store whose papers expire by the time of the ledger."""
    return MemoryStore(ledger.deployment, now=ledger.now)


@pytest.fixture
def people(store, ledger):
    return People(store.cabinet, store.vault, LedgerClock(ledger))


@pytest.fixture
def lin(cli):
    """Lin's invitation."""
    return cli("staff", "invite", "Lin", "--role", "agent", "--mail", "lin@desk.example", "--json").data


def test_an_invitation_is_a_link_that_works(cli, store, people, lin):
    """Whoever opens the link that was shown has the account; it was not sent, and that is said."""
    assert lin["link"].startswith("https://desk.example/sign-in/invitation?token=")
    assert (["agent"], None, False) == (lin["roles"], lin["queues"], lin["is_sent"])
    invitations = Invitations(store.cabinet, people, "", "")
    account = invitations.accept(lin["link"].partition("=")[2])
    assert ("Lin", "lin@desk.example", lin["id"]) == (account.name, account.mail, account.id.hex())


def test_an_invitation_is_shown_to_people(cli):
    """People are shown the link, how long it works, and that they hand it over themselves."""
    found = cli("staff", "invite", "Lin", "--role", "admin")
    assert ExitCode.OK == found.code
    assert "Invited Lin" in found.out
    assert "https://desk.example/sign-in/invitation?token=" in found.out
    assert "hand the link over yourself" in found.out


def test_staff_are_listed(cli, lin):
    """Everybody who works here is listed, with roles, queues and state."""
    cli("staff", "invite", "Ana", "--role", "agent", "--role", "supervisor", "--queue", "billing")
    cli("staff", "disable", "Ana")
    listed = cli("staff", "list", "--json").data["staff"]
    assert [("Ana", ["agent", "supervisor"], ["billing"]), ("Lin", ["agent"], None)] == [
        (one["name"], one["roles"], one["queues"]) for one in listed
    ]
    shown = cli("staff", "list").out
    assert "billing" in shown
    assert "disabled" in shown


def test_nobody_is_listed_as_what_to_do(cli):
    """At a desk without staff, the way to the first one is told."""
    assert "staff invite NAME --role admin" in cli("staff", "list").out


def test_roles_are_replaced(cli, people, lin):
    """What somebody is to the desk is what was said last."""
    found = cli("staff", "roles", "lin@desk.example", "--role", "auditor", "--queue", "billing", "--json")
    assert (["auditor"], ["billing"]) == (found.data["roles"], found.data["queues"])
    assert {Role.AUDITOR} == people.find("Lin").roles


def test_a_disabled_account_is_enabled_again(cli, people, lin):
    """Disabling and enabling take effect at once."""
    assert cli("staff", "disable", "Lin", "--json").data["disabled_at"] is not None
    assert people.find("Lin").rights == frozenset()
    assert cli("staff", "enable", "Lin", "--json").data["disabled_at"] is None


def test_who_lost_a_passkey_gets_a_link(cli, store, people, lin):
    """A new link ends sessions, and the link from before."""
    sessions = Sessions(store.cabinet, people)
    token = sessions.open(people.find("Lin"), Way.PASSKEY).token
    found = cli("staff", "recover", "Lin", "--json").data
    assert "public" == sessions.visitor(token).via
    assert found["link"] != lin["link"]
    assert "may come in again" in cli("staff", "recover", "Lin", "--second-factor").out


def test_sessions_are_listed_and_ended(cli, store, people, lin):
    """Where somebody is signed in is listed, without anything that lets in, and ended."""
    sessions = Sessions(store.cabinet, people)
    assert "signed in nowhere" in cli("staff", "sessions", "Lin").out
    token = sessions.open(people.find("Lin"), Way.PASSKEY, agent="Firefox").token
    found = cli("staff", "sessions", "Lin", "--json")
    assert [(["passkey"], "Firefox")] == [(one["ways"], one["agent"]) for one in found.data["sessions"]]
    assert token not in found.out
    assert "Firefox" in cli("staff", "sessions", "Lin").out
    assert "Ended 1 session" in cli("staff", "sessions", "Lin", "--end").out
    assert "public" == sessions.visitor(token).via


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("list", "--role", "x"), ExitCode.USAGE),
        (("invite", "Ana", "--role", "customer"), ExitCode.USAGE),
        (("invite", "Ana"), ExitCode.USAGE),
        (("invite", "Ana", "--role", "agent", "--mail", "x"), ExitCode.USAGE),
        (("invite", "Ana", "--role", "agent", "--mail", "LIN@desk.example"), ExitCode.CONFLICT),
        (("disable", "Nobody"), ExitCode.NOT_FOUND),
        (("recover", "Nobody"), ExitCode.NOT_FOUND),
    ],
)
def test_what_cannot_be_is_refused(cli, lin, words, code):
    """Wrong names, roles and addresses end with the code that says so."""
    assert code == cli("staff", *words, "--json").code


def test_a_disabled_account_is_not_let_in(cli, lin):
    """Nobody gets a link to an account that is disabled."""
    cli("staff", "disable", "Lin")
    assert ExitCode.NOT_PERMITTED == cli("staff", "recover", "Lin").code


def test_words_are_those_of_the_desk():
    """Roles and ways on the command line are those that there are."""
    assert set(Role) - {Role.CUSTOMER} == set(ROLES)
    assert set(Way) == set(WAYS)


def test_staff_are_told_in_chinese(cli, chinese):
    """Who reads Chinese is told in Chinese."""
    assert "已邀请" in cli("staff", "invite", "Lin", "--role", "agent").out
