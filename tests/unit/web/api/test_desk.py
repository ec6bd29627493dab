"""What programs do with all that is not a ticket."""

import time

import pytest

from supportledger.desk.filing.bookmarks import Bookmark
from supportledger.desk.filing.indexing import Indexing
from supportledger.desk.people.api_keys import Wanted
from supportledger.model.people import Right, Role
from tests.unit.web.api.conftest import API

MACRO = {"title": "Hello", "text": "About {{subject}}, {{handle}}:"}


@pytest.fixture
def supervisor(browser):
    return browser(Role.SUPERVISOR, identity="supervisor", name="Sam", queues=None)


@pytest.fixture
def auditor(browser):
    return browser(Role.AUDITOR, identity="anchorer", name="Alma", queues=None)


@pytest.fixture
def admin(browser):
    return browser(Role.ADMIN, identity="admin", name="Dana")


@pytest.fixture
def certifier(browser):
    return browser(Role.CERTIFIER, identity="certifier", name="Chen")


def test_a_macro_is_kept_and_filled(agent, ticket, said):
    """A macro of one's own is kept, filled for a ticket, written anew and removed."""
    made = said(agent.post(f"{API}/macros", json=MACRO), 201)
    path, handle = f"{API}/macros/{made['id']}", ticket.rsplit("/", 1)[1]
    filled = said(agent.post(f"{path}/fill", json={"ticket": handle}))
    assert f"About Where is it?, {handle}:" == filled["text"]
    assert "Hi" == said(agent.put(path, json={**MACRO, "title": "Hi", "version": 1}))["title"]
    assert 409 == agent.put(path, json={**MACRO, "version": 1}).status_code
    assert 204 == agent.delete(path).status_code
    assert 404 == agent.get(path).status_code


def test_macros_of_others_are_not_there(agent, browser, said):
    """Another agent neither sees nor writes a macro that is somebody's own."""
    made = said(agent.post(f"{API}/macros", json=MACRO), 201)
    other, path = browser(Role.AGENT, name="Bo", queues=None), f"{API}/macros/{made['id']}"
    assert [] == said(other.get(f"{API}/macros"))["data"]
    assert [404, 404, 404] == [
        other.get(path).status_code,
        other.put(path, json={**MACRO, "version": 1}).status_code,
        other.delete(path).status_code,
    ]


@pytest.mark.parametrize(("kind", "body"), [("macros", MACRO), ("views", {"title": "Mine"})])
def test_what_is_everybodys_takes_the_right_to_arrange(agent, supervisor, said, kind, body):
    """Agents keep their own macros and views; everybody's are kept by whoever arranges the desk."""
    shared = {**body, "is_shared": True}
    assert 403 == agent.post(f"{API}/{kind}", json=shared).status_code
    made = said(supervisor.post(f"{API}/{kind}", json=shared), 201)
    assert [made["id"]] == [one["id"] for one in said(agent.get(f"{API}/{kind}"))["data"]]
    assert 403 == agent.delete(f"{API}/{kind}/{made['id']}").status_code


@pytest.mark.parametrize("text", ["{{password}}", " ", "x" * 20_001])
def test_a_macro_that_cannot_be_is_refused(agent, text):
    """A macro with a place that nothing fills, without text or with too much, is not kept."""
    assert 422 == agent.post(f"{API}/macros", json={"title": "x", "text": text}).status_code


def test_a_view_narrows_what_its_reader_sees(agent, browser, ticket, said):
    """The same view shows an agent of other queues nothing."""
    wanted = {"title": "Open", "statuses": ["Open"], "order": "oldest"}
    mine = said(agent.post(f"{API}/views", json=wanted), 201)
    assert 1 == len(said(agent.get(f"{API}/views/{mine['id']}/tickets"))["data"])
    other = browser(Role.AGENT, name="Bo", queues={"elsewhere"})
    theirs = said(other.post(f"{API}/views", json=wanted), 201)
    assert [] == said(other.get(f"{API}/views/{theirs['id']}/tickets"))["data"]
    assert 404 == other.get(f"{API}/views/{mine['id']}/tickets").status_code


def test_lists_of_staff_are_not_for_customers(customer, ticket, said):
    """A customer searches nothing and sees no view of all tickets."""
    made = said(customer.post(f"{API}/views", json={"title": "All"}), 201)
    assert 403 == customer.get(f"{API}/views/{made['id']}/tickets").status_code
    assert 403 == customer.get(f"{API}/search?words=missing").status_code


