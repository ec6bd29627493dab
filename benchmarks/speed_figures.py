"""A measured figure and its target; measuring two things in turns."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """
    Something that was measured.

    Args:
        name: What.
        value: How much.
        target: How much is asked for.
        at_least: The target is a least value, rather than a most.
        detail: What it was computed from.
    """

    name: str
    value: float
    target: float
    at_least: bool = False
    detail: str = ""

    @property
    def is_met(self) -> bool:
        """The target is kept."""
        return self.value >= self.target if self.at_least else self.value <= self.target

    def __str__(self) -> str:
        """Write one line of the report."""
        sign = ">=" if self.at_least else "<="
        mark = "ok    " if self.is_met else "MISSED"
        return f"{mark} {self.name:<44} {self.value:8.2f}  {sign} {self.target:<6g} {self.detail}"


def seconds(work: Callable[[], object]) -> float:
    """Time one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(
    one: Callable[[], object], other: Callable[[], object], rounds: int
) -> list[tuple[float, float]]:
    """Time two things in pairs, whose order changes from pair to pair."""
    pairs = []
    for number in range(rounds):
        if number % 2:
            second, first = seconds(other), seconds(one)
        else:
            first, second = seconds(one), seconds(other)
        pairs.append((first, second))
    return pairs


def middle_ratio(pairs: list[tuple[float, float]]) -> float:
    """Give the median of the pairs' ratios."""
    return median(one / other for one, other in pairs)
