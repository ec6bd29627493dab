"""Tickets of a desk in memory, and those who work on them."""

from dataclasses import replace

import pytest

from supportledger.model.people import Role
from tests.unit.web.conftest import *  # noqa: F403 -- the fixtures of the web floor

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
"""What nobody may write into a page."""


@pytest.fixture
def ticket(front):
    """A question that waits, in the general queue."""
    return front.desk.tickets.open("My coins are gone.", subject="Coins", keyless=True).ticket


@pytest.fixture
def agent(browser):
    return browser(Role.AGENT, identity="agent", queues={"general"})


@pytest.fixture
def supervisor(browser):
    return browser(Role.SUPERVISOR, name="Sam", identity="supervisor")


@pytest.fixture
def page(ticket):
    """The page of the ticket."""
    return f"/console/tickets/{ticket.handle}"


@pytest.fixture
def shown(front, ticket):
    """Give what a form shows of the ticket as it is now."""
    return lambda: {"state": front.desk.store.ticket(ticket).state.hash().hex(), "last": ""}


def file(front, ticket, **about):
    """File a ticket."""
    return front.filings.file(replace(front.filings.filed([ticket])[ticket], **about))
