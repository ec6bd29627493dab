"""What this desk has sent, is sending, or will never send: how far each action of a ticket has come."""

from collections.abc import Collection, Sequence

from supportledger.desk.reading import Named, Reading
from supportledger.errors import NotFound
from supportledger.model.handle import parse_ticket
from supportledger.model.ids import TicketId
from supportledger.model.records import WAITING, Draft, DraftStatus
from supportledger.ports import Store


class Actions:
    """Tells how far actions have come."""

    def __init__(self, store: Store, reading: Reading) -> None:
        self._store = store
        self._reading = reading

    def of(self, ticket: TicketId) -> list[Draft]:
        """List this desk's actions on a ticket, in the order in which they were written."""
        return self._store.drafts(ticket=ticket)

    def list(
        self, statuses: Collection[DraftStatus], *, after: bytes | None = None, limit: int | None = None
    ) -> list[Draft]:
        """
        List actions in the order in which they were written.

        Args:
            statuses: Of these only.
            after: Key of the last action of the page before.
            limit: At most this many.

        Raises:
            NotFound: The action of the page before is unknown.
        """
        return self._store.drafts(statuses=statuses, after=after, limit=limit)

    def find(self, text: Named) -> TicketId:
        """
        Find the ticket that somebody means, also one that is not on the ledger yet, or never will be.

        Raises: As `Reading.find`.
        """
        try:
            return self._reading.find(text)
        except NotFound:
            named = parse_ticket(text) if isinstance(text, str) else text
            if isinstance(named, TicketId):
                return named
            return named.select(self._unseen())

    def _unseen(self) -> Sequence[TicketId]:
        """Name the tickets of actions that are not on the ledger."""
        drafts = self._store.drafts(statuses=[*WAITING, DraftStatus.REJECTED])
        return list(dict.fromkeys(one.ticket for one in drafts))
