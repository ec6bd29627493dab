"""What a desk answers about actions, as JSON; made by scripts/client.py."""

from typing import TypedDict

from supportledger.client.answers.shared import Meta, Prepared


class Action(TypedDict):
    """Something that somebody has signed, and how far it has come."""

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


class NotPrepared(TypedDict):
    """A ticket to which it cannot be done."""

    ticket: str
    detail: str
    hint: str


class PageAction(TypedDict):
    """A page of a list."""

    data: "list[Action]"
    meta: "Meta"


class PreparedMany(TypedDict):
    """What is ready to be signed, in the order of the tickets, and what is not."""

    prepared: "list[Prepared]"
    failed: "list[NotPrepared]"


class Receipt(TypedDict):
    """The desk's signed promise to relay an action."""

    digest: str
    received_at: int
    include_by: int
    signer: str
    signature: str
