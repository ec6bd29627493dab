"""The HTTP API for programs, one file for each subject."""

from fastapi import APIRouter

from supportledger.web.api import (
    actions,
    agents,
    contacts,
    people,
    policies,
    queues,
    ticket_filing,
    ticket_papers,
    tickets,
    verbs,
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
    webhooks,
    actions,
    ticket_filing,
    ticket_papers,
    tickets,
    verbs,
):
    router.include_router(_room.router)
check_guards(router)
