"""Export: every ticket and what changed since, by the thousand, without what was written."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from supportledger.desk.filing.exporting import Place
from supportledger.desk.filing.sights import sight_of
from supportledger.desk.people.visitors import Visitor
from supportledger.model.people import Right
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import Guarded
from supportledger.web.api.shapes import Answer
from supportledger.web.api.ticket_shapes import Ticket, ticket_of
from supportledger.web.doors import needs
from supportledger.web.visitors import front_of

router = APIRouter(tags=["export"], route_class=Guarded)


class Exported(Answer):
    """A part of an export."""

    data: list[Ticket] = Field(description="As they are now; `subject` is empty. One may come again.")
    cursor: str = Field(description="Give it as `cursor` to go on, now or in an hour.")
    end_of_stream: bool = Field(description="There is no more for now: come again later.")


@router.get("/export", operation_id="export.tickets", responses=problems())
def export(
    request: Request,
    visitor: Annotated[Visitor, needs(Right.EXPORT)],
    cursor: Annotated[str, Field(max_length=200, description="Without one: from the beginning.")] = "",
    size: Annotated[int, Field(ge=1, le=1_000)] = 1_000,
) -> Exported:
    """
    Take out tickets: first all, then those to which something happened since.

    What happened within the last minute comes later. Whoever comes again after more than six days begins
    anew: their cursor is answered with tickets from the first one on.
    """
    place = Place.parse(cursor) if cursor else None
    found = front_of(request).exporting.page(sight_of(visitor), place, limit=size)
    return Exported(
        data=[ticket_of(one) for one in found.rows],
        cursor=str(found.following),
        end_of_stream=found.is_end,
    )
