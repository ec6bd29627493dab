"""The HTTP API for programs, one file for each subject."""

from starlette.routing import BaseRoute

from supportledger.web.api import (
    actions,
    agents,
    audits,
    contacts,
    events,
    export,
    figures,
    macros,
    merging,
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

_ROOMS = (
    # first what is asked most: a request is held against one route after the other
    export,
    tickets,
    ticket_filing,
    ticket_papers,
    verbs,
    actions,
    merging,
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
)
routes: list[BaseRoute] = [route for room in _ROOMS for route in room.router.routes]
"""Side by side: a router within routers is looked through twice at each door."""
check_guards(routes)
