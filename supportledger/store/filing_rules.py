"""What all filings answer in the same words, and what a filing can be."""

import re
from collections.abc import Sequence
from typing import Final

from supportledger.errors import Conflict, InputError
from supportledger.model.ids import TicketId
from supportledger.ports.filing import Filing

_SHORT: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,128}")
_MOST: Final = 100
"""Most tags and most links of a ticket."""


def check(filing: Filing) -> None:
    """
    Let a filing be one that can be kept.

    Raises:
        InputError: It has no queue, or a word of it cannot be, or it leads to itself.
    """
    words = (filing.queue, filing.language, filing.product, filing.channel, filing.topic, *filing.tags)
    if not filing.queue or not all(_SHORT.fullmatch(one) for one in words):
        raise InputError("a queue has a name, and no word of a filing has more than 128 characters")
    if len(filing.tags) > _MOST or len(filing.linked) > _MOST or len(set(filing.tags)) < len(filing.tags):
        raise InputError(f"a ticket has at most {_MOST} tags, each once, and {_MOST} links")
    if filing.ticket in {filing.merged_into, *filing.linked}:
        raise InputError(f"{filing.ticket.handle} cannot lead to itself", hint="Name another ticket.")


def check_all(filings: Sequence[Filing]) -> None:
    """
    Let filings be written in one call.

    Raises:
        InputError: One cannot be kept, or its ticket is there twice.
    """
    if len({one.ticket for one in filings}) < len(filings):
        raise InputError("a ticket is filed twice in one call")
    for one in filings:
        check(one)


def changed(ticket: TicketId) -> Conflict:
    """Say that somebody else was faster."""
    return Conflict(
        f"somebody else has filed {ticket.handle} meanwhile", hint="Read where it is filed, then try again."
    )
