"""What a desk answers about tickets, as JSON; made by scripts/client.py."""

from typing import Any, TypedDict

from supportledger.client.answers.shared import Filed, Meta


class Attached(TypedDict):
    """A file of an entry."""

    number: int
    name: str
    size: int
    media_type: str
    sha256: str
    held: bool


class Clock(TypedDict):
    """A promise that is running."""

    clock: str
    due: int


class Entry(TypedDict):
    """An entry of a ticket, with what was written."""

    index: int
    action: str
    auth: str
    actor: str
    argument: str
    seen: int
    time: int
    commitment: str
    transaction: str
    block_number: int
    status: str
    content: dict[str, str | int] | None
    unreadable: str
    erased_at: int | None


class Escalatable(TypedDict):
    """The promise that can be called late first."""

    clock: str
    due: int
    at: int


class Line(TypedDict):
    """Something that was said between entries."""

    number: int
    actor: str | None
    content: dict[str, str | int]
    commitment: str


class OnItsWay(TypedDict):
    """An action that is not final, with what was written."""

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
    content: dict[str, str | int] | None


class PageAttached(TypedDict):
    """A page of a list."""

    data: "list[Attached]"
    meta: "Meta"


class PageEntry(TypedDict):
    """A page of a list."""

    data: "list[Entry]"
    meta: "Meta"


class PageTicketRead(TypedDict):
    """A page of a list."""

    data: "list[TicketRead]"
    meta: "Meta"


class Step(TypedDict):
    """A step of the verifier's list."""

    number: int
    name: str
    result: str
    detail: str
    entry: int | None
    hint: str | None


class TicketCount(TypedDict):
    """How many there are."""

    count: int


class TicketRead(TypedDict):
    """That somebody was shown something of a ticket."""

    reader: str
    what: str
    reason: str
    time: int
    index: int


class TicketWhole(TypedDict):
    """A ticket with all that is known of it here."""

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
    tag: str
    history: "list[Entry]"
    conversation: "list[Line]"
    underway: "list[OnItsWay]"
    clocks: "list[Clock]"
    escalation: "Escalatable | None"


class Verdict(TypedDict):
    """What was found of a ticket when it was checked against the ledger."""

    ticket_id: str
    handle: str
    verdict: str
    reach: str
    steps: "list[Step]"


class Wished(TypedDict):
    """What a customer's key signs to take over a ticket; check it before you sign."""

    ticket: str
    customer: str
    deadline: int
    typed_data: dict[str, Any]
    digest: str
