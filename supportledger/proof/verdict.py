"""
What a verification found: every step of one numbered list, as passed, failed, or not checked and why.

Source: EVIDENCE, "Verification is a numbered list".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from supportledger.errors import Inconclusive, NotFinal, VerificationError
from supportledger.model.ids import TicketId

STEPS: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "file",
        2: "ledger",
        3: "replay",
        4: "heads",
        5: "signatures",
        6: "slot",
        7: "storage proof",
        8: "block",
        9: "contents",
        10: "authority",
        11: "deadlines",
        12: "anchored log",
    }
)
"""Number and name of each step, everywhere the same."""

GROUNDS: Final[Mapping[int, int]] = MappingProxyType(
    {**dict.fromkeys(range(2, 13), 1), 4: 3, 6: 3, 10: 3, 11: 3, 7: 6, 8: 7, 12: 8}
)
"""The step that each step stands on: if it has failed, the other cannot be checked."""

TICKET_STEPS: Final = frozenset({2, 3, 4, 5, 6, 9, 10})
"""Required of `ticket verify`, unless the caller says otherwise."""
PROOF_STEPS: Final = frozenset(range(1, 9))
"""Required of `proof verify`, unless the caller says otherwise."""
ABSENCE_STEPS: Final = frozenset({1, 2, 3, 5, 6, 7, 8, 10, 11})
"""Required of a proof that something is not there: it has no entries, so there are no heads to follow."""


class Result(StrEnum):
    """What became of a step."""

    PASSED = "passed"
    FAILED = "failed"
    PENDING = "pending"
    """Not final yet: to be asked again."""
    NOT_CHECKED = "not checked"


class Conclusion(StrEnum):
    """What became of the whole."""

    VERIFIED = "verified"
    """Nothing failed, and every required step was checked."""
    FAILED = "failed"
    INCOMPLETE = "incomplete"
    """Nothing failed, and a required step was not checked."""
    PENDING = "pending"
    """Nothing failed, and nothing is missing but that a block becomes final."""


@dataclass(frozen=True, slots=True)
class Step:
    """
    One step of the list.

    Args:
        number: 1 to 12.
        result: What became of it.
        detail: What was checked, what is wrong, or why it was not checked.
        failure: What is wrong, for `Verdict.raise_for_failure`; None unless it failed.
    """

    number: int
    result: Result
    detail: str
    failure: VerificationError | None = None

    @property
    def name(self) -> str:
        """Its name in the list."""
        return STEPS[self.number]

    @property
    def entry(self) -> int | None:
        """Index of the first entry that is wrong; None if there is none, or it is not one entry's fault."""
        return self.failure.entry if self.failure else None

    def to_json(self) -> dict[str, object]:
        """Give it as data."""
        shown: dict[str, object] = {
            "number": self.number,
            "name": self.name,
            "result": str(self.result),
            "detail": self.detail,
        }
        hint = self.failure.hint if self.failure else ""
        more = {"entry": self.entry, "hint": hint or None}
        return shown | {name: value for name, value in more.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What a verification found about one ticket.

    Args:
        ticket: Which; None when a file cannot even be read.
        steps: All steps of the list, in order.
        required: Numbers of the steps that must have been checked.
        reach: Up to when it holds, and whether anything can still follow.
    """

    ticket: TicketId | None
    steps: tuple[Step, ...]
    required: frozenset[int]
    reach: str = ""

    @property
    def verdict(self) -> Conclusion:
        """The conclusion: one failed step is enough for failure."""
        if any(step.result == Result.FAILED for step in self.steps):
            return Conclusion.FAILED
        if not self._unchecked:
            return Conclusion.VERIFIED
        waiting = all(step.result == Result.PENDING for step in self._unchecked)
        return Conclusion.PENDING if waiting else Conclusion.INCOMPLETE

    @property
    def subject(self) -> str:
        """What it is about, for messages."""
        return f"ticket {self.ticket.handle}" if self.ticket else "the proof file"

    def raise_for_failure(self) -> None:
        """
        Do nothing if everything required was checked and holds.

        Raises:
            VerificationError: Of the class that belongs to the first failed step; `entry` names the entry.
            Inconclusive: Nothing failed, and a required step was not checked.
        """
        for step in self.steps:
            if step.failure is not None:
                message = f"{self.subject}, step {step.number} ({step.name}): {step.detail}"
                raise type(step.failure)(message, entry=step.entry, hint=step.failure.hint)
        if self._unchecked:
            missing = "; ".join(
                f"step {step.number} ({step.name}): {step.detail}" for step in self._unchecked
            )
            kind = NotFinal if self.verdict is Conclusion.PENDING else Inconclusive
            raise kind(f"{self.subject} could not be checked completely: {missing}")

    def to_json(self) -> dict[str, object]:
        """Give it as data."""
        return {
            "ticket_id": str(self.ticket) if self.ticket else None,
            "handle": self.ticket.handle if self.ticket else None,
            "verdict": str(self.verdict),
            "reach": self.reach,
            "steps": [step.to_json() for step in self.steps],
        }

    @property
    def _unchecked(self) -> list[Step]:
        return [step for step in self.steps if step.number in self.required and step.result != Result.PASSED]


def run_steps(checks: Mapping[int, Callable[[], str]]) -> tuple[Step, ...]:
    """
    Run checks in the order of the list, each only if its ground has not failed.

    Args:
        checks: One for every number. A check returns what it checked, raises `Inconclusive` with the reason
            when it cannot check, `NotFinal` when it will be able to, and any other `VerificationError` when
            something is wrong.
    """
    steps: dict[int, Step] = {}
    for number in STEPS:
        ground = GROUNDS.get(number)
        if ground is not None and _has_fallen(ground, steps):
            steps[number] = Step(number, Result.NOT_CHECKED, f"depends on {ground}")
        else:
            steps[number] = _run(number, checks[number])
    return tuple(steps.values())


def _has_fallen(number: int, steps: Mapping[int, Step]) -> bool:
    """Tell whether a step failed, or could not be checked because its own ground had."""
    ground = GROUNDS.get(number)
    return steps[number].result == Result.FAILED or (ground is not None and _has_fallen(ground, steps))


def _run(number: int, check: Callable[[], str]) -> Step:
    try:
        return Step(number, Result.PASSED, check())
    except NotFinal as reason:
        return Step(number, Result.PENDING, reason.message)
    except Inconclusive as reason:
        return Step(number, Result.NOT_CHECKED, reason.message)
    except VerificationError as failure:
        return Step(number, Result.FAILED, failure.message, failure)
