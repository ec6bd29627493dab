"""
Tickets that the ledger does not have yet: their customers see them from the first instant.

1. Whoever opens a ticket has a paper that names it, sealed with the ticket's key, for a week.
2. As soon as the read model has the ticket, it is what `desk.filing.browsing` says, and nothing else.
"""

from dataclasses import dataclass
from typing import Final

from supportledger.desk.conversations import Conversations, Said
from supportledger.desk.filing.browsing import Underway
from supportledger.desk.reads import SUPPORT, Reads
from supportledger.errors import Conflict, NotFound
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import Draft
from supportledger.ports import Store
from supportledger.ports.cabinet import Paper

ARRIVING: Final = "arriving"
"""The kind of such papers."""
LASTS_S: Final = 7 * 86_400
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Arrival:
    """
    A ticket on its way to the ledger.

    Args:
        ticket: The one that it will be.
        subject: What it is about.
        underway: What was written, and how far it has come.
        conversation: What was said meanwhile.
    """

    ticket: TicketId
    subject: str
    underway: tuple[Underway, ...]
    conversation: tuple[Said, ...]


class Arriving:
    """
    Knows what somebody has opened lately.

    Args:
        store: Where drafts and papers are.
        conversations: What is said before the ledger has a ticket.
        reads: Puts on record who reads.
    """

    def __init__(self, store: Store, conversations: Conversations, reads: Reads) -> None:
        self._store = store
        self._conversations = conversations
        self._reads = reads

    def note(self, opening: Draft, person: TicketId) -> None:
        """Write down who has opened a ticket; doing it twice changes nothing."""
        ticket, until = opening.ticket, opening.created_at + LASTS_S
        paper = Paper(ARRIVING, ticket.hex(), {}, group=person.hex(), owner=ticket, expires_at=until)
        try:
            self._store.cabinet.write(paper)
        except Conflict:  # the same opening, submitted twice
            return

    def of(self, person: TicketId) -> list[TicketId]:
        """List what somebody has opened and the read model does not have, the newest first."""
        papers = self._store.cabinet.list(ARRIVING, person.hex(), limit=_MOST)
        tickets = [TicketId(bytes.fromhex(one.id)) for one in papers]
        known = self._store.known(tickets)
        openings = [drafts[0] for one in tickets if one not in known and (drafts := self._drafts(one))]
        return [one.ticket for one in sorted(openings, key=lambda one: -one.created_at)]

    def named(self, handle: str, person: TicketId) -> TicketId:
        """
        Find one by what people call it.

        Raises:
            NotFound: There is none of theirs.
        """
        for one in self.of(person):
            if one.handle == handle.lower():
                return one
        raise NotFound(f"there is no ticket {handle[:80]} here", hint="See whether its name is right.")

    def show(self, ticket: TicketId, *, reader: Address) -> Arrival:
        """
        Show one that `of` lists.

        Raises:
            NotOnRecord: The reading cannot be put on record: nothing is shown.
        """
        underway = tuple(Underway(one, self._store.drafted(one)) for one in self._drafts(ticket)[:1])
        said = tuple(self._conversations.checked(ticket))
        self._reads.record(ticket, "ticket", SUPPORT, reader=reader)
        fields = underway[0].fields.values() if underway and underway[0].fields else {}
        subject = fields.get("subject")
        return Arrival(ticket, subject if isinstance(subject, str) else "", underway, said)

    def _drafts(self, ticket: TicketId) -> list[Draft]:
        return self._store.drafts(ticket=ticket)
