"""The console for staff, one file for each subject."""

from fastapi import APIRouter, Depends, Request

from supportledger.web.console import (
    acting,
    agents,
    audits,
    bulk,
    contacts,
    figures,
    filing,
    keys,
    live,
    macros,
    opening,
    papers,
    people,
    policies,
    queues,
    signing,
    ticket,
    tickets,
    views,
    webhooks,
)
from supportledger.web.forms import TAKES_FORM
from supportledger.web.limits import READING, WRITING
from supportledger.web.visitors import SAFE_METHODS, visitor_of


def count(request: Request) -> None:
    """
    Count a request of somebody who is signed in; whoever is not, gets no further than a door.

    Raises:
        LimitReached: There were too many.
    """
    visitor = visitor_of(request)
    if visitor.session:
        allowance = READING if request.method in SAFE_METHODS else WRITING
        request.app.state.limits.take(allowance, visitor.session)


router = APIRouter(include_in_schema=False, dependencies=[TAKES_FORM, Depends(count)])
for room in (
    tickets,
    bulk,
    views,
    live,
    signing,
    acting,
    filing,
    papers,
    ticket,
    opening,
    agents,
    policies,
    queues,
    macros,
    people,
    keys,
    webhooks,
    contacts,
    audits,
    figures,
):
    router.include_router(room.router)
