"""
Policies: the promises a desk makes, published once and never changed.

Source: LEDGER, "Agents, policies, anchors"; contracts/types/Policy.sol.
"""

from dataclasses import dataclass, field
from typing import Final, Self

from supportledger.errors import InputError
from supportledger.model import abi
from supportledger.model.hours import BusinessHours
from supportledger.model.ids import NOBODY, Address, keccak
from supportledger.model.refusal import EscalationTooFrequent, PolicyTierMissing

GATED: Final = 1
HOURS: Final = 2
LEAST_ESCALATION_INTERVAL: Final = 300
_RETIRED: Final = 1 << 32
_PLACES: Final = {
    "first_response": (224, 32),
    "next_response": (192, 32),
    "resolution": (160, 32),
    "escalate_every": (128, 32),
    "reopen_window": (96, 32),
    "pause_allowance": (64, 32),
    "levels": (56, 8),
    "tier": (48, 8),
}
"""Where each number of a policy lies in its word: lowest bit, and width in bits."""


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """
    A promise, as a supervisor publishes it and a customer signs it.

    Args:
        first_response: Seconds until the first answer; 0 is "no promise".
        next_response: Seconds until each later answer; 0 is "no promise".
        resolution: Seconds until it is solved; 0 is "no promise".
        escalate_every: Least seconds between two escalations of one ticket; at least 300 with levels.
        reopen_window: Seconds for which a solved ticket can be reopened.
        pause_allowance: Seconds by which pausing may move the resolution deadline.
        levels: Highest escalation level; 0 is "never escalated".
        tier: Lowest agent tier that may answer; at least 1.
        hours: When clocks run; None for always.
        gate: The one sender that may open under it; nobody for "anyone".
        text_hash: Of the promise in words; 32 bytes.

    Raises:
        InputError: A field does not fit into its place.
    """

    first_response: int
    next_response: int
    resolution: int
    escalate_every: int
    reopen_window: int
    pause_allowance: int
    levels: int
    tier: int
    hours: BusinessHours | None = None
    gate: Address = NOBODY
    text_hash: bytes = bytes(32)
    word: int = field(init=False, repr=False, compare=False)
    """The numbers as the ledger stores them, before it is retired."""
    hash: bytes = field(init=False, repr=False, compare=False)
    """What a customer signs: the promise itself, not its number."""

    def __post_init__(self) -> None:
        """Pack the word and hash the terms once, which is to check the fields."""
        word = self._flags << 40
        for name, (shift, bits) in _PLACES.items():
            value = getattr(self, name)
            if value < 0 or value >> bits:
                raise InputError(f"{name.replace('_', ' ')} {value} does not fit into {bits} bits")
            word |= value << shift
        object.__setattr__(self, "word", word)
        words = (
            abi.uint(word),
            abi.uint(self.hours_word),
            abi.address(self.gate),
            abi.bytes32(self.text_hash),
        )
        object.__setattr__(self, "hash", keccak(b"".join(words)))

    @property
    def hours_word(self) -> int:
        """The business hours as the ledger stores them; 0 for all hours."""
        return 0 if self.hours is None else self.hours.word

    def check_publishable(self) -> None:
        """
        Check what the ledger checks when a policy is published.

        Raises:
            PolicyTierMissing: The tier is 0.
            EscalationTooFrequent: There are levels, and escalations could follow each other too fast.
        """
        if self.tier == 0:
            raise PolicyTierMissing
        if self.levels and self.escalate_every < LEAST_ESCALATION_INTERVAL:
            raise EscalationTooFrequent(self.escalate_every, LEAST_ESCALATION_INTERVAL)

    def is_no_looser_than(self, current: "PolicyTerms") -> bool:
        """Tell whether a ticket may go from *current* to this without any promise getting weaker."""
        sooner = ("first_response", "next_response", "resolution", "escalate_every")
        more = ("levels", "reopen_window", "tier")
        same = ("pause_allowance", "gate", "hours")
        return (
            all(_no_later(getattr(self, name), getattr(current, name)) for name in sooner)
            and all(getattr(self, name) >= getattr(current, name) for name in more)
            and all(getattr(self, name) == getattr(current, name) for name in same)
        )

    @property
    def _flags(self) -> int:
        return (GATED if self.gate != NOBODY else 0) | (HOURS if self.hours is not None else 0)


@dataclass(frozen=True, slots=True)
class Policy:
    """
    A policy as it is stored.

    Args:
        terms: The promise.
        retired: Whether new tickets may no longer be opened under it; those that have it keep it.
    """

    terms: PolicyTerms
    retired: bool = False

    @property
    def word(self) -> int:
        """The numbers and the retirement as the ledger stores them."""
        return self.terms.word | (_RETIRED if self.retired else 0)

    @classmethod
    def unpack(cls, word: int, hours: int, gate: Address, text_hash: bytes) -> Self:
        """
        Read a policy as the ledger stores it or as `PolicyPublished` tells it.

        Raises:
            InputError: Bits are set that have no meaning, or its flags say otherwise than hours and gate.
        """
        numbers = {name: word >> shift & (1 << bits) - 1 for name, (shift, bits) in _PLACES.items()}
        terms = PolicyTerms(**numbers, hours=BusinessHours.unpack(hours), gate=gate, text_hash=text_hash)
        policy = cls(terms, retired=bool(word & _RETIRED))
        if policy.word != word:
            raise InputError(f"the word of a policy has unknown bits: {word:#x}")
        return policy


def _no_later(duration: int, other: int) -> bool:
    """Compare durations of which 0 is later than any other."""
    return other == 0 or 0 < duration <= other
