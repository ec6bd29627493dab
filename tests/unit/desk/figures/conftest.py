"""A desk whose facts are kept up, and stories that happen to it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from supportledger.desk.desk import Desk
from supportledger.desk.figures.figures import Figures
from supportledger.desk.figures.keeping import Keeping
from supportledger.desk.figures.period import Period
from supportledger.errors import Error
from supportledger.model.ids import TicketId
from supportledger.model.ticket import Status
from supportledger.ports.filing import Filing
from tests.unit.desk.frail import FrailLedger

MORNING = 1_767_225_600
"""When ledgers in memory begin."""
SECONDS = (1, 60, 600, 3_000, 3_600, 7_200, 30_000, 90_000, 300_000)
QUEUES, LANGUAGES = ("general", "security", "vip"), ("en", "zh", "")


@dataclass
class Telling:
    """Lets people act at random, as far as the ledger lets them."""

    desk: Desk
    ledger: FrailLedger
    random: random.Random
    tickets: list[TicketId] = field(default_factory=list)
    done: int = 0

    def tell(self, steps: int) -> None:
        for _ in range(steps):
            self.ledger.advance(self.random.choice(SECONDS))
            if not self.tickets or self.random.random() < 0.15:
                self._open()
            else:
                self._act(self.random.choice(self.tickets))

    def _open(self) -> None:
        keyless = self.random.random() < 0.2
        ticket = self.desk.tickets.open(
            f"Question {self.done}", policy=self.random.randint(1, 4), keyless=keyless
        ).ticket
        self.tickets.append(ticket)
        queue, language = self.random.choice(QUEUES), self.random.choice(LANGUAGES)
        linked = tuple(self.random.sample(self.tickets[:-1], min(1, len(self.tickets) - 1)))
        into = self.tickets[0] if len(self.tickets) > 1 and self.random.random() < 0.1 else None
        self.desk.store.filings.file(
            Filing(ticket, queue=queue, language=language, linked=linked, merged_into=into)
        )

    def _act(self, ticket: TicketId) -> None:
        tickets, agent = self.desk.tickets, self.random.choice(("agent", "senior"))
        body = f"Text {self.done}"
        status = self.random.choice((Status.OPEN, Status.PENDING, Status.ON_HOLD))
        acts: tuple[Callable[[], object], ...] = (
            lambda: tickets.answer(ticket, body, status=status, by=agent),
            lambda: tickets.answer(ticket, body, status=status, by=agent),
            lambda: tickets.reply(ticket, body, by="customer"),
            lambda: tickets.reply(ticket, body, by="customer"),
            lambda: tickets.note(ticket, body, by=agent),
            lambda: tickets.hold(ticket, body, by=agent),
            lambda: tickets.resume(ticket, by=agent),
            lambda: tickets.solve(ticket, body, by=agent),
            lambda: tickets.solve(ticket, by=agent),
            lambda: tickets.rate(ticket, self.random.randint(1, 5), by="customer"),
            lambda: tickets.close(ticket, by="customer") if self.random.random() < 0.2 else None,
            lambda: self.desk.service.escalate([ticket]),
        )
        try:
            self.random.choice(acts)()
        except Error:  # the ledger refuses: nothing has happened, and nothing counts
            return
        self.done += 1


@pytest.fixture
def keeping(desk: Desk) -> Keeping:
    """Keeps the facts of the desk up."""
    return Keeping(desk.ledger, desk.store)


@pytest.fixture
def figures(desk: Desk, ledger: FrailLedger) -> Figures:
    """The figures of the desk, by the ledger's clock; filings are never remembered."""
    ticks = iter(range(0, 10**9, 3_600))
    return Figures(desk.store, ledger.now, monotonic=lambda: float(next(ticks)))


@pytest.fixture
def ever(ledger: FrailLedger) -> Callable[[], Period]:
    """All that has happened on the ledger."""
    return lambda: Period(MORNING, ledger.now() + 1, "Asia/Shanghai")


@pytest.fixture(params=range(4))
def told(request: pytest.FixtureRequest, desk: Desk, ledger: FrailLedger) -> Telling:
    """A desk to which many things happened, in four ways."""
    telling = Telling(desk, ledger, random.Random(request.param))
    telling.tell(400)
    assert telling.done > 100
    return telling
