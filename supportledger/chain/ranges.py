"""
Reading many logs: in pieces that the node allows, some of them at the same time, and given in order (A5.1).

1. A piece is a span of blocks. It is halved when the node finds it too wide, too full or too slow, and split
   parts are read in its place; pieces that come later are as narrow.
2. The width grows again while pieces have few logs, so that a piece is about as large as memory should hold.
3. A node that wants to be asked less often is left alone for a while, and asked one thing at a time.
4. What the node will not give, of a single block or after many pauses, is an error: nothing is left out.
"""

import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from supportledger.chain.rpc import Call, Fault, Rpc
from supportledger.errors import RpcRefused, RpcUnavailable

Log = dict[str, Any]
Filter = Callable[[int, int], Call]
"""Makes the call that reads the logs of a span, from its first block to its last."""

AT_ONCE: Final = 3
"""Pieces that are asked for at the same time."""
AIM: Final = 1_000
"""Logs that a piece should have at most: about 2 MB of them."""
FIRST_SPAN: Final = 4
WIDEST_SPAN: Final = 1 << 20
NARROW_SPAN: Final = 32
"""Blocks of a piece from which on it is not narrowed to keep the readers even."""
PAUSES_S: Final = (0.5, 1, 2, 4, 8, 16)
"""How long a node that asks for patience is left alone, each time, before it is given up."""
_LATER: Final = re.compile(
    r"429|\brate|too many requests|requests? per|throttl|capacity|try again", re.IGNORECASE
)


@dataclass(slots=True)
class _Piece:
    """A span that is being read."""

    first: int
    last: int
    answer: "Future[list[Log] | None]"


class Ranges:
    """
    Reads the logs of spans of blocks. One reading at a time.

    Args:
        rpc: The node.
        make: Makes the call for a span.
        at_once: Pieces that are asked for at the same time; 1 for a node that cannot bear more.
        pause: Waits for some seconds; to be replaced in tests.
    """

    def __init__(
        self, rpc: Rpc, make: Filter, *, at_once: int = AT_ONCE, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._rpc = rpc
        self._make = make
        self._at_once = at_once
        self._pause = pause
        self._span = FIRST_SPAN
        self._is_dense = False

    def read(self, first: int, last: int) -> Iterator[list[Log]]:
        """
        Read the logs of blocks *first* to *last*, both included, in order and in pieces.

        Raises:
            RpcRefused: The node refuses even a single block.
            RpcUnavailable: It is away, or went on asking for patience.
        """
        if first > last:
            return
        self._span, self._is_dense = FIRST_SPAN, False
        with ThreadPoolExecutor(self._at_once) as readers:
            yield from self._read(readers, first, last)

    def _read(self, readers: ThreadPoolExecutor, first: int, last: int) -> Iterator[list[Log]]:
        pieces: deque[_Piece] = deque()
        at = self._ask_for_more(readers, pieces, first, last)
        try:
            while pieces:
                piece = pieces.popleft()
                logs = piece.answer.result()
                if logs is None:
                    self._split(readers, piece, pieces)
                    continue
                self._learn(piece, len(logs))
                at = self._ask_for_more(readers, pieces, at, last)
                yield logs
        finally:
            for piece in pieces:
                piece.answer.cancel()

    def _ask_for_more(self, readers: ThreadPoolExecutor, pieces: "deque[_Piece]", at: int, last: int) -> int:
        """Let no reader be idle while what was read is worked on, and give the block to go on from."""
        while at <= last and len(pieces) < self._ahead:
            to = at + self._width(last - at + 1) - 1
            pieces.append(self._begin(readers, at, to))
            at = to + 1
        return at

    @property
    def _ahead(self) -> int:
        """Pieces that are asked for, or wait for a reader; dense ones take long to work on."""
        return 2 * self._at_once if self._is_dense and self._at_once > 1 else self._at_once

    def _width(self, left: int) -> int:
        """Leave something for all readers up to the end, so that who takes the pieces never waits long."""
        return min(left, self._span, max(NARROW_SPAN, left // self._at_once))

    def _begin(self, readers: ThreadPoolExecutor, first: int, last: int) -> _Piece:
        return _Piece(first, last, readers.submit(self._ask, first, last))

    def _split(self, readers: ThreadPoolExecutor, piece: _Piece, pieces: "deque[_Piece]") -> None:
        """Read a piece again in two halves, before everything else."""
        half = (piece.last - piece.first + 1) // 2
        self._span = max(1, min(self._span, half))
        middle = piece.first + half
        pieces.appendleft(self._begin(readers, middle, piece.last))
        pieces.appendleft(self._begin(readers, piece.first, middle - 1))

    def _learn(self, piece: _Piece, count: int) -> None:
        """Choose the width of later pieces by what this one held."""
        width, self._is_dense = piece.last - piece.first + 1, count * 2 > AIM
        if count > AIM:
            self._span = max(1, min(self._span, width * AIM // count))
        elif not self._is_dense and width >= self._span:
            self._span = min(2 * width, WIDEST_SPAN)

    def _ask(self, first: int, last: int) -> list[Log] | None:
        """Read one piece; None when two smaller ones should be tried."""
        call = self._make(first, last)
        found = self._attempt(call)
        for pause_s in PAUSES_S:
            if isinstance(found, list) or not _LATER.search(found.message):
                break
            self._at_once = 1
            self._pause(pause_s)
            found = self._attempt(call)
        if isinstance(found, list):
            return found
        if first == last or _LATER.search(found.message) or self._is_away(found):
            raise found
        return None

    def _attempt(self, call: Call) -> list[Log] | RpcUnavailable | RpcRefused:
        try:
            answer = self._rpc.attempt(call)
        except RpcUnavailable as error:
            return error
        if isinstance(answer, Fault):
            return answer.error(call.method)
        if not isinstance(answer, list):
            return RpcRefused(f"{self._rpc.shown} answers a question for logs with something else")
        return answer

    def _is_away(self, found: RpcUnavailable | RpcRefused) -> bool:
        """Tell whether the node answers nothing at all, rather than being overwhelmed by this question."""
        if isinstance(found, RpcRefused):
            return False
        try:
            self._rpc.call("eth_blockNumber")
        except RpcUnavailable:
            return True
        return False
