"""What a demonstration needs of its surroundings, tells while it runs, and has found at its end."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from supportledger.desk.posting import Outcome
from supportledger.model.ids import TicketId
from supportledger.ports import Signer


class Scene(StrEnum):
    """The parts of the story, in order."""

    OPEN = "Customers open tickets"
    ANSWER = "Certified agents answer"
    SOLVE = "Agents solve what they can"
    REVOKE = "An agent is revoked"
    LATE = "An answer is late"
    REOPEN = "A customer reopens, closes and rates"
    VERIFY = "Everything is verified, with one text altered"


class Stage(Protocol):
    """What a demonstration can do and no desk can."""

    def newcomer(self) -> Signer:
        """Give somebody with a new key, and no ether."""

    def wait_until(self, instant: int) -> None:
        """Let the chain's clock reach an instant; Unix seconds."""

    def alter(self, ticket: TicketId, commitment: bytes, body: str) -> Callable[[], None]:
        """Write another text over a stored one, as an intruder would, and give what puts it back."""


class Reporter(Protocol):
    """Whoever watches."""

    def begin(self, scene: Scene, steps: int) -> None:
        """Take notice that a part begins, and of how many steps it has."""

    def advance(self, done: int) -> None:
        """Take notice of how many steps of the part are done."""

    def tell(self, what: str) -> None:
        """Take notice of something worth a sentence."""


class Silence:
    """A reporter for those who only want the report."""

    def begin(self, scene: Scene, steps: int) -> None:
        """As `Reporter.begin`."""

    def advance(self, done: int) -> None:
        """As `Reporter.advance`."""

    def tell(self, what: str) -> None:
        """As `Reporter.tell`."""


@dataclass(frozen=True, slots=True)
class Cost:
    """
    What one kind of operation has cost.

    Args:
        operation: As people call it.
        count: How many there were.
        gas: Of all of them together, the transactions that carried them included.
    """

    operation: str
    count: int
    gas: int

    @property
    def each(self) -> int:
        """Gas of one, rounded up."""
        return -(-self.gas // self.count)


class Costs:
    """Adds up what operations cost."""

    def __init__(self) -> None:
        self._found: dict[str, dict[bytes, int]] = {}
        self._counts: dict[str, int] = {}

    def add(self, operation: str, outcomes: Iterable[Outcome]) -> None:
        """Take notice of outcomes; a transaction that carried several is paid once."""
        for outcome in outcomes:
            self._found.setdefault(operation, {})[outcome.entry.transaction] = outcome.gas_used
            self._counts[operation] = self._counts.get(operation, 0) + 1

    def table(self) -> tuple[Cost, ...]:
        """Give the costs of each operation, in the order in which they were met."""
        return tuple(Cost(name, self._counts[name], sum(paid.values())) for name, paid in self._found.items())


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What verification says of a ticket that does not hold.

    Args:
        ticket: Which.
        step: Number of the first step that failed.
        entry: Index of the first entry that is wrong.
        detail: What is wrong.
    """

    ticket: TicketId
    step: int
    entry: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class DemoReport:
    """
    What a demonstration has done and found.

    Args:
        tickets: How many were opened.
        answers: How many were given.
        escalations: How many were put on record.
        costs: Gas for each operation.
        verified: How many tickets hold.
        findings: Tickets that do not hold.
        altered: The ticket and the entry whose text was altered.
        surprises: Where the story went otherwise than it must.
    """

    tickets: int
    answers: int
    escalations: int
    costs: tuple[Cost, ...]
    verified: int
    findings: tuple[Finding, ...]
    altered: tuple[TicketId, int]
    surprises: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Everything went as it must: what was altered was named, and nothing else."""
        return not self.surprises

    def to_json(self) -> dict[str, object]:
        """Give it as data."""
        return {
            "tickets": self.tickets,
            "answers": self.answers,
            "escalations": self.escalations,
            "gas": {one.operation: {"count": one.count, "each": one.each} for one in self.costs},
            "verified": self.verified,
            "failed": [
                {
                    "ticket_id": str(one.ticket),
                    "handle": one.ticket.handle,
                    "step": one.step,
                    "entry": one.entry,
                    "detail": one.detail,
                }
                for one in self.findings
            ],
            "altered": {"ticket_id": str(self.altered[0]), "entry": self.altered[1]},
            "surprises": list(self.surprises),
        }
