"""What happens, while it happens: server-sent events, which go on where a program was cut off."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import Header, Request
from pydantic import Field
from starlette.responses import Response

from supportledger.desk.filing.sights import sight_of
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import InputError, NotSignedIn
from supportledger.model.people import Right
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import Handle
from supportledger.web.doors import needs
from supportledger.web.live import Wants, stream
from supportledger.web.naming import ticket_named
from supportledger.web.visitors import found_anew, front_of

router = guarded("events")
_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Events, each with its id; a line `: still here` when it is quiet. What people "
        "wrote is in none of them: ask for the ticket. One of the kind `reset` says that more was missed "
        "than is told again: read anew.",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'id: 42\ndata: {"kind": "ticket.answered", "at": 1795385199, '
                '"ticket": "stfy-qt2n-dk3c-52ny", "queue": "general", "about": "1"}\n\n',
            }
        },
    }
}


@router.get(
    "/events",
    operation_id="events.stream",
    response_class=Response,
    responses=problems(404) | _STREAM,
)
def events(
    request: Request,
    visitor: Annotated[Visitor, needs(Right.LIST)],
    ticket: Handle = "",
    last_event_id: Annotated[  # noqa: ARG001 -- the stream reads it; here it is told
        str, Header(max_length=18, pattern="^[0-9]*$"), Field(description="The last one that was seen.")
    ] = "",
) -> Response:
    """Tell what happens to one ticket, or to all that one of the staff sees, until they go away."""
    wants, is_outward = _wants(request, visitor, ticket), sight_of(visitor).is_customers
    return stream(request, wants, _still_good(request, visitor), is_outward=is_outward)


def _wants(request: Request, visitor: Visitor, name: str) -> Wants:
    """
    Tell what somebody is told of.

    Raises:
        InputError: A customer names no ticket.
        NotFound: They name one that is not theirs to see.
    """
    sight = sight_of(visitor)
    if name:
        wanted = ticket_named(request, name)
        front_of(request).desk.browsing.find(wanted, sight)
        return lambda one: one.ticket == wanted and (sight.is_customers or visitor.sees(one.queue))
    if sight.is_customers:
        raise InputError("customers follow one ticket", hint="Name it: `?ticket=` and its handle.")
    return lambda one: one.ticket is not None and visitor.sees(one.queue)


def _still_good(request: Request, visitor: Visitor) -> Callable[[], bool]:
    """Ask now and then whether somebody still sees what they saw when the stream began."""

    def is_still_good() -> bool:
        try:
            now = found_anew(request)
        except NotSignedIn:  # the key was revoked, or has expired
            return False
        return now.may(Right.LIST) and now.queues == visitor.queues

    return is_still_good
