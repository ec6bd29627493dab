"""What the guard found: where and of which kind, and never the secret itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from supportledger.model.incident import SecretKind, in_order


class Certainty(StrEnum):
    """How the guard knows."""

    VERIFIED = "verified"
    """A checksum, a curve or an issuer's rule holds."""
    LIKELY = "likely"
    """It looks like one: a word is wrong or missing, a checksum fails, or there is none to check."""


@dataclass(frozen=True, slots=True)
class Finding:
    """
    A place in a text that is to be removed.

    Args:
        kind: What it is.
        start: Its first character.
        end: The first character behind it.
        certainty: How that is known.
    """

    kind: SecretKind
    start: int
    end: int
    certainty: Certainty = Certainty.VERIFIED


@dataclass(frozen=True, slots=True)
class Findings:
    """
    What was found in a text, in the order of the text, nothing overlapping.

    Args:
        items: One for each mark that redaction leaves.
    """

    items: tuple[Finding, ...] = ()

    @property
    def kinds(self) -> tuple[SecretKind, ...]:
        """Each kind once, the graver first."""
        return in_order(one.kind for one in self.items)

    def __bool__(self) -> bool:
        return bool(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.items)


def merged(found: Iterable[Finding]) -> Findings:
    """Join what overlaps: it is of the graver kind, and known as well as any part of it."""
    items: list[Finding] = []
    for one in sorted(found, key=lambda finding: finding.start):
        if items and one.start < items[-1].end:
            items[-1] = _joined(items[-1], one)
        else:
            items.append(one)
    return Findings(tuple(items))


def _joined(one: Finding, other: Finding) -> Finding:
    kind = in_order((one.kind, other.kind))[0]
    is_verified = Certainty.VERIFIED in {one.certainty, other.certainty}
    certainty = Certainty.VERIFIED if is_verified else Certainty.LIKELY
    return Finding(kind, min(one.start, other.start), max(one.end, other.end), certainty)
