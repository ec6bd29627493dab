"""Agents, promises, queues, people, keys, webhooks, contacts, audits and figures, as staff work with them."""

import re
import time

import pytest

from supportledger.desk.audit_runs import Run
from supportledger.desk.figures.keeping import Keeping
from supportledger.model.ids import Address
from supportledger.model.people import GRANTS, Right, Role
from supportledger.ports.cabinet import Paper
from supportledger.web.limits import READING
from tests.unit.web.console.conftest import HOSTILE, file

ROOMS = {
    "/console": Right.LIST,
    "/console/views/new": Right.LIST,
    "/console/events": Right.LIST,
    "/console/new": Right.OPEN,
    "/console/agents": Right.REGISTRY,
    "/console/policies": Right.REGISTRY,
    "/console/queues": Right.REGISTRY,
    "/console/macros": Right.ANSWER,
    "/console/people": Right.PEOPLE,
    "/console/keys": Right.KEYS,
    "/console/webhooks": Right.WEBHOOKS,
    "/console/contacts": Right.CONTACTS,
    "/console/audit": Right.AUDIT,
    "/console/figures": Right.FIGURES,
    "/console/figures/opened": Right.FIGURES,
}
STAFF = [one for one in Role if one is not Role.CUSTOMER]
NEWCOMER = "0x00000000219ab540356cBB839Cbe05303d7705Fa"


@pytest.fixture
def admin(browser):
    return browser(Role.ADMIN, name="Dana", identity="admin")


@pytest.fixture
def certifier(browser):
    return browser(Role.CERTIFIER, name="Chen", identity="certifier")


@pytest.fixture
def auditor(browser):
    return browser(Role.AUDITOR, name="Alma", identity="anchorer")


@pytest.mark.parametrize("room", [one for one in ROOMS if one != "/console/events"])
@pytest.mark.parametrize("role", STAFF)
def test_each_room_is_for_those_who_may(browser, role, room):
    """A room opens for whoever has its right, and for nobody else; some begin elsewhere."""
    answer = browser(role).get(room)
    may = ROOMS[room] in GRANTS[role]
    is_sent_on = room == "/console" and not may
    assert (200 if may else 303 if is_sent_on else 403) == answer.status_code


@pytest.mark.parametrize("room", ROOMS)
def test_nobody_in_particular_signs_in_first(browser, room):
    """Whoever is not signed in is asked to, and comes back."""
    answer = browser().get(room)
    assert 303 == answer.status_code
    assert answer.headers["location"].startswith("/sign-in?to=")


def test_certificates_are_given_and_ended(certifier, front):
    """A certifier certifies, suspends, reinstates; revokes only when they say that they mean it."""
    said = {"account": NEWCOMER, "days": "30", "tier": "2", "skill": ["wallet"], "speaks": ["zh"]}
    assert 303 == certifier.post("/console/agents", data=said).status_code
    page = f"/console/agents/{NEWCOMER}"
    shown = certifier.get(page).text
    assert "wallet" in shown
    assert "Certified" in shown
    assert 303 == certifier.post(f"{page}/suspend").status_code
    assert "Suspended" in certifier.get(page).text
    assert 303 == certifier.post(f"{page}/reinstate").status_code
    assert 422 == certifier.post(f"{page}/revoke").status_code
    assert 303 == certifier.post(f"{page}/revoke", data={"sure": "yes"}).status_code
    assert not front.desk.agents.show(Address.parse(NEWCOMER)).is_in_force


def test_a_transaction_needs_a_key_at_hand(browser, front):
    """Who has only a wallet in the browser is told where to unlock a keystore; nothing is certified."""
    locked, before = browser(Role.CERTIFIER, name="Cleo"), len(front.desk.agents.list())
    answer = locked.post("/console/agents", data={"account": NEWCOMER, "days": "30", "tier": "2"})
    assert 422 == answer.status_code
    assert "unlock your keystore on the page of your account" in answer.text
    assert before == len(front.desk.agents.list())


