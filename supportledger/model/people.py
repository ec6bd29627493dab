"""
Who works at a desk and who asks it: roles, what each may do, and what the ledger must have granted for it.

1. A right is one thing that somebody may do at the desk; every door names the right that it asks for.
2. `GRANTS` says which role has which rights. Rights never follow from one another, nor roles.
3. `ON_CHAIN` says what the ledger asks of whoever plays a role. A desk role lets somebody through our door;
   only the ledger decides whether their signature counts.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What somebody is to a desk."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    CERTIFIER = "certifier"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Right(StrEnum):
    """One thing that somebody may do."""

    OPEN = "tickets.open"
    """Open a ticket: a customer their own, an agent one that came by mail or phone."""
    LIST = "tickets.list"
    """See lists of tickets: a customer their own, an agent those of their queues, others all."""
    READ = "tickets.read"
    """Read what was written in a ticket that one may see; each reading is on record."""
    REPLY = "tickets.reply"
    """Write, rate and close as the customer of a ticket."""
    ANSWER = "tickets.answer"
    """Answer, note, take, hold, resume, solve; use macros; file tickets."""
    DIRECT = "tickets.direct"
    """Give tickets to others, promise more, do many at once, merge."""
    ESCALATE = "tickets.escalate"
    """Put on record that a deadline has passed."""
    VERIFY = "tickets.verify"
    """Have a ticket verified, and take its proof file and receipts."""
    EXPORT = "tickets.export"
    """Take out tickets by the thousand, without what was written."""
    REGISTRY = "registry.read"
    """See agents, certificates, policies and queues."""
    CERTIFY = "agents.certify"
    """Certify agents, suspend, reinstate and revoke them."""
    PROMISE = "policies.publish"
    """Publish and retire policies."""
    ARRANGE = "desk.arrange"
    """Set up queues, shared views and shared macros."""
    FIGURES = "figures.read"
    """See the desk's figures, and the rows that they are made of."""
    AUDIT = "audit.run"
    """Audit the whole ledger, and see who read what."""
    PEOPLE = "people.manage"
    """Invite people, give and take roles, end sessions."""
    KEYS = "keys.manage"
    """Make and end API keys of one's own."""
    WEBHOOKS = "webhooks.manage"
    """Say who is told of what happens, and see what they were told."""
    CONTACTS = "contacts.manage"
    """Say which addresses, numbers and names are the desk's own."""
    ERASE = "privacy.erase"
    """Erase what was written in a closed ticket, and hold it against that."""


_STAFF: Final = frozenset({Right.LIST, Right.READ, Right.VERIFY, Right.REGISTRY, Right.KEYS})

GRANTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        Role.CUSTOMER: frozenset({Right.OPEN, Right.LIST, Right.READ, Right.REPLY, Right.VERIFY}),
        Role.AGENT: _STAFF | {Right.OPEN, Right.ANSWER, Right.ESCALATE},
        Role.SUPERVISOR: _STAFF
        | {
            Right.OPEN,
            Right.ANSWER,
            Right.DIRECT,
            Right.ESCALATE,
            Right.PROMISE,
            Right.ARRANGE,
            Right.FIGURES,
        }
        | {Right.EXPORT},
        Role.CERTIFIER: frozenset({Right.REGISTRY, Right.KEYS, Right.CERTIFY, Right.CONTACTS}),
        Role.AUDITOR: _STAFF | {Right.FIGURES, Right.AUDIT, Right.EXPORT},
        Role.ADMIN: frozenset({Right.REGISTRY, Right.KEYS, Right.PEOPLE, Right.WEBHOOKS, Right.ARRANGE})
        | {Right.CONTACTS, Right.ERASE, Right.FIGURES},
    }
)
"""Which role has which rights; who runs the desk does not thereby read what customers wrote."""

ON_CHAIN: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.CUSTOMER: "",
        Role.AGENT: "certificate",
        Role.SUPERVISOR: "SUPERVISOR_ROLE",
        Role.CERTIFIER: "CERTIFIER_ROLE",
        Role.AUDITOR: "",
        Role.ADMIN: "DEFAULT_ADMIN_ROLE",
    }
)
"""What the ledger must have granted to the address that signs in a role; empty for nothing."""


def rights_of(roles: Collection[Role]) -> frozenset[Right]:
    """Give all that somebody with some roles may do."""
    return frozenset().union(*(GRANTS[role] for role in roles))
