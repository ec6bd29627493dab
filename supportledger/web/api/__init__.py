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
    agents,
    contacts,
    people,
    policies,
    queues,
    audits,
    events,
    export,
    figures,
    macros,
    reads,
    search,
    sessions,
    status,
    views,
    webhooks,
    actions,
    ticket_filing,
    ticket_papers,
    tickets,
    verbs,
):
    router.include_router(_room.router)
check_guards(router)
