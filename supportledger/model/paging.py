"""Pages of lists: in what order, and where one ended, written so that anybody can carry it."""

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from supportledger.errors import InputError
from supportledger.model.ids import TicketId
from supportledger.model.instant import LAST

_SIZE: Final = 1 + 8 + 32


class TicketOrder(StrEnum):
    """In what order tickets are listed; of those with one instant, by their ids."""

    NEWEST = "newest"
    """By when they were opened, the latest first."""
    OLDEST = "oldest"
    """By when they were opened, the earliest first."""
    DUE = "due"
    """By the instant before which no clock is overdue, the earliest first; those without one not at all."""


@dataclass(frozen=True, slots=True)
class PageMark:
    """
    Where a page ended. It is a place in the order, not a ticket: what happens to tickets moves no mark.

    As text it is opaque: whoever carries it gives it back as it is.

    Args:
        order: Of the list.
        at: What the order looks at, of the last ticket of the page; Unix seconds.
        id: The last ticket of the page.
    """

    order: TicketOrder
    at: int
    id: TicketId

    def __str__(self) -> str:
        """Write it, for a URL or a command line."""
        data = self.order[:1].encode() + self.at.to_bytes(8, "big") + self.id
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read one that was written.

        Raises:
            InputError: It is none.
        """
        try:
            data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            data = b""
        code = data[:1].decode("latin-1")
        orders = {order[:1]: order for order in TicketOrder}
        at = int.from_bytes(data[1:9], "big")
        if len(data) != _SIZE or code not in orders or at > LAST:
            raise InputError(
                "that is not the mark of a page", hint="Give `next` of the page before, as it is."
            )
        return cls(orders[code], at, TicketId(data[9:]))
