import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from supportledger.chain.rpc import BATCH_LIMIT, Call, Fault, Rpc
from supportledger.errors import InputError, RpcRefused, RpcUnavailable
from tests.e2e.http_node import Handler, serving

READ = Call("eth_blockNumber")
SEND = Call("eth_sendRawTransaction", ("0x",))


def echo(handler: Handler, body: Any) -> None:
    """Answer each call with its parameters."""
    many = body if isinstance(body, list) else [body]
    replies = [{"id": one["id"], "result": one["params"]} for one in reversed(many)]
    handler.reply(replies if isinstance(body, list) else replies[0])


def test_asks_and_keeps_the_connection() -> None:
    """Calls in a row share a connection, and answers are what the node said."""
    with serving(echo) as (url, requests):
        rpc = Rpc(url)
        assert [1, "a"] == rpc.call("eth_x", 1, "a")
        assert [] == rpc.call("eth_y")
        assert 1 == len({connection for connection, _ in requests})


def test_batches_are_divided_and_put_in_order() -> None:
    """Each call gets its own answer, however the node orders them, in requests of bounded size."""
    calls = [Call("eth_x", (number,)) for number in range(2 * BATCH_LIMIT + 1)]
    with serving(echo) as (url, requests):
        assert [[number] for number in range(len(calls))] == Rpc(url).all(calls)
        assert [BATCH_LIMIT, BATCH_LIMIT, 1] == [len(body) for _, body in requests]
        requests.clear()
        Rpc(url).all([Call("eth_x", ("y" * 600_000,)) for _ in range(3)])
        assert 3 == len(requests)


def test_threads_share_it() -> None:
    """Many threads at once each get their own answers."""
    with serving(echo) as (url, _), ThreadPoolExecutor(16) as pool:
        rpc = Rpc(url)
        assert [[number] for number in range(200)] == list(
            pool.map(lambda number: rpc.call("eth_x", number), range(200))
        )


def dropping_once() -> Any:
    dropped: list[bool] = []

    def answer(handler: Handler, body: Any) -> None:
        if not dropped:
            dropped.append(True)
            handler.hang_up()
        else:
            echo(handler, body)

    return answer


def test_a_dropped_connection_is_tried_once_more_to_read() -> None:
    """A question that changes nothing is asked again."""
    with serving(dropping_once()) as (url, requests):
        assert [] == Rpc(url).call("eth_blockNumber")
        assert 2 == len(requests)


def test_a_dropped_connection_is_not_tried_again_to_send() -> None:
    """The node may have acted: whoever sends a transaction looks for it first."""
    with serving(dropping_once()) as (url, requests):
        with pytest.raises(RpcUnavailable, match="broke off"):
            Rpc(url).attempt(SEND)
        assert 1 == len(requests)


def test_a_batch_with_one_sending_is_not_tried_again() -> None:
    """Reading in the same batch changes nothing about that."""
    with serving(dropping_once()) as (url, requests):
        with pytest.raises(RpcUnavailable):
            Rpc(url).batch([READ, SEND])
        assert 1 == len(requests)


def test_a_connection_that_died_while_idle_is_replaced() -> None:
    """A node that closes idle connections is asked over a new one, even to send."""

    def answer(handler: Handler, body: Any) -> None:
        echo(handler, body)
        handler.hang_up()

    with serving(answer) as (url, requests):
        rpc = Rpc(url)
        rpc.call("eth_blockNumber")
        time.sleep(0.05)
        assert ["0x"] == rpc.attempt(SEND)
        assert 2 == len(requests)


def test_a_nodes_errors_are_values_or_exceptions() -> None:
    """`attempt` returns them, `call` and `all` raise; a limit that passes is worth another try."""

    def answer(handler: Handler, body: Any) -> None:
        def one(call: Any) -> Any:
            return {"id": call["id"], "error": {"code": call["params"][0], "message": "no", "data": "0x01"}}

        handler.reply([one(call) for call in body] if isinstance(body, list) else one(body))

    with serving(answer) as (url, _):
        rpc = Rpc(url)
        assert Fault(3, "no", "0x01") == rpc.attempt(Call("eth_x", (3,)))
        assert [Fault(3, "no", "0x01")] == rpc.batch([Call("eth_x", (3,))])
        with pytest.raises(RpcRefused, match="eth_x: no"):
            rpc.call("eth_x", 3)
        with pytest.raises(RpcRefused):
            rpc.all([Call("eth_x", (3,))])
        with pytest.raises(RpcUnavailable):
            rpc.call("eth_x", -32005)


@pytest.mark.parametrize(
    ("expected", "status", "content"),
    [
        (RpcUnavailable, 200, b"<html>"),
        (RpcUnavailable, 200, b"[]"),
        (RpcUnavailable, 200, b"7"),
        (RpcUnavailable, 429, b"slow down"),
        (RpcUnavailable, 502, b"bad gateway"),
        (RpcRefused, 401, b"who are you"),
        (RpcRefused, 403, b"no"),
    ],
)
def test_what_is_no_answer_is_told_apart(expected: type[Exception], status: int, content: bytes) -> None:
    """Web pages, empty answers, overload and a wrong key; and no message shows the key."""
    with serving(lambda handler, _: handler.reply(content, status, "text/plain")) as (url, _):
        with pytest.raises(expected) as caught:
            Rpc(url).call("eth_x")
        assert "secret" not in str(caught.value)


def test_a_batch_that_is_refused_as_a_whole() -> None:
    """A node that takes no batches says so once."""
    refusal = {"id": None, "error": {"code": -32600, "message": "batches are not supported"}}
    with (
        serving(lambda handler, _: handler.reply(refusal)) as (url, _),
        pytest.raises(RpcRefused, match="batches are not supported"),
    ):
        Rpc(url).batch([READ])


def test_an_incomplete_batch_is_no_answer() -> None:
    """An answer that is missing is not taken for a result."""

    def answer(handler: Handler, body: Any) -> None:
        handler.reply([{"id": body[0]["id"], "result": 1}])

    with serving(answer) as (url, _), pytest.raises(RpcUnavailable, match="unanswered"):
        Rpc(url).batch([READ, READ])


def test_a_slow_node_is_given_up() -> None:
    """After the time allowed, the caller is told."""
    with (
        serving(lambda handler, _: time.sleep(0.5)) as (url, _),
        pytest.raises(RpcUnavailable, match="in time"),
    ):
        Rpc(url, timeout_s=0.1).call("eth_x")


def test_no_node_at_all() -> None:
    """The address is named, what to do is said, and the access key is not shown."""
    with serving(echo) as (url, _):
        gone = url
    with pytest.raises(RpcUnavailable, match="no node answers at http") as caught:
        Rpc(gone).call("eth_x")
    assert "secret" not in str(caught.value) + repr(Rpc(gone))
    assert "supportledger up" in caught.value.hint


@pytest.mark.parametrize("url", ["", "localhost:8545", "ws://localhost", "file:///etc/passwd", "http://"])
def test_only_http_addresses_are_taken(url: str) -> None:
    """Anything else is refused before it is used."""
    with pytest.raises(InputError):
        Rpc(url)
