"""Logs in parallel pieces: each once, in order, whatever the node allows; and nothing left out in silence."""

from typing import Any

import pytest

from supportledger.chain.ranges import AIM, PAUSES_S, Ranges
from supportledger.chain.rpc import Call, Fault
from supportledger.errors import RpcRefused, RpcUnavailable
from tests.unit.chain.fake_node import FakeNode


class ManyLogs(FakeNode):
    """A node with some logs in each block, that has limits of its own."""

    def __init__(
        self, each: int = 1, widest: int = 10**9, most: int = 10**9, *, silent: bool = False
    ) -> None:
        super().__init__()
        self.each, self.widest, self.most, self.silent = each, widest, most, silent
        self.pauses: list[float] = []
        self.busy = 0

    def answer(self, call: Call) -> Any:
        if call.method != "eth_getLogs":
            return super().answer(call)
        first, last = (int(call.params[0][key], 16) for key in ("fromBlock", "toBlock"))
        if self.busy:
            self.busy -= 1
            return Fault(-32005, "rate limit exceeded, try again later")
        if last - first + 1 > self.widest or (last - first + 1) * self.each > self.most:
            if self.silent:
                raise RpcUnavailable("did not answer in time")
            return Fault(-32005, "query returned more than 10000 results")
        return [(block, at) for block in range(first, last + 1) for at in range(self.each)]

    def ranges(self) -> Ranges:
        def call(first: int, last: int) -> Call:
            return Call("eth_getLogs", ({"fromBlock": hex(first), "toBlock": hex(last)},))

        return Ranges(self, call, pause=self.pauses.append)


def expected(first: int, last: int, each: int = 1) -> list[Any]:
    return [(block, at) for block in range(first, last + 1) for at in range(each)]


@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize(("widest", "most"), [(1, 10**9), (7, 10**9), (10**9, 10), (10**9, 10**9), (100, 50)])
def test_every_log_once_and_in_order(widest: int, most: int, silent: bool) -> None:
    """A span too wide, too full or too slow is read in halves, before what comes after it (A5.1)."""
    node = ManyLogs(3, widest, most, silent=silent)
    assert expected(5, 400, 3) == [log for part in node.ranges().read(5, 400) for log in part]


def test_pieces_are_as_large_as_memory_should_hold() -> None:
    """Sparse blocks are read in ever wider spans, dense ones in small pieces."""
    sparse, dense = ManyLogs(0), ManyLogs(AIM // 2)
    assert [] == [log for part in sparse.ranges().read(0, 10**6) for log in part]
    assert sparse.count("eth_getLogs") < 80
    assert 8 * AIM >= max(len(part) for part in dense.ranges().read(0, 50))


def test_an_empty_span() -> None:
    """Nothing is asked for where there is nothing."""
    node = ManyLogs()
    assert [] == list(node.ranges().read(5, 4))
    assert 0 == node.count("eth_getLogs")


def test_a_node_that_asks_for_patience_is_left_alone() -> None:
    """To be asked less often is not to be asked for less: the same piece is asked for after a pause."""
    node = ManyLogs()
    node.busy = 2
    assert expected(0, 3) == [log for part in node.ranges().read(0, 3) for log in part]
    assert list(PAUSES_S[:2]) == node.pauses


def test_patience_ends() -> None:
    """A node that never answers is an error, and not an end of the logs."""
    node = ManyLogs()
    node.busy = 10**6
    with pytest.raises(RpcUnavailable, match="rate limit"):
        list(node.ranges().read(0, 3))
    assert set(PAUSES_S) == set(node.pauses)


def test_a_block_that_is_refused_is_an_error() -> None:
    """A single block that the node does not give cannot be split."""
    with pytest.raises(RpcUnavailable):
        list(ManyLogs(each=3, most=2).ranges().read(0, 9))
    node = ManyLogs()
    node.quirks.append(lambda call: Fault(-32000, "history has been pruned for this block"))
    with pytest.raises(RpcRefused, match="pruned"):
        list(node.ranges().read(0, 9))


def test_a_node_that_is_away_is_not_split() -> None:
    """When nothing answers any more, smaller pieces do not help, and the logs do not just end."""
    node = ManyLogs()
    node.is_away = True
    node.quirks.append(lambda call: NotImplemented)
    with pytest.raises(RpcUnavailable, match="away"):
        list(node.ranges().read(0, 10**6))
    assert node.count("eth_getLogs") <= 4


def test_an_answer_that_is_no_list() -> None:
    """What is no list of logs is refused."""
    node = ManyLogs()
    node.quirks.append(lambda call: None if call.method == "eth_getLogs" else NotImplemented)
    with pytest.raises(RpcRefused, match="something else"):
        list(node.ranges().read(0, 3))
