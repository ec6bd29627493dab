"""
Lists of tickets as staff ask for them: by where they stand, by words, tags and languages, page by page.

1. Words are looked up in the index; the store's own lists answer all else that a `TicketQuery` can say.
2. Tags and languages are looked at ticket by ticket. A list that has gone through `_MOST_LOOKED_AT` of them
   without filling a page gives what it has, and where to go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from supportledger.desk.filing.browsing import Browsing, Row, Sight
from supportledger.desk.filing.views import Asked
from supportledger.errors import Denied
from supportledger.model.ids import Address
from supportledger.model.paging import PageMark
from supportledger.model.records import TicketQuery, TicketRecord
from supportledger.ports.filing import Filing
from supportledger.ports.store import Store

_BATCH: Final = 200
_MOST_LOOKED_AT: Final = 2_000


@dataclass(frozen=True, slots=True)
class Listed:
    """
    A page of a list.

    Args:
        rows: The tickets.
        following: Where the next page begins; None if there is none.
    """

    rows: list[Row]
    following: PageMark | None


class Listing:
    """
    Lists tickets for staff.

    Args:
        browsing: Shows them.
        store: Where they are.
    """

    def __init__(self, browsing: Browsing, store: Store) -> None:
        self._browsing = browsing
        self._store = store

    def page(
        self,
        asked: Asked,
        sight: Sight,
        *,
        reader: Address,
        language: str = "",
        after: PageMark | None = None,
    ) -> Listed:
        """
        List a page.

        Args:
            asked: Which tickets.
            sight: What the reader sees; that of staff.
            reader: Who reads.
            language: Of the customer; empty for any.
            after: Where the page before ended.

        Raises:
            Denied: A customer asks.
            InputError: The mark is of another list.
            NotOnRecord: The reading cannot be put on record: nothing is shown.
        """
        if sight.is_customers:
            raise Denied("this list is for those who work here", hint="Your tickets are in the portal.")
        query = replace(sight.narrow(asked.query)[0], after=after)
        found, mark = self._found(asked, query, language)
        return Listed(self._browsing.rows(found, reader=reader), mark)

    # -- inside ----------------------------------------------------------------------------------------------

    def _found(
        self, asked: Asked, query: TicketQuery, language: str
    ) -> tuple[list[TicketRecord], PageMark | None]:
        wanted, found = query.limit, list[TicketRecord]()
        is_plain = not asked.tags and not language
        batch = replace(query, limit=wanted + 1 if is_plain else _BATCH)
        for _ in range(_MOST_LOOKED_AT // _BATCH):
            records = self._listed(asked, batch)
            found += records if is_plain else self._fitting(records, asked.tags, language)
            if len(found) > wanted:
                return found[:wanted], query.mark(found[wanted - 1])
            if len(records) < batch.limit:
                return found, None
            batch = replace(batch, after=records[-1])
        assert isinstance(batch.after, TicketRecord)  # noqa: S101 -- it was set above
        return found, query.mark(batch.after)

    def _listed(self, asked: Asked, query: TicketQuery) -> Sequence[TicketRecord]:
        if asked.words:
            return self._store.filings.search(asked.words, query)
        return self._store.tickets(query)

    def _fitting(
        self, records: Sequence[TicketRecord], tags: frozenset[str], language: str
    ) -> list[TicketRecord]:
        filings = self._store.filings.filed([one.id for one in records])
        return [one for one in records if _fits(filings[one.id], tags, language)]


def _fits(filing: Filing, tags: frozenset[str], language: str) -> bool:
    return tags <= set(filing.tags) and filing.language.startswith(language)
