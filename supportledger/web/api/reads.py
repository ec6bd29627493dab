"""Readings: who was shown what people wrote, when and why."""

from typing import Annotated

from fastapi import Request
from pydantic import Field

from supportledger.desk.people.visitors import Visitor
from supportledger.desk.reads import ALL, Read
from supportledger.model.ids import NOBODY
from supportledger.model.people import Right
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import AddressText, Answer, Handle, Instant, Meta, Page
from supportledger.web.doors import needs
from supportledger.web.naming import ticket_named
from supportledger.web.visitors import front_of

router = guarded("reads")
_Size = Annotated[int, Field(ge=1, le=1_000)]
_After = Annotated[int, Field(ge=-1, le=2**53, description="`meta.after` of the page before.")]


class Reading(Answer):
    """That somebody was shown something; a line of a log that is anchored on the ledger."""

    index: int = Field(description="Position of its line in the log.")
    time: Instant
    reader: AddressText | None = Field(description="null: whoever worked on the desk's own machine.")
    what: str = Field(description="ticket, conversation, list, export …", examples=["ticket"])
    reason: str = Field(examples=["support"])
    tickets: list[str] = Field(description="Of a list: how the ids of its tickets begin; hexadecimal.")


@router.get("/reads", operation_id="reads.list", responses=problems(404, 410))
def reads(
    request: Request,
    _visitor: Annotated[Visitor, needs(Right.AUDIT)],
    ticket: Handle = "",
    size: _Size = 100,
    after: _After = -1,
) -> Page[Reading]:
    """
    List who read a ticket, oldest first, the lists that showed its subject included.

    Without a ticket: who went through many at once, by lists, exports and audits.
    """
    log = front_of(request).desk.reads
    named = ticket_named(request, ticket) if ticket else ALL
    found = log.of(named) + (log.lists(named) if ticket else [])
    rest = sorted((one for one in found if one.index > after), key=lambda one: one.index)
    more = len(rest) > size
    meta = Meta(has_more=more, after=str(rest[size - 1].index) if more else None)
    return Page(data=[_shown(one) for one in rest[:size]], meta=meta)


def _shown(one: Read) -> Reading:
    return Reading(
        index=one.index,
        time=one.time,
        reader=None if one.reader == NOBODY else str(one.reader),
        what=one.what,
        reason=one.reason,
        tickets=[each.hex() for each in one.tickets],
    )
