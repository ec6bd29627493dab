"""The console for staff, one file for each subject."""

from fastapi import APIRouter, Depends

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
    merging,
    opening,
    papers,
    people,
    policies,
    queues,
    sending,
    signing,
    ticket,
    tickets,
    views,
    webhooks,
)
from supportledger.web.counting import count
from supportledger.web.forms import TAKES_FORM

router = APIRouter(include_in_schema=False, dependencies=[TAKES_FORM, Depends(count)])
for room in (
    tickets,
    bulk,
    views,
    live,
    signing,
    acting,
    filing,
    merging,
    papers,
    ticket,
    opening,
    agents,
    policies,
    sending,
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
