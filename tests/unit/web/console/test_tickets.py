"""The queue and the page of a ticket, as agents use them."""

import json
import re

import pytest
from eth_account import Account

from supportledger.chain.signer import local_signer
from supportledger.chain.wellknown import LocalName, private_key
from supportledger.desk.filing.queues import Queue
from supportledger.model.people import Role
from supportledger.model.records import TicketQuery
from supportledger.model.ticket import Action, Status
from supportledger.proof.signature import sign_digest
from tests.unit.web.console.conftest import HOSTILE, file

ASKS = {"accept": "application/json"}
"""What a script sends that has a wallet sign."""


@pytest.fixture
def walleted(browser, front):
    """A supervisor whose key is in their own wallet."""
    made = browser(Role.SUPERVISOR, name="Sam")
    front.people.attach(made.account.id, local_signer("supervisor").address)
    return made


def test_the_queue_shows_what_waits(agent, ticket, page):
    """A ticket stands in it with its subject, its deadline and the way to it."""
    shown = agent.get("/console")
    assert 200 == shown.status_code
    assert page in shown.text
    assert "Coins" in shown.text
    assert re.search(r'data-due="\d+"', shown.text)


def test_nobody_sees_what_is_in_another_queue(agent, front, ticket, page):
    """What is out of sight is not there: in the list, by name, and for whatever is done to it."""
    file(front, ticket, queue="elsewhere")
    assert page not in agent.get("/console").text
    for path in ("", "/proof", "/files/0/0"):
        assert 404 == agent.get(page + path).status_code
    for verb in ("answer", "do/take", "file", "link", "unlink", "verify", "escalate", "unlock", "here"):
        assert 404 == agent.post(f"{page}/{verb}", data={"body": "x", "other": "x"}).status_code
    assert 404 == agent.get("/console/events", params={"ticket": ticket.handle}).status_code


def test_customers_have_no_console(browser, ticket, page):
    """Whoever is a customer is refused, whatever is theirs."""
    customer = browser(Role.CUSTOMER, identity="customer")
    assert 403 == customer.get("/console").status_code
    assert 403 == customer.get(page).status_code


def test_an_answer_is_signed_and_goes_to_the_chain(agent, front, ticket, page, shown):
    """What an agent sends is kept at once, shown with how far it is, and final once it was carried."""
    sent = agent.post(f"{page}/answer", data={"body": "We look into it.", "status": "open", **shown()})
    assert (303, f"{page}#sent") == (sent.status_code, sent.headers["location"])
    waiting = agent.get(page).text
    assert "We look into it." in waiting
    assert "Signed, not sent yet" in waiting
    front.desk.recover()
    assert "Final on the chain" in agent.get(page).text
    assert Status.OPEN is front.desk.tickets.state(ticket).status


def test_what_was_done_is_said_once(agent, page):
    """A message after an action is on the next page, not on the one after; a live page takes it from none."""
    done = agent.post(f"{page}/do/take")
    assert 303 == done.status_code
    assert "Signed and kept" not in agent.get(page, headers={"HX-Request": "true"}).text
    assert "Signed and kept" in agent.get(page).text
    assert "Signed and kept" not in agent.get(page).text


@pytest.mark.parametrize("tab", ["answer", "note"])
def test_an_empty_text_is_told_beside_its_field(agent, front, ticket, page, tab):
    """Nothing is kept, the field says what is wrong, and so it is for those who only hear it."""
    answer = agent.post(f"{page}/answer", data={"body": "  ", "tab": tab})
    assert 422 == answer.status_code
    field = re.search(r'<textarea id="body".*?>', answer.text)[0]
    assert 'aria-invalid="true"' in field
    assert "body-wrong" in field
    assert [] == front.desk.store.drafts(ticket=ticket)[1:]


