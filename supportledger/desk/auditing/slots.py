"""
What the tickets' slots hold, against what their entries make (A3.5).

A slot holds one hash for the whole ticket. Which entry is wrong is found by asking what it held before: the
first block after which it was something else than the entries until then make.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from supportledger.desk.auditing.findings import Anomaly, Finding
from supportledger.desk.auditing.judging import Law, states_of
from supportledger.desk.auditing.spool import Shard, Spooled
from supportledger.desk.auditing.standing import Standing
from supportledger.errors import RpcRefused
from supportledger.model.ids import TicketId
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import TicketState
from supportledger.ports import LedgerReader

AT_ONCE: Final = 1_000
"""Slots that are asked for in one call of the reader."""
Steps = Callable[[TicketId], Sequence[tuple[EntryRecord, TicketState]]]
"""Gives the entries of a ticket that were read, each with the state after it."""


class Past:
    """
    The entries of a shard's tickets that were read, with the state after each; read again when asked for.

    Args:
        shard: The entries.
        before: How the tickets stood before them.
        law: What they are judged by.
    """

    def __init__(self, shard: Shard, before: Mapping[TicketId, Standing], law: Law) -> None:
        self._shard = shard
        self._before = before
        self._law = law
        self._read: dict[TicketId, list[Spooled]] | None = None

    def __call__(self, ticket: TicketId) -> list[tuple[EntryRecord, TicketState]]:
        """Give those of a ticket that breaks no rule."""
        if self._read is None:
            self._read = self._shard.tickets()
        entries = (one.entry for one in self._read.get(ticket, ()))
        steps = states_of(ticket, self._before.get(ticket), entries, self._law)
        return [(entry, state) for entry, state, _ in steps]


def compare(
    ledger: LedgerReader, standing: Mapping[TicketId, Standing], block: int, steps: Steps
) -> list[Finding]:
    """
    Compare the slots of tickets as of a block.

    Args:
        ledger: Where the slots are.
        standing: What the tickets' entries make.
        block: As of which both are.
        steps: Asked only for a ticket whose slot differs.

    Raises:
        RpcRefused: The node does not give a slot as of that block.
        RpcUnavailable: It is away.
    """
    tickets = list(standing)
    found: list[Finding] = []
    for at in range(0, len(tickets), AT_ONCE):
        part = tickets[at : at + AT_ONCE]
        for ticket, slot in _differing(ledger, {one: standing[one].slot for one in part}, block):
            holds = "is empty" if slot == bytes(32) else f"holds {slot.hex()}"
            why = f"the entries make {standing[ticket].slot.hex()}, the slot {holds}"
            found.append(_named(ledger, ticket, why, block, (standing[ticket].entries, steps(ticket))))
    return found


def _differing(
    ledger: LedgerReader, made: Mapping[TicketId, bytes], block: int
) -> Iterator[tuple[TicketId, bytes]]:
    """
    Give the slots that are not what they should be.

    They are asked for as they are now, which every node has at hand. One that is right now was right before,
    since no ticket ever comes back to a state that it had; only the others are asked for as of the block.
    """
    now = dict(zip(made, ledger.slots(list(made)), strict=True))
    changed = [ticket for ticket in made if now[ticket] != made[ticket]]
    then = ledger.slots(changed, block) if changed else []
    return ((ticket, slot) for ticket, slot in zip(changed, then, strict=True) if slot != made[ticket])


_Past = tuple[int, Sequence[tuple[EntryRecord, TicketState]]]
"""How many entries a ticket has, and the state after each that was read."""


def _named(ledger: LedgerReader, ticket: TicketId, why: str, block: int, past: _Past) -> Finding:
    """Name the entry that a slot differs by."""
    count, steps = past
    try:
        entry = _first_wrong(ledger, ticket, block, steps)
    except RpcRefused:
        why = f"{why}; the node keeps no older states to find the entry by"
        return Finding(Anomaly.STATE_DIFFERS, why, ticket)
    if entry is None:
        return Finding(Anomaly.STATE_DIFFERS, f"{why}; an entry is missing at the end", ticket, count)
    return Finding(Anomaly.STATE_DIFFERS, why, ticket, entry)


def _first_wrong(
    ledger: LedgerReader, ticket: TicketId, block: int, steps: Sequence[tuple[EntryRecord, TicketState]]
) -> int | None:
    """
    Find the first entry of the first block that left another slot; None when each left the right one.

    A head never comes back to what it should be, so halving finds it.
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
