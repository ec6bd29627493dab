"""
Tickets and entries, as data for programs and as blocks for people.

The keys of the data are documented and stable: times are Unix seconds, null is "never" or "nobody", hashes
and addresses are hexadecimal.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from supportledger.cli import times
from supportledger.cli.blocks import Block, Cell, Column, Facts, Line, Listing, Message, Shown
from supportledger.cli.incidents import incident_text
from supportledger.cli.language import _, _n, mark
from supportledger.cli.names import Names
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.records import TicketRecord
from supportledger.model.ticket import Action, Clock, Flag, Status, TicketState

if TYPE_CHECKING:
    from supportledger.desk.posting import Outcome
    from supportledger.desk.reading import EntryView, TicketView

STATUS_NAMES: Final = {
    Status.OPEN: Cell(mark("Open"), "warn"),
    Status.PENDING: Cell(mark("Pending"), "id"),
    Status.ON_HOLD: Cell(mark("OnHold"), "id"),
    Status.SOLVED: Cell(mark("Solved"), "good"),
    Status.CLOSED: Cell(mark("Closed"), "dim"),
}
ACTION_NAMES: Final = {
    Action.OPEN: mark("opened"),
    Action.REPLY: mark("replied"),
    Action.ANSWER: mark("answered"),
    Action.NOTE: mark("noted (internal)"),
    Action.ASSIGN: mark("assigned"),
    Action.HOLD: mark("put on hold"),
    Action.RESUME: mark("resumed"),
    Action.SOLVE: mark("solved"),
    Action.CLOSE: mark("closed"),
    Action.RATE: mark("rated"),
    Action.ESCALATE: mark("escalated"),
    Action.REPOLICY: mark("changed the policy"),
    Action.CLAIM: mark("gave the ticket its customer"),
}
_FLAGS: Final = {
    Flag.LATE_FIRST: mark("first response late"),
    Flag.LATE_NEXT: mark("a later response late"),
    Flag.LATE_RESOLVE: mark("resolution late"),
    Flag.CONTESTED: mark("contested by the customer"),
}
_CLOCKS: Final = {Clock.RESPONSE: mark("response"), Clock.RESOLUTION: mark("resolution")}


def hexed(value: bytes) -> str:
    """Write bytes for programs."""
    return "0x" + value.hex()


def address_data(address: Address) -> str | None:
    """Write an address for programs; null for nobody."""
    return None if address == NOBODY else str(address)


def status_cell(status: Status) -> Cell:
    """Name a status for people."""
    named = STATUS_NAMES[status]
    return Cell(_(named.text), named.style)


def state_data(ticket: TicketId, state: TicketState) -> dict[str, Any]:
    """Write a ticket's state for programs."""
    return {
        "ticket_id": str(ticket),
        "handle": ticket.handle,
        "status": str(state.status),
        "customer": address_data(state.customer),
        "assignee": address_data(state.assignee),
        "policy": state.policy,
        "opened_at": state.opened_at,
        "respond_by": state.respond_by or None,
        "resolve_by": state.resolve_by or None,
        "paused_at": state.paused_at or None,
        "paused_total": state.paused_total,
        "settled_at": state.settled_at or None,
        "level": state.level,
        "escalated_at": state.escalated_at or None,
        "flags": [flag.name.lower() for flag in Flag if state.has(flag)],
        "unseen": state.unseen,
        "tier": state.tier,
        "rating": state.rating or None,
        "entry_count": state.entries,
        "head": hexed(state.head),
    }


def entry_data(view: "EntryView") -> dict[str, Any]:
    """Write an entry for programs."""
    entry = view.record
    return {
        "index": entry.index,
        "action": str(entry.action),
        "actor": str(entry.actor),
        "auth": entry.auth.name.lower(),
        "argument": entry.argument,
        "seen": entry.seen,
        "commitment": hexed(entry.commitment) if any(entry.commitment) else None,
        "timestamp": entry.time,
        "transaction_hash": hexed(entry.transaction),
        "block_number": entry.block_number,
        "body": view.body,
        "fields": _fields_data(view),
        "unreadable": view.unreadable or None,
        "erased_at": view.erased_at,
        "removed": list(map(str, view.removed)),
    }


