"""What is known of the chain without waiting for it: how old it may be, and who looks again."""

import threading
from collections.abc import Callable

import pytest

from supportledger.desk.signing.lookouts import REFRESH_S, Lookout, aside
from supportledger.errors import ChainError, RpcUnavailable

Look = Callable[[], None]
DUE_S = 20


class Node:
    """Says what it is asked for, or fails; and a clock."""

    def __init__(self) -> None:
        self.now, self.asked = 0.0, 0
        self.value: int | Exception = 1
        self.aside: list[Look] = []
        self.lookout: Lookout[int] = Lookout(self.look, clock=lambda: self.now, begin=self.aside.append)

    def look(self) -> int:
        self.asked += 1
        if isinstance(self.value, Exception):
            raise self.value
        return self.value

    def says(self, value: int | Exception, *, after: float) -> None:
        self.value, self.now = value, self.now + after


@pytest.fixture
def node() -> Node:
    """A node that was asked once."""
    node = Node()
    assert 1 == node.lookout.get()
    return node


def test_it_is_used_until_it_is_due(node: Node) -> None:
    """What was seen is given to everybody for twenty seconds, and nobody asks the node."""
    node.says(2, after=DUE_S - 1)
    assert (1, 1, []) == (node.lookout.get(), node.asked, node.aside)


def test_somebody_looks_aside_when_it_is_due(node: Node) -> None:
    """When it is due, one looks aside, everybody goes on with what was seen, and then has what is new."""
    node.says(2, after=DUE_S)
    assert [1, 1, 1] == [node.lookout.get() for _ in range(3)]
    assert 1 == len(node.aside)
    node.aside.pop()()
    assert 2 == node.lookout.get()
    node.says(3, after=DUE_S)
    assert (2, 1) == (node.lookout.get(), len(node.aside))


def test_what_nobody_asked_for_in_long_is_waited_for(node: Node) -> None:
    """Whoever asks after a long while gets what is true now, not what was true then."""
    node.says(2, after=REFRESH_S)
    assert (2, []) == (node.lookout.get(), node.aside)


def test_a_node_that_is_away_stops_nobody(node: Node) -> None:
    """While the node is away, everybody goes on with what was seen, however long."""
    for _ in range(3):
        node.says(RpcUnavailable("away"), after=REFRESH_S)
        assert 1 == node.lookout.get()
    node.says(RpcUnavailable("away"), after=DUE_S)
    assert 1 == node.lookout.get()
    node.aside.pop()()
    node.says(2, after=0)
    assert 1 == node.lookout.get()


def test_a_node_that_was_never_seen() -> None:
    """Without anything that was seen there is nothing to go on with."""
    node = Node()
    node.value = RpcUnavailable("away")
    with pytest.raises(RpcUnavailable):
        node.lookout.get()


def test_what_cannot_be_right_is_told(node: Node) -> None:
    """Once a look aside has seen what cannot be right, the next one is told, and nobody goes on."""
    node.says(ChainError("another chain"), after=DUE_S)
    assert 1 == node.lookout.get()
    node.aside.pop()()
    for _ in range(2):
        with pytest.raises(ChainError, match="another chain"):
            node.lookout.get()
    node.says(2, after=0)
    assert 2 == node.lookout.get()


def test_whoever_waits_for_one_that_looks_does_not_look_again(node: Node) -> None:
    """Of many that come late at once, one asks the node."""
    node.says(2, after=DUE_S)
    assert 1 == node.lookout.get()  # one looks aside, and takes long
    node.now += REFRESH_S
    found: list[int] = []
    waiting = threading.Thread(target=lambda: found.append(node.lookout.get()))
    waiting.start()
    node.aside.pop()()
    waiting.join(30)
    assert ([2], 2) == (found, node.asked)


def test_nobody_can_look_aside() -> None:
    """Where no thread can be begun, whoever asks is told so, and the next one waits for nobody."""
    node = Node()

    def refuse(_look: Look) -> None:
        raise RuntimeError("can't start new thread")

    lookout: Lookout[int] = Lookout(node.look, clock=lambda: node.now, begin=refuse)
    lookout.get()
    node.says(2, after=DUE_S)
    with pytest.raises(RuntimeError, match="new thread"):
        lookout.get()
    node.says(3, after=REFRESH_S)
    assert 3 == lookout.get()


def test_a_thread_aside() -> None:
    """It looks in another thread, which does not keep the process alive."""
    seen: list[bool] = []
    done = threading.Event()

    def look() -> None:
        seen.append(threading.current_thread().daemon)
        done.set()

    aside(look)
    assert done.wait(30)
    assert [True] == seen
