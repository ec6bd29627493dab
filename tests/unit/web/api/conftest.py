"""Programs and people who talk to the API of a web desk in memory."""

import json

import pytest

from supportledger.model.people import Role

API = "/api/v1"


@pytest.fixture
def relay(front):
    """Carry what waits to the ledger, and follow it, as the workers do."""

    def work():
        front.desk.recover()
        front.desk.sync()

    return work


@pytest.fixture
def customer(browser):
    """A customer without a key."""
    return browser(Role.CUSTOMER)


@pytest.fixture
def agent(browser):
    """An agent of all queues, whose key is unlocked."""
    return browser(Role.AGENT, identity="agent", name="Ada", queues=None)


@pytest.fixture
def ticket(customer, relay):
    """A ticket of the customer's, on the ledger; its path."""
    answer = customer.post(f"{API}/tickets", json={"subject": "Where is it?", "body": "It is missing."})
    assert 202 == answer.status_code, answer.text
    relay()
    return f"{API}/tickets/{answer.json()['ticket']}"


@pytest.fixture(scope="session")
def said():
    """Give what an answer says; it must be as it should."""

    def check(answer, status=200):
        assert status == answer.status_code, answer.text
        return json.loads(answer.text) if answer.content else None

    return check
