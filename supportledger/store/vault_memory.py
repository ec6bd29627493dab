"""Keys that are forgotten with the process: the same rules as those on disk."""
# ruff: noqa: D102 -- what a vault does is documented at the interface, `ports.Vault`

from collections.abc import Collection
from dataclasses import replace
from threading import RLock

from supportledger.model.ids import TicketId
from supportledger.ports.vault import Custody, Keys
from supportledger.proof import handed
from supportledger.proof.seal import DeskKey, TicketSeal
from supportledger.store import vault_rules


class MemoryVault:
    """The `Vault` in dictionaries; its promises are written there, and all but the disk's are kept."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._seals: dict[TicketId, TicketSeal] = {}
        self._erased: dict[TicketId, int] = {}
        self._holds: dict[TicketId, Custody] = {}
        self._desk_key = b""

    def close(self) -> None:
        """Keep everything: there is nothing to let go of."""

    def make(self, tickets: Collection[TicketId]) -> Keys:
        with self._lock:
            for ticket in tickets:
                if ticket not in self._seals and ticket not in self._erased:
                    self._seals[ticket] = TicketSeal.new(ticket)
            return self.keys(tickets)

    def keys(self, tickets: Collection[TicketId]) -> Keys:
        with self._lock:
            return Keys(
                {one: self._seals[one] for one in tickets if one in self._seals},
                {one: self._erased[one] for one in tickets if one in self._erased},
            )

    def erase(self, tickets: Collection[TicketId], at: int) -> None:
        with self._lock:
            for ticket in tickets:
                if ticket in self._holds:
                    raise vault_rules.under_hold(ticket, self._holds[ticket].held_since or 0)
            for ticket in tickets:
                self._seals.pop(ticket, None)
                self._erased.setdefault(ticket, at)

    def hold(self, ticket: TicketId, reason: str, at: int) -> None:
        with self._lock:
            self.make([ticket]).of(ticket)
            if ticket in self._holds:
                raise vault_rules.under_hold(ticket, self._holds[ticket].held_since or 0)
            self._holds[ticket] = Custody(ticket, held_since=at, reason=reason)

    def release(self, ticket: TicketId) -> None:
        with self._lock:
            if self._holds.pop(ticket, None) is None:
                raise vault_rules.no_hold(ticket)

    def status(self, ticket: TicketId) -> Custody:
        with self._lock:
            held = self._holds.get(ticket, Custody(ticket))
            return replace(held, is_sealed=ticket in self._seals, erased_at=self._erased.get(ticket))

    def held(self) -> list[Custody]:
        with self._lock:
            found = [self.status(ticket) for ticket in self._holds]
            return sorted(found, key=lambda one: (one.held_since or 0, one.ticket))

    def rotate(self, new: DeskKey) -> int:
        """Remember which key it was: keys in memory are not wrapped."""
        with self._lock:
            was, self._desk_key = self._desk_key, new.id
            return 0 if was == new.id else len(self._seals)

    def wrap_for(self, ticket: TicketId, public_key: bytes) -> bytes:
        return handed.hand(self.keys([ticket]).of(ticket), public_key)
