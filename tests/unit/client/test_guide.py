"""The guide to the API does what it says."""

import re
from pathlib import Path

import httpx
import pytest

from supportledger.client import sync
from supportledger.model.people import Role
from tests.unit.client.conftest import URL, Through

GUIDE = (Path(__file__).parents[3] / "docs/guides/api.md").read_text("utf-8")
EXAMPLES = "\n".join(re.findall(r"^```python\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL))
ADDRESSES = re.findall(r"https://desk\.example(/api/v1/[a-z/]+)", GUIDE)
NAMED = re.findall(r"`(GET|POST) (/[a-z/{}]+)`", GUIDE)


@pytest.fixture
def shown(app, front, secret, relay, monkeypatch, capsys):  # noqa: PLR0917 -- fixtures
    """Run the Python of the guide on a desk with one ticket; give what it prints, by line."""
    front.desk.tickets.open("My coins are gone.", subject="Coins", keyless=True)
    relay()
    front.desk.ledger.advance(100)
    real = httpx.Client
    monkeypatch.setattr(sync.httpx, "Client", lambda **_: real(transport=Through(app)))
    exec(EXAMPLES, {"url": URL, "key": secret(Role.AGENT, Role.SUPERVISOR)})
    return capsys.readouterr().out.splitlines()


def test_its_examples_run(shown, front):
    """The ticket is answered, a missing one is told, and all are taken out."""
    assert "Coins" in shown[0]
    assert shown[1].startswith("not-found ")
    assert all(len(line.split()) == 2 for line in shown[2:-1])
    assert shown[2:-1]
    assert shown[-1].startswith("go on with ")


def test_its_addresses_are_there(app):
    """Every operation that the guide names is in the description."""
    paths = app.openapi()["paths"]
    assert [] == [one for one in ADDRESSES if one not in paths]
    assert [] == [one for one in NAMED if one[0].lower() not in paths.get("/api/v1" + one[1], {})]
    assert len(ADDRESSES) >= 2
    assert len(NAMED) >= 5
