"""What every store answers in the same words, whatever it keeps its data in."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from supportledger.errors import Conflict, ForeignData, InputError, NotFound, ReorgDetected
from supportledger.model.ids import TicketId
from supportledger.model.records import Cursor, Deployment, Draft, Span, TicketRecord
from supportledger.ports import Submission


def admit(known: dict[bytes, Draft], submissions: Iterable[Submission]) -> Iterator[Draft]:
    """
    Pick the drafts that are new, and add them to those known.

    Raises:
        Conflict: A key is known with another action.
    """
    for draft in (one.draft for one in submissions):
        if draft.key in known:
            known[draft.key].check_same(draft)
        else:
            known[draft.key] = draft
            yield draft


def step(known: dict[bytes, Draft], drafts: Iterable[Draft]) -> None:
    """
    Let every draft be a known one and its step exist; *known* then has them as they have become.

    Raises:
        NotFound: A key is unknown.
        Conflict: A step does not exist.
    """
    for draft in drafts:
        if draft.key not in known:
            raise no_draft(draft.key)
        known[draft.key].check_step_to(draft)
        known[draft.key] = draft


def latest(tickets: Iterable[TicketRecord], known: Mapping[TicketId, int]) -> list[TicketRecord]:
    """
    Pick the states that are at least as far as those known: who read earlier may write later.

    Args:
        tickets: As they were read.
        known: How many entries the known states have.
    """
    return [one for one in tickets if one.state.entries >= known.get(one.id, 0)]


def check_cursor(span: Span, cursor: Cursor | None) -> None:
    """
    Let a reader go on only from where it began.

    Raises:
        Conflict: Somebody else has moved the cursor.
    """
    if span.cursor != cursor:
        raise Conflict("somebody else has read on meanwhile, or gone back", hint="read again")


def check_span(span: Span, cursor: Cursor, found: int) -> None:
    """
    Let the cursor move only over entries that are there.

    Raises:
        ReorgDetected: They are not those that were read.
    """
    if span.entries != found:
        raise ReorgDetected(
            f"{span.entries} entries were read up to block {cursor.block_number}, and {found} are there",
            hint="read again",
        )


LONGEST_WAIT_S: Final = 120
"""Longest lease, and longest wait for another try; what waits longer met a clock that was set back since."""


def lease_end(now: int, lease_s: int) -> int:
    """
    Tell when a lease runs out that begins now.

    Raises:
        InputError: It would be longer than any lease is.
    """
    if not 1 <= lease_s <= LONGEST_WAIT_S:
        raise InputError(f"a lease is for 1 to {LONGEST_WAIT_S} seconds, not {lease_s}")
    return now + lease_s


def latest_wait(now: int) -> int:
    """Tell the last instant that anything can be waiting for."""
    return now + LONGEST_WAIT_S


def no_draft(key: bytes) -> NotFound:
    """Say that there is no such draft."""
    return NotFound(f"no draft {key.hex()[:16]}")


def no_receipt(digest: bytes) -> NotFound:
    """Say that nothing was promised."""
    return NotFound(f"no receipt was given for {digest.hex()[:16]}")


def no_content(ticket: TicketId, what: str) -> NotFound:
    """Say that a content is not here."""
    return NotFound(f"no content is held for {what} of {ticket.handle}")


def no_ticket(ticket: TicketId) -> NotFound:
    """Say that the read model does not have a ticket."""
    return NotFound(f"no ticket {ticket.handle}", hint="list the tickets to see their handles")


def foreign(place: object, held: Deployment, wanted: Deployment) -> ForeignData:
    """Say that a database belongs to another deployment."""
    return ForeignData(
        f"{place} holds the data of {held}, not of {wanted}",
        hint="use another data directory (--data), or name that ledger (--ledger, --rpc)",
    )


def foreign_backup(file: object, held: Deployment) -> ForeignData:
    """Say that a backup is of another deployment."""
    return ForeignData(
        f"{file} holds the data of {held}, which is not this one's",
        hint="use another data directory (--data), or the backup of this one",
    )