def test_tickets_are_found_by_words_page_by_page(agent, customer, front, relay, said):
    """A search goes on where its page ended, and ends."""
    for number in range(3):
        body = {"subject": f"Coins {number}", "body": "They are missing."}
        assert 202 == customer.post(f"{API}/tickets", json=body).status_code
    relay()
    _index(front.desk.store)
    found, after = [], ""
    for _ in range(3):
        page = said(agent.get(f"{API}/search", params={"words": "coins", "size": 1, "after": after}))
        found += [one["subject"] for one in page["data"]]
        after = page["meta"]["after"]
    assert ["Coins 0", "Coins 1", "Coins 2"] == sorted(found)
    assert after is None


@pytest.mark.parametrize("after", ["x", "AAAA", "bv" + "_" * 53])
def test_a_mark_that_nobody_gave_is_refused(agent, after):
    """What is not the mark of a page is refused, also one of an instant that no calendar has."""
    assert 422 == agent.get(f"{API}/search", params={"words": "coins", "after": after}).status_code


def test_an_audit_is_followed_to_its_end(auditor, ticket, said):
    """An audit is begun by program, followed and read; no second one meanwhile."""
    begun = said(auditor.post(f"{API}/audits"), 202)
    for _ in range(200):
        run = said(auditor.get(f"{API}/audits/{begun['id']}"))
        if run["state"] != "running":
            break
        time.sleep(0.02)  # the one test here that waits for a thread
    assert ("done", []) == (run["state"], run["report"]["findings"])
    assert [begun["id"]] == [one["id"] for one in said(auditor.get(f"{API}/audits"))["data"]]


def test_readings_are_told_to_auditors(auditor, agent, ticket, said):
    """Who read a ticket is told by ticket, page by page; who saw lists, without one."""
    for _ in range(2):
        said(agent.get(ticket))
    handle = ticket.rsplit("/", 1)[1]
    first = said(auditor.get(f"{API}/reads", params={"ticket": handle, "size": 1}))
    assert first["meta"]["has_more"]
    rest = said(auditor.get(f"{API}/reads", params={"ticket": handle, "after": int(first["meta"]["after"])}))
    assert first["data"][0]["index"] < rest["data"][0]["index"]
    assert 403 == agent.get(f"{API}/reads").status_code


def test_sessions_are_ended_by_their_owner_alone(agent, browser, front, said):
    """Somebody's session is listed and ended by them; to others it is not there, and a key has none."""
    (mine,) = said(agent.get(f"{API}/sessions"))["data"]
    assert mine["is_this"]
    other = browser(Role.AGENT, name="Bo")
    assert 404 == other.delete(f"{API}/sessions/{mine['id']}").status_code
    visitor = front.sessions.visitor(next(iter(agent.cookies.values())))
    made = front.api_keys.make(visitor, Wanted("x", [Right.LIST]))
    by_key = {"Authorization": f"Bearer {made.token}"}
    assert 401 == browser().get(f"{API}/sessions", headers=by_key).status_code
    assert 204 == agent.delete(f"{API}/sessions/{mine['id']}").status_code
    assert 401 == agent.get(f"{API}/me").status_code


def test_figures_have_definitions_and_rows(supervisor, agent, ticket, said):
    """A figure comes with what it means and what it is made of."""
    names = [one["name"] for one in said(supervisor.get(f"{API}/figures/definitions"))["data"]]
    assert names == [one["name"] for one in said(supervisor.get(f"{API}/figures"))["data"]]
    assert 404 == supervisor.get(f"{API}/figures/none").status_code
    assert [] == said(supervisor.get(f"{API}/figures/opened/rows", params={"until": 5}))["data"]
    assert 422 == supervisor.get(f"{API}/figures", params={"zone": "../etc"}).status_code
    assert 422 == supervisor.get(f"{API}/figures", params={"since": 9, "until": 5}).status_code
    assert 403 == agent.get(f"{API}/figures").status_code


def test_anybody_may_ask_how_the_desk_is(browser, front, said):
    """The status names the ledger, and says whether the desk can do its work."""
    status = said(browser().get(f"{API}/status"))
    assert (str(front.desk.ledger.deployment.ledger), True) == (status["ledger"], status["is_ready"])


def test_an_agent_is_certified_renewed_and_ended(certifier, agent, front, said):
    """A certificate is given, extended, suspended, reinstated and ended for good."""
    account = "0x" + "5a" * 20
    path = f"{API}/agents/{account}"
    said(certifier.post(f"{API}/agents", json={"account": account, "valid_days": 10}), 201)
    before = said(agent.get(path))["until"]
    said(certifier.post(f"{path}/renew", json={"valid_days": 20}))
    assert before < said(agent.get(path))["until"]
    assert 422 == certifier.post(f"{path}/renew", json={"valid_days": 5}).status_code
    for verb in ("suspend", "reinstate"):
        said(certifier.post(f"{path}/{verb}"))
    said(certifier.post(f"{path}/suspend", json={"reason": "Asked for"}))
    assert "Asked for" == said(certifier.get(path))["changes"][-1]["reason"]
    assert "" == said(agent.get(path))["changes"][-1]["reason"]
    assert 422 == certifier.post(f"{path}/revoke", json={"reason": "x" * 501}).status_code
    said(certifier.post(f"{path}/revoke", json={}))
    assert 409 == certifier.post(f"{path}/suspend").status_code
    assert 403 == agent.post(f"{path}/suspend").status_code


