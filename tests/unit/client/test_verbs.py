"""The client has the verbs of the API, both do the same, and both come from one source."""

import asyncio
import inspect

import httpx
import pytest

from scripts import client as made
from supportledger import errors
from supportledger.client.aio import AsyncClient
from supportledger.client.sync import Client

QUESTION = {"subject": "Where is it?", "body": "It is missing."}


@pytest.fixture(scope="session")
def api():
    return made.described()


def verbs(kind):
    http = httpx.AsyncClient() if kind is AsyncClient else httpx.Client()
    rooms = {name: one for name, one in vars(kind("http://x", http=http)).items() if not name.startswith("_")}
    return {
        f"{name}.{verb}"
        for name, room in rooms.items()
        for verb, _ in inspect.getmembers(room, inspect.ismethod)
        if not verb.startswith("_")
    }


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_every_operation_has_a_verb(api, kind):
    """What the API describes, the client does, and nothing else; events are followed by `events`."""
    operations = {one["operationId"] for methods in api["paths"].values() for one in methods.values()}
    assert operations == verbs(kind) | {"events.stream"}


def test_what_is_made_is_what_would_be_made(api):
    """The verbs, the answers and the blocking client are what the script makes of the API as it is now."""
    files = {name: text for name, text in made.files(api).items() if "rooms/events" not in name}
    assert files == {name: (made.HOME / name).read_text() for name in files}


def test_a_ticket_goes_all_the_way(client, relay):
    """A program opens a ticket for a customer, answers, reads, verifies and takes the proof file along."""
    handle = client.tickets.open(**QUESTION)["ticket"]
    relay()
    client.tickets.answer(handle, body="It waits for a confirmation.")
    relay()
    found = client.tickets.get(handle)
    assert ["Open", "Answer"] == [one["action"] for one in found["history"]]
    assert "verified" == client.tickets.verify(handle)["verdict"]
    assert client.tickets.proof(handle, disclose=["body"]).startswith(b"{")
    with pytest.raises(errors.Outdated):
        client.tickets.note(handle, body="Late.", if_match='"0"')
    client.tickets.note(handle, body="In time.", if_match=found["tag"])


def test_both_do_the_same(async_client, relay):
    """Without blocking, it is the same."""

    async def work():
        async with async_client as desk:
            sent = [await desk.tickets.open(**QUESTION) for _ in range(3)]
            relay()
            found = [one async for one in desk.each(desk.tickets.list, size=2)]
            return sent, found

    sent, found = asyncio.run(work())
    assert {one["ticket"] for one in sent} == {one["handle"] for one in found}


def test_lists_are_gone_through(client, relay):
    """`each` goes through all pages."""
    sent = {client.tickets.open(**QUESTION)["ticket"] for _ in range(3)}
    relay()
    assert sent == {one["handle"] for one in client.each(client.tickets.list, size=1)}


def test_refusals_are_the_desks_own(client):
    """An error has the class that it had at the desk, with its words and its hint."""
    with pytest.raises(errors.NotFound, match="there is no ticket"):
        client.tickets.get("aaaa-aaaa-aaaa-aaaa")
    with pytest.raises(errors.NotFound):
        client.tickets.get("../agents")
    with pytest.raises(errors.InputError):
        client.tickets.open(subject="S", body="")


def test_without_a_key_nobody_comes_in(app, client):
    """A client without a key is told so."""
    stranger = Client("http://desk.test", http=client._http)
    with pytest.raises(errors.NotSignedIn):
        stranger.tickets.list()
    assert [] == stranger.contacts.list()["data"]
