"""
The keeper: sleeps until the next promise is due, warns before it is broken, and puts on record that it was.

Nothing depends on a keeper: deadlines follow from the ledger, and anyone may escalate. Several at once do no
harm: the ledger accepts each level once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from supportledger.desk.desk import Desk
from supportledger.desk.notices import Board, Notice, Topic
from supportledger.desk.posting import Outcome
from supportledger.desk.service import Due
from supportledger.errors import Error, InsufficientFunds
from supportledger.model.duration import format_duration
from supportledger.model.ids import TicketId
from supportledger.workers.telemetry import Telemetry

_LONGEST_REST_S: Final = 5.0
"""New tickets may be due sooner than all that was known."""
_SHORTEST_REST_S: Final = 0.2
_AHEAD_S: Final = 10
"""What is due later than this is found by a later step."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """
    How long before a deadline somebody is warned.

    Args:
        usual: Seconds.
        by_policy: Seconds, for policies that have their own.
    """

    usual: int = 900
    by_policy: Mapping[int, int] = field(default_factory=dict)

    def of(self, policy: int) -> int:
        """Give the threshold of a policy."""
        return self.by_policy.get(policy, self.usual)

    @property
    def longest(self) -> int:
        """The longest of all."""
        return max((self.usual, *self.by_policy.values()))


class Keeper:
    """
    Watches promises.

    Args:
        desk: Whose tickets.
        board: Where people are warned.
        telemetry: Where it is counted.
        thresholds: How long before.
        told: Called with each escalation, or why there was none.
    """

    def __init__(
        self,
        desk: Desk,
        board: Board,
        telemetry: Telemetry,
        thresholds: Thresholds | None = None,
        told: Callable[[Outcome | Error], None] = lambda _: None,
    ) -> None:
        self._desk = desk
        self._board = board
        self._telemetry = telemetry
        self._thresholds = thresholds or Thresholds()
        self._told = told
        self._warned: set[tuple[TicketId, int]] = set()
        self._is_poor = False
        self.is_idle = False

    def step(self) -> float:
        """As `role.Work.step`."""
        now = self._desk.ledger.now()
        near = self._desk.service.due(max(self._thresholds.longest, _AHEAD_S))
        for one in near:
            self._warn(one)
        ripe = [one.ticket for one in near if one.escalation and one.escalation.at <= now]
        outcomes = self._escalate(ripe) if ripe else []
        self.is_idle = all(isinstance(one, Error) and not one.retryable for one in outcomes)
        return self._rest(near, now)

    def _warn(self, due: Due) -> None:
        """Warn once before each deadline; one that has passed is the ledger's business."""
        key = (due.ticket, due.due)
        if due.is_late or due.in_s >= self._thresholds.of(due.state.policy) or key in self._warned:
            return
        self._warned.add(key)
        left = format_duration(due.in_s)
        said = f"the {due.clock.name.lower()} promised for ticket {due.ticket.handle} is due in {left}"
        facts = {"clock": due.clock.name.lower(), "due": due.due, "policy": due.state.policy}
        self._board.post(Notice(Topic.DUE_SOON, said, due.ticket, facts))

    def _escalate(self, tickets: list[TicketId]) -> list[Outcome | Error]:
        outcomes = self._desk.service.escalate(tickets, if_due=True)
        done = [one for one in outcomes if not isinstance(one, Error)]
        for outcome in outcomes:
            self._told(outcome)
        for one in done:
            said = f"ticket {one.handle} is now at level {one.state.level}: a promise was broken"
            self._board.post(Notice(Topic.ESCALATED, said, one.ticket, {"level": one.state.level}))
        refused = len(outcomes) - len(done)
        self._telemetry.log.info("keeper.escalated", tickets=len(done), refused=refused or None)
        self._watch_funds(outcomes, len(tickets))
        return outcomes

    def _watch_funds(self, outcomes: Sequence[Outcome | Error], number: int) -> None:
        """Say once that escalations cannot be paid for."""
        poor = next((one for one in outcomes if isinstance(one, InsufficientFunds)), None)
        if poor and not self._is_poor:
            said = f"{number} escalations wait, to be sent by keeper: {poor.message}. {poor.hint}"
            self._board.post(Notice(Topic.OUT_OF_FUNDS, said, facts={"payer": "keeper", "actions": number}))
        self._is_poor = poor is not None

    def _rest(self, near: list[Due], now: int) -> float:
        """Rest until the next instant at which there is something to say or do."""
        instants = (at for one in near for at in self._instants(one) if at > now)
        next_one = min(instants, default=now + int(_LONGEST_REST_S))
        return min(max(float(next_one - now), _SHORTEST_REST_S), _LONGEST_REST_S)

    def _instants(self, one: Due) -> tuple[int, ...]:
        warned_at = one.due - self._thresholds.of(one.state.policy)
        return (warned_at + 1, one.escalation.at) if one.escalation else (warned_at + 1,)
