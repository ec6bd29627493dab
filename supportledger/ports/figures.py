"""The port of figures: what counts of each ticket, worked out once and kept until the ticket goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Protocol

from supportledger.model.ids import NOBODY, Address, TicketId


class Measure(IntEnum):
    """What a moment is of; the numbers are part of what is kept."""

    OPENED = 1
    """A ticket was opened."""
    ANSWERED = 2
    """An agent wrote to the customer; `value` is the status after it."""
    FIRST_RESPONSE = 3
    """The first answer; seconds since the first message."""
    REPLY = 4
    """An answer to waiting messages; seconds since the oldest of them."""
    SOLVED = 5
    """An agent solved it; `value` is how many answers there were, this one included."""
    CLOSED = 6
    """It was closed."""
    FIRST_SOLVED = 7
    """It was solved for the first time; seconds since it was opened."""
    FULLY_SOLVED = 8
    """It was solved for the last time, and stays so; seconds since it was opened."""
    REOPENED = 9
    """The customer wrote on a solved ticket; seconds since it was solved."""
    REQUESTER_WAIT = 10
    """Open or on hold, of one that is settled; in seconds."""
    AGENT_WORK = 11
    """Open, of one that is settled; in seconds."""
    CUSTOMER_WAIT = 12
    """Pending, of one that is settled; in seconds."""
    FIRST_CLOCK = 13
    """The promise of a first answer ended; `value` is 1 when it was kept."""
    NEXT_CLOCK = 14
    """The promise of a later answer ended; `value` as above."""
    SOLVE_CLOCK = 15
    """The promise of a solution ended; `value` as above."""
    TOUCHES = 16
    """A solved ticket; `value` is its answers, `other` how often it was reopened."""
    ASKED = 17
    """A ticket was settled whose customer can rate it; `value` is the stars, 0 for none."""
    ESCALATED = 18
    """A level was raised; `value` is the level."""
    FLAP = 19
    """Its status went back within an hour to what it was, and nobody had written but staff."""
    STAY = 20
    """It began to be active; `value` is when that ended, 0 for never; `other` is its age then."""
    LEFT = 21
    """It ceased to be active; `value` is for how many seconds it was."""


class Moment(NamedTuple):
    """
    One thing that counts.

    Args:
        measure: Of what.
        at: What it is dated by; Unix seconds. One in the future counts when it comes.
        agent: Whose it is: who sent the answer; nobody for none.
        value: As its measure says.
        other: Of durations: the seconds of them within the policy's hours; else as its measure says.
    """

    measure: Measure
    at: int
    agent: Address = NOBODY
    value: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """
    What counts of one ticket.

    Args:
        ticket: Which.
        head: Of the state that it was worked out from; 32 bytes, zero for a ticket that is gone.
        opened_at: Unix seconds.
        policy: Its number, as of the last entry.
        waiting_since: When the oldest message came that nobody has answered; 0 for none.
        was_answered: Whether any agent ever wrote to the customer.
        moments: In the order of their entries.
    """

    ticket: TicketId
    head: bytes
    opened_at: int = 0
    policy: int = 0
    waiting_since: int = 0
    was_answered: bool = False
    moments: tuple[Moment, ...] = ()


def gone(ticket: TicketId) -> TicketFacts:
    """Say of a ticket that the ledger does not have it any more: nothing of it counts."""
    return TicketFacts(ticket, bytes(32))


class Facts(Protocol):
    """
    Where the facts of tickets are kept. All of it can be worked out again from the entries.

    Raises, anywhere: StoreError, when the database cannot do what was asked.
    """

    def stale(self, limit: int = 1_000) -> list[TicketId]:
        """List tickets whose facts are not those of their state as it was read, and those that are gone."""

    def put(self, facts: Sequence[TicketFacts]) -> None:
        """Write facts in the place of what is there; those who read behind a mark see them as changed."""

    def changed(self, after: int = 0) -> tuple[int, list[TicketFacts]]:
        """
        Give what was written behind a mark.

        Args:
            after: The mark; 0, or one that was never given, for the beginning.

        Returns:
            The mark behind it, and the facts of each ticket that has changed, once.
        """

    def forget(self) -> None:
        """Empty the facts of all tickets; they are stale then, and worked out again."""
