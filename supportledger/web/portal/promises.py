"""What is promised to a customer, in their language."""

from collections.abc import Iterator
from typing import Final

from supportledger.desk.front import Front
from supportledger.desk.hours import format_hours
from supportledger.language import mark, translated
from supportledger.model.duration import format_duration
from supportledger.model.policy import PolicyTerms

_CLOCKS: Final = (
    ("first_response", mark("A first answer within {time}.")),
    ("next_response", mark("Each later answer within {time}.")),
    ("resolution", mark("A solution within {time}.")),
    ("reopen_window", mark("A solved matter can be reopened for {time}.")),
)


def promise_of(front: Front, number: int | None, language: str) -> list[str]:
    """
    Say what a policy promises, a sentence each.

    Args:
        front: The desk.
        number: Of the policy; None for the one that new tickets get.
        language: Of the reader.
    """
    terms = front.promises.terms(front.offered.get() if number is None else number)
    return list(_sentences(terms, language))


def _sentences(terms: PolicyTerms, language: str) -> Iterator[str]:
    for name, text in _CLOCKS:
        if seconds := getattr(terms, name):
            yield translated(language, text).format(time=format_duration(seconds))
    if terms.hours is not None:
        hours = format_hours(terms.hours)
        yield translated(language, mark("Clocks run {hours}.")).format(hours=hours)
    if terms.levels:
        yield translated(language, mark("If we are late, anybody may put that on record."))
    yield translated(language, mark("Answered by agents of tier {tier} or above.")).format(tier=terms.tier)