def test_reasons_are_for_whom_they_concern(certifier, browser, front):
    """Why somebody was suspended is seen by certifiers, auditors and them, as text, not by colleagues."""
    account, why = front.desk.cast.keys.address("senior"), "<b>Shared</b> a password"
    page = f"/console/agents/{account}"
    assert 303 == certifier.post(f"{page}/suspend", data={"reason": why}).status_code
    shown = "&lt;b&gt;Shared&lt;/b&gt; a password"
    auditor, own = browser(Role.AUDITOR), browser(Role.AGENT, name="Sam", identity="senior")
    colleague = browser(Role.AGENT, name="Lin", identity="agent")
    seen = [shown in one.get(page).text for one in (certifier, auditor, own, colleague)]
    assert [True, True, True, False] == seen
    assert 422 == certifier.post(f"{page}/reinstate", data={"reason": "x" * 501}).status_code
    assert 303 == certifier.post(f"{page}/revoke", data={"sure": "yes", "reason": "Again"}).status_code
    assert {why, "Again"} == set(front.desk.agents.reasons(account).values())


@pytest.mark.parametrize(
    ("field", "value"), [("account", "0x12"), ("account", ""), ("days", "0"), ("days", "x"), ("tier", "999")]
)
def test_a_certificate_that_cannot_be(certifier, field, value):
    """What is wrong is told beside its field, and what was typed is kept."""
    said = {"account": NEWCOMER, "days": "30", "tier": "2", "credential": "Course 7", field: value}
    answer = certifier.post("/console/agents", data=said)
    assert 422 == answer.status_code
    assert f'id="{field}-wrong"' in answer.text
    assert "Course 7" in answer.text


def test_a_promise_is_read_before_it_is_published(supervisor, front):
    """The first time it is only shown in words; only who has seen it publishes it."""
    said = {"first_response": "30m", "resolution": "2d", "levels": "1", "escalate_every": "10m", "tier": "1"}
    before = len(front.desk.policies.list())
    shown = supervisor.post("/console/policies", data=said)
    assert "First answer: within 30m." in shown.text
    assert before == len(front.desk.policies.list())
    assert 303 == supervisor.post("/console/policies", data={**said, "sure": "yes"}).status_code
    assert before + 1 == len(front.desk.policies.list())
    assert 303 == supervisor.post(f"/console/policies/{before + 1}/retire").status_code
    assert "retired" in supervisor.get("/console/policies").text


@pytest.mark.parametrize(
    "said", [{"first_response": "soon"}, {"levels": "1", "escalate_every": "1m"}, {"hours": "never"}]
)
def test_a_promise_that_cannot_be(supervisor, said):
    """It is told what is wrong, and nothing is published."""
    answer = supervisor.post("/console/policies", data={**said, "tier": "1", "sure": "yes"})
    assert 422 == answer.status_code
    assert 'role="alert"' in answer.text


def test_queues(supervisor, front):
    """A queue is made, changed by who saw its last form, and removed while it is empty."""
    said = {"name": "vip", "title_en": HOSTILE[:60], "languages": "en, zh", "rank": "5", "version": "0"}
    assert 303 == supervisor.post("/console/queues", data=said).status_code
    assert ("en", "zh") == front.queues.get("vip").languages
    assert "<script>alert" not in supervisor.get("/console/queues?edit=vip").text
    assert 422 == supervisor.post("/console/queues", data={**said, "version": "7"}).status_code
    assert 422 == supervisor.post("/console/queues", data={**said, "name": "No!"}).status_code
    assert 303 == supervisor.post("/console/queues/vip/remove").status_code
    assert 422 == supervisor.post("/console/queues/general/remove").status_code


