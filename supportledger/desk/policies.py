"""The promises of a desk: published once, never changed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from supportledger.desk.cast import By, Cast, Part
from supportledger.desk.hours import ALWAYS, format_hours, parse_hours
from supportledger.model.acts import Mined
from supportledger.model.duration import format_duration, parse_duration
from supportledger.model.hours import BusinessHours
from supportledger.model.ids import NOBODY, Address, keccak
from supportledger.model.policy import Policy, PolicyTerms
from supportledger.ports import Ledger

Duration = int | str
"""Seconds, or text like 1h30m; 0 is "no promise"."""


@dataclass(frozen=True, slots=True)
class Published:
    """
    A policy that was just published.

    Args:
        number: Which tickets are opened with.
        terms: The promise.
        mined: Its transaction.
    """

    number: int
    terms: PolicyTerms
    mined: Mined


class Policies:
    """The policies of a ledger."""

    def __init__(self, ledger: Ledger, cast: Cast) -> None:
        self._ledger = ledger
        self._cast = cast

    def publish(self, terms: PolicyTerms, *, by: By = None) -> Published:
        """
        Publish a promise, as a supervisor; `terms` makes one from words.

        Raises:
            InputError: The ledger would take no such promise.
            Refusal: The ledger refuses.
        """
        terms.check_publishable()
        number, mined = self._ledger.publish_policy(self._cast.actor(Part.SUPERVISOR, by), terms)
        return Published(number, terms, mined)

    def retire(self, number: int, *, by: By = None) -> Mined:
        """
        Let no new ticket be opened under a policy.

        Raises:
            Refusal: The ledger refuses.
        """
        return self._ledger.retire_policy(self._cast.actor(Part.SUPERVISOR, by), number)

    def show(self, number: int) -> Policy:
        """
        Give a policy.

        Raises:
            PolicyNotFound: None has the number.
        """
        return self._ledger.policy(number)

    def list(self) -> dict[int, Policy]:
        """Give all policies by number."""
        return dict(self._ledger.policies())


def terms(
    *,
    first_response: Duration = 0,
    next_response: Duration = 0,
    resolution: Duration = 0,
    escalate_every: Duration = 0,
    reopen_window: Duration = "7d",
    pause_allowance: Duration = 0,
    levels: int = 0,
    tier: int = 1,
    hours: BusinessHours | str | None = None,
    gate: Address = NOBODY,
    text: str | None = None,
) -> PolicyTerms:
    """
    Make a promise from words.

    Args:
        first_response: Until the first answer.
        next_response: Until each later answer.
        resolution: Until it is solved.
        escalate_every: Least time between two escalations of one ticket; at least 5m with levels.
        reopen_window: For how long a solved ticket can be reopened.
        pause_allowance: By how much pausing may move the resolution.
        levels: Highest escalation level.
        tier: Lowest agent tier that may answer; at least 1.
        hours: When clocks run, like `Mo-Fr 09:00-18:00 +08:00`; None or 24/7 for always.
        gate: The one sender that may open under it.
        text: The promise in words, which customers sign the hash of; None: as `describe` writes it.

    Raises:
        InputError: Something cannot be read, or does not fit into its place.
    """
    plain = PolicyTerms(
        first_response=_seconds(first_response),
        next_response=_seconds(next_response),
        resolution=_seconds(resolution),
        escalate_every=_seconds(escalate_every),
        reopen_window=_seconds(reopen_window),
        pause_allowance=_seconds(pause_allowance),
        levels=levels,
        tier=tier,
        hours=parse_hours(hours) if isinstance(hours, str) else hours,
        gate=gate,
    )
    words = describe(plain) if text is None else text
    return replace(plain, text_hash=keccak(words.encode()))


def describe(promise: PolicyTerms) -> str:
    """Write a promise in words, always in the same way."""
    return "\n".join(_sentences(promise))


def _sentences(promise: PolicyTerms) -> Iterator[str]:
    yield f"First answer: {_within(promise.first_response)}."
    yield f"Each later answer: {_within(promise.next_response)}."
    yield f"Solution: {_within(promise.resolution)}."
    yield f"Waiting for the customer or others moves the solution by {_most(promise.pause_allowance)}."
    yield f"Clocks run: {ALWAYS if promise.hours is None else format_hours(promise.hours)}."
    yield f"A solved matter can be reopened for {format_duration(promise.reopen_window)}."
    if promise.levels:
        every = format_duration(promise.escalate_every)
        yield f"When late, anyone may escalate, up to level {promise.levels}, at most every {every}."
    yield f"Answered by agents of tier {promise.tier} or above."


def _within(seconds: int) -> str:
    return f"within {format_duration(seconds)}" if seconds else "no promise"


def _most(seconds: int) -> str:
    return f"at most {format_duration(seconds)}" if seconds else "nothing"


def _seconds(given: Duration) -> int:
    return parse_duration(given) if isinstance(given, str) else given
