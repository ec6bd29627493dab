"""An export comes line by line; where it was cut off, it goes on, and nothing is left out."""

import asyncio

import httpx
import pytest

from supportledger.client.aio import AsyncClient
from supportledger.client.exporting import Cursor
from supportledger.client.sync import Client
from supportledger.errors import DeliveryError, LimitReached, NotSignedIn
from supportledger.model.people import Role
from tests.unit.client.conftest import URL, Through

PARTS = {
    "": ('{"handle": "a"}\n', '{"cursor": "1.", "end_of_stream": false}\n'),
    "1.": ('{"handle": "b"}\n', '{"cursor": "2.", "end_of_stream": true}\n'),
}


class CutOff(httpx.SyncByteStream):
    """An answer whose connection is lost."""

    def __init__(self, text):
        self._text = text

    def __iter__(self):
        yield self._text.encode()
        raise httpx.RemoteProtocolError("the other side is gone")


@pytest.fixture
def client():
    """Make a client whose desk answers what a function gives for a cursor, and the nth time."""

    def make(answers):
        asked = []

        def answer(request):
            assert "application/jsonl" == request.headers["accept"]
            cursor = request.url.params.get("cursor", "")
            asked.append(cursor)
            return answers(cursor, len(asked))

        http = httpx.Client(transport=httpx.MockTransport(answer))
        return Client("http://desk.test", "slk_x", http=http, sleep=lambda _: None), asked

    return make


def test_all_that_there_is_comes(app, front, secret, relay):
    """A program gets every ticket, and a cursor behind which there is no more."""
    opened = sorted(
        front.desk.tickets.open("Gone.", subject="S", keyless=True).ticket.handle for _ in range(3)
    )
    relay()
    front.desk.ledger.advance(100)
    desk = Client(URL, secret(Role.SUPERVISOR), http=httpx.Client(transport=Through(app)))
    cursor = Cursor()
    assert opened == sorted({one["handle"] for one in desk.each_exported(cursor)})
    assert cursor.is_end
    assert [] == list(desk.each_exported(cursor))


def test_it_comes_without_blocking(app, front, secret, relay):
    """The client that does not block gives the same."""
    ticket = front.desk.tickets.open("Gone.", subject="S", keyless=True).ticket
    relay()
    key = secret(Role.SUPERVISOR)

    async def take():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
            desk = AsyncClient(URL, key, http=http)
            return [one["handle"] async for one in desk.each_exported(Cursor())]

    assert ticket.handle in asyncio.run(take())


def test_the_next_answer_goes_on(client):
    """A desk that ends an answer before all came is asked for the rest."""
    desk, asked = client(lambda cursor, _: httpx.Response(200, text="".join(PARTS[cursor])))
    cursor = Cursor()
    assert ["a", "b"] == [one["handle"] for one in desk.each_exported(cursor)]
    assert (["", "1."], "2.") == (asked, cursor.text)


@pytest.mark.parametrize("lost", ["", '{"handle": "b"}\n', '{"handle": "b"}\n{"han'])
def test_what_was_cut_off_goes_on_behind_the_last_cursor(client, lost):
    """A connection that is lost within a part lets that part come again, and no other."""

    def answer(cursor, number):
        if number == 1:
            return httpx.Response(200, stream=CutOff("".join(PARTS[""]) + lost))
        return httpx.Response(200, text="".join(PARTS[cursor]))

    desk, asked = client(answer)
    found = [one["handle"] for one in desk.each_exported(Cursor())]
    assert ("a", "b") == (found[0], found[-1])
    assert ["", "1."] == asked


def test_a_desk_that_breaks_off_for_ever_is_given_up(client):
    """What never moves on ends with an error; where it was is still known."""
    desk, asked = client(lambda *_: httpx.Response(200, text='{"handle": "a"}\n'))
    cursor = Cursor("0.")
    with pytest.raises(DeliveryError):
        list(desk.each_exported(cursor))
    assert (["0."] * 5, "0.") == (asked, cursor.text)


@pytest.mark.parametrize("text", ["[]\n", "no JSON\n", "<html>\n"])
def test_what_is_no_export_is_told(client, text):
    """Something else that answers in the desk's place is no ticket."""
    desk, _ = client(lambda *_: httpx.Response(200, text=text))
    with pytest.raises(DeliveryError):
        list(desk.each_exported(Cursor()))


def test_a_refusal_is_told_at_once_and_a_limit_waited_for(client):
    """Whoever may not is told so; whoever came too often comes again."""
    desk, asked = client(lambda *_: httpx.Response(401, json={"code": "not-signed-in", "detail": "x"}))
    with pytest.raises(NotSignedIn):
        list(desk.each_exported(Cursor()))
    assert 1 == len(asked)
    desk, asked = client(lambda *_: httpx.Response(429, json={"code": "limit-reached", "detail": "x"}))
    with pytest.raises(LimitReached):
        list(desk.each_exported(Cursor()))
    assert 5 == len(asked)
