"""
What each figure is, in words for people and in terms of moments: one table, from which all else follows.

Source: the definitions of help desks: first response and replies by whoever wrote them, promises by when they
ended, and every share with the number that it is a share of.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from supportledger.errors import NotFound
from supportledger.language import mark
from supportledger.model.ticket import Status
from supportledger.ports.figures import Measure

GOOD_STARS: Final = 4
FOLLOW_UP_S: Final = 7 * 86_400
ENTRIES: Final = mark("the ledger's entries")
FILED: Final = mark("the ledger's entries, and how the desk has filed and linked tickets")


class Kind(StrEnum):
    """What a figure says."""

    COUNT = "count"
    """How many."""
    DURATION = "duration"
    """How long: number, mean, median and 90th percentile; of all seconds, and of those within hours."""
    SHARE = "share"
    """How many of how many."""


Test = Callable[[int, int], bool]
"""Tells by a moment's `value` and `other` whether it belongs to the part."""


@dataclass(frozen=True, slots=True)
class Definition:
    """
    One figure.

    Args:
        name: For machines.
        title: For people, in English.
        says: What it is, in English.
        dated_by: What puts it into a period, in English.
        source: What it is worked out from, in English.
        kind: What it says.
        measure: Of what moments; of a share: the whole.
        part: Of a share: which of them are the part.
        among: Which moments count at all.
        part_of: Of a share: the part's own moments, of tickets, each once; None for some of the whole's.
        alone: Only tickets whose matter does not go on in another one.
        unfollowed: Of a share: only tickets without a linked one that was opened within seven days.
    """

    name: str
    title: str
    says: str
    dated_by: str
    source: str
    kind: Kind
    measure: Measure
    part: Test | None = None
    among: Test | None = None
    part_of: Measure | None = None
    alone: bool = False
    unfollowed: bool = False


_BY_EVENT: Final = mark("when it happened")
_BY_ANSWER: Final = mark("when the answer was written")
_BY_SETTLED: Final = mark("when the ticket was last solved, or closed if it never was")
_BY_FIRST: Final = mark("when the ticket was first solved")
_BY_CLOCK: Final = mark("when it was kept; when the deadline passed, if it was not")
_BY_RATED: Final = mark("when the ticket was solved, not when it was rated")


def _count(name: str, title: str, says: str, measure: Measure, among: Test | None = None) -> Definition:
    return Definition(name, title, says, _BY_EVENT, ENTRIES, Kind.COUNT, measure, among=among)


def _lasted(name: str, title: str, says: str, dated_by: str, measure: Measure) -> Definition:
    return Definition(name, title, says, dated_by, ENTRIES, Kind.DURATION, measure)


def _promise(name: str, title: str, says: str, measure: Measure) -> Definition:
    return Definition(name, title, says, _BY_CLOCK, ENTRIES, Kind.SHARE, measure, _is_kept)


def _touch(name: str, title: str, says: str, part: Test) -> Definition:
    touches = Measure.TOUCHES
    return Definition(name, title, says, _BY_FIRST, FILED, Kind.SHARE, touches, part, unfollowed=True)


def _is_kept(value: int, _other: int) -> bool:
    return value == 1