def _fields_data(view: "EntryView") -> dict[str, Any] | None:
    if view.fields is None:
        return None
    return {
        name: hexed(value) if isinstance(value, bytes) else value
        for name, value in view.fields.values().items()
    }


def outcome_data(outcome: "Outcome") -> dict[str, Any]:
    """Write what became of an action for programs."""
    data = state_data(outcome.ticket, outcome.state) | {
        "action": str(outcome.entry.action),
        "index": outcome.entry.index,
        "actor": str(outcome.entry.actor),
        "timestamp": outcome.entry.time,
        "transaction_hash": hexed(outcome.entry.transaction),
        "block_number": outcome.entry.block_number,
        "gas_used": outcome.gas_used,
        "removed": list(map(str, outcome.removed)),
    }
    if outcome.receipt:
        data["receipt"] = {
            "digest": hexed(outcome.receipt.digest),
            "received_at": outcome.receipt.received_at,
            "include_by": outcome.receipt.include_by,
            "signer": str(outcome.receipt.signer),
            "signature": hexed(outcome.receipt.signature),
        }
    return data


def outcome_blocks(outcome: "Outcome", names: Names) -> Iterator[Block]:
    """Show what became of an action."""
    entry, state = outcome.entry, outcome.state
    done = _("{who} {did}: entry {index} of ticket {handle}").format(
        who=names.short(entry.actor).text,
        did=_(ACTION_NAMES[entry.action]),
        index=entry.index,
        handle=outcome.handle,
    )
    yield Line(f"✔ {done}", "good")
    yield Facts(
        [
            (_("Ticket"), Cell(outcome.handle, "id")),
            (_("Status"), status_cell(state.status)),
            *_deadlines(state),
            (_("Transaction"), hexed(entry.transaction)),
            (_("Gas"), f"{outcome.gas_used:,}"),
        ]
    )


def _deadlines(state: TicketState) -> Iterator[tuple[str, Shown]]:
    if not state.is_active:
        return
    if state.unseen and state.respond_by:
        yield _("Answer due"), times.both(state.respond_by)
    if state.resolve_by:
        yield _("Solution due"), times.both(state.resolve_by)


def ticket_blocks(view: "TicketView", names: Names) -> Iterator[Block]:
    """Show a ticket with its conversation."""
    state = view.state
    yield Facts([*_state_facts(view.id, state, names)], title=_("Ticket {handle}").format(handle=view.handle))
    for entry in view.entries:
        yield Line("")
        yield entry_message(entry, names)


def _state_facts(ticket: TicketId, state: TicketState, names: Names) -> Iterator[tuple[str, Shown]]:
    yield _("Id"), str(ticket)
    yield _("Status"), status_cell(state.status)
    yield _("Customer"), Cell(_("without a key"), "dim") if state.is_keyless else names.full(state.customer)
    yield _("Assignee"), names.full(state.assignee)
    yield _("Policy"), str(state.policy)
    yield _("Opened"), times.both(state.opened_at)
    if state.unseen and state.is_active:
        yield _("Waiting"), _n("{count} message", "{count} messages", state.unseen)
    yield from _deadlines(state)
    if state.settled_at:
        yield _("Settled"), times.both(state.settled_at)
    if state.level:
        yield _("Escalated"), Cell(_("level {level}").format(level=state.level), "bad")
    if late := [_(text) for flag, text in _FLAGS.items() if state.has(flag)]:
        yield _("On record"), Cell(", ".join(late), "bad")
    if state.rating:
        yield _("Rating"), Cell(stars(state.rating), "warn")


def stars(rating: int) -> str:
    """Draw a rating."""
    return "★" * rating + "☆" * (5 - rating)


def entry_message(view: "EntryView", names: Names) -> Message:
    """Show an entry: who did what and when, and what they wrote if it is held."""
    entry = view.record
    did = " ".join(filter(None, (_(ACTION_NAMES[entry.action]), argument_text(view, names))))
    actor = Cell(names.short(entry.actor).text, "strong")
    heading: list[Shown] = [Cell(f"#{entry.index}", "dim"), actor, did, Cell(times.both(entry.time), "dim")]
    if view.unreadable:
        return Message(heading, note=Cell(_("altered: {why}").format(why=view.unreadable), "bad"))
    if view.erased_at is not None:
        return Message(heading, note=Cell(_("erased: {when}").format(when=times.both(view.erased_at)), "dim"))
    is_missing = view.fields is None and any(entry.commitment)
    if view.removed:
        return Message(heading, view.body, Cell(incident_text(view.removed), "bad"))
    return Message(heading, view.body, Cell(_("not held here"), "dim") if is_missing else "")


