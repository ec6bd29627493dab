"""Keeps the facts of tickets up: whoever was there before, whatever was broken off, they become the same."""

from dataclasses import replace
from typing import Final

from supportledger.desk.figures.deriving import facts
from supportledger.desk.promises import Promises
from supportledger.errors import ReplayMismatch
from supportledger.model.history import Registry
from supportledger.model.ids import TicketId
from supportledger.model.replay import Replay, replay
from supportledger.ports import Ledger, Store
from supportledger.ports.figures import TicketFacts, gone

AT_ONCE: Final = 500
"""Tickets that are worked out before they are written."""


class Keeping:
    """
    Works out what counts of tickets that have gone on. Doing so twice at once does no harm.

    Args:
        ledger: Whose rules the entries are replayed by.
        store: Whose reading of the ledger is counted.
    """

    def __init__(self, ledger: Ledger, store: Store) -> None:
        self._ledger = ledger
        self._store = store
        self._promises = Promises(ledger)

    def catch_up(self, limit: int = AT_ONCE) -> int:
        """
        Work out facts that are stale; they are then those of the state that was known, and stale no more.

        Returns:
            How many tickets it were; fewer than *limit* when none is left.

        Raises:
            ReplayMismatch: A ticket breaks the rules on the ledger itself.
            RpcUnavailable: The node is away, and something of it was not known.
        """
        stale = self._store.facts.stale(limit)
        if not stale:
            return 0
        known, registry = self._store.known(stale), self._ledger.registry()
        found = [
            replace(self.of(one, registry), head=known[one].state.head) if one in known else gone(one)
            for one in stale
        ]
        self._store.facts.put(found)
        return len(found)

    def of(self, ticket: TicketId, registry: Registry | None = None) -> TicketFacts:
        """
        Work out the facts of one ticket.

        Raises: As `catch_up`.
        """
        registry = registry or self._ledger.registry()
        return facts(self._replayed(ticket, registry), self._promises.terms)

    def rebuild(self) -> int:
        """
        Work out all facts again, and tell of how many tickets.

        Raises: As `catch_up`.
        """
        self._store.facts.forget()
        count = 0
        while done := self.catch_up():
            count += done
        return count

    def _replayed(self, ticket: TicketId, registry: Registry) -> Replay:
        """Replay what the store has read; the ledger's own entries, if that is not what the ledger says."""
        deployment = self._ledger.deployment
        try:
            return replay(ticket, self._store.entries(ticket), registry, deployment)
        except ReplayMismatch:
            return replay(ticket, self._ledger.entries(ticket), registry, deployment)
