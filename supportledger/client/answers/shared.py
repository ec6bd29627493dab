"""What a desk answers about shared, as JSON; made by scripts/client.py."""

from typing import Any, Literal, TypedDict

Right = Literal[
    "tickets.open",
    "tickets.list",
    "tickets.read",
    "tickets.reply",
    "tickets.answer",
    "tickets.direct",
    "tickets.escalate",
    "tickets.verify",
    "tickets.export",
    "registry.read",
    "agents.certify",
    "policies.publish",
    "desk.arrange",
    "figures.read",
    "audit.run",
    "people.manage",
    "keys.manage",
    "webhooks.manage",
    "contacts.manage",
    "privacy.erase",
]


class Accepted(TypedDict):
    """A transaction that the ledger has accepted."""

    transaction: str
    block_number: int


class Filed(TypedDict):
    """Where a ticket is filed; nothing of it is on the ledger."""

    queue: str
    language: str
    product: str
    channel: str
    topic: str
    tags: list[str]
    merged_into: str | None
    linked: list[str]
    version: int


class Meta(TypedDict):
    """How a list goes on."""

    has_more: bool
    after: str | None


class PageTicket(TypedDict):
    """A page of a list."""

    data: "list[Ticket]"
    meta: "Meta"


class Prepared(TypedDict):
    """Something that is ready to be signed; check it before you sign."""

    id: str
    ticket: str
    ticket_id: str
    address: str
    typed_data: dict[str, Any]
    digest: str
    fields: str | None
    removed: list[str]
    expires_at: int


class Sent(TypedDict):
    """An action that was taken, and what was taken out of it."""

    id: str
    ticket: str
    ticket_id: str
    action: str
    actor: str
    status: str
    reason: str
    index: int | None
    transaction: str | None
    created_at: int
    removed: list[str]


class Ticket(TypedDict):
    """A ticket, as the ledger has it, with where it is filed."""

    id: str
    handle: str
    status: str
    subject: str
    customer: str | None
    assignee: str | None
    policy: int
    tier: int
    level: int
    rating: int
    flags: list[str]
    unseen: int
    entries: int
    opened_at: int
    settled_at: int | None
    due_at: int | None
    head: str
    state: str
    waiting: int
    filed: "Filed"
