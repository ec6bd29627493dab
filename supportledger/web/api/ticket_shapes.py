"""Tickets, their entries and what is on its way, as programs get them."""

from typing import Final

from pydantic import Field

from supportledger.desk.conversations import Said
from supportledger.desk.filing.arriving import Arrival
from supportledger.desk.filing.browsing import Page as TicketPage
from supportledger.desk.filing.browsing import Row, Underway
from supportledger.desk.reading import EntryView
from supportledger.model.ids import NOBODY, Address
from supportledger.model.records import Draft, DraftStatus
from supportledger.model.ticket import Flag
from supportledger.ports.filing import Filing
from supportledger.proof.fields import Fields
from supportledger.web.api.shapes import AddressText, Answer, Hex32, Instant

_NOTHING: Final = "0x" + "00" * 32
"""What the ledger's slot of a ticket holds before there is one."""
Content = dict[str, str | int]
"""What was written, by field; bytes are `0x` and hexadecimal digits."""


_FLAGS: Final = tuple((one, one.name.lower().replace("_", "-")) for one in Flag)


class Filed(Answer):
    """Where a ticket is filed; nothing of it is on the ledger."""

    queue: str = Field(examples=["general"])
    language: str
    product: str
    channel: str
    topic: str
    tags: list[str]
    merged_into: str | None = Field(description="Handle of the ticket where the matter goes on.")
    linked: list[str] = Field(description="Handles.")
    version: int


class Ticket(Answer):
    """A ticket, as the ledger has it, with where it is filed."""

    id: Hex32
    handle: str = Field(examples=["stfy-qt2n-dk3c-52ny"])
    status: str = Field(
        examples=["Open"],
        description="Open, Pending, OnHold, Solved, Closed; Arriving: it is on its way to the ledger, and "
        "what only the ledger knows is 0; Rejected: the ledger does not take it, and `underway` says why.",
    )
    subject: str
    customer: AddressText | None = Field(description="null: one without a key.")
    assignee: AddressText | None
    policy: int
    tier: int
    level: int = Field(description="Escalations so far.")
    rating: int = Field(description="1 to 5; 0: not rated.")
    flags: list[str] = Field(examples=[["answered", "late-first"]])
    unseen: int = Field(description="Customer messages that wait for an answer.")
    entries: int
    opened_at: Instant
    settled_at: Instant | None
    due_at: Instant | None = Field(description="No clock is overdue before.")
    head: Hex32 = Field(description="Hash chain over its entries.")
    state: Hex32 = Field(description="Hash of its state: what the ledger's slot holds.")
    waiting: int = Field(description="Actions on their way to the ledger.")
    filed: Filed


class Entry(Answer):
    """An entry of a ticket, with what was written."""

    index: int
    action: str = Field(examples=["Answer"])
    auth: str = Field(description="How the ledger knew the actor.", examples=["ecdsa"])
    actor: AddressText
    argument: str = Field(description="A number of up to 256 bits, in decimal digits.")
    seen: int
    time: Instant
    commitment: Hex32
    transaction: Hex32
    block_number: int
    status: str = Field(description="How final it is.", examples=["final"])
    content: Content | None = Field(
        description="null: nothing was written, it is not held or not yours to see."
    )
    unreadable: str = Field(description="Why it cannot be read; empty if it can.")
    erased_at: Instant | None


class Line(Answer):
    """Something that was said between entries."""

    number: int
    actor: AddressText | None = Field(description="null: a customer without a key.")
    content: Content
    commitment: Hex32


class Action(Answer):
    """Something that somebody has signed, and how far it has come."""

    id: Hex32 = Field(description="What was signed: the digest.")
    ticket: str = Field(description="Handle.")
    ticket_id: Hex32
    action: str = Field(examples=["Answer"])
    actor: AddressText
    status: str = Field(description="stored, signed, submitted, mined, final, rejected", examples=["signed"])
    reason: str = Field(description="Why it was rejected, or waits.")
    index: int | None = Field(description="Its place in the ticket, once mined.")
    transaction: Hex32 | None
    created_at: Instant


class Sent(Action):
    """An action that was taken, and what was taken out of it."""

    removed: list[str] = Field(
        default=[], description="Kinds of secrets that were in it, and are kept nowhere."
    )


class OnItsWay(Action):
    """An action that is not final, with what was written."""

    content: Content | None


class Clock(Answer):
    """A promise that is running."""

    clock: str = Field(examples=["response"])
    due: Instant


class Escalatable(Clock):
    """The promise that can be called late first."""

    at: Instant = Field(description="First second at which anybody may.")


class TicketWhole(Ticket):
    """A ticket with all that is known of it here."""

    tag: str = Field(description="Its `ETag`: give it as `If-Match` to act on what was read.")
    history: list[Entry]
    conversation: list[Line]
    underway: list[OnItsWay]
    clocks: list[Clock]
    escalation: Escalatable | None


