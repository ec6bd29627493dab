"""Everybody who acts in these tests; each has a key, and a name that says what they are for."""

from dataclasses import dataclass, field

from supportledger.model.ids import Address, keccak
from supportledger.proof.signature import address_of


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with a key of their own, made from their name."""

    name: str
    key: bytes = field(init=False, repr=False)
    address: Address = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", keccak(f"supportledger test: {self.name}".encode()))
        object.__setattr__(self, "address", address_of(self.key))

    @property
    def word(self) -> int:
        """The address as an argument of an action."""
        return int.from_bytes(self.address, "big")


ADMIN = Person("admin")
CERTIFIER = Person("certifier")
SUPERVISOR = Person("supervisor")
ANCHORER = Person("anchorer")
ALICE = Person("alice")  # a customer
BOB = Person("bob")  # another
SERVICE = Person("service")  # an agent of tier 0: records, cannot answer
ANN = Person("ann")  # an agent of tier 1
BEN = Person("ben")  # another of tier 1
EVE = Person("eve")  # an agent of tier 2
GATE = Person("gate")  # the only sender under the gated policy
RELAYER = Person("relayer")  # pays for others
STRANGER = Person("stranger")  # holds nothing

EVERYBODY = [
    ADMIN,
    CERTIFIER,
    SUPERVISOR,
    ANCHORER,
    ALICE,
    BOB,
    SERVICE,
    ANN,
    BEN,
    EVE,
    GATE,
    RELAYER,
    STRANGER,
]
