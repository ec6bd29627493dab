"""What holds for every action: who may act, what is counted, what the head binds."""

import pytest

from supportledger.errors import InputError
from supportledger.model.agent import UNCERTIFIED
from supportledger.model.entry import NOTHING, lane
from supportledger.model.ids import NOBODY, Address, Meta, entry_head
from supportledger.model.lifecycle import transition
from supportledger.model.refusal import (
    ActionUnknown,
    AgentNotInForce,
    OwnTicket,
    PolicyNotFound,
    SeenInvalid,
    StaffRunTooLong,
)
from supportledger.model.ticket import Action, Auth, Lane, Status
from tests.unit.model.acting import AS_CUSTOMER, AS_STRANGER, AS_SUPERVISOR, after, outcome, refused
from tests.vectors.lifecycle_cases import (
    AGENT,
    COMMITMENT,
    CUSTOMER,
    DAY,
    OUT_OF_FORCE,
    STAFF,
    STRANGER,
    TIERS,
    T,
    case,
    state,
)

AGENTS = [Action.ANSWER, Action.NOTE, Action.HOLD, Action.RESUME, Action.SOLVE, Action.CLAIM]
PLACE = {Action.RESUME: Status.ON_HOLD}
LATE = T + 8 * DAY


def ready(action: Action, **changes: object) -> object:
    """A ticket to which staff can do this."""
    customer = NOBODY if action == Action.CLAIM else CUSTOMER
    return state(PLACE.get(action, Status.OPEN), customer=customer, **changes)


def by(action: Action) -> dict[str, object]:
    """Those of the staff who may do this."""
    return AS_SUPERVISOR if action == Action.REPOLICY else {}


class TestLane:
    @pytest.mark.parametrize(
        ("action", "actor", "customer", "expected"),
        [
            *((action, AGENT, CUSTOMER, Lane.STAFF) for action in STAFF),
            (Action.REPLY, CUSTOMER, CUSTOMER, Lane.CUSTOMER),
            (Action.REPLY, AGENT, NOBODY, Lane.CUSTOMER),
            (Action.RATE, CUSTOMER, CUSTOMER, Lane.CUSTOMER),
            (Action.CLOSE, CUSTOMER, CUSTOMER, Lane.CUSTOMER),
            (Action.CLOSE, STRANGER, CUSTOMER, Lane.NONE),
            (Action.CLOSE, NOBODY, NOBODY, Lane.NONE),
            (Action.ESCALATE, CUSTOMER, CUSTOMER, Lane.NONE),
            (Action.OPEN, CUSTOMER, CUSTOMER, Lane.NONE),
        ],
        ids=str,
    )
    def test_says_in_which_order_an_action_stands(
        self, action: Action, actor: Address, customer: Address, expected: Lane
    ) -> None:
        """Customers and staff count apart; what anybody may do has no order."""
        assert expected == lane(action, actor, customer)


class TestStaff:
    @pytest.mark.parametrize("action", AGENTS, ids=str)
    @pytest.mark.parametrize("agent", [UNCERTIFIED, *OUT_OF_FORCE], ids=lambda agent: str(agent.status))
    def test_need_a_certificate_in_force(self, action: Action, agent: object) -> None:
        """Never certified, expired, not yet in force, suspended or revoked: nobody acts for the desk."""
        with refused(AgentNotInForce):
            after(ready(action), action, agent=agent)

    @pytest.mark.parametrize("action", STAFF, ids=str)
    def test_never_act_on_their_own_ticket(self, action: Action) -> None:
        """The customer of a ticket is no staff of it, certified or supervisor as they may be."""
        with refused(OwnTicket, CUSTOMER):
            after(state(), action, actor=CUSTOMER, agent=TIERS[2], supervisor=True)

    @pytest.mark.parametrize("action", STAFF, ids=str)
    def test_have_not_read_what_was_not_written(self, action: Action) -> None:
        """Nobody states a customer sequence that is still to come."""
        with refused(SeenInvalid, 4, 3):
            after(ready(action), action, seen=4, **by(action))

    @pytest.mark.parametrize("action", STAFF, ids=str)
    def test_count_their_own_sequence(self, action: Action) -> None:
        """An accepted action adds one to the staff's sequence and none to the customer's."""
        t = ready(action)
        later = after(t, action, **by(action))
        assert (t.staff_seq + 1, t.customer_seq, t.entries + 1) == (
            later.staff_seq,
            later.customer_seq,
            later.entries,
        )

    @pytest.mark.parametrize("action", sorted(set(STAFF) - {Action.ANSWER, Action.SOLVE}), ids=str)
    def test_go_on_for_sixteen_entries(self, action: Action) -> None:
        """The sixteenth entry that answers nothing is accepted, the seventeenth refused."""
        sixteen = after(ready(action, staff_run=15), action, **by(action))
        assert 16 == sixteen.staff_run
        with refused(StaffRunTooLong, 16):
            after(ready(action, staff_run=16), action, **by(action))

    @pytest.mark.parametrize("action", [Action.ANSWER, Action.SOLVE], ids=str)
    def test_may_always_answer(self, action: Action) -> None:
        """An entry that lowers what waits does not count in the run, and does not start a new one."""
        assert 16 == after(state(staff_run=16), action).staff_run
        with refused(StaffRunTooLong, 16):
            after(state(staff_run=16, unseen=0), action)