def test_a_policy_is_published_and_retired(supervisor, agent, said):
    """What is published has a number and words; once retired it stays so."""
    made = said(supervisor.post(f"{API}/policies", json={"first_response": 60, "resolution": 3_600}), 201)
    path = f"{API}/policies/{made['number']}"
    assert 60 == said(agent.get(path))["first_response"]
    said(supervisor.post(f"{path}/retire"))
    assert said(agent.get(path))["retired"]
    assert 409 == supervisor.post(f"{path}/retire").status_code
    assert 422 == supervisor.post(f"{API}/policies", json={"hours": "never"}).status_code


def test_contacts_are_checked_by_anybody(certifier, browser, said):
    """An official contact is told from one that looks like it; nobody is told that one is safe."""
    said(certifier.post(f"{API}/contacts", json={"kind": "mail", "value": "help@desk.example"}), 201)
    asked = {"contact": "he1p@desk.example"}
    assert "lookalike" == said(browser().post(f"{API}/contacts/check", json=asked))["word"]
    assert 401 == browser().post(f"{API}/contacts", json={"kind": "mail", "value": "x@y.z"}).status_code


def test_queues_are_written_as_they_were_read(admin, agent, said):
    """A queue that somebody else has written meanwhile is not overwritten."""
    path = f"{API}/queues/gold"
    assert 1 == said(admin.put(path, json={"title": {"en": "Gold"}}))["version"]
    assert 409 == admin.put(path, json={}).status_code
    assert 403 == agent.put(path, json={"version": 1}).status_code
    assert 204 == admin.delete(path).status_code


def test_people_are_invited_and_disabled(admin, said):
    """Who is invited has a link that is shown once; nobody disables themselves."""
    made = said(admin.post(f"{API}/people", json={"name": "Bo", "roles": ["agent"]}), 201)
    person = made["person"]["id"]
    assert made["link"].startswith("http://testserver/")
    said(admin.put(f"{API}/people/{person}/roles", json={"roles": ["auditor"]}))
    assert said(admin.post(f"{API}/people/{person}/disable"))["disabled_at"]
    assert said(admin.post(f"{API}/people/{person}/enable"))["disabled_at"] is None
    me = "0x" + admin.account.id.hex()
    assert 409 == admin.post(f"{API}/people/{me}/disable").status_code
    assert 409 == admin.put(f"{API}/people/{me}/roles", json={"roles": ["agent"]}).status_code


def test_a_key_does_no_more_than_its_maker(agent, browser, said):
    """A key is shown once, has some of its maker's rights, and none once it is revoked."""
    wanted = {"label": "robot", "scopes": ["tickets.list"]}
    made = said(agent.post(f"{API}/keys", json=wanted), 201)
    headers = {"Authorization": f"Bearer {made['secret']}"}
    program = browser()
    assert ["tickets.list"] == said(program.get(f"{API}/me", headers=headers))["rights"]
    assert 403 == program.get(f"{API}/macros", headers=headers).status_code
    assert 403 == agent.post(f"{API}/keys", json={**wanted, "scopes": ["people.manage"]}).status_code
    assert made["secret"] not in agent.get(f"{API}/keys").text
    assert 204 == agent.delete(f"{API}/keys/{made['key']['id']}").status_code
    assert 401 == program.get(f"{API}/me", headers=headers).status_code


def test_a_webhook_has_its_secret_once(admin, said):
    """An endpoint's secret is shown when it is made and when it is changed, and nowhere else."""
    made = said(admin.post(f"{API}/webhooks", json={"url": "https://crm.example.com/x"}), 201)
    path = f"{API}/webhooks/{made['endpoint']['id']}"
    assert made["secret"] not in admin.get(path).text
    assert made["secret"] != said(admin.post(f"{path}/rotate"))["secret"]
    assert said(admin.post(f"{path}/disable"))["disabled"]
    assert "" == said(admin.post(f"{path}/enable"))["disabled"]
    assert {"count": 0} == said(admin.post(f"{path}/replay", json={"since": 0}))
    assert 422 == admin.post(f"{API}/webhooks", json={"url": "http://127.0.0.1/x"}).status_code
    assert 204 == admin.delete(path).status_code
    assert 404 == admin.get(f"{path}/deliveries").status_code


def _index(store):
    """Keep the words of all tickets, as the librarian does."""
    indexing = Indexing(store, store.filings, store.feed, Bookmark(store.cabinet, "librarian"))
    while not indexing.step().is_done:
        pass
