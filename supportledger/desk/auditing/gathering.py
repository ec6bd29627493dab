"""
One pass over all events, as the node lists them: entries go to the spool, all else is kept in order.

The order is the node's claim; each event's place is checked against the one before and the blocks that were
asked for (A3.1).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from supportledger.desk.auditing.findings import Anomaly, Finding, Findings
from supportledger.desk.auditing.spool import Spool, Spooled
from supportledger.errors import RpcRefused
from supportledger.model.events import LedgerEvent, RoleChanged, place
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action, Auth
from supportledger.ports import LedgerReader
from supportledger.proof.evidence import Signed

Taken = Callable[[Sequence[Spooled], Sequence[LedgerEvent]], None]

_LONGEST: Final = (1 << 16) - 1
"""Bytes of a signature that are taken to be one."""


@dataclass(slots=True)
class Gathered:
    """
    What a pass has brought, beside the entries.

    Args:
        others: Events of agents, policies, roles, anchors and the successor, in the order of the chain.
        last: Block of the last event that the node gave; None when it gave none.
        is_whole: Everything was given, as far as that can be seen from the events alone.
    """

    others: list[LedgerEvent] = field(default_factory=list)
    last: int | None = None
    is_whole: bool = False


class Gathering:
    """
    Reads the events of a span of blocks.

    Args:
        ledger: Where from.
        findings: Where to say what is wrong.
        signatures: Whether signatures are fetched, too.
    """

    def __init__(self, ledger: LedgerReader, findings: Findings, *, signatures: bool) -> None:
        self._ledger = ledger
        self._findings = findings
        self._signatures = signatures
        self._at = (-1, -1)

    def run(self, first: int | None, last: int, spool: Spool, taken: Taken) -> Gathered:
        """
        Read blocks *first* to *last*; None begins at the deployment.

        Each piece is told to *taken*: its entries, and its other events.

        What the node refuses to give is found to be not checked (A4.2); being without a node is an error.

        Raises:
            RpcUnavailable: The node is away.
        """
        gathered = Gathered()
        try:
            for part in self._ledger.events(first, last):
                known = len(gathered.others)
                entries = list(self._entries(self._checked(part, first, last, gathered)))
                spool.add(entries)
                gathered.last = self._at[0]
                taken(entries, gathered.others[known:])
        except RpcRefused as refused:
            upto = "any block" if gathered.last is None else f"the blocks after {gathered.last}"
            self._unchecked(f"the node does not give the events of {upto}: {refused.message}")
            return gathered
        if first is None and not any(isinstance(one, RoleChanged) for one in gathered.others):
            self._unchecked(
                "the events of the deployment are missing: the node has forgotten old events, or hides some"
            )
            return gathered
        gathered.others.sort(key=place)
        gathered.is_whole = True
        return gathered

    def _checked(
        self, part: Sequence[LedgerEvent], first: int | None, last: int, gathered: Gathered
    ) -> Iterator[EntryRecord]:
        """Pass entries on and keep the others, each in its place."""
        for event in part:
            at = (event.block_number, event.log_index) if isinstance(event, EntryRecord) else event.place
            if at <= self._at:
                self._misplaced(event, f"it is listed at {at}, after the one at {self._at}")
            elif not (first or 0) <= at[0] <= last:
                self._misplaced(event, f"it is of block {at[0]}, which was not asked for")
            self._at = max(self._at, (at[0], at[1]))
            if isinstance(event, EntryRecord):
                yield event
            else:
                gathered.others.append(event)

    def _misplaced(self, event: LedgerEvent, why: str) -> None:
        if isinstance(event, EntryRecord):
            self._findings.add(Finding(Anomaly.ENTRY_OMITTED, why, event.ticket, event.index))
        else:
            self._findings.add(Finding(Anomaly.ENTRY_OMITTED, f"{type(event).__name__}: {why}"))

    def _entries(self, entries: Iterable[EntryRecord]) -> Iterable[Spooled]:
        if not self._signatures:
            return (Spooled(one, None) for one in entries)
        listed = list(entries)
        shown = self._shown([one for one in listed if one.auth is Auth.ECDSA or one.action is Action.CLAIM])
        return (Spooled(one, shown.get((one.ticket, one.index))) for one in listed)

    def _shown(self, signed: Sequence[EntryRecord]) -> dict[tuple[bytes, int], Signed]:
        """Find signatures in the inputs of transactions; a store's are looked at later."""
        if not signed:
            return {}
        try:
            found = self._ledger.signatures(signed)
        except RpcRefused as refused:
            blocks = f"{signed[0].block_number} to {signed[-1].block_number}"
            self._unchecked(f"the node does not give the transactions of blocks {blocks}: {refused.message}")
            return {}
        return {
            key: one for key, one in found.items() if max(len(one.signature), len(one.consent)) <= _LONGEST
        }

    def _unchecked(self, why: str) -> None:
        self._findings.add(Finding(Anomaly.COULD_NOT_CHECK, why))
