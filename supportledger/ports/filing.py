"""The ports of filing: where a ticket is filed, how it is found, and what happened lately."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from supportledger.model.ids import TicketId
from supportledger.model.records import TicketQuery, TicketRecord

GENERAL = "general"
"""The queue of tickets that nobody has filed anywhere else."""


@dataclass(frozen=True, slots=True)
class Filing:
    """
    Where a desk has filed a ticket: nothing of it is on the ledger, and nothing of it says what was written.

    Args:
        ticket: Which.
        queue: Name of its queue.
        person: The account of its customer; None for whoever has none.
        language: BCP 47; empty when unknown.
        product: What it is about, as the desk names its products; empty when unknown.
        channel: Which way it came; empty when unknown.
        topic: What it is about, for figures; empty when unknown.
        tags: In order, each once.
        merged_into: The ticket where the matter goes on.
        linked: Other tickets that belong to it.
        version: How often it was written; 0 for one that is not there yet.
    """

    ticket: TicketId
    queue: str = GENERAL
    person: TicketId | None = None
    language: str = ""
    product: str = ""
    channel: str = ""
    topic: str = ""
    tags: tuple[str, ...] = ()
    merged_into: TicketId | None = None
    linked: tuple[TicketId, ...] = ()
    version: int = 0


class Filings(Protocol):
    """
    Where tickets are filed, and words that they are found by.

    * `Store.tickets` and `count` follow it: `TicketQuery.queues` and `.person` ask for what is filed here.
    * Words are kept only as keyed hashes: who has the database alone learns no word of it.

    Raises, anywhere: StoreError, when the database cannot do what was asked.
    """

    def file(self, *filings: Filing) -> list[Filing]:
        """
        Write filings, all or none: each new (version 0) or as it was last read.

        Raises:
            Conflict: Somebody else has written one meanwhile.
            InputError: One has no queue or too much in it, leads to itself, or is there twice.
        """

    def filed(self, tickets: Collection[TicketId]) -> Mapping[TicketId, Filing]:
        """Give the filings of tickets; those that were never filed are in `GENERAL`, with version 0."""

    def index(self, ticket: TicketId, words: Collection[str]) -> None:
        """Add words to those that a ticket is found by; those of a ticket that was erased are not kept."""

    def forget(self, ticket: TicketId) -> None:
        """Remove all words of a ticket, which was erased."""

    def search(self, words: Sequence[str], query: TicketQuery) -> list[TicketRecord]:
        """List tickets that have all the words, one at least, and that the query would list, in its order."""


@dataclass(frozen=True, slots=True)
class Happening:
    """
    That something happened, without what was written.

    Args:
        id: Grows with each; 0 for one that is not written yet.
        kind: What: ticket.opened, ticket.answered, action.stored, action.final, line.said …
        at: Unix seconds, by the clock of whoever wrote it.
        ticket: Of which ticket; None when of none.
        queue: Where that was filed then.
        about: Which entry, action or line of it, as text; empty for none.
    """

    id: int
    kind: str
    at: int
    ticket: TicketId | None = None
    queue: str = ""
    about: str = ""


class Feed(Protocol):
    """
    What happened lately, in one order for all processes that share the store.

    * Whoever reads on behind the last id that they saw misses nothing and sees nothing twice, unless they
      stay away for so long that it was forgotten (`forget_before`).
    * Entries of more than a week ago are no news: a ledger that is read anew is not told again.
    * What the store itself records (entries, drafts as they advance) is on the feed in the same transaction.

    Raises, anywhere: StoreError, when the database cannot do what was asked.
    """

    def tell(self, *happenings: Happening) -> None:
        """Write down what happened."""

    def since(self, after: int, limit: int = 1_000) -> list[Happening]:
        """List what happened behind an id, oldest first."""

    def last(self) -> int:
        """Give the id of the last happening; 0 for none."""

    def wait(self, after: int, timeout_s: float) -> bool:
        """Wait until there is something behind an id, or the time is over; tell whether there is."""

    def forget_before(self, at: int) -> int:
        """Remove what happened before an instant, and tell how much it was."""
