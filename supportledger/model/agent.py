"""
Certificates: who may act for the desk, from when, until when, and for what.

Source: LEDGER, "Agents, policies, anchors"; contracts/types/Agent.sol.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Self

from supportledger.errors import InputError

CREDENTIAL_SIZE: Final = 12


class AgentStatus(IntEnum):
    """Where a certificate stands; revoked is final."""

    NONE = 0
    """Never given."""
    CERTIFIED = 1
    SUSPENDED = 2
    REVOKED = 3

    def __str__(self) -> str:
        """Write it in lower case: `certified`."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Agent:
    """
    A certificate with its fields named.

    Args:
        from_: First second in force; Unix seconds.
        until: First second no longer in force; of a revoked one, the time since which it is.
        status: Where it stands.
        tier: What it may answer; 0 is a service that records, and cannot answer.
        skills: Bit set of 32, whose meaning is the desk's.
        languages: Bit set of 32, whose meaning is the desk's.
        credential: First 12 bytes of the credential's hash.

    Raises:
        InputError: A field does not fit into its place.
    """

    from_: int
    until: int
    status: AgentStatus
    tier: int = 0
    skills: int = 0
    languages: int = 0
    credential: bytes = bytes(CREDENTIAL_SIZE)
    authority: bytes = field(init=False, repr=False, compare=False)
    """The word as 32 bytes, as an entry's head binds it."""

    def __post_init__(self) -> None:
        """Pack the word once, which is to check the fields."""
        if len(self.credential) != CREDENTIAL_SIZE:
            raise InputError(f"a credential is {CREDENTIAL_SIZE} bytes, not {len(self.credential)}")
        numbers = (self.from_, self.until, self.status, self.tier, self.skills, self.languages)
        try:
            packed = b"".join(one.to_bytes(width, "big") for one, width in zip(numbers, _WIDTHS, strict=True))
        except OverflowError:
            raise InputError(f"a field of a certificate does not fit into its place: {self}") from None
        object.__setattr__(self, "authority", packed + self.credential)

    @property
    def word(self) -> int:
        """The certificate as the ledger stores it."""
        return int.from_bytes(self.authority, "big")

    @classmethod
    def unpack(cls, word: int) -> Self:
        """
        Read a certificate from its word.

        Raises:
            InputError: It is not 256 bits, or of a status this code does not know.
        """
        if word < 0 or word >> 256:
            raise InputError(f"a certificate is one word, not {word:#x}")
        status = word >> 168 & 0xFF
        if status > max(AgentStatus):
            raise InputError(f"a certificate has no status {status}", hint="Use a newer supportledger.")
        return cls(
            from_=word >> 216,
            until=word >> 176 & 0xFFFFFFFFFF,
            status=AgentStatus(status),
            tier=word >> 160 & 0xFF,
            skills=word >> 128 & 0xFFFFFFFF,
            languages=word >> 96 & 0xFFFFFFFF,
            credential=(word & (1 << 96) - 1).to_bytes(CREDENTIAL_SIZE, "big"),
        )

    def in_force(self, time: int) -> bool:
        """Tell whether it may be used at *time*: certified, and from ≤ time < until."""
        return self.status == AgentStatus.CERTIFIED and self.from_ <= time < self.until

    def revoked_for(self, time: int) -> bool:
        """Tell whether it has been revoked since *time* or before: what was done then is to be flagged."""
        return self.status == AgentStatus.REVOKED and time >= self.until


_WIDTHS: Final = (5, 5, 1, 1, 4, 4)
UNCERTIFIED: Final = Agent(0, 0, AgentStatus.NONE)
"""What the ledger has for an address that was never certified: a word of 0."""
