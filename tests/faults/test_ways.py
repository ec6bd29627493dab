"""Nodes that answer slowly, with errors, with rubbish, with old blocks, or not at all."""

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from supportledger.wiring import connect
from tests.faults.proxy import Mood, Proxy, between
from tests.faults.scene import answer, ask, check, is_done, scene

pytestmark = pytest.mark.ganache
CHANCE = random.Random(7)
SENDS = b"eth_sendRawTransaction"


def slow(proxy: Proxy, body: bytes) -> bytes | None:
    time.sleep(CHANCE.uniform(0.0, 0.6))
    return proxy.passed(body)


def silent(_proxy: Proxy, _body: bytes) -> bytes | None:
    return None


def unheard(proxy: Proxy, body: bytes) -> bytes | None:
    """The node does what it is asked to, and the answer is lost, whenever something is sent."""
    found = proxy.passed(body)
    return None if SENDS in body else found


def refusing(proxy: Proxy, body: bytes) -> bytes | None:
    if CHANCE.random() < 0.5:
        return proxy.passed(body)
    asked = json.loads(body)
    fault = {"code": -32603, "message": "internal error"}
    calls = asked if isinstance(asked, list) else [asked]
    said = [{"jsonrpc": "2.0", "id": one["id"], "error": fault} for one in calls]
    return json.dumps(said if isinstance(asked, list) else said[0]).encode()


def rubbish(proxy: Proxy, body: bytes) -> bytes | None:
    """Half of the answers are no JSON, no object, or have values of other types."""
    turn = CHANCE.random()
    if turn < 0.1:
        return b"<html>502 Bad Gateway</html>"
    if turn < 0.2:
        return b'"yes"'
    if turn < 0.5:
        return proxy.rewritten(body, lambda _, result: CHANCE.choice([None, "0x", "zz", 7, [], {}, result]))
    return proxy.passed(body)


def backward(proxy: Proxy, body: bytes) -> bytes | None:
    """The latest block is what it was some blocks ago."""
    first = int(json.loads(proxy.passed(_call("eth_blockNumber")))["result"], 16)

    def older(call: dict[str, Any], result: Any) -> Any:
        if call["method"] == "eth_blockNumber":
            return hex(max(first - 3, 0))
        return result

    asked = json.loads(body)
    for one in asked if isinstance(asked, list) else [asked]:
        if one["method"] == "eth_getBlockByNumber" and one["params"][0] == "latest":
            one["params"][0] = hex(max(first - 3, 0))
    return proxy.rewritten(json.dumps(asked).encode(), older)


def _call(method: str) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": []}).encode()


@pytest.mark.parametrize("mood", [slow, silent, unheard, refusing, rubbish, backward])
def test_a_bad_way_to_the_node(tmp_path: Path, mood: Mood) -> None:
    """Whatever a node answers for a while, nothing is lost, nothing done twice, and the operator is told."""
    with (
        scene(tmp_path, "ganache") as stage,
        connect(tmp_path) as desk,
        stage.rpc() as rpc,
        between(rpc.url) as (proxy, url),
    ):
        ledger = str(desk.ledger.deployment.ledger)
        with stage.worker(rpc=url, ledger=ledger, confirmations=0):
            opened = ask(desk, 20)
            stage.until(lambda: is_done(desk))
            proxy.mood, before = mood, proxy.asked
            answer(desk, [one.ticket for one in opened])
            ask(desk, 20, "meanwhile")
            stage.until(lambda: proxy.asked >= before + 5, 30)
            _wait_a_while(lambda: mood is slow and is_done(desk))
            proxy.mood = Proxy.passed
            stage.until(lambda: is_done(desk))
        if mood in {silent, refusing, rubbish}:
            assert stage.told("work.failed")
        check(desk)


def _wait_a_while(enough: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline and not enough():
        time.sleep(0.1)