def argument_text(view: "EntryView", names: Names) -> str:
    """Say what an action argued, where that is more than the text."""
    argument = view.record.argument
    match view.record.action:
        case Action.ASSIGN | Action.CLAIM:
            said = "→ " + names.short(Address(argument.to_bytes(20, "big"))).text
        case Action.RATE:
            said = stars(argument)
        case Action.ANSWER:
            said = "→ " + status_cell(Status(argument)).text
        case Action.REPOLICY:
            said = f"→ {argument}"
        case Action.ESCALATE:
            said = escalation_text(argument)
        case other:
            contests = other is Action.REPLY and argument
            said = _("and contests the answer") if contests else ""
    return said


def clock_name(clock: Clock) -> str:
    """Name a promise for people."""
    return _(_CLOCKS[clock])


def escalation_text(argument: int) -> str:
    """Read an escalation's argument: clock, level and deadline."""
    level, due = argument >> 40 & 0xFF, times.local(argument & 0xFFFFFFFFFF)
    clock = clock_name(Clock(argument >> 48))
    return _("to level {level}: the {clock} was due {due}").format(level=level, clock=clock, due=due)


def history_listing(view: "TicketView", names: Names) -> Listing:
    """Show a ticket's entries, one to a line, as an auditor reads them."""
    columns = (
        Column("#", right=True),
        Column(_("Time"), whole=True, rank=3),
        Column(_("Actor")),
        Column(_("Action")),
        Column(_("Commitment"), rank=1),
        Column(_("Transaction"), rank=2),
    )
    rows = [
        (
            str(one.record.index),
            times.local(one.record.time),
            names.short(one.record.actor),
            " ".join(filter(None, (_(ACTION_NAMES[one.record.action]), argument_text(one, names)))),
            _shortened(one.record.commitment),
            _shortened(one.record.transaction),
        )
        for one in view.entries
    ]
    return Listing(columns, rows, title=_("History of {handle}").format(handle=view.handle))


def _shortened(value: bytes) -> Cell:
    return Cell(f"{hexed(value)[:10]}…" if any(value) else "–", "dim")


def ticket_listing(records: "list[TicketRecord]", names: Names, title: str = "") -> Listing:
    """Show tickets, one to a line."""
    columns = (
        Column(_("Ticket"), whole=True),
        Column(_("Status"), whole=True),
        Column(_("Waiting"), right=True),
        Column(_("Due")),
        Column(_("Level"), right=True, rank=2),
        Column(_("Customer"), rank=3),
        Column(_("Assignee"), rank=1),
        Column(_("Opened"), rank=4),
    )
    rows = [
        (
            Cell(one.id.handle, "id"),
            status_cell(one.state.status),
            str(one.state.unseen),
            due_cell(one.due_at),
            str(one.state.level),
            names.short(one.state.customer),
            names.short(one.state.assignee),
            times.relative(one.state.opened_at),
        )
        for one in records
    ]
    empty = _("There are no such tickets. Open one with `supportledger ticket open`.")
    return Listing(columns, rows, title=title, empty=empty)


def due_cell(due_at: int | None) -> Cell:
    """Say when something is due, loudly if it is late."""
    if due_at is None:
        return Cell(times.NEVER, "dim")
    said = times.relative(due_at)
    return Cell(said, "bad" if times.is_past(due_at) else "")


def record_data(record: TicketRecord) -> dict[str, Any]:
    """Write a ticket of a listing for programs."""
    return state_data(record.id, record.state) | {"due_at": record.due_at}


def counts_text(counts: dict[str, int]) -> str:
    """Say how many tickets are in which status."""
    named = {str(status): cell.text for status, cell in STATUS_NAMES.items()}
    said = [f"{_(named[status])} {count}" for status, count in counts.items() if count]
    return ", ".join(said) or times.NEVER
