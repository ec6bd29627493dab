"""The HTTP API for programs, one file for each subject."""

from fastapi import APIRouter

from supportledger.web.api import (
    actions,
    agents,
    audits,
    contacts,
    events,
    export,
    figures,
    macros,
    people,
    policies,
    queues,
    reads,
    search,
    sessions,
    status,
    ticket_filing,
    ticket_papers,
    tickets,
    verbs,
    views,
    webhooks,
)
from supportledger.web.api.guards import check_guards

router = APIRouter(prefix="/api/v1")
for _room in (
    # first what is asked most: a request is held against one route after the other
    export,
    tickets,
    ticket_filing,
    ticket_papers,
    verbs,
    actions,
    events,
    search,
    queues,
    views,
    macros,
    sessions,
    agents,
    contacts,
    people,
    policies,
    audits,
    figures,
    reads,
    status,
    webhooks,
):
    router.include_router(_room.router)
check_guards(router)
