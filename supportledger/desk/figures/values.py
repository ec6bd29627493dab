"""What a figure comes to, from the numbers that it is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """
    How durations are spread, in seconds.

    Args:
        mean: Their sum by their number.
        median: Half of them are no longer; the mean of the two in the middle, when there are two.
        p90: The least one that nine of ten do not exceed.
    """

    mean: float
    median: float
    p90: int


@dataclass(frozen=True, slots=True)
class Value:
    """
    What a figure comes to.

    Args:
        n: How many it was made of; of a share: of the whole.
        part: Of a share: how many of them; None for everything else.
        spread: Of durations, unless there are none.
        within: Of durations: of the seconds within the policies' hours.
    """

    n: int
    part: int | None = None
    spread: Spread | None = None
    within: Spread | None = None

    @property
    def share(self) -> float | None:
        """The part by the whole; None for no share, and for a share of nothing."""
        return self.part / self.n if self.part is not None and self.n else None


def spread(numbers: Iterable[int]) -> Spread | None:
    """Tell how numbers are spread; None when there are none."""
    ordered = sorted(numbers)
    count = len(ordered)
    if not count:
        return None
    return Spread(sum(ordered) / count, _median(ordered), ordered[(9 * count + 9) // 10 - 1])


def _median(ordered: Sequence[int]) -> float:
    half, odd = divmod(len(ordered), 2)
    return float(ordered[half]) if odd else (ordered[half - 1] + ordered[half]) / 2