class TestOthers:
    @pytest.mark.parametrize("action", [Action.REPLY, Action.RATE, Action.CLOSE], ids=str)
    def test_customers_count_their_own_sequence(self, action: Action) -> None:
        """An accepted action adds one to the customer's sequence, none to the staff's, and ends their run."""
        t = state(Status.SOLVED, staff_run=7)
        later = after(t, action, time=T + 6_000, **AS_CUSTOMER)
        assert (t.customer_seq + 1, t.staff_seq, 0) == (later.customer_seq, later.staff_seq, later.staff_run)

    @pytest.mark.parametrize("action", [Action.REPLY, Action.RATE, Action.CLOSE, Action.ESCALATE], ids=str)
    def test_state_nothing_seen(self, action: Action) -> None:
        """Only staff say how far they have read."""
        with refused(SeenInvalid, 1, 0):
            after(state(), action, seen=1, **AS_CUSTOMER)

    @pytest.mark.parametrize(
        ("action", "status"), [(Action.ESCALATE, Status.OPEN), (Action.CLOSE, Status.SOLVED)]
    )
    def test_strangers_count_in_no_sequence(self, action: Action, status: Status) -> None:
        """What anybody may do cancels nobody's signature."""
        t = state(status)
        later = after(t, action, time=LATE, **AS_STRANGER)
        assert (t.customer_seq, t.staff_seq, t.staff_run, t.entries + 1) == (
            later.customer_seq,
            later.staff_seq,
            later.staff_run,
            later.entries,
        )


class TestHead:
    @pytest.mark.parametrize(
        ("action", "given", "authority"),
        [
            (Action.ANSWER, {"auth": Auth.ECDSA}, TIERS[1].authority),
            (Action.NOTE, {}, TIERS[1].authority),
            (Action.REPLY, {**AS_CUSTOMER, "argument": 1}, NOTHING),
            (Action.ESCALATE, {**AS_STRANGER, "time": T + 3_601}, NOTHING),
        ],
        ids=str,
    )
    def test_binds_everything_about_the_entry(
        self, action: Action, given: dict[str, object], authority: bytes
    ) -> None:
        """Old head, meta, argument, actor, authority and commitment make the new head."""
        t, e, c = case(state(), action, **given)
        done = transition(t, e, c)
        meta = Meta(t.entries, action, e.auth, e.seen, c.time).pack()
        commitment = NOTHING if action == Action.ESCALATE else COMMITMENT
        head = entry_head(t.head, meta, done.argument, e.actor, authority, commitment)
        assert (meta, authority, head) == (done.meta, done.authority, done.state.head)

    def test_argument_is_the_entrys(self) -> None:
        """But for escalations, the event argues what the actor argued."""
        assert 3 == outcome(state(), Action.ANSWER, argument=3).argument


class TestUnknown:
    @pytest.mark.parametrize("action", [0, 14, 255])
    def test_actions_are_refused(self, action: int) -> None:
        """An action that is not on the list is refused, even to a certified agent."""
        with refused(ActionUnknown, action):
            after(state(), action)

    def test_open_is_no_action_on_a_ticket(self) -> None:
        """What exists is not opened again."""
        with refused(ActionUnknown, Action.OPEN):
            after(state(), Action.OPEN, **AS_CUSTOMER)

    @pytest.mark.parametrize("version", [0, 2])
    def test_versions_are_refused(self, version: int) -> None:
        """A state of another version fails closed."""
        with pytest.raises(InputError, match=f"version {version}"):
            after(state(version=version), Action.NOTE)

    def test_policies_are_refused(self) -> None:
        """A ticket whose policy is not known cannot be judged."""
        t, e, c = case(state(), Action.NOTE)
        with refused(PolicyNotFound, 1):
            transition(t, e, c._replace(policy=None))