TABLE: Final = (
    _count("opened", mark("Opened"), mark("Tickets that were opened."), Measure.OPENED),
    _count(
        "answered",
        mark("Answers"),
        mark(
            "Answers by certified agents, solutions with a text included. Notes, assignments and what was "
            "recorded for customers are none."
        ),
        Measure.ANSWERED,
    ),
    _count("solved", mark("Solved"), mark("How often agents solved a ticket."), Measure.SOLVED),
    _count("closed", mark("Closed"), mark("Tickets that were closed, by whomever."), Measure.CLOSED),
    _count(
        "inflow",
        mark("Inflow"),
        mark("How often a ticket became active: opened or reopened."),
        Measure.STAY,
    ),
    Definition(
        "outflow",
        mark("Outflow"),
        mark("How often a ticket ceased to be active: solved, or closed by its customer."),
        _BY_EVENT,
        ENTRIES,
        Kind.COUNT,
        Measure.LEFT,
    ),
    Definition(
        "first_response",
        mark("First response time"),
        mark(
            "From the first message to the first answer by a certified agent. Tickets that were merged into "
            "others do not count; those that wait for their first answer are counted apart, with their age."
        ),
        _BY_ANSWER,
        FILED,
        Kind.DURATION,
        Measure.FIRST_RESPONSE,
        alone=True,
    ),
    _lasted(
        "reply",
        mark("Reply time"),
        mark(
            "From the oldest message that waited to the next answer, of every answer that was waited for. "
            "More messages do not move it."
        ),
        _BY_ANSWER,
        Measure.REPLY,
    ),
    _lasted(
        "first_resolution",
        mark("First resolution time"),
        mark("From the first message until it was first solved."),
        _BY_FIRST,
        Measure.FIRST_SOLVED,
    ),
    _lasted(
        "full_resolution",
        mark("Full resolution time"),
        mark("From the first message until it was last solved, of tickets that are not active now."),
        mark("when the ticket was last solved"),
        Measure.FULLY_SOLVED,
    ),
    _lasted(
        "requester_wait",
        mark("Requester wait"),
        mark("How long a ticket was open or on hold in all, of tickets that are not active now."),
        _BY_SETTLED,
        Measure.REQUESTER_WAIT,
    ),
    _lasted(
        "agent_work",
        mark("Agent work"),
        mark("How long a ticket was open in all, of tickets that are not active now."),
        _BY_SETTLED,
        Measure.AGENT_WORK,
    ),
    _lasted(
        "customer_wait",
        mark("Waiting for the customer"),
        mark("How long a ticket was pending in all, of tickets that are not active now."),
        _BY_SETTLED,
        Measure.CUSTOMER_WAIT,
    ),
    _promise(
        "first_response_kept",
        mark("First responses in time"),
        mark(
            "Promises of a first answer that were kept, of those that were kept or broken. Whatever is "
            "overdue is broken, answered or not; an answer at the deadline is in time."
        ),
        Measure.FIRST_CLOCK,
    ),
    _promise(
        "next_response_kept",
        mark("Later responses in time"),
        mark("Promises of a later answer that were kept, of those that were kept or broken."),
        Measure.NEXT_CLOCK,
    ),
    _promise(
        "resolution_kept",
        mark("Solutions in time"),
        mark(
            "Promises of a solution that were kept, of those that were kept or broken. The one of a ticket "
            "that was reopened runs on."
        ),
        Measure.SOLVE_CLOCK,
    ),
    Definition(
        "reopened",
        mark("Reopen rate"),
        mark("Tickets that were reopened in the period, of those that were first solved in it."),
        mark("when it was first solved, and when it was reopened"),
        ENTRIES,
        Kind.SHARE,
        Measure.FIRST_SOLVED,
        part_of=Measure.REOPENED,
    ),
    _touch(
        "one_touch",
        mark("Solved with one answer"),
        mark(
            "Tickets that took one answer, were never reopened, and had no linked ticket within seven days, "
            "of those that were first solved."
        ),
        lambda answers, reopens: answers == 1 and not reopens,
    ),
    _touch(
        "two_touch",
        mark("Solved with two answers"),
        mark("As above, with two answers."),
        lambda answers, reopens: answers == 2 and not reopens,
    ),
    Definition(
        "satisfaction",
        mark("Satisfaction"),
        mark("Ratings of 4 or 5 stars, of all ratings. A ticket is rated once, by its customer only."),
        _BY_RATED,
        ENTRIES,
        Kind.SHARE,
        Measure.ASKED,
        lambda stars, _: stars >= GOOD_STARS,
        among=lambda stars, _: stars > 0,
    ),
    Definition(
        "rated",
        mark("Response rate of ratings"),
        mark("Tickets that were rated, of those whose customers can rate."),
        _BY_RATED,
        ENTRIES,
        Kind.SHARE,
        Measure.ASKED,
        lambda stars, _: stars > 0,
    ),
    _count(
        "escalated",
        mark("Escalations"),
        mark("How often a ticket's level was raised because a promise was broken."),
        Measure.ESCALATED,
    ),
    Definition(
        "silently_solved",
        mark("Solved without an answer"),
        mark("How often tickets were solved that nobody had ever answered, of all solutions."),
        _BY_EVENT,
        ENTRIES,
        Kind.SHARE,
        Measure.SOLVED,
        lambda answers, _: answers == 0,
    ),
    Definition(
        "pending",
        mark("Answers that made the customer wait"),
        mark("Answers that left the ticket pending, of all answers: pausing clocks is no service."),
        _BY_EVENT,
        ENTRIES,
        Kind.SHARE,
        Measure.ANSWERED,
        lambda status, _: status == Status.PENDING,
    ),
    _count(
        "flaps",
        mark("Status to and fro"),
        mark(
            "How often staff set a status back to what it was within an hour, without a word of the customer."
        ),
        Measure.FLAP,
    ),
)
DEFINITIONS: Final[Mapping[str, Definition]] = MappingProxyType({one.name: one for one in TABLE})
"""All figures of periods, by name, in the order in which they are shown."""

BACKLOG: Final = (
    mark("Backlog"),
    mark("Active tickets at the end of each day, by their age; merged ones are not counted."),
)
UNANSWERED: Final = (
    mark("Unanswered"),
    mark("Active tickets with messages that nobody has answered, by how long the oldest of them waits."),
)


def definition(name: str) -> Definition:
    """
    Give a figure's definition.

    Raises:
        NotFound: There is none of that name.
    """
    found = DEFINITIONS.get(name)
    if found is None:
        raise NotFound(f"there is no figure {name}", hint="The figures are: " + ", ".join(DEFINITIONS) + ".")
    return found