def test_two_do_not_answer_at_once(agent, browser, front, page, shown):
    """Whoever answers what has changed since they read it is told so, and keeps their text."""
    before = shown()
    other = browser(Role.AGENT, name="李", identity="senior", queues={"general"})
    assert 303 == other.post(f"{page}/answer", data={"body": "First.", **before}).status_code
    late = agent.post(f"{page}/answer", data={"body": "Second of two.", **before})
    assert 422 == late.status_code
    assert "meanwhile" in late.text
    assert "First." in late.text
    assert "Second of two." in late.text
    front.desk.recover()
    later = agent.post(f"{page}/answer", data={"body": "Second of two.", **before})
    assert 422 == later.status_code
    assert "Second of two." in later.text
    again = agent.post(f"{page}/answer", data={"body": "Second of two.", **shown()})
    assert 303 == again.status_code


def test_without_a_key_the_text_stays(browser, front, ticket, page, shown):
    """Whoever has no key unlocked is told how to sign; what they wrote is still there."""
    front.people.add("Bob", [Role.AGENT], address=front.desk.cast.keys.address("senior"))
    locked = browser(Role.AGENT, name="Eve", queues={"general"})
    answer = locked.post(f"{page}/answer", data={"body": "Patience, please.", **shown()})
    assert 422 == answer.status_code
    assert "Patience, please." in answer.text
    assert "keystore" in answer.text
    assert [Action.OPEN] == [one.action for one in front.desk.store.drafts(ticket=ticket)]


def test_a_wallet_signs_what_was_prepared(browser, front, ticket, page, shown):
    """A script gets what the wallet signs, brings the signature back, and it is kept as the agent's."""
    signer = local_signer("agent")
    made = browser(Role.AGENT, queues={"general"})
    front.people.attach(made.account.id, signer.address)
    asks = {"accept": "application/json"}
    wanted = made.post(f"{page}/answer", data={"body": "By wallet.", **shown()}, headers=asks).json()
    assert str(signer.address) == wanted["address"]
    message = wanted["prepared"][0]["typedData"]["message"]
    assert "Answer" == message["action"]
    signature = _sign("agent", wanted["prepared"][0]["id"], front)
    body = {"signed": [{"id": wanted["prepared"][0]["id"], "signature": signature}], "to": page}
    assert {"to": page} == made.post("/console/signed", json=body).json()
    assert "By wallet." in made.get(page).text


def test_what_somebody_else_signed_is_not_taken(browser, front, page, shown):
    """A signature by another key than the one that it was prepared for is refused."""
    made = browser(Role.AGENT, queues={"general"})
    front.people.attach(made.account.id, local_signer("agent").address)
    asks = {"accept": "application/json"}
    wanted = made.post(f"{page}/answer", data={"body": "By wallet.", **shown()}, headers=asks).json()
    signature = _sign("senior", wanted["prepared"][0]["id"], front)
    body = {"signed": [{"id": wanted["prepared"][0]["id"], "signature": signature}], "to": page}
    assert 422 == made.post("/console/signed", json=body).status_code
    body["signed"][0]["signature"] = "zz"
    assert 422 == made.post("/console/signed", json=body).status_code


def _sign(signer, prepared, front):
    """Sign what was prepared with somebody's key, as their wallet does."""
    digest = front.cabinet.read("prepared", prepared).data["draft"]["key"]
    return "0x" + sign_digest(private_key(LocalName[signer]), bytes.fromhex(digest)).hex()


def test_nothing_that_people_write_becomes_markup(agent, supervisor, front):
    """Whatever is written anywhere is shown as text on every page that shows it."""
    ticket = front.desk.tickets.open(HOSTILE, subject=HOSTILE, keyless=True).ticket
    file(front, ticket, tags=(HOSTILE,), product=HOSTILE, topic=HOSTILE, channel=HOSTILE)
    page = f"/console/tickets/{ticket.handle}"
    state = front.desk.store.ticket(ticket).state.hash().hex()
    said = {"body": HOSTILE, "state": state, "last": ""}
    assert 303 == agent.post(f"{page}/answer", data={**said, "tab": "note"}).status_code
    assert 303 == agent.post("/console/macros", data={"title": HOSTILE[:70], "text": "<b>"}).status_code
    assert 303 == agent.post("/console/views/new", data={"title": HOSTILE[:70]}).status_code
    agent.post(f"{page}/here", data={"typing": "1"})
    pages = [page, "/console", "/console/macros", f"/console?q={HOSTILE}", "/console/views/new"]
    for one in pages:
        for reader in (agent, supervisor):
            text = reader.get(one).text
            assert "<script>alert" not in text
            assert "<img src=x" not in text
            assert "{{7*7}}" in text or "alert(1)" not in text


