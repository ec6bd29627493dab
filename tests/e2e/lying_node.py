"""A proxy in front of a node that passes everything on, but for what it is told to lie about."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from supportledger.chain.rpc import Call, Fault, Rpc
from tests.e2e.http_node import Handler, serving

Lie = Callable[[list[Any], Any], Any]
"""Is given the parameters and the true answer, and gives what is answered instead; may give a `Fault`."""


class HungUp(Exception):  # noqa: N818 -- it says what happened
    """Raised by a lie that breaks the connection off."""


class LyingNode:
    """
    What the proxy says.

    Args:
        node: The true one.
    """

    def __init__(self, node: Rpc) -> None:
        self._node = node
        self.lies: dict[str, Lie] = {}
        self.url = ""

    def answer(self, handler: Handler, body: Any) -> None:
        try:
            reply = [self._one(one) for one in body] if isinstance(body, list) else self._one(body)
        except HungUp:
            handler.hang_up()
        else:
            handler.reply(reply)

    def _one(self, request: dict[str, Any]) -> dict[str, Any]:
        found = self._node.attempt(Call(request["method"], tuple(request.get("params", ()))))
        lie = self.lies.get(request["method"])
        if lie:
            found = lie(request["params"], found)
        head = {"jsonrpc": "2.0", "id": request["id"]}
        if isinstance(found, Fault):
            return head | {"error": {"code": found.code, "message": found.message}}
        return head | {"result": found}


@contextmanager
def lying_in_front_of(url: str) -> Iterator[LyingNode]:
    """Serve a proxy that tells the truth until it is told otherwise."""
    with closing(Rpc(url)) as node:
        liar = LyingNode(node)
        with serving(liar.answer) as (address, _):
            liar.url = address
            yield liar
