"""A body is as large as whoever sends it may send, comes in time, and is refused before it is read."""

import asyncio

import pytest

from supportledger.model.people import Role
from supportledger.web.problems import MEDIA_TYPE
from supportledger.web.sizes import LARGEST_BODY, SMALL_BODY, LimitedBodies

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
LARGE = SMALL_BODY + 1


def pieces(size, read):
    """Give a body in parts, without saying how long it is; put down how much of it was asked for."""
    for at in range(0, size, 65_536):
        read.append(at)
        yield b"x" * min(65_536, size - at)


def refused(answer, status=413):
    assert (status, MEDIA_TYPE) == (answer.status_code, answer.headers["content-type"]), answer.text
    assert (status, "close") == (answer.json()["status"], answer.headers["connection"])
    return answer.json()["code"]


@pytest.mark.parametrize("path", ["/sign-in/mail", "/chat", "/contacts", "/my/new", "/console/new"])
@pytest.mark.parametrize("cookie", ["", "sl_session=made-up", "sl_chat=made-up; sl_session=made-up"])
def test_strangers_carry_little(browser, path, cookie):
    """A large form of nobody's is refused, with a cookie that is made up as well."""
    headers = FORM | ({"cookie": cookie} if cookie else {})
    client = browser()
    assert "too-large" == refused(client.post(path, content=b"x" * LARGE, headers=headers))
    read = []
    refused(client.post(path, content=pieces(LARGEST_BODY, read), headers=headers))


@pytest.mark.parametrize("path", ["/my/submit", "/sign-in/wallet", "/sign-in/passkey"])
def test_what_is_no_form_is_small(browser, path):
    """Pages take no large JSON, whoever sends it; it is refused, and not taken for something unreadable."""
    for client in (browser(), browser(Role.CUSTOMER)):
        assert "too-large" == refused(client.post(path, content=b" " * LARGE, headers=JSON))


def test_public_operations_of_the_api_take_little_from_strangers(browser):
    """Whoever has no account sends no large JSON either, with a made-up cookie as well."""
    for headers in (JSON, JSON | {"cookie": "sl_session=made-up"}):
        answer = browser().post("/api/v1/contacts/check", content=b" " * LARGE, headers=headers)
        assert "too-large" == refused(answer)


def test_whoever_is_known_sends_files(browser):
    """A customer's message with a large file arrives; one that is larger than anything does not."""
    client = browser(Role.CUSTOMER)
    fields = {"body": "It is missing.", "subject": "Where is it?"}
    files = {"files": ("a.bin", b"x" * (2 * SMALL_BODY))}
    assert 303 == client.post("/my/new", data=fields, files=files).status_code
    headers = FORM | {"content-length": str(LARGEST_BODY + 1)}
    assert "too-large" == refused(client.post("/my/new", content=b"x", headers=headers))


def test_the_longest_message_is_no_large_one(browser):
    """A form without files is never too large, in whichever writing."""
    answer = browser().post("/chat", data={"body": "词" * 20_000}, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code != 413


def served(parts, *, first_s=0.05, headers=()):
    """Let an application read a body whose parts come as they are awaited; give what was answered."""
    sent = []

    async def app(_scope, receive, send):
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive():
        delay, message = parts.pop(0)
        await asyncio.sleep(delay)
        return message

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": "/", "headers": list(headers), "method": "POST"}
    asyncio.run(LimitedBodies(app, first_s=first_s)(scope, receive, send))
    return sent[0]["status"]


CHUNKED = [(b"transfer-encoding", b"chunked")]
MORE, LAST = {"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.request", "body": b"x"}


def test_a_body_that_never_comes_is_not_waited_for():
    """Whoever sends a byte now and then is told that it took too long."""
    length = [(b"content-length", b"100")]
    assert 408 == served([(0.02, MORE)] * 100, headers=length)
    assert 408 == served([(60, LAST)], headers=length)
    assert 200 == served([(0.01, MORE), (0, LAST)], headers=length)
    assert 200 == served([(0, MORE), (0, LAST)], headers=CHUNKED)


def test_nothing_is_waited_for_where_nothing_comes():
    """A request without a body is served at once."""
    assert 200 == served([(0.1, {"type": "http.request", "body": b""})])