def test_many_at_once(supervisor, front, ticket):
    """A supervisor gives, moves and tags all that they chose; what fails is told."""
    front.queues.save(Queue("other"))
    other = front.desk.tickets.open("Another", keyless=True).ticket
    chosen = {"ticket": [ticket.handle, other.handle]}
    to = str(front.desk.cast.keys.address("agent"))
    assert 303 == supervisor.post("/console/bulk", data={**chosen, "do": "tag", "tags": "a b"}).status_code
    assert (
        303 == supervisor.post("/console/bulk", data={**chosen, "do": "queue", "queue": "other"}).status_code
    )
    filed = front.filings.filed([ticket, other]).values()
    assert [("other", ("a", "b"))] * 2 == [(one.queue, one.tags) for one in filed]
    assert (
        303 == supervisor.post("/console/bulk", data={**chosen, "do": "assign", "assignee": to}).status_code
    )
    front.desk.recover()
    assert to == str(front.desk.tickets.state(other).assignee)
    supervisor.post("/console/bulk", data={**chosen, "do": "nothing"})
    assert "Nothing was done" in supervisor.get("/console").text


def test_agents_do_not_direct(agent, page):
    """An agent gives no ticket to others, and does nothing to many."""
    for path in (f"{page}/give", f"{page}/merge", f"{page}/promise", "/console/bulk"):
        assert 403 == agent.post(path).status_code


def test_a_view_is_saved_and_asked(agent, ticket, page):
    """A list that was saved is asked again by its name; everybody's needs a right."""
    kept = agent.post("/console/views/new?status=solved", data={"title": "Solved ones"})
    assert 303 == kept.status_code
    assert page not in agent.get(kept.headers["location"]).text
    assert "Solved ones" in agent.get("/console").text
    assert 422 == agent.post("/console/views/new", data={"title": "x", "shared": "yes"}).status_code


@pytest.mark.parametrize("query", ["assignee=0x1", "after=zz", "q=%26", "sort=later&overdue=1", "person=1"])
def test_what_cannot_be_asked_is_told(agent, query):
    """A list that cannot be is an error that is told on the page, and never a failure."""
    assert agent.get(f"/console?{query}").status_code in {200, 422}


def test_pages_of_a_list_follow_each_other(agent, front):
    """What is behind the first page is on the next one, each ticket once."""
    made = {front.desk.tickets.open(f"Ticket {one}", keyless=True).ticket.handle for one in range(53)}
    first = agent.get("/console").text
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = agent.get(following).text
    found = re.findall(r'id="t-([a-z0-9-]+)"', first + second)
    assert (made, 53) == (set(found), len(found))


def test_filing_and_linking(agent, front, ticket, page):
    """Tags, queue and links are kept; a ticket that is not there is told beside the field."""
    kept = agent.post(f"{page}/file", data={"queue": "general", "tags": "vip, scam", "language": "en"})
    assert 303 == kept.status_code
    assert ("vip", "scam") == front.filings.filed([ticket])[ticket].tags
    other = front.desk.tickets.open("Another", keyless=True).ticket
    assert 303 == agent.post(f"{page}/link", data={"other": other.handle}).status_code
    assert other.handle in agent.get(page).text
    assert 303 == agent.post(f"{page}/unlink", data={"other": other.handle}).status_code
    wrong = agent.post(f"{page}/link", data={"other": "nothing"})
    assert 422 == wrong.status_code
    assert 'id="other-wrong"' in wrong.text


def test_merging_leaves_signed_notes(supervisor, front, browser):
    """Two tickets of one customer become one, and both say so; it can be undone."""
    person = front.people.add("Maya", [Role.CUSTOMER])
    two = [front.desk.tickets.open(text, keyless=True).ticket for text in ("one", "two")]
    for one in two:
        file(front, one, person=person.id)
    page = f"/console/tickets/{two[0].handle}"
    assert 303 == supervisor.post(f"{page}/merge", data={"target": two[1].handle}).status_code
    assert two[1] == front.filings.filed([two[0]])[two[0]].merged_into
    assert [Action.NOTE] == [one.action for one in front.desk.store.drafts(ticket=two[1])[1:]]
    assert 303 == supervisor.post(f"{page}/unmerge").status_code
    assert front.filings.filed([two[0]])[two[0]].merged_into is None