def test_somebody_is_invited(admin, front):
    """The link is shown once; roles and queues are as they were chosen."""
    said = {"name": "New Agent", "mail": "new@desk.example", "role": ["agent"], "queue": ["general"]}
    made = admin.post("/console/people", data=said)
    assert "/sign-in/invitation?token=" in made.text
    assert "/sign-in/invitation?token=" not in admin.get("/console/people").text
    account = front.people.by_mail("new@desk.example")
    assert (frozenset({Role.AGENT}), frozenset({"general"})) == (account.roles, account.queues)
    again = admin.post("/console/people", data=said)
    assert 422 == again.status_code
    assert 'id="mail-wrong"' in again.text
    assert 422 == admin.post("/console/people", data={"name": "x"}).status_code


def test_people_are_changed(admin, front):
    """Roles are set, sessions end, accounts are disabled; nobody locks themselves out by it."""
    other = front.people.add("Bob", [Role.AGENT])
    page = f"/console/people/{other.id}"
    assert 303 == admin.post(f"{page}/roles", data={"role": ["auditor"], "all_queues": "yes"}).status_code
    assert frozenset({Role.AUDITOR}) == front.people.get(other.id).roles
    assert 303 == admin.post(f"{page}/sessions").status_code
    assert 303 == admin.post(f"{page}/disable").status_code
    assert "disabled" in admin.get(page).text
    assert 422 == admin.post(f"{page}/again").status_code
    assert 303 == admin.post(f"{page}/enable").status_code
    assert "/sign-in/invitation?token=" in admin.post(f"{page}/again").text
    own = f"/console/people/{admin.account.id}"
    assert 422 == admin.post(f"{own}/roles", data={"role": ["agent"]}).status_code
    assert 422 == admin.post(f"{own}/disable").status_code
    assert front.people.get(admin.account.id).disabled_at is None


def test_keys(agent, front):
    """A key's secret is shown once, opens what it may, and does nothing when it was revoked."""
    made = agent.post("/console/keys", data={"label": "bot", "days": "7", "scope": ["tickets.list"]})
    token = re.search(r"slk_[A-Za-z0-9_-]+", made.text)[0]
    assert token not in agent.get("/console/keys").text
    assert "tickets.list" in agent.get("/console/keys").text
    beyond = agent.post("/console/keys", data={"label": "bot", "scope": ["audit.run"]})
    assert 422 == beyond.status_code
    assert 422 == agent.post("/console/keys", data={"label": "bot"}).status_code
    (key,) = front.api_keys.of(agent.account.id)
    assert 303 == agent.post(f"/console/keys/{key.id}/revoke").status_code
    assert [] == front.api_keys.of(agent.account.id)


def test_keys_of_others_stay(agent, browser, front):
    """Nobody revokes a key that is not theirs."""
    other = browser(Role.AGENT, name="Bob")
    other.post("/console/keys", data={"label": "bot", "scope": ["tickets.list"]})
    (key,) = front.api_keys.of(other.account.id)
    assert 404 == agent.post(f"/console/keys/{key.id}/revoke").status_code


def test_webhooks(admin, front):
    """An endpoint is told after it was added; its secret is shown once, and its log can be looked at."""
    made = admin.post("/console/webhooks", data={"url": "https://hooks.example/in", "wants": "ticket.*"})
    assert "whsec_" in made.text
    (endpoint,) = front.webhooks.list()
    page = f"/console/webhooks/{endpoint.id}"
    assert "whsec_" not in admin.get(page).text
    assert "whsec_" in admin.post(f"{page}/rotate").text
    for verb in ("disable", "enable", "replay", "remove"):
        assert 303 == admin.post(f"{page}/{verb}").status_code
    assert [] == front.webhooks.list()