# -- from the desk's own values ------------------------------------------------------------------------------


def ticket_of(row: Row) -> Ticket:
    """Show a ticket of a list."""
    state, record = row.record.state, row.record
    return Ticket(
        id=str(record.id),
        handle=record.id.handle,
        status=str(state.status),
        subject=row.subject,
        customer=_address(state.customer),
        assignee=_address(state.assignee),
        policy=state.policy,
        tier=state.tier,
        level=state.level,
        rating=state.rating,
        flags=[name for one, name in _FLAGS if state.has(one)],
        unseen=state.unseen,
        entries=state.entries,
        opened_at=state.opened_at,
        settled_at=state.settled_at or None,
        due_at=record.due_at,
        head=_hex(state.head),
        state=_hex(state.hash()),
        waiting=row.waiting,
        filed=filed_of(row.filing),
    )


def whole_of(row: Row, page: TicketPage, tag: str) -> TicketWhole:
    """Show a ticket with everything."""
    escalation = page.escalation
    return TicketWhole(
        **dict(ticket_of(row)),
        tag=tag,
        history=[entry_of(page, one) for one in page.view.entries],
        conversation=[line_of(one) for one in page.conversation],
        underway=[_underway(one) for one in page.underway],
        clocks=[Clock(clock=one.name.lower(), due=due) for one, due in page.deadlines],
        escalation=None
        if escalation is None
        else Escalatable(clock=escalation.clock.name.lower(), due=escalation.due, at=escalation.at),
    )


def arriving_of(arrival: Arrival, filing: Filing, tag: str) -> TicketWhole:
    """Show a ticket that the ledger does not have yet."""
    opening = arrival.underway[0].draft
    is_rejected = opening.status is DraftStatus.REJECTED
    return TicketWhole(
        id=str(arrival.ticket),
        handle=arrival.ticket.handle,
        status="Rejected" if is_rejected else "Arriving",
        subject=arrival.subject,
        customer=_address(opening.customer or NOBODY),
        assignee=None,
        policy=0,
        tier=0,
        level=0,
        rating=0,
        flags=[],
        unseen=0,
        entries=0,
        opened_at=opening.created_at,
        settled_at=None,
        due_at=None,
        head=_NOTHING,
        state=_NOTHING,
        waiting=0 if is_rejected else 1,
        filed=filed_of(filing),
        tag=tag,
        history=[],
        conversation=[line_of(one) for one in arrival.conversation],
        underway=[_underway(one) for one in arrival.underway],
        clocks=[],
        escalation=None,
    )


def entry_of(page: TicketPage, one: EntryView) -> Entry:
    """Show an entry."""
    record = one.record
    return Entry(
        index=record.index,
        action=str(record.action),
        auth=record.auth.name.lower(),
        actor=str(record.actor),
        argument=str(record.argument),
        seen=record.seen,
        time=record.time,
        commitment=_hex(record.commitment),
        transaction=_hex(record.transaction),
        block_number=record.block_number,
        status=str(page.status(one)),
        content=content_of(one.fields),
        unreadable=one.unreadable,
        erased_at=one.erased_at,
    )


def line_of(said: Said) -> Line:
    """Show a line of a conversation."""
    line = said.line
    content = content_of(said.fields) or {}
    return Line(
        number=line.number, actor=_address(line.actor), content=content, commitment=_hex(line.commitment)
    )


def action_of(draft: Draft) -> Action:
    """Show how far an action has come."""
    return Action(
        id=_hex(draft.key),
        ticket=draft.ticket.handle,
        ticket_id=str(draft.ticket),
        action=str(draft.action),
        actor=str(draft.actor),
        status=str(draft.status),
        reason=draft.reason,
        index=draft.index,
        transaction=_hex(draft.transaction) if draft.transaction else None,
        created_at=draft.created_at,
    )


def filed_of(filing: Filing) -> Filed:
    """Show where a ticket is filed."""
    return Filed(
        queue=filing.queue,
        language=filing.language,
        product=filing.product,
        channel=filing.channel,
        topic=filing.topic,
        tags=list(filing.tags),
        merged_into=filing.merged_into.handle if filing.merged_into else None,
        linked=[one.handle for one in filing.linked],
        version=filing.version,
    )


def content_of(fields: Fields | None) -> Content | None:
    """Show what was written, without its salts: these are in the proof file."""
    if fields is None:
        return None
    return {name: _hex(one) if isinstance(one, bytes) else one for name, one in fields.values().items()}


def _underway(one: Underway) -> OnItsWay:
    return OnItsWay(**action_of(one.draft).model_dump(), content=content_of(one.fields))


def _address(address: Address) -> str | None:
    return None if address == NOBODY else str(address)


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
