"""The chat: a session of its own, one ticket for a conversation, shown by named sites alone."""

import pytest

from supportledger.model.records import TicketQuery
from supportledger.web.app import create_app
from supportledger.web.surroundings import Surroundings
from supportledger.web.visitors import CHAT_COOKIE, SESSION_COOKIE
from tests.unit.web.conftest import TestClient

SHOP = "https://shop.example"
DESK = "https://desk.example"


@pytest.fixture
def visitor(front):
    """Somebody who has never been here, on a desk that a shop may show."""
    app = create_app(front, Surroundings("http://testserver", widget_origins=(SHOP,)), closes=False)
    return TestClient(app, follow_redirects=False)


def say(client, body, **form):
    page = client.get("/chat").text
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    return client.post("/chat", data={"body": body, "csrf": token, **form})


@pytest.fixture
def relay(front):
    """Carry what waits to the ledger, and follow it."""

    def work():
        front.desk.recover()
        front.desk.sync()

    return work


def test_a_conversation_is_one_ticket(visitor, front, relay):
    """The first message opens it; what is said while the desk has it are lines of it."""
    assert 303 == say(visitor, "Hello").status_code
    assert 303 == say(visitor, "Are you there?").status_code
    front.desk.ledger.advance(30)  # the ledger takes the first when the second has been said
    relay()
    assert 303 == say(visitor, "Please.").status_code
    tickets = front.desk.store.tickets(TicketQuery())
    said = front.desk.conversations.checked(tickets[0].id)
    assert (1, ["Are you there?", "Please."]) == (len(tickets), [one.body for one in said])
    page = visitor.get("/chat").text
    assert page.index("Hello") < page.index("Are you there?") < page.index("Please.")


def test_what_the_desk_waits_for_is_a_reply(visitor, front, relay):
    """After an answer, a message is an entry: clocks follow from it; after the end, it opens a new ticket."""
    say(visitor, "Hello")
    relay()
    ticket = front.desk.store.tickets(TicketQuery())[0].id
    front.desk.tickets.answer(ticket, "Yes?", by="agent")
    front.desk.sync()
    say(visitor, "My deposit.")
    relay()
    assert "Reply" == str(front.desk.store.entries(ticket)[-1].action)
    assert [] == front.desk.conversations.checked(ticket)


def test_what_names_a_line_comes_after_it(visitor, front, relay):
    """Of what happened within one second, entries say themselves which lines they follow."""
    say(visitor, "First")
    relay()
    say(visitor, "Second")
    ticket = front.desk.store.tickets(TicketQuery())[0].id
    front.desk.tickets.answer(ticket, "Third", by="agent")
    front.desk.sync()
    say(visitor, "Fourth")
    relay()
    page = visitor.get("/chat").text
    places = [page.index(word) for word in ("First", "Second", "Third", "Fourth")]
    assert sorted(places) == places


def test_an_answer_is_shown(visitor, front, relay):
    """What an agent answers comes into the chat, and no internal note does."""
    say(visitor, "Hello")
    relay()
    ticket = front.desk.store.tickets(TicketQuery())[0].id
    front.desk.tickets.note(ticket, "He again.", by="agent")
    front.desk.tickets.answer(ticket, "Good day.", by="agent")
    front.desk.sync()
    page = visitor.get("/chat").text
    assert (True, False) == ("Good day." in page, "He again." in page)


def test_the_session_is_of_use_in_the_chat_alone(visitor):
    """The cookie of a chat signs nobody in anywhere else, and that of the portal nobody into a chat."""
    say(visitor, "Hello")
    assert CHAT_COOKIE in visitor.cookies
    assert SESSION_COOKIE not in visitor.cookies
    assert 303 == visitor.get("/my").status_code
    assert "Hello" not in TestClient(visitor.app).get("/chat").text


def test_others_do_not_write_in_it(visitor):
    """In a session, a message needs that session's token; from a page of somebody else's, none is taken."""
    say(visitor, "Hello")
    assert 403 == visitor.post("/chat", data={"body": "forged"}).status_code
    answer = TestClient(visitor.app).post("/chat", data={"body": "x"}, headers={"origin": SHOP})
    assert 403 == answer.status_code


@pytest.mark.parametrize(("site", "embedder"), [(SHOP, SHOP), ("https://evil.example", ""), ("*", "")])
def test_only_named_sites_show_it(visitor, site, embedder):
    """Only named sites may frame it, and only they are told anything; all other pages are in no frame."""
    answer = visitor.get("/chat", params={"site": site})
    assert f"frame-ancestors 'self' {SHOP}" in answer.headers["content-security-policy"]
    assert f'data-embedder="{embedder}"' in answer.text
    assert "frame-ancestors 'none'" in visitor.get("/").headers["content-security-policy"]


def test_by_https_each_site_has_its_own_cookie(front):
    """Over https the cookie goes into frames, partitioned by the site around them, and to our host alone."""
    app = create_app(front, Surroundings(DESK, widget_origins=(SHOP,)), closes=False)
    client = TestClient(app, base_url=DESK, follow_redirects=False)
    cookie = client.post("/chat", data={"body": "Hello"}).headers["set-cookie"]
    assert cookie.startswith(f"__Host-{CHAT_COOKIE}=")
    assert {"HttpOnly", "Secure", "SameSite=none", "Partitioned", "Path=/"} <= set(cookie.split("; "))


def test_nobody_fills_the_desk_with_chats(visitor):
    """From one network only so many chats begin in an hour."""
    answers = [
        TestClient(visitor.app).post("/chat", data={"body": "x"}, follow_redirects=False) for _ in range(31)
    ]
    assert [303] * 30 + [429] == [one.status_code for one in answers]


def test_an_empty_message_is_told(visitor):
    """Nothing is opened for nothing, and the reason stands at the field."""
    answer = say(visitor, "  ")
    assert (422, True) == (answer.status_code, "This is needed." in answer.text)
    assert 422 == say(visitor, "x" * 4_001).status_code


def test_markup_is_text(visitor):
    """What somebody writes runs nowhere."""
    say(visitor, "<script>alert(1)</script>")
    page = visitor.get("/chat").text
    assert ("<script>alert" in page, "&lt;script&gt;alert" in page) == (False, True)


def test_the_widget_is_for_other_sites(visitor):
    """Other sites may load the one script that is for them, and no other."""
    found = [
        visitor.get(f"/assets/{name}").headers["cross-origin-resource-policy"]
        for name in ("widget.js", "chat.js")
    ]
    assert ["cross-origin", "same-origin"] == found
