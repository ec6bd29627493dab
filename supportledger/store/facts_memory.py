"""Facts that are forgotten with the process."""
# ruff: noqa: D102 -- what facts do is documented at the interface, `ports.figures.Facts`

from collections.abc import Callable, Mapping, Sequence
from threading import RLock

from supportledger.model.ids import TicketId
from supportledger.ports.figures import TicketFacts, gone

Heads = Callable[[], Mapping[TicketId, bytes]]
"""Gives the heads of all tickets of the read model."""


class MemoryFacts:
    """
    The `Facts` in dictionaries; their promises are written there, and all but the disk's are kept.

    Args:
        heads: Asks the store that they belong to.
    """

    def __init__(self, heads: Heads) -> None:
        self._heads = heads
        self._lock = RLock()
        self._facts: dict[TicketId, tuple[int, TicketFacts]] = {}

    def stale(self, limit: int = 1_000) -> list[TicketId]:
        heads = self._heads()
        with self._lock:
            known = {ticket: one.head for ticket, (_, one) in self._facts.items()}
        changed = [ticket for ticket, head in heads.items() if known.get(ticket) != head]
        gone = [ticket for ticket, head in known.items() if ticket not in heads and any(head)]
        return sorted([*changed, *gone])[:limit]

    def put(self, facts: Sequence[TicketFacts]) -> None:
        with self._lock:
            revision = self._last() + 1
            self._facts |= {one.ticket: (revision, one) for one in facts}

    def changed(self, after: int = 0) -> tuple[int, list[TicketFacts]]:
        with self._lock:
            mark = self._last()
            since = after if 0 <= after <= mark else 0
            return mark, [one for revision, one in self._facts.values() if revision > since]

    def forget(self) -> None:
        with self._lock:
            self.put([gone(ticket) for ticket in self._facts])

    def _last(self) -> int:
        return max((revision for revision, _ in self._facts.values()), default=0)