def _two_of_one_customer(front):
    """Open two tickets that can be merged."""
    person = front.people.add("Maya", [Role.CUSTOMER])
    two = [front.desk.tickets.open(text, keyless=True).ticket for text in ("one", "two")]
    for one in two:
        file(front, one, person=person.id)
    return two


def _brought(wanted, front, signer="supervisor"):
    """Sign all that a wallet is asked for."""
    ids = [one["id"] for one in wanted["prepared"]]
    return {"signed": [{"id": one, "signature": _sign(signer, one, front)} for one in ids]}


def test_a_wallet_signs_for_many(walleted, front, ticket):
    """It is asked once for each ticket, and each signature counts by itself, brought or not the next."""
    other = front.desk.tickets.open("Another", keyless=True).ticket
    chosen = {"ticket": [ticket.handle, other.handle, ticket.handle], "do": "assign", "back": "/console?q=x"}
    to = str(front.desk.cast.keys.address("agent"))
    wanted = walleted.post("/console/bulk", data={**chosen, "assignee": to}, headers=ASKS).json()
    assert [ticket.handle, other.handle] == [one["ticket"] for one in wanted["prepared"]]
    assert ([], "/console?q=x") == (wanted["failed"], wanted["to"])
    first = {"signed": _brought(wanted, front)["signed"][:1]}
    assert 200 == walleted.post("/console/signed", json=first).status_code
    front.desk.recover()
    assert to == str(front.desk.tickets.state(ticket).assignee)
    assert to != str(front.desk.tickets.state(other).assignee)


def test_what_cannot_be_signed_for_many(walleted, front, ticket, browser):
    """What cannot be prepared is told with its ticket; what is no signature, or out of sight, is refused."""
    closed = front.desk.tickets.open("Erased", keyless=True).ticket
    front.desk.store.vault.erase([closed], 1_767_225_600)
    chosen = {"ticket": [closed.handle, ticket.handle], "do": "solve"}
    wanted = walleted.post("/console/bulk", data=chosen, headers=ASKS).json()
    assert [ticket.handle] == [one["ticket"] for one in wanted["prepared"]]
    assert [closed.handle] == [one.partition(":")[0] for one in wanted["failed"]]
    for said in ({"do": "solve"}, {**chosen, "do": "queue"}, {**chosen, "do": "assign", "assignee": "me"}):
        answer = walleted.post("/console/bulk", data=said, headers=ASKS)
        assert 422 == answer.status_code
        assert answer.json()["wrong"][""]
    nameless = browser(Role.SUPERVISOR, name="Nora")
    assert 422 == nameless.post("/console/bulk", data=chosen, headers=ASKS).status_code
    agent = browser(Role.AGENT, name="Eve", identity="agent", queues={"general"})
    assert 403 == agent.post("/console/bulk", data=chosen, headers=ASKS).status_code


def test_a_wallet_signs_a_merger(walleted, front):
    """Nothing is merged before both notes are signed; then it is, with them; and so it is undone."""
    one, other = _two_of_one_customer(front)
    page = f"/console/tickets/{one.handle}"
    wanted = walleted.post(f"{page}/merge", data={"target": other.handle}, headers=ASKS).json()
    assert [one.handle, other.handle] == [each["ticket"] for each in wanted["prepared"]]
    assert front.filings.filed([one])[one].merged_into is None
    assert {"to": page} == walleted.post(wanted["together"], json=_brought(wanted, front)).json()
    assert other == front.filings.filed([one])[one].merged_into
    assert f"This goes on in {other.handle}" in walleted.get(page).text
    apart = walleted.post(f"{page}/unmerge", headers=ASKS).json()
    assert 200 == walleted.post(apart["together"], json=_brought(apart, front)).status_code
    assert front.filings.filed([one])[one].merged_into is None
    for each in (one, other):
        assert [Action.NOTE] * 2 == [draft.action for draft in front.desk.store.drafts(ticket=each)[1:]]


