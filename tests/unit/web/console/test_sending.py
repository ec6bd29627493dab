"""What pages give a wallet that sends certificates and promises itself, and what they say of it later."""

import pytest

from supportledger.chain.signer import local_signer
from supportledger.model.people import Role
from tests.unit.web.console.conftest import HOSTILE

JSON = {"accept": "application/json"}
AGENT = str(local_signer("agent").address)
NEWCOMER = "0x00000000000000000000000000000000000000AB"


@pytest.fixture
def certifier(browser):
    """A certifier whose key is nowhere but in their wallet."""
    return locked(browser, Role.CERTIFIER, "certifier")


@pytest.fixture
def supervisor(browser):
    return locked(browser, Role.SUPERVISOR, "supervisor")


def locked(browser, role, identity):
    client = browser(role, name=identity.title(), identity=identity)
    client.post("/account/key/lock")
    return client


def suspend(client, **data):
    return client.post(f"/console/agents/{AGENT}/suspend", data=data, headers=JSON)


def test_a_wallet_gets_what_the_page_says(certifier, front):
    """The answer names the ledger, its chain and the certifier, and says in words what the input does."""
    wanted = suspend(certifier, reason="On leave").json()["send"]
    deployment, transaction = front.desk.ledger.deployment, wanted["transaction"]
    assert str(deployment.ledger) == transaction["to"]
    assert str(local_signer("certifier").address) == transaction["from"]
    assert (hex(deployment.chain_id), "0x0") == (transaction["chainId"], transaction["value"])
    assert AGENT[2:].lower() == transaction["data"][-40:]
    assert [f"Suspend the certificate of agent ({AGENT})"] == wanted["says"]
    assert {"from", "to", "value", "data", "chainId"} == set(transaction)


def test_everything_of_a_certificate_is_said(certifier):
    """Tier, end, skills, languages and the hash of what was examined: nothing is sent that is not shown."""
    said = {"account": NEWCOMER, "days": "30", "tier": "2", "skill": ["wallet"], "speaks": ["zh", "en"]}
    answer = certifier.post("/console/agents", data={**said, "credential": "Exam"}, headers=JSON)
    lines = "\n".join(answer.json()["send"]["says"])
    for part in ("Tier 2, until 20", "Skills: wallet", "Languages: en, zh", "Hash of what was examined: "):
        assert part in lines
    wrong = certifier.post("/console/agents", data={**said, "days": "many"}, headers=JSON)
    assert (422, {"days"}) == (wrong.status_code, set(wrong.json()["wrong"]))


def test_a_promise_is_said_in_both_languages(supervisor, front):
    """Publishing and retiring say what they do; a promise that was not agreed to is not given to a wallet."""
    said, before = {"first_response": "1h", "tier": "1", "reopen_window": "7d"}, front.desk.policies.list()
    form = supervisor.post("/console/policies", data=said, headers=JSON)
    assert "text/html" in form.headers["content-type"]
    chinese = {**JSON, "accept-language": "zh"}
    words = supervisor.post("/console/policies", data={**said, "sure": "yes"}, headers=chinese).json()["send"]
    assert "发布" in words["says"][0]
    retired = supervisor.post("/console/policies/1/retire", headers=JSON).json()["send"]
    assert ["Retire promise 1: no new ticket gets it."] == retired["says"]
    assert before == front.desk.policies.list()


def test_it_is_done_when_the_ledger_says_so(certifier, front):
    """A hash is not believed; the event is, and the page of the agent says it once, with the reason."""
    wanted = suspend(certifier, reason=HOSTILE).json()["send"]
    path = f"/console/changes/{wanted['id']}"
    made_up = certifier.post(path, json={"transaction": "0x" + "17" * 32}).json()
    assert made_up["is_open"]
    assert "does not have this transaction" in made_up["why"]
    done = front.desk.ledger.suspend(local_signer("certifier"), local_signer("agent").address)
    answer = certifier.post(path, json={"transaction": "0x" + done.transaction.hex()})
    assert {"to": f"/console/agents/{AGENT}"} == answer.json()
    shown = certifier.get(f"/console/agents/{AGENT}").text
    assert "It is on the ledger." in shown
    assert HOSTILE not in shown
    assert {done.transaction: HOSTILE} == front.desk.agents.reasons(AGENT)
    assert 404 == certifier.post(path, json={}).status_code


def test_a_hash_of_somebody_elses_transaction(certifier, front):
    """It is told whose it is not, or that it does something else, and nothing is done by it."""
    wanted = suspend(certifier).json()["send"]
    path = f"/console/changes/{wanted['id']}"
    policy = front.desk.ledger.retire_policy(local_signer("supervisor"), 1)
    foreign = certifier.post(path, json={"transaction": "0x" + policy.transaction.hex()}).json()
    assert (False, True) == (foreign["is_open"], "of another account" in foreign["why"])
    other = front.desk.ledger.renew(local_signer("certifier"), local_signer("agent").address, 2**39)
    else_ = certifier.post(path, json={"transaction": "0x" + other.transaction.hex()}).json()
    assert (False, True) == (else_["is_open"], "something else" in else_["why"])


def test_a_page_that_was_closed(certifier, front):
    """What was asked of a wallet stands on the page of agents, can be looked for again, and be forgotten."""
    wanted = suspend(certifier).json()["send"]
    page = certifier.get("/console/agents").text
    assert f"Suspend the certificate of agent ({AGENT})" in page
    path = f"/console/changes/{wanted['id']}"
    certifier.post(f"{path}/look")
    assert "no transaction of it was told here" in certifier.get(f"/console/agents/{AGENT}").text
    front.desk.ledger.suspend(local_signer("certifier"), local_signer("agent").address)
    assert 303 == certifier.post(f"{path}/look").status_code
    page = certifier.get(f"/console/agents/{AGENT}").text
    assert "It is on the ledger." in page
    again = certifier.post(f"/console/agents/{AGENT}/reinstate", headers=JSON).json()["send"]
    assert 303 == certifier.post(f"/console/changes/{again['id']}/forget").status_code
    assert "Reinstate the certificate of" not in certifier.get("/console/agents").text


def test_what_the_ledger_would_refuse(certifier, supervisor, browser):
    """Who may not, or asks for what cannot be, is told before their wallet is asked."""
    refused = certifier.post(f"/console/agents/{AGENT}/reinstate", headers=JSON)
    assert 422 == refused.status_code
    nobody = browser(Role.CERTIFIER, name="Cleo")
    assert "no address" in str(suspend(nobody).json())
    impostor = browser(Role.CERTIFIER, name="Impostor", identity="senior")
    assert 422 == suspend(impostor).status_code
    assert 403 == suspend(supervisor).status_code
    unsure = certifier.post(f"/console/agents/{AGENT}/revoke", headers=JSON)
    assert (422, {"sure"}) == (unsure.status_code, set(unsure.json()["wrong"]))


def test_others_cannot_touch_it(certifier, supervisor):
    """What is asked of one wallet, another can neither see nor tell of nor forget."""
    path = f"/console/changes/{suspend(certifier).json()['send']['id']}"
    for answer in (
        supervisor.post(path, json={"transaction": "0x" + "17" * 32}),
        supervisor.post(f"{path}/look"),
        supervisor.post(f"{path}/forget"),
    ):
        assert 404 == answer.status_code
    assert 422 == certifier.post(path, json={"transaction": "0x17"}).status_code
    assert 422 == certifier.post(path, json={"transaction": "zz" * 32}).status_code
    assert 403 == certifier.post(path, json={}, headers={"X-CSRF-Token": "wrong"}).status_code
