"""What is there on a desk, by its names in the API: so that not only what is missing is asked for."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from supportledger.desk.figures.definitions import DEFINITIONS
from supportledger.desk.filing.views import View
from supportledger.desk.front import Front
from supportledger.desk.people.api_keys import Wanted
from supportledger.desk.people.visitors import Visitor
from supportledger.model.people import Right
from supportledger.model.records import TicketQuery

_SHARE: Final = 0.7
"""Of the requests that name what is there."""
Names = Mapping[str, Sequence[str | int]]


def names_of(front: Front, visitor: Visitor) -> Names:
    """Name what is there, a view, a webhook and an API key of its own included."""
    view = front.views.save(View("mine", owner=visitor.person), visitor)
    hook = front.webhooks.add("https://crm.example.com/hooks", [], "").endpoint
    keys = _spare_key(front, visitor)
    return {
        "tickets": [one.id.handle for one in front.desk.store.tickets(TicketQuery())],
        "actions": ["0x" + one.key.hex() for one in front.desk.store.drafts(limit=20)],
        "agents": [str(one.account) for one in front.desk.agents.list()],
        "people": [str(one.id) for one in front.people.staff() if one.id != visitor.person],
        "policies": list(front.desk.policies.list()),
        "queues": [one.name for one in front.queues.list()],
        "macros": [one.id for one in front.macros.list(visitor)],
        "views": [view.id],
        "webhooks": [hook.id],
        "figures": list(DEFINITIONS),
        "keys": keys,
    }


def config(names: Names) -> str:
    """Write the settings of the program that asks: where it is to use which names."""
    lines = [f"[dictionaries.{kind}]\nvalues = {json.dumps(list(known))}" for kind, known in names.items()]
    for tag, parameter, kind in _PLACES:
        if kind in names:
            binding = f'{{ dictionary = "{kind}", probability = {_SHARE} }}'
            lines.append(f'[[operations]]\ninclude-{tag}\nparameters = {{ "{parameter}" = {binding} }}')
    return "\n".join(lines) + "\n"


_PLACES: Final = (
    ('tag = "tickets"', "path.name", "tickets"),
    ('tag = "actions"', "path.digest", "actions"),
    ('tag = "agents"', "path.account", "agents"),
    ('tag = "policies"', "path.number", "policies"),
    ('tag = "queues"', "path.name", "queues"),
    ('tag = "views"', "path.name", "views"),
    ('tag = "webhooks"', "path.name", "webhooks"),
    ('tag = "figures"', "path.name", "figures"),
    ('tag = "reads"', "query.ticket", "tickets"),
    ('path-regex = "^/api/v1/people/"', "path.person", "people"),
    ('path-regex = "^/api/v1/keys/"', "path.name", "keys"),
    ('path-regex = "^/api/v1/macros/"', "path.name", "macros"),
    ('operation-id = "actions.prepare"', "body.ticket", "tickets"),
    ('operation-id = "macros.fill"', "body.ticket", "tickets"),
)
"""Which operations, which parameter of theirs, and what stands there."""


def _spare_key(front: Front, visitor: Visitor) -> list[str]:
    if not visitor.may(Right.KEYS):
        return ["ab" * 32]
    return [front.api_keys.make(visitor, Wanted("spare", [Right.KEYS])).key.id]