def test_a_merger_takes_only_its_own_notes(walleted, front, ticket):
    """With another's signature, one note alone, or notes of something else, nothing is merged nor kept."""
    one, other = _two_of_one_customer(front)
    page = f"/console/tickets/{one.handle}"
    wanted = walleted.post(f"{page}/merge", data={"target": other.handle}, headers=ASKS).json()
    forged, good = _brought(wanted, front, signer="senior"), _brought(wanted, front)
    half = {"signed": [good["signed"][0], forged["signed"][1]]}
    alone = {"signed": good["signed"][:1]}
    turned = {"signed": good["signed"][::-1]}
    said = {"body": "Not about that.", "tab": "note"}
    noted = [
        walleted.post(f"/console/tickets/{each}/answer", data=said, headers=ASKS)
        for each in (one.handle, other.handle)
    ]
    others = {"signed": [each for answer in noted for each in _brought(answer.json(), front)["signed"]]}
    for body in (forged, half, alone, turned, others, {"signed": []}):
        assert walleted.post(wanted["together"], json=body).status_code in {409, 422}
    assert 422 == walleted.post(f"{page}/merge", data={"target": ticket.handle}, headers=ASKS).status_code
    assert front.filings.filed([one])[one].merged_into is None
    assert [Action.OPEN] * 2 == [front.desk.store.drafts(ticket=each)[-1].action for each in (one, other)]


def test_the_server_says_what_it_verified(agent, page):
    """All numbered steps are shown with what became of them."""
    shown = agent.post(f"{page}/verify")
    assert 200 == shown.status_code
    assert "Verified" in shown.text
    assert all(f">{number}. " in shown.text for number in range(1, 13))


def test_a_secret_that_was_taken_out_is_a_warning(agent, front):
    """A ticket in which somebody wrote a private key says that it was removed."""
    secret = "0x" + "4c0883a69102937d6231471b5dbb6204fe512961708279f3c2ad6e3c9a5f1b27"
    ticket = front.desk.tickets.open(f"my private key is {secret}", keyless=True).ticket
    shown = agent.get(f"/console/tickets/{ticket.handle}").text
    assert secret not in shown
    assert "A secret was taken out" in shown


def test_others_who_look_are_shown(agent, supervisor, page):
    """Whoever has a ticket open, or writes, is seen by the others, and not by themselves."""
    assert {"others": []} == agent.post(f"{page}/here", data={"typing": "1"}).json()
    assert [{"name": "Ann", "typing": True}] == supervisor.post(f"{page}/here").json()["others"]
    agent.post(f"{page}/here", data={"gone": "1"})
    assert [] == supervisor.post(f"{page}/here").json()["others"]


def test_a_late_ticket_is_escalated(browser, front, ticket, page):
    """Once a deadline has passed, the button is there, and what it does is on the ledger."""
    early = browser(Role.AGENT, name="Bob", queues={"general"})
    assert "/escalate" not in early.get(page).text
    front.desk.ledger.advance(2 * 3_600)
    agent = browser(Role.AGENT, identity="agent", queues={"general"})
    assert "/escalate" in agent.get(page).text
    assert 303 == agent.post(f"{page}/escalate").status_code
    assert 1 == front.desk.tickets.state(ticket).level


def test_macros_are_filled(agent, front, ticket, page):
    """A macro proposes its text with what is known; an unknown place is refused when it is written."""
    agent.post("/console/macros", data={"title": "Hello", "text": "About {{handle}}", "status": "pending"})
    assert f'data-text="About {ticket.handle}"' in agent.get(page).text
    wrong = agent.post("/console/macros", data={"title": "Hello", "text": "About {{secret}}"})
    assert 422 == wrong.status_code
    assert "About {{secret}}" in wrong.text


def test_pages_speak_chinese(agent, page):
    """The console is there in the language that its reader chose."""
    agent.cookies.set("sl_language", "zh")
    for one in ("/console", page, "/console/macros"):
        assert 'lang="zh-CN"' in agent.get(one).text