@pytest.mark.parametrize(
    "url", ["http://hooks.example/", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/", "x"]
)
def test_webhooks_lead_out(admin, url):
    """An address that is not public is refused beside its field."""
    answer = admin.post("/console/webhooks", data={"url": url})
    assert 422 == answer.status_code
    assert 'id="url-wrong"' in answer.text


def test_contacts(certifier, front):
    """A contact is added, shown with who vouches for it, and revoked."""
    said = {"kind": "mail", "value": "help@desk.example"}
    assert 303 == certifier.post("/console/contacts", data=said).status_code
    assert "help@desk.example" in certifier.get("/console/contacts").text
    wrong = certifier.post("/console/contacts", data={"kind": "mail", "value": "nobody"})
    assert 422 == wrong.status_code
    assert 'id="value-wrong"' in wrong.text
    front.desk.ledger.advance(60)
    assert 303 == certifier.post("/console/contacts/revoke", data=said).status_code
    assert [] == front.contacts.official()


def test_an_audit_outlives_its_request(auditor, front, ticket):
    """It runs to its end, its report is kept, and that all texts were gone through is on record."""
    assert ticket
    front.desk.sync()
    run, worker = front.audit_runs.start("Alma", front.desk.cast.keys.address("anchorer"))
    worker.join(60)
    shown = auditor.get(f"/console/audit/{run.id}").text
    assert "everything holds" in shown
    assert "done" == front.audit_runs.get(run.id).state
    assert run.id in auditor.get("/console/audit").text


def test_one_audit_at_a_time(auditor, front):
    """While one is heard of, another does not begin; one that is silent for long is told as broken off."""
    now = front.people.now
    data = {name: getattr(Run("r", "Alma", now, heard_at=now), name) for name in ("by", "began_at", "state")}
    data |= {"stage": "", "steps": 0, "done": 0, "heard_at": now, "why": "", "report": {}}
    paper = front.cabinet.write(Paper("audit", "r", data))[0]
    assert 422 == auditor.post("/console/audit").status_code
    assert "It is running" in auditor.get("/console/audit/r").text
    front.cabinet.write(Paper("audit", "r", data | {"heard_at": now - 1_000}, paper.version))
    assert "broken off" in auditor.get("/console/audit/r").text


def test_figures_have_definitions_and_rows(supervisor, auditor, front, ticket):
    """Each figure leads to what it means and to the rows that it is made of, as a table, too."""
    assert ticket
    _keep_facts(front)
    for reader in (supervisor, auditor):
        shown = reader.get("/console/figures?group=queue&days=7").text
        assert 'href="/console/figures/opened?' in shown
        one = reader.get("/console/figures/opened").text
        assert ticket.handle in one
        assert "Tickets that were opened." in one
        table = reader.get("/console/figures/opened/rows.csv")
        assert "text/csv" in table.headers["content-type"]
        assert ticket.handle in table.text


@pytest.mark.parametrize("query", ["since=soon", "since=2026-05-01&until=2025-01-01", "zone=Mars/Olympus"])
def test_a_period_that_cannot_be(supervisor, query):
    """It is told what is wrong, and figures of the usual period are shown."""
    answer = supervisor.get(f"/console/figures?{query}")
    assert 422 == answer.status_code
    assert 'id="since-wrong"' in answer.text


def test_a_table_is_no_program(supervisor, front):
    """What people named cannot become a formula in a program for tables."""
    ticket = front.desk.tickets.open("x", keyless=True).ticket
    file(front, ticket, topic="=1+1")
    _keep_facts(front)
    table = supervisor.get("/console/figures/opened/rows.csv?group=topic").text
    assert ",'=1+1," in table


def _keep_facts(front):
    Keeping(front.desk.ledger, front.desk.store).catch_up()


def test_too_much_is_refused(agent, front):
    """Whoever asks far too often is told when to come again."""
    now = int(time.time())
    for window in (now, now + READING.window_s):  # as other processes would, until the minute is over
        front.cabinet.spend(
            f"{READING.name}:{agent.account.id.hex()}",
            READING.limit,
            limit=READING.limit,
            window_s=READING.window_s,
            now=window,
        )
    answer = agent.get("/console/macros")
    assert 429 == answer.status_code
    assert "retry-after" in answer.headers
