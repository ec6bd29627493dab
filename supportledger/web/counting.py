"""How often whoever is signed in may ask for pages."""

from fastapi import Request

from supportledger.web.limits import READING, WRITING
from supportledger.web.line import in_line
from supportledger.web.visitors import SAFE_METHODS, visitor_of


async def count(request: Request) -> None:
    """
    Count a request of somebody who is signed in; whoever is not, gets no further than a door.

    Raises:
        LimitReached: There were too many.
    """
    await in_line(_count, request)


def _count(request: Request) -> None:
    visitor = visitor_of(request)
    if visitor.person is not None:
        allowance = READING if request.method in SAFE_METHODS else WRITING
        request.app.state.limits.take(allowance, visitor.person.hex())  # whoever signs in again gains nothing
