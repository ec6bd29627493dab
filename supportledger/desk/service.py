"""
What was promised, and when: which deadlines come near, and which have passed unsaid.

Nothing here is counted by itself: deadlines follow from a ticket's state and its policy, as for anybody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from supportledger.desk import intents
from supportledger.desk.cast import By, Cast, Part
from supportledger.desk.clerk import Clerk
from supportledger.desk.posting import Outcome, Posting
from supportledger.desk.promises import Promises
from supportledger.desk.reading import Named, Reading
from supportledger.errors import Error
from supportledger.model import sla
from supportledger.model.duration import parse_duration
from supportledger.model.ids import TicketId
from supportledger.model.records import PAGE_LIMIT, TicketQuery, TicketRecord
from supportledger.model.sla import Escalation
from supportledger.model.ticket import Clock as Promise
from supportledger.model.ticket import TicketState
from supportledger.ports import Ledger, Signer, Store

ROUND: Final = 400
"""Escalations that are sent at once, in as many transactions as they need."""


@dataclass(frozen=True, slots=True)
class Due:
    """
    A ticket with a clock that is late or will be.

    Args:
        ticket: Which.
        state: As it is.
        clock: The promise whose deadline comes first.
        due: That deadline; Unix seconds.
        in_s: Seconds until then; negative when it has passed.
        escalation: What anyone may put on record next, and when; None if nothing.
    """

    ticket: TicketId
    state: TicketState
    clock: Promise
    due: int
    in_s: int
    escalation: Escalation | None

    @property
    def is_late(self) -> bool:
        """The deadline has passed."""
        return self.in_s < 0


class Service:
    """The promises of a desk."""

    def __init__(  # noqa: PLR0917 -- the rooms of a desk, put together in one place
        self,
        ledger: Ledger,
        store: Store,
        cast: Cast,
        clerk: Clerk,
        posting: Posting,
        reading: Reading,
        promises: Promises,
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._cast = cast
        self._clerk = clerk
        self._posting = posting
        self._reading = reading
        self._promises = promises

    def due(self, within: int | str = 0) -> list[Due]:
        """
        List tickets that are late, or will be, the most urgent first.

        Args:
            within: Look so far ahead: seconds, or a duration like 2h; 0 for what is late.
        """
        ahead = parse_duration(within) if isinstance(within, str) else within
        now = self._ledger.now()
        query = TicketQuery(overdue_at=now + ahead, limit=PAGE_LIMIT, merged=True)
        found = (self._due(record, now) for record in self._reading.all(query))
        listed = [one for one in found if one and one.in_s < ahead]
        return sorted(listed, key=lambda one: (one.due, one.ticket))

    def escalate(
        self, tickets: Sequence[Named] | None = None, *, by: By = None, if_due: bool = False
    ) -> list[Outcome | Error]:
        """
        Put on record that deadlines have passed, many in a transaction.

        Args:
            tickets: Which; None: all that can be escalated now.
            by: Who does it; anybody may.
            if_due: Leave out those that cannot be escalated by now: somebody else may have been faster.

        Returns:
            One outcome for each, in order; what is refused does not stop the others.
        """
        named = (
            [one.ticket for one in self._escalatable()]
            if tickets is None
            else map(self._reading.find, tickets)
        )
        keeper = self._cast.actor(Part.KEEPER, by)
        found = list(dict.fromkeys(named))
        parts = (found[at : at + ROUND] for at in range(0, len(found), ROUND))
        if_due = if_due or tickets is None
        return [outcome for part in parts for outcome in self._escalate(part, keeper, if_due=if_due)]

    def _escalatable(self) -> Iterator[Due]:
        now = self._ledger.now()
        return (one for one in self.due() if one.escalation and one.escalation.at <= now)

    def _escalate(
        self, tickets: Sequence[TicketId], keeper: Signer, *, if_due: bool
    ) -> list[Outcome | Error]:
        states, here = self._reading.current(tickets), self._ledger.now()
        if if_due:
            states = {ticket: state for ticket, state in states.items() if self._is_ripe(state, here)}
        if not states:
            return []
        now = self._clerk.now(signed=False)
        drafts = self._store.keep(
            [self._clerk.act(intents.escalate(ticket), states[ticket], keeper, now) for ticket in states]
        )
        results = [
            self._posting.found_after_all(draft) or result if isinstance(result, Error) else result
            for draft, result in zip(
                drafts, self._ledger.escalate_batch(keeper, list(states.items())), strict=True
            )
        ]
        self._posting.settle(list(zip(drafts, results, strict=True)))
        return [
            result if isinstance(result, Error) else Outcome(result, draft)
            for draft, result in zip(drafts, results, strict=True)
        ]

    def _is_ripe(self, state: TicketState, now: int) -> bool:
        escalation = sla.next_escalation(state, self._promises.terms(state.policy))
        return escalation is not None and escalation.at <= now

    def _due(self, record: TicketRecord, now: int) -> Due | None:
        terms = self._promises.terms(record.state.policy)
        clocks = sla.deadlines(record.state, terms)
        if not clocks:
            return None
        clock, due = min(clocks, key=lambda one: (one[1], one[0]))
        escalation = sla.next_escalation(record.state, terms)
        return Due(record.id, record.state, clock, due, due - now, escalation)
