"""What every key store answers in the same words, whatever it keeps its keys in."""

from datetime import UTC, datetime

from supportledger.errors import Conflict, NotFound, StoreCorrupt, WrongDeskKey
from supportledger.model.ids import TicketId


def under_hold(ticket: TicketId, since: int) -> Conflict:
    """Say that a ticket must not be erased."""
    day = datetime.fromtimestamp(since, UTC).date().isoformat()
    return Conflict(
        f"{ticket.handle} is under a legal hold since {day}", hint="Release the hold first, if you may."
    )


def no_hold(ticket: TicketId) -> NotFound:
    """Say that nothing holds a ticket."""
    return NotFound(f"{ticket.handle} is under no legal hold")


def other_rotation() -> Conflict:
    """Say that a rotation to yet another key was begun."""
    return Conflict(
        "the keys are being wrapped for another desk key than this one",
        hint="Finish that first: run `supportledger db rotate-key` with the key that it was begun with.",
    )


def wrong_key(name: str) -> WrongDeskKey:
    """Say that the desk key does not open the keys."""
    return WrongDeskKey(
        f"the desk key is not the one that the keys in {name} are wrapped with",
        hint="Name the right one with desk_key_file, SUPPORTLEDGER_DESK_KEY or desk_key_command.",
    )


def damaged(name: str) -> StoreCorrupt:
    """Say that a row of the keys holds what nobody of us wrote."""
    return StoreCorrupt(f"{name} is damaged", hint="restore a backup of the key store")


def half_rotated(name: str) -> WrongDeskKey:
    """Say that some keys are wrapped with one desk key, and some with another."""
    return WrongDeskKey(
        f"the keys in {name} are being wrapped with another desk key, which was not finished",
        hint="Run `supportledger db rotate-key` again, with the same new key.",
    )
