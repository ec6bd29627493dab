"""
What the tickets' slots hold, against what their entries make (A3.5).

A slot holds one hash for the whole ticket. Which entry is wrong is found by asking what it held before: the
first block after which it was something else than the entries until then make.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Self

from supportledger.desk.auditing.findings import Anomaly, Finding
from supportledger.desk.auditing.judging import Law, states_of
from supportledger.desk.auditing.standing import Standing
from supportledger.desk.auditing.workers import Case
from supportledger.errors import RpcRefused
from supportledger.model.ids import TicketId
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import TicketState
from supportledger.ports import LedgerReader

AT_ONCE: Final = 1_000
"""Slots that are compared at once, of as many shards as that takes."""
_AHEAD: Final = 2
"""Times so many that are asked for before they are compared."""
_Tickets = dict[TicketId, tuple[Standing, Case]]


class Slots:
    """
    Compares the slots of tickets as of a block, many at once.

    The node looks for some while others are compared, and while the next tickets are judged.

    Args:
        ledger: Where the slots are.
        block: As of which they are compared.
        law: What the tickets were judged by.
    """

    def __init__(self, ledger: LedgerReader, block: int, law: Law) -> None:
        self._ledger = ledger
        self._block = block
        self._law = law
        self._waiting: _Tickets = {}
        self._asked: deque[tuple[_Tickets, Future[list[bytes]]]] = deque()
        self._reader = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        """Ask no more when the block ends."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Ask no more."""
        self._reader.shutdown(cancel_futures=True)

    def add(self, case: Case, standing: Mapping[TicketId, Standing]) -> Iterator[Finding]:
        """
        Take the tickets of a shard; compare those that were asked for if others can be asked for.

        Raises: As `flush`.
        """
        self._waiting |= {ticket: (one, case) for ticket, one in standing.items()}
        if len(self._waiting) >= AT_ONCE:
            self._ask()
            while len(self._asked) > _AHEAD:
                yield from self._compare(*self._asked.popleft())

    def flush(self) -> Iterator[Finding]:
        """
        Compare those that wait.

        Raises:
            RpcRefused: The node does not give a slot as of that block.
            RpcUnavailable: It is away.
        """
        if self._waiting:
            self._ask()
        while self._asked:
            yield from self._compare(*self._asked.popleft())

    def _ask(self) -> None:
        """
        Ask for the slots of those that wait as they are now, which every node has at hand.

        One that is right now was right before, since no ticket ever comes back to a state that it had; only
        the others are asked for as of the block.
        """
        tickets, self._waiting = self._waiting, {}
        self._asked.append((tickets, self._reader.submit(self._ledger.slots, list(tickets))))

    def _compare(self, tickets: "_Tickets", found: "Future[list[bytes]]") -> Iterator[Finding]:
        made = {ticket: one.slot for ticket, (one, _) in tickets.items()}
        changed = [
            ticket for (ticket, slot), now in zip(made.items(), found.result(), strict=True) if now != slot
        ]
        then = self._ledger.slots(changed, self._block) if changed else []
        past: dict[int, _Past] = {}
        for ticket, slot in zip(changed, then, strict=True):
            if slot == made[ticket]:
                continue
            standing, case = tickets[ticket]
            if case.shard.number not in past:
                past[case.shard.number] = _Past(case, self._law)
            holds = "is empty" if slot == bytes(32) else f"holds {slot.hex()}"
            why = f"the entries make {standing.slot.hex()}, the slot {holds}"
            yield self._named(ticket, why, standing.entries, past[case.shard.number].steps(ticket))

    def _named(
        self, ticket: TicketId, why: str, count: int, steps: Sequence[tuple[EntryRecord, TicketState]]
    ) -> Finding:
        """Name the entry that a slot differs by."""
        try:
            entry = _first_wrong(self._ledger, ticket, self._block, steps)
        except RpcRefused:
            why = f"{why}; the node keeps no older states to find the entry by"
            return Finding(Anomaly.STATE_DIFFERS, why, ticket)
        if entry is None:
            return Finding(Anomaly.STATE_DIFFERS, f"{why}; an entry is missing at the end", ticket, count)
        return Finding(Anomaly.STATE_DIFFERS, why, ticket, entry)


class _Past:
    """The entries of a shard's tickets that were read; read again only for a slot that differs."""

    def __init__(self, case: Case, law: Law) -> None:
        self._before = case.before
        self._law = law
        self._entries = case.shard.tickets()

    def steps(self, ticket: TicketId) -> list[tuple[EntryRecord, TicketState]]:
        """Give those of a ticket that breaks no rule, with the state after each."""
        entries = (one.entry for one in self._entries.get(ticket, ()))
        steps = states_of(ticket, self._before.get(ticket), entries, self._law)
        return [(entry, state) for entry, state, _ in steps]


def _first_wrong(
    ledger: LedgerReader, ticket: TicketId, block: int, steps: Sequence[tuple[EntryRecord, TicketState]]
) -> int | None:
    """
    Find the first entry of the first block that left another slot; None when each left the right one.

    A head never comes back to what it should be, so halving finds it (A3.6).
    """
    blocks = _by_block(steps)
    low, high = 0, len(blocks)
    while low < high:
        middle = (low + high) // 2
        number, _, state = blocks[middle]
        if ledger.slots([ticket], min(number, block)) == [state.hash()]:
            low = middle + 1
        else:
            high = middle
    return blocks[low][1] if low < len(blocks) else None


def _by_block(steps: Sequence[tuple[EntryRecord, TicketState]]) -> list[tuple[int, int, TicketState]]:
    """Give each block with the first of its entries, and the state after the last."""
    blocks: list[tuple[int, int, TicketState]] = []
    for entry, state in steps:
        if blocks and blocks[-1][0] == entry.block_number:
            blocks[-1] = (entry.block_number, blocks[-1][1], state)
        else:
            blocks.append((entry.block_number, entry.index, state))
    return blocks
