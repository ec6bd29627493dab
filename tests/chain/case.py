"""A ticket in a test, and what people do to it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from supportledger.model.acts import Act
from supportledger.model.entry import NOTHING, lane
from supportledger.model.ids import TicketId
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action, Lane, Status, TicketState
from tests.chain.given import HOUR
from tests.chain.people import ALICE, ANN, RELAYER, STRANGER, SUPERVISOR, Person

if TYPE_CHECKING:
    from tests.chain.desk import Desk

_BARE: Final = (Action.NOTE, Action.ASSIGN, Action.RESUME, Action.CLOSE, Action.ESCALATE, Action.REPOLICY)


@dataclass
class Case:
    """A ticket in a test."""

    desk: "Desk"
    id: TicketId
    state: TicketState
    before: TicketState | None = None
    event: EntryRecord | None = None
    name: str = ""
    """Of the last event."""

    @property
    def changed(self) -> dict[str, Any]:
        """What the last action changed, but for the head and the count of entries, which always do."""
        assert self.before is not None
        assert self.before.head != self.state.head
        assert self.before.entries + 1 == self.state.entries
        return {
            name: new
            for name, old, new in zip(self.state._fields, self.before, self.state, strict=True)
            if old != new and name not in {"head", "entries"}
        }

    # ---- actions, as whoever usually does them

    def reply(self, by: Person = ALICE, **more: Any) -> "Case":
        return self.act(Action.REPLY, by, **more)

    def answer(self, by: Person = ANN, status: int = Status.PENDING, **more: Any) -> "Case":
        return self.act(Action.ANSWER, by, argument=status, **more)

    def note(self, by: Person = ANN, **more: Any) -> "Case":
        return self.act(Action.NOTE, by, **more)

    def assign(self, to: Person = ANN, by: Person = SUPERVISOR, **more: Any) -> "Case":
        return self.act(Action.ASSIGN, by, **{"argument": to.word, **more})

    def hold(self, by: Person = ANN, **more: Any) -> "Case":
        return self.act(Action.HOLD, by, **more)

    def resume(self, by: Person = ANN, **more: Any) -> "Case":
        return self.act(Action.RESUME, by, **more)

    def solve(self, by: Person = ANN, **more: Any) -> "Case":
        return self.act(Action.SOLVE, by, **more)

    def close(self, by: Person = ALICE, **more: Any) -> "Case":
        return self.act(Action.CLOSE, by, **more)

    def rate(self, stars: int = 5, by: Person = ALICE, **more: Any) -> "Case":
        return self.act(Action.RATE, by, argument=stars, **more)

    def escalate(self, by: Person = STRANGER, **more: Any) -> "Case":
        return self.act(Action.ESCALATE, by, **more)

    def repolicy(self, policy: int, by: Person = SUPERVISOR, **more: Any) -> "Case":
        return self.act(Action.REPOLICY, by, argument=policy, **more)

    def claim(self, customer: Person = ALICE, by: Person = ANN, **more: Any) -> "Case":
        plan = self.plan(Action.CLAIM, by, argument=customer.word, **more)
        plan = replace(plan, deadline=plan.deadline or self.desk.now + HOUR)
        return self.send(self.desk.consent(self, plan, customer), sender=by)

    def act(self, action: int, by: Person, *, signed: bool = False, **more: Any) -> "Case":
        """Do something: directly, or by signature through the relayer."""
        plan = self.plan(action, by, **more)
        if signed:
            return self.send(self.desk.sign(self, plan, by))
        return self.send(plan, sender=by)

    def plan(
        self,
        action: int,
        by: Person,
        *,
        argument: int = 0,
        seen: int | None = None,
        commitment: bytes | None = None,
        deadline: int = 0,
    ) -> Act:
        """An action with what it usually carries: everything read, and a content where one is due."""
        known = Action(action) if action in set(Action) else Action.NOTE
        staff = lane(known, by.address, self.state.customer) == Lane.STAFF
        if seen is None:
            seen = self.state.customer_seq if staff else 0
        if commitment is None:
            commitment = NOTHING if action in _BARE else self.desk.content()
        return Act(known if known == action else action, by.address, argument, seen, commitment, deadline)  # type: ignore[arg-type]

    def send(
        self, act: Act, *, sender: Person = RELAYER, through: str = "", state: TicketState | None = None
    ) -> "Case":
        """Call the contract, hold it against the twin, and become what follows."""
        self.desk.apply(self, act, sender, through=through, state=state or self.state)
        return self
