"""The port of keys: one for each ticket, wrapped by the desk's, and destroyed when a ticket is erased."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from supportledger.errors import ContentErased, KeyMissing
from supportledger.model.ids import TicketId
from supportledger.proof.seal import DeskKey, TicketSeal


@dataclass(frozen=True, slots=True)
class Keys:
    """
    What is known of the keys of some tickets, as of one moment.

    Args:
        seals: Of those that have a key.
        erased: When the keys of others were destroyed; Unix seconds.
    """

    seals: Mapping[TicketId, TicketSeal] = field(default_factory=dict)
    erased: Mapping[TicketId, int] = field(default_factory=dict)

    def of(self, ticket: TicketId) -> TicketSeal:
        """
        Give the seal of a ticket.

        Raises:
            ContentErased: Its key was destroyed.
            KeyMissing: It never had one, or the key store lost it.
        """
        if ticket in self.erased:
            raise erased(ticket, self.erased[ticket])
        if ticket not in self.seals:
            raise KeyMissing(
                f"the key store has no key of {ticket.handle}",
                hint="Restore the key store's backup that belongs to this store.",
            )
        return self.seals[ticket]

    def to_seal_with(self, ticket: TicketId) -> TicketSeal:
        """
        Give the seal of a ticket, for what comes from an older version in clear.

        Of one that was erased, it is a seal whose key nobody keeps: what it seals is erased, too.

        Raises:
            KeyMissing: It never had a key.
        """
        return TicketSeal.new(ticket) if ticket in self.erased else self.of(ticket)


@dataclass(frozen=True, slots=True)
class Custody:
    """
    What has become of a ticket's key.

    Args:
        ticket: Whose.
        is_sealed: There is a key: what was written can be read.
        erased_at: When the key was destroyed; None if it was not. Unix seconds.
        held_since: Since when it must not be; None if it may. Unix seconds.
        reason: Of the legal hold.
    """

    ticket: TicketId
    is_sealed: bool = False
    erased_at: int | None = None
    held_since: int | None = None
    reason: str = field(default="", repr=False)


class Vault(Protocol):
    """
    The keys that contents are sealed with.

    * They are kept apart from what they seal, wrapped by the desk key, which is kept nowhere near.
    * A call that returns has been written to disk as a whole; one that raises has changed nothing.
    * It is safe under threads, and several processes may share the keys: each call looks at them anew, so
      that nothing is opened with a key which somebody else has destroyed; all calls within a `Store.moment`
      count as one.
    * Keys are written before what they seal: a key that seals nothing harms nobody.
    * Warning: whoever has had key and contents may have kept them. Erasing reaches this store's own files;
      backups of the key store are the operator's business (docs/guides/store.md).

    Raises, anywhere: WrongDeskKey, when the desk key was changed meanwhile; StoreError, when the key store
    cannot do what was asked.
    """

    def close(self) -> None:
        """Let go of the key store."""

    def make(self, tickets: Collection[TicketId]) -> Keys:
        """Give the keys of tickets, and make those that are missing; what was erased stays so."""

    def keys(self, tickets: Collection[TicketId]) -> Keys:
        """Give the keys of tickets, as far as there are any."""

    def erase(self, tickets: Collection[TicketId], at: int) -> None:
        """
        Destroy the keys of tickets for good, and remember when; for one that was erased, the first time.

        Args:
            tickets: All of them or none.
            at: Unix seconds.

        Raises:
            Conflict: One is under a legal hold.
        """

    def hold(self, ticket: TicketId, reason: str, at: int) -> None:
        """
        Let a ticket not be erased until `release`.

        Args:
            ticket: Which.
            reason: Why; sealed with the ticket's key.
            at: Unix seconds.

        Raises:
            ContentErased: It was erased already.
            Conflict: It is under a hold.
        """

    def release(self, ticket: TicketId) -> None:
        """
        End a legal hold.

        Raises:
            NotFound: There is none.
        """

    def status(self, ticket: TicketId) -> Custody:
        """Tell what has become of a ticket's key."""

    def held(self) -> list[Custody]:
        """List tickets under a legal hold, the oldest hold first."""

    def rotate(self, new: DeskKey) -> int:
        """
        Wrap all keys anew, for another desk key; the one before is then refused.

        Some keys at a time: one that was broken off goes on where it was when it is called again.

        Returns:
            How many keys this call has wrapped.

        Raises:
            Conflict: Another rotation, to another key, was not finished.
        """

    def wrap_for(self, ticket: TicketId, public_key: bytes) -> bytes:
        """
        Wrap a ticket's key for its customer, who opens it with `proof.handed.open_key`, without us.

        Args:
            ticket: Which.
            public_key: On secp256k1; 33 or 65 bytes (SEC 1).

        Raises:
            ContentErased: It was erased.
            InputError: That is no public key.
        """


def erased(ticket: TicketId, at: int) -> ContentErased:
    """Say that a ticket was erased."""
    day = datetime.fromtimestamp(at, UTC).date().isoformat()
    return ContentErased(
        f"the contents of {ticket.handle} were erased on {day}",
        at,
        hint="Its entries on the ledger still prove when it was handled; to say more, open another ticket.",
    )
