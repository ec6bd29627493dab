"""What the API keeps from customers, and whom it counts."""

import pytest

from supportledger.model.people import Role
from supportledger.web.limits import STRANGERS

API = "/api/v1"


@pytest.fixture
def other(browser, relay, said):
    """A ticket of another customer's, on the ledger; its handle."""
    eve = browser(Role.CUSTOMER, name="Eve")
    sent = said(eve.post(f"{API}/tickets", json={"subject": "Mine", "body": "x"}), 202)
    relay()
    return sent["ticket"]


def test_customers_are_not_told_how_staff_have_filed_them(customer, agent, ticket, other, said):
    """Queue, topic, tags and links are the staff's: a customer gets none of them, in list or ticket."""
    said(agent.post(f"{ticket}/file", json={"tags": ["liar"], "topic": "fraud", "product": "wallet"}))
    assert 204 == agent.post(f"{ticket}/link", json={"ticket": other}).status_code
    for answer in (customer.get(ticket), customer.get(f"{API}/tickets")):
        said(answer)
        for secret in ("liar", "fraud", other, "general"):
            assert secret not in answer.text
    shown = said(customer.get(ticket))["filed"]
    assert ("", "", [], [], "wallet") == tuple(
        shown[one] for one in ("queue", "topic", "tags", "linked", "product")
    )
    assert ["liar"] == said(agent.get(ticket))["filed"]["tags"]


@pytest.mark.parametrize("verb", ["say", "escalate"])
def test_nothing_is_done_to_what_has_changed(agent, ticket, said, verb):
    """Whoever says what they have read is refused when it has changed, also where nothing is signed."""
    body = {"body": "Hello."} if verb == "say" else {}
    refused = agent.post(f"{ticket}/{verb}", json=body, headers={"if-match": '"old"'})
    assert (412, "outdated") == (refused.status_code, refused.json()["code"])
    assert [] == said(agent.get(ticket))["conversation"]


def test_wrong_keys_are_counted(app, browser, monkeypatch):
    """Whoever tries keys that do not work is counted as a stranger."""
    counted = []
    monkeypatch.setattr(app.state.limits, "take", lambda limit, who: counted.append((limit, who)))
    program = browser()
    program.headers["authorization"] = "Bearer slk_wrong"
    assert 401 == program.get(f"{API}/me").status_code
    assert [STRANGERS] == [limit for limit, _ in counted]
