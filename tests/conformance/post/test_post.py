"""The port of requests to others: what it promises, held by the fake and by HTTP to this machine."""

import threading
import time

import pytest

from supportledger.channels.post import HttpPost
from supportledger.channels.post_memory import MemoryPost
from supportledger.errors import DeliveryError
from supportledger.model.outward import Target
from supportledger.ports.post import BODY_LIMIT, Answer
from tests.conformance.post.conftest import led_here

BODY = b'{"type":"ticket.answered"}'


def _says(answer):
    def act(other, connection):
        other.read(connection)
        connection.sendall(answer)

    return act


def _here(port, path="/hooks?a=1"):
    return Target.parse(f"http://127.0.0.1:{port}{path}", is_loopback_allowed=True)


def _post(**more):
    return HttpPost(is_loopback_allowed=True, **more)


@pytest.fixture(params=["memory", "http"])
def pair(request, other):
    """A post, and how to find what it has sent to whom."""
    if request.param == "memory":
        fake = MemoryPost(lambda _: Answer(200, b"thanks"))
        return fake, _here(80), lambda: [(one.headers, one.body) for one in fake.posted]
    program = other(_says(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nthanks"))

    def sent():
        found = []
        for raw in program.requests:
            head, _, body = raw.partition(b"\r\n\r\n")
            lines = (line.decode().split(": ", 1) for line in head.split(b"\r\n")[1:])
            found.append((dict(lines), body))
        return found

    return _post(), _here(program.port), sent


def test_what_is_sent_arrives(pair):
    """Headers and body arrive as they are, and the answer comes back."""
    post, target, sent = pair
    answer = post.post(target, {"webhook-id": "msg_1"}, BODY)
    assert (200, b"thanks") == (answer.status, answer.body)
    ((headers, body),) = sent()
    assert ("msg_1", BODY) == (headers["webhook-id"], body)


def test_threads_do_not_meet(pair):
    """Several threads may send at once."""
    post, target, sent = pair
    threads = [
        threading.Thread(target=post.post, args=(target, {"webhook-id": str(number)}, BODY))
        for number in range(8)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert set(map(str, range(8))) == {headers["webhook-id"] for headers, _ in sent()}


def test_request_line_and_host_are_those_of_the_address(other):
    """The path with its query is asked for, and Host is the name with its port."""
    program = other(_says(b"HTTP/1.1 204 No Content\r\n\r\n"))
    _post().post(_here(program.port), {}, BODY)
    head = program.requests[0].split(b"\r\n")
    assert b"POST /hooks?a=1 HTTP/1.1" == head[0]
    assert f"Host: 127.0.0.1:{program.port}".encode() in head


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(status, other):
    """A redirect is an answer; where it leads, nobody goes."""
    inside = other(_says(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    there = f"HTTP/1.1 {status} Go\r\nLocation: http://127.0.0.1:{inside.port}/\r\nContent-Length: 0\r\n\r\n"
    program = other(_says(there.encode()))
    assert status == _post().post(_here(program.port), {}, BODY).status
    assert [] == inside.requests


def test_proxies_of_the_environment_are_not_used(other, monkeypatch):
    """What the environment says of proxies does not change where a request goes."""
    program = other(_says(b"HTTP/1.1 204 No Content\r\n\r\n"))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert 204 == _post().post(_here(program.port), {}, BODY).status


def test_huge_body_is_cut(other):
    """Of a body without end, the beginning is read, and the connection closed."""

    def act(program, connection):
        program.read(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65_536)

    answer = _post(whole_s=10).post(_here(other(act).port), {}, BODY)
    assert (200, b"x" * BODY_LIMIT) == (answer.status, answer.body)
    assert 5_000 > answer.took_ms


def test_compressed_body_is_not_opened(other):
    """A body that says it is compressed is kept as it came."""
    program = other(
        _says(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00")
    )
    assert b"\x1f\x8b\x08\x00" == _post().post(_here(program.port), {}, BODY).body


@pytest.mark.parametrize("where", ["silent", "head", "body"])
def test_slow_answers_end(where, other):
    """Who answers nothing, or a byte now and then, holds nobody up for longer than the whole time."""

    def act(program, connection):
        program.read(connection)
        said = {"silent": b"", "head": b"HTTP/1.1 200 OK\r\n", "body": b"HTTP/1.1 200 OK\r\n\r\n"}[where]
        connection.sendall(said)
        for _ in range(200):
            time.sleep(0.05)
            if where != "silent":
                connection.sendall(b"X")

    begun = time.monotonic()
    with pytest.raises(DeliveryError, match="no answer within"):
        _post(whole_s=0.5).post(_here(other(act).port), {}, BODY)
    assert 3 > time.monotonic() - begun


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"\x00" * 200, b"HTTP/1.1 abc\r\n\r\n"]
)
def test_what_is_not_http_is_no_answer(answer, other):
    """Whoever does not speak HTTP is not reached."""
    with pytest.raises(DeliveryError):
        _post().post(_here(other(_says(answer)).port), {}, BODY)


def test_nobody_there_is_no_answer(other):
    """A port that nobody listens on is not reached."""
    program = other(_says(b""))
    program.close()
    with pytest.raises(DeliveryError):
        _post().post(_here(program.port), {}, BODY)


# -- where a name leads --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["::1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["192.168.0.1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["fd00::1"],
        ["fe80::1%lo"],
        ["0.0.0.0"],
        ["224.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        [],
    ],
)
@pytest.mark.parametrize("is_loopback_allowed", [False, True])
def test_name_that_leads_inside_is_not_connected_to(addresses, is_loopback_allowed):
    """A host with one address that is not public is not reached, whatever it is called and allowed."""
    post = HttpPost(resolver=lambda _host, _port: addresses, is_loopback_allowed=is_loopback_allowed)
    with pytest.raises(DeliveryError, match=r"not an address of the internet|no address"):
        post.post(Target.parse("https://hooks.example/"), {}, BODY)


def test_localhost_that_leads_elsewhere_is_not_connected_to():
    """Where loopback is allowed, localhost must lead to this machine."""
    post = _post(resolver=lambda _host, _port: ["10.0.0.1"])
    with pytest.raises(DeliveryError):
        post.post(Target.parse("http://localhost:8081/", is_loopback_allowed=True), {}, BODY)


def test_unknown_host_is_no_answer():
    """A host that nobody knows is not reached."""

    def unknown(_host, _port):
        raise OSError("not known")

    with pytest.raises(DeliveryError, match="not found"):
        HttpPost(resolver=unknown).post(Target.parse("https://hooks.example/"), {}, BODY)


def test_name_is_looked_up_once(other, certificate, monkeypatch):
    """A name that leads elsewhere the second time leads nowhere else: the checked address is connected to."""
    server, trust = certificate
    program = other(_says(b"HTTP/1.1 204 No Content\r\n\r\n"), server)
    asked = []

    def rebinding(host, port):
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    target = _at_port(program.port)
    with led_here(monkeypatch):
        assert 204 == HttpPost(resolver=rebinding, tls=trust).post(target, {}, BODY).status
    assert [("hooks.example", program.port)] == asked
    assert f"Host: hooks.example:{program.port}".encode() in program.requests[0]


def test_certificate_of_another_name_is_refused(other, certificate, monkeypatch):
    """The certificate must be of the name, whatever address is connected to."""
    server, trust = certificate
    program = other(_says(b"HTTP/1.1 204 No Content\r\n\r\n"), server)
    post = HttpPost(resolver=lambda _host, _port: ["127.0.0.1"], tls=trust)
    with led_here(monkeypatch), pytest.raises(DeliveryError):
        post.post(_at_port(program.port, "other.example"), {}, BODY)
    assert [] == program.requests


def test_certificate_that_nobody_vouches_for_is_refused(other, certificate, monkeypatch):
    """A certificate that the world does not believe is refused, and nothing is sent."""
    server, _ = certificate
    program = other(_says(b"HTTP/1.1 204 No Content\r\n\r\n"), server)
    post = HttpPost(resolver=lambda _host, _port: ["127.0.0.1"])
    with led_here(monkeypatch), pytest.raises(DeliveryError, match=r"(?i)certificate"):
        post.post(_at_port(program.port), {}, BODY)
    assert [] == program.requests


def test_plain_answer_to_tls_is_refused(other, monkeypatch):
    """Who does not speak TLS where it is asked for is not reached."""
    program = other(lambda _other, connection: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n"))
    post = HttpPost(resolver=lambda _host, _port: ["127.0.0.1"])
    with led_here(monkeypatch), pytest.raises(DeliveryError):
        post.post(_at_port(program.port), {}, BODY)


def test_next_address_is_tried(other, certificate, monkeypatch):
    """Where the first address does not answer, the next one of the same answer is tried."""
    server, trust = certificate
    program = other(_says(b"HTTP/1.1 204 No Content\r\n\r\n"), server)
    post = HttpPost(resolver=lambda _host, _port: ["127.0.0.2", "127.0.0.1"], tls=trust)
    with led_here(monkeypatch):
        assert 204 == post.post(_at_port(program.port), {}, BODY).status


def _at_port(port, host="hooks.example"):
    """A name with a port of this machine, which `Target.parse` lets nobody give."""
    return Target(f"https://{host}:{port}/", host, port, "/", is_tls=True)
