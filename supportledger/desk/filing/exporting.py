"""
Taking out tickets, all and then what changed, page by page, with a mark that anybody can carry.

1. First come all tickets, the oldest first; then, by the feed, those to which something happened since the
   first page was asked for. A ticket may come more than once; none is left out.
2. What happened within the last minute waits: who writes the feed at once may not be read in order.
3. The feed forgets. Whoever comes again too late begins anew with all tickets.
4. Nothing of it is what people wrote.
"""

import base64
import binascii
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from supportledger.desk.filing.browsing import Row, Sight
from supportledger.errors import Denied, InputError
from supportledger.model.paging import PageMark, TicketOrder
from supportledger.model.records import TicketQuery, TicketRecord
from supportledger.ports.store import Store

LATEST_S: Final = 60
"""What is younger waits."""
OLDEST_S: Final = 6 * 86_400
"""A mark that is older is forgotten: the feed is kept for a day longer."""
_BACK: Final = 10_000
"""Happenings that are looked back at, to find one of a minute ago."""
_NUMBERS: Final = struct.Struct(">QQ")


@dataclass(frozen=True, slots=True)
class Place:
    """
    How far somebody has taken tickets out.

    Args:
        happening: The id on the feed behind which they follow it.
        at: When they were there; Unix seconds.
        mark: Where they are among all tickets, oldest first; None once they have all of them.
    """

    happening: int
    at: int
    mark: PageMark | None = None

    def __str__(self) -> str:
        """Write it, for an address."""
        data = base64.urlsafe_b64encode(_NUMBERS.pack(self.happening, self.at)).decode().rstrip("=")
        return f"{data}.{self.mark or ''}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read one that was written.

        Raises:
            InputError: It is none.
        """
        head, _, tail = text.partition(".")
        try:
            data = base64.b64decode(head + "=" * (-len(head) % 4), altchars=b"-_", validate=True)
            happening, at = _NUMBERS.unpack(data)
        except (binascii.Error, struct.error, ValueError) as error:
            raise InputError(
                "that is not the cursor of an export", hint="Give it as it was, or none to begin."
            ) from error
        mark = PageMark.parse(tail) if tail else None
        if max(happening, at) >> 62 or (mark is not None and (mark.at >> 62 or mark.order is not _ORDER)):
            raise InputError("that is not the cursor of an export", hint="Begin without one.")
        return cls(happening, at, mark)


_ORDER: Final = TicketOrder.OLDEST


@dataclass(frozen=True, slots=True)
class Part:
    """
    A part of an export.

    Args:
        rows: Tickets as they are now, without their subjects.
        following: Where the next part begins.
        is_end: There is no more for now.
    """

    rows: list[Row]
    following: Place
    is_end: bool


class Exporting:
    """
    Takes out tickets.

    Args:
        store: Where they are.
        now: Unix seconds.
    """

    def __init__(self, store: Store, now: Callable[[], int]) -> None:
        self._store = store
        self._now = now

    def page(self, sight: Sight, place: Place | None, *, limit: int = 1_000) -> Part:
        """
        Take out a part.

        Args:
            sight: What whoever asks sees; that of staff.
            place: Where the part before ended; None for the beginning.
            limit: Most tickets of all, or happenings that are looked at.

        Raises:
            Denied: A customer asks.
        """
        if sight.is_customers:
            raise Denied("this is for those who work here", hint="Your tickets are in the portal.")
        now = self._now()
        if place is None or not now - OLDEST_S <= place.at <= now:
            return self._all(sight, Place(self._settled(now), now), limit)
        return self._all(sight, place, limit) if place.mark else self._since(sight, place, now, limit)

    # -- inside ----------------------------------------------------------------------------------------------

    def _all(self, sight: Sight, place: Place, limit: int) -> Part:
        query = TicketQuery(order=_ORDER, after=place.mark, limit=limit, merged=True)
        (narrowed,) = sight.narrow(query)
        found = self._store.tickets(narrowed)
        is_last = len(found) < limit
        mark = None if is_last else query.mark(found[-1])
        return Part(self._rows(found, sight), Place(place.happening, place.at, mark), is_end=False)

    def _since(self, sight: Sight, place: Place, now: int, limit: int) -> Part:
        happened = self._store.feed.since(place.happening, limit)
        settled = [one for one in happened if one.at <= now - LATEST_S]
        if len(settled) < len(happened):  # what comes behind one that waits, waits with it
            first = next(at for at, one in enumerate(happened) if one.at > now - LATEST_S)
            settled = happened[:first]
        tickets = dict.fromkeys(one.ticket for one in settled if one.ticket is not None)
        found = self._store.known(list(tickets))
        is_end = len(settled) < len(happened) or len(happened) < limit
        last = settled[-1].id if settled else place.happening
        at = now if is_end else place.at
        return Part(self._rows(list(found.values()), sight), Place(last, at), is_end)

    def _settled(self, now: int) -> int:
        """Give an id on the feed before which nothing is still to be written."""
        start = max(0, self._store.feed.last() - _BACK)
        for one in self._store.feed.since(start, _BACK):
            if one.at > now - LATEST_S:
                return start
            start = one.id
        return start

    def _rows(self, records: list[TicketRecord], sight: Sight) -> list[Row]:
        ids = [one.id for one in records]
        filings = self._store.filings.filed(ids)
        seen = [one for one in records if sight.sees(one, filings[one.id])]
        return [Row(one, filings[one.id], "", 0) for one in seen]
