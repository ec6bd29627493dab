"""
Judging few entries while the node still looks for the next, in the order of the ledger.

It is a guess that everything holds. If anything turns out otherwise, or a certificate has been revoked, the
guess is dropped, and the tickets are judged by shards like all others: what is found is found in one way.
"""

from collections.abc import Sequence
from typing import Any

from supportledger.desk.auditing.judging import BEGINNING, At, Judge, Judged, Law
from supportledger.desk.auditing.spool import FEW, SHARDS, Spooled
from supportledger.model.events import LedgerEvent
from supportledger.model.registrar import grown


class Stream:
    """
    Judges entries as they come.

    Args:
        law: What they are judged by, before any event.
        most: Entries after which it gives up.
    """

    def __init__(self, law: Law, most: int = FEW) -> None:
        self._most = most
        self._all = Judged(0)
        self._judge = Judge(law, self._all)
        self._at: dict[Any, At] = {}  # by `TicketId`
        self._holds = True

    def take(self, entries: Sequence[Spooled], others: Sequence[LedgerEvent]) -> None:
        """Judge what was read, with what the ledger has learned by the way."""
        if not self._holds:
            return
        law = self._judge.law
        if others:
            registry = grown(law.registry, others)
            self._judge.law = law = Law(law.deployment, registry, law.signatures)
        self._all.entries += len(entries)
        self._all.actions.update([one.entry.action for one in entries])
        self._holds = not law.revoked and self._all.entries <= self._most and all(map(self._step, entries))

    def _step(self, one: Spooled) -> bool:
        ticket = one.entry.ticket
        at = self._judge.step(ticket, self._at.get(ticket, BEGINNING), one)
        if at is None:
            return False
        self._at[ticket] = at
        return True

    def judged(self) -> list[Judged] | None:
        """Give one judgement for each shard; None when the guess was wrong."""
        if not self._holds or self._all.findings:
            return None
        shards = [self._all, *map(Judged, range(1, SHARDS))]
        for ticket, at in self._at.items():
            shards[ticket[0]].stand(ticket, at)
        unsigned, self._all.unsigned = self._all.unsigned, []
        for turn in unsigned:
            shards[turn.entry.ticket[0]].unsigned.append(turn)
        return shards
