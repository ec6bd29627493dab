"""Export: every ticket and what changed since, by the thousand, without what was written."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import Request
from pydantic import Field
from starlette.responses import StreamingResponse

from supportledger.desk.filing.exporting import Part, Place
from supportledger.desk.filing.sights import sight_of
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Denied
from supportledger.model.people import Right
from supportledger.web.api.accepted import wanted_of
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import JSON, guarded
from supportledger.web.api.shapes import Answer
from supportledger.web.api.ticket_shapes import Ticket, ticket_of
from supportledger.web.doors import needs
from supportledger.web.limits import READING
from supportledger.web.line import in_line
from supportledger.web.visitors import found_anew, front_of

router = guarded("export")
LINES: Final = "application/jsonl"
"""JSON Lines, as OpenAPI's registry of media types has it."""
LINES_TOO: Final = "application/x-ndjson"
"""The same, as others call it."""
_MOST_PARTS: Final = 100
"""In one answer of lines."""
_EXAMPLE: Final = (
    '{"id": "0x95ab…", "handle": "stfy-qt2n-dk3c-52ny", "status": "Open", …}\n'
    '{"cursor": "AAAAAAAAACoAAAAAaxLxsw.", "end_of_stream": true}\n'
)
_BOTH: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": f"A part; or as `{LINES}` all that there is: a ticket on each line. A line with a "
        "`cursor` is no ticket, but tells where to go on: behind each part, and at the end.",
        "content": {kind: {"schema": {"type": "string"}, "example": _EXAMPLE} for kind in (LINES, LINES_TOO)},
    }
}


class Reached(Answer):
    """How far an export has come."""

    cursor: str = Field(description="Give it the next time; an export may go on with it in an hour.")
    end_of_stream: bool = Field(description="There is no more for now: come again later.")


class Exported(Reached):
    """A part of an export."""

    data: list[Ticket] = Field(description="As they are now; `subject` is empty. One may come again.")


@router.get("/export", operation_id="export.tickets", responses=_BOTH | problems(), response_model=Exported)
def export(
    request: Request,
    visitor: Annotated[Visitor, needs(Right.EXPORT)],
    cursor: Annotated[str, Field(max_length=200, description="Without one: from the beginning.")] = "",
    size: Annotated[int, Field(ge=1, le=1_000)] = 1_000,
) -> Any:
    """
    Take out tickets: first all, then those to which something happened since.

    What happened within the last minute comes later. Whoever comes again after more than six days begins
    anew: their cursor is answered with tickets from the first one on. Whoever accepts `application/jsonl`
    gets as many parts as there are, one ticket to a line, while they are read.
    """
    part = _part(request, visitor, Place.parse(cursor) if cursor else None, size)
    kind = wanted_of(request, (JSON, LINES, LINES_TOO))
    if kind != JSON:
        return StreamingResponse(_lines(request, visitor, part, size), media_type=kind)
    return Exported(data=[ticket_of(one) for one in part.rows], **_reached(part).model_dump())


# -- inside --------------------------------------------------------------------------------------------------


def _part(request: Request, visitor: Visitor, place: Place | None, size: int) -> Part:
    return front_of(request).exporting.page(sight_of(visitor), place, limit=size)


def _reached(part: Part) -> Reached:
    return Reached(cursor=str(part.following), end_of_stream=part.is_end)


async def _lines(request: Request, visitor: Visitor, part: Part, size: int) -> AsyncIterator[bytes]:
    """Write one part after the other; a cut-off answer goes on behind the last cursor that arrived."""
    for number in range(1, _MOST_PARTS + 1):
        yield await in_line(_written, part)
        if part.is_end or number == _MOST_PARTS or not await in_line(_goes_on, request, visitor):
            return
        part = await in_line(_part, request, visitor, part.following, size)


def _written(part: Part) -> bytes:
    """Write a part, in ASCII alone: some who read lines take other characters for the end of one."""
    lines = [*map(ticket_of, part.rows), _reached(part)]
    return "".join(json.dumps(one.model_dump(mode="json")) + "\n" for one in lines).encode("ascii")


def _goes_on(request: Request, visitor: Visitor) -> bool:
    """Tell whether somebody may still have more; if not, they learn why when they come with their cursor."""
    try:
        now = found_anew(request)
        if now.person is None:
            return False
        request.app.state.limits.take(READING, now.person.hex())
    except Denied:  # signed out, a key that was revoked, or too much in a minute
        return False
    return now.may(Right.EXPORT) and now.queues == visitor.queues