def test_a_keystore_is_unlocked_beside_what_is_written(browser, front, page, shown):
    """Its passphrase opens it for the session; a wrong one is told beside the field."""
    made = browser(Role.AGENT, queues={"general"})
    front.people.attach(made.account.id, local_signer("agent").address)
    key = private_key(LocalName.agent)
    keystore = json.dumps(Account.encrypt(key, "right", kdf="pbkdf2", iterations=1_000)).encode()
    files = {"keystore": ("key.json", keystore, "application/json")}
    wrong = made.post(f"{page}/unlock", data={"passphrase": "wrong"}, files=files)
    assert 422 == wrong.status_code
    assert 'id="passphrase-wrong"' in wrong.text
    assert "wrong" not in re.findall(r'<input id="passphrase"[^>]*value="([^"]*)"', wrong.text)
    assert 422 == made.post(f"{page}/unlock", data={"passphrase": "right"}).status_code
    assert 303 == made.post(f"{page}/unlock", data={"passphrase": "right"}, files=files).status_code
    assert 303 == made.post(f"{page}/answer", data={"body": "Now I can.", **shown()}).status_code


def test_what_the_ledger_refuses_is_told(browser, front, ticket, page, shown):
    """An answer of somebody who is not certified is rejected, and the page says what to do."""
    nobody = browser(Role.AGENT, name="Nora", identity="anchorer", queues={"general"})
    assert 303 == nobody.post(f"{page}/answer", data={"body": "Trust me.", **shown()}).status_code
    front.desk.recover()
    text = nobody.get(page).text
    assert "Rejected" in text
    assert "Nothing of it counts" in text
    assert ["Trust me."] == re.findall(r'<div class="said">(Trust me\.)</div>', text)
    assert 1 == front.desk.tickets.state(ticket).entries


def test_what_was_erased_is_told(agent, front, ticket, page):
    """A ticket whose words were erased says so, and nothing can be written in it."""
    front.desk.store.vault.erase([ticket], 1_767_225_600)
    shown = agent.get(page)
    assert 200 == shown.status_code
    assert "was erased" in shown.text
    assert "My coins are gone." not in shown.text
    assert "<textarea" not in shown.text


def test_files_are_only_ever_downloaded(agent, front, ticket, page, shown):
    """What somebody has sent comes as a download without any right, whatever it says that it is."""
    files = {"files": ("<b>.html", b"<script>alert(1)</script>", "text/html")}
    sent = agent.post(f"{page}/answer", data={"body": "See the file.", **shown()}, files=files)
    assert 303 == sent.status_code
    front.desk.recover()
    assert "&lt;b&gt;.html" in agent.get(page).text
    given = agent.get(f"{page}/files/1/0")
    assert b"<script>alert(1)</script>" == given.content
    assert given.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in given.headers["content-security-policy"]
    assert "application/octet-stream" == given.headers["content-type"]
    assert 404 == agent.get(f"{page}/files/1/7").status_code
    assert ticket.handle in agent.get(f"{page}/proof").headers["content-disposition"]
    assert b"See the file." not in agent.get(f"{page}/proof").content
    assert b"See the file." in agent.get(f"{page}/proof?texts=all").content


def test_what_somebody_said_is_recorded(agent, front):
    """A ticket of somebody who called is recorded by the desk, filed, and listed once it is mined."""
    said = {"subject": "Called us", "body": "They cannot log in.", "channel": "phone", "language": "en"}
    assert 422 == agent.post("/console/new", data={**said, "body": " "}).status_code
    assert 303 == agent.post("/console/new", data=said).status_code
    assert "is recorded" in agent.get("/console").text
    front.desk.recover()
    front.desk.sync()
    assert "Called us" in agent.get("/console").text
    (ticket,) = front.desk.store.tickets(TicketQuery())
    assert "phone" == front.filings.filed([ticket.id])[ticket.id].channel


def test_a_name_leads_to_its_ticket(agent, front, ticket, page):
    """Whoever types a handle or an id into the search comes to the ticket, if they see it."""
    for name in (ticket.handle, str(ticket)):
        answer = agent.get("/console", params={"q": name})
        assert (303, page) == (answer.status_code, answer.headers["location"])
    file(front, ticket, queue="elsewhere")
    assert 200 == agent.get("/console", params={"q": ticket.handle}).status_code
