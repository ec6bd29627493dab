"""What customers do: Reply, Close, Rate; and what anybody may: closing, and escalating in test_clocks."""

import pytest

from supportledger.model.ids import NOBODY
from supportledger.model.refusal import (
    ActionNotAllowed,
    AgentNotInForce,
    AlreadyRated,
    ArgumentInvalid,
    CommitmentMissing,
    CommitmentUnexpected,
    CustomerOnly,
    KeylessCustomer,
    RatingOver,
    ReopenWindowOpen,
    ReopenWindowPassed,
    SeenInvalid,
    SuccessorMismatch,
    TooManyWaiting,
)
from supportledger.model.ticket import Action, Auth, Flag, Status
from tests.unit.model.acting import AS_CUSTOMER, AS_RECORDER, AS_STRANGER, after, changed, outcome, refused
from tests.vectors.lifecycle_cases import (
    AGENT,
    CUSTOMER,
    DAY,
    OUT_OF_FORCE,
    STRANGER,
    SUCCESSOR,
    TIERS,
    T,
    state,
)

SOLVED_AT = T + 5_000
LAST_TO_REOPEN = SOLVED_AT + 7 * DAY
LAST_TO_RATE = SOLVED_AT + 30 * DAY
SUCCESSOR_WORD = int.from_bytes(SUCCESSOR)


class TestReply:
    def test_first_message_starts_the_response_clock(self) -> None:
        """If nobody waited, an answer is due within the next response from now."""
        t = state(Status.PENDING)
        expected = {"status": Status.OPEN, "unseen": 1, "respond_by": T + 2_000}
        pause = {"paused_at": 0, "paused_total": 150}
        assert {**expected, **pause} == changed(t, after(t, Action.REPLY, **AS_CUSTOMER))

    def test_further_messages_do_not_move_it(self) -> None:
        """While messages wait, only their number grows."""
        t = state(unseen=2)
        assert {"unseen": 3} == changed(t, after(t, Action.REPLY, **AS_CUSTOMER))

    @pytest.mark.parametrize("status", [Status.PENDING, Status.ON_HOLD])
    def test_ends_a_pause(self, status: Status) -> None:
        """A customer who writes ends the wait for them, or for others."""
        later = after(state(status), Action.REPLY, **AS_CUSTOMER)
        assert (Status.OPEN, 0, 150) == (later.status, later.paused_at, later.paused_total)

    def test_may_contest_the_last_answer(self) -> None:
        """Argument 1 says that an answer's content never arrived, and stays on record."""
        later = after(state(), Action.REPLY, argument=1, **AS_CUSTOMER)
        assert later.has(Flag.CONTESTED)
        assert after(later, Action.REPLY, **AS_CUSTOMER).has(Flag.CONTESTED)

    def test_nine_wait_at_most(self) -> None:
        """The ninth message fits, the tenth goes to the anchored log."""
        nine = after(state(unseen=8), Action.REPLY, **AS_CUSTOMER)
        assert 9 == nine.unseen
        with refused(TooManyWaiting, 9):
            after(nine, Action.REPLY, **AS_CUSTOMER)

    def test_starts_a_new_run_of_staff(self) -> None:
        """Staff may make 16 entries again after the customer wrote."""
        assert 0 == after(state(staff_run=16), Action.REPLY, **AS_CUSTOMER).staff_run

    @pytest.mark.parametrize("argument", [2, 1 << 255])
    def test_takes_no_other_argument(self, argument: int) -> None:
        """A reply contests or does not."""
        with refused(ArgumentInvalid, Action.REPLY, argument):
            after(state(), Action.REPLY, argument=argument, **AS_CUSTOMER)

    def test_needs_a_message(self) -> None:
        """A reply without content is none."""
        with refused(CommitmentMissing, Action.REPLY):
            after(state(), Action.REPLY, committed=False, **AS_CUSTOMER)

    def test_states_nothing_seen(self) -> None:
        """Only staff say how far they have read."""
        with refused(SeenInvalid, 1, 0):
            after(state(), Action.REPLY, seen=1, **AS_CUSTOMER)

    @pytest.mark.parametrize("actor", [STRANGER, AGENT])
    def test_is_the_customers(self, actor: bytes) -> None:
        """Nobody else writes in a customer's name, staff included."""
        with refused(CustomerOnly, actor, CUSTOMER):
            after(state(), Action.REPLY, actor=actor)

    def test_closed_is_final(self) -> None:
        """A closed ticket takes no more messages."""
        with refused(ActionNotAllowed, Action.REPLY, Status.CLOSED):
            after(state(Status.CLOSED), Action.REPLY, **AS_CUSTOMER)


class TestReopen:
    @pytest.mark.parametrize("time", [SOLVED_AT, LAST_TO_REOPEN])
    def test_until_the_window_ends(self, time: int) -> None:
        """A solved ticket is open again, due later by the time for which it was solved."""
        t = state(Status.SOLVED)
        later = after(t, Action.REPLY, time=time, **AS_CUSTOMER)
        assert (Status.OPEN, 0, 1) == (later.status, later.settled_at, later.unseen)
        assert (time + 1_800, t.resolve_by + time - SOLVED_AT) == (later.respond_by, later.resolve_by)

    def test_not_after_it(self) -> None:
        """A second later it is too late: a later matter is a new ticket."""
        with refused(ReopenWindowPassed, LAST_TO_REOPEN):
            after(state(Status.SOLVED), Action.REPLY, time=LAST_TO_REOPEN + 1, **AS_CUSTOMER)

    def test_solved_in_time_stays_in_time(self) -> None:
        """The deadline is shifted before time is settled, so waiting for the customer never makes it late."""
        t = state(Status.SOLVED, resolve_by=SOLVED_AT)
        assert not after(t, Action.REPLY, time=LAST_TO_REOPEN, **AS_CUSTOMER).has(Flag.LATE_RESOLVE)

    def test_solved_late_is_late_again(self) -> None:
        """What was late when it was solved is late as soon as it is open again."""
        t = state(Status.SOLVED, resolve_by=SOLVED_AT - 51, paused_total=50)
        assert after(t, Action.REPLY, time=SOLVED_AT + 9, **AS_CUSTOMER).has(Flag.LATE_RESOLVE)

    def test_never_stays_never(self) -> None:
        """Without a promise there is no deadline to shift."""
        t = state(Status.SOLVED, resolve_by=0)
        assert 0 == after(t, Action.REPLY, time=SOLVED_AT + 9, **AS_CUSTOMER).resolve_by


class TestKeylessReply:
    def test_is_recorded_by_an_agent(self) -> None:
        """An agent of any tier records it, in the customer's lane, under their own certificate."""
        t = state(customer=NOBODY)
        done = outcome(t, Action.REPLY, **AS_RECORDER)
        assert (t.customer_seq + 1, t.staff_seq) == (done.state.customer_seq, done.state.staff_seq)
        assert TIERS[0].authority == done.authority
        assert Auth.RECORDED == done.meta >> 72 & 0xFF

    @pytest.mark.parametrize("agent", OUT_OF_FORCE, ids=lambda agent: str(agent.status))
    def test_not_without_a_certificate(self, agent: object) -> None:
        """Nobody else records for a keyless customer."""
        with refused(AgentNotInForce):
            after(state(customer=NOBODY), Action.REPLY, agent=agent, auth=Auth.RECORDED)


class TestClose:
    @pytest.mark.parametrize("status", set(Status) - {Status.CLOSED})
    def test_by_the_customer_at_any_time(self, status: Status) -> None:
        """The customer ends it, whatever the desk is doing; clocks stop."""
        later = after(state(status), Action.CLOSE, **AS_CUSTOMER)
        assert (Status.CLOSED, T + 200, 0) == (later.status, later.settled_at, later.paused_at)

    def test_by_anybody_once_it_cannot_reopen(self) -> None:
        """When the window is over anyone may close, in no lane and in nobody's name."""
        t = state(Status.SOLVED)
        done = outcome(t, Action.CLOSE, time=LAST_TO_REOPEN + 1, **AS_STRANGER)
        assert {"status": Status.CLOSED, "settled_at": LAST_TO_REOPEN + 1} == changed(t, done.state)
        assert (t.customer_seq, t.staff_seq, bytes(32)) == (
            done.state.customer_seq,
            done.state.staff_seq,
            done.authority,
        )

    def test_not_by_others_before(self) -> None:
        """Until then the customer may reopen, so nobody else may close."""
        with refused(ReopenWindowOpen, LAST_TO_REOPEN):
            after(state(Status.SOLVED), Action.CLOSE, time=LAST_TO_REOPEN, **AS_STRANGER)

    @pytest.mark.parametrize("customer", [CUSTOMER, NOBODY])
    @pytest.mark.parametrize("status", [Status.OPEN, Status.PENDING, Status.ON_HOLD])
    def test_not_by_others_while_active(self, status: Status, customer: bytes) -> None:
        """Nobody closes an active ticket over the customer's head, least of all a keyless one's."""
        with refused(CustomerOnly, STRANGER, customer):
            after(state(status, customer=customer), Action.CLOSE, **AS_STRANGER)

    def test_others_commit_to_nothing(self) -> None:
        """A stranger's closing carries no content."""
        with refused(CommitmentUnexpected, Action.CLOSE):
            after(state(Status.SOLVED), Action.CLOSE, time=LAST_TO_REOPEN + 1, committed=True, **AS_STRANGER)

    @pytest.mark.parametrize("argument", [0, SUCCESSOR_WORD])
    def test_may_name_the_successor(self, argument: int) -> None:
        """The customer may say that the matter goes on in the ledger that was named as successor."""
        done = outcome(state(), Action.CLOSE, argument=argument, successor=SUCCESSOR, **AS_CUSTOMER)
        assert argument == done.argument

    @pytest.mark.parametrize("successor", [NOBODY, SUCCESSOR])
    def test_names_no_other_ledger(self, successor: bytes) -> None:
        """Another address, or any before one is named, is refused."""
        with refused(SuccessorMismatch, successor, 7):
            after(state(), Action.CLOSE, argument=7, successor=successor, **AS_CUSTOMER)

    def test_closed_is_closed(self) -> None:
        """It is closed once."""
        with refused(ActionNotAllowed, Action.CLOSE, Status.CLOSED):
            after(state(Status.CLOSED), Action.CLOSE, **AS_CUSTOMER)

    def test_freezes_lateness(self) -> None:
        """What is late by then is put on record first."""
        later = after(state(), Action.CLOSE, time=T + 2 * DAY, **AS_CUSTOMER)
        assert later.has(Flag.LATE_FIRST)
        assert later.has(Flag.LATE_RESOLVE)


class TestRate:
    @pytest.mark.parametrize("stars", range(1, 6))
    def test_one_to_five_stars(self, stars: int) -> None:
        """The customer of a solved ticket rates it."""
        t = state(Status.SOLVED)
        assert {"rating": stars} == changed(t, after(t, Action.RATE, argument=stars, **AS_CUSTOMER))

    @pytest.mark.parametrize("stars", [0, 6, 1 << 200])
    def test_no_other_number(self, stars: int) -> None:
        """Nothing below one and above five."""
        with refused(ArgumentInvalid, Action.RATE, stars):
            after(state(Status.SOLVED), Action.RATE, argument=stars, **AS_CUSTOMER)

    def test_once(self) -> None:
        """A rating is not changed."""
        with refused(AlreadyRated, 3):
            after(state(Status.SOLVED, rating=3), Action.RATE, **AS_CUSTOMER)

    def test_thirty_days_after_closing(self) -> None:
        """A closed ticket can be rated until its thirtieth day is over."""
        assert 5 == after(state(Status.CLOSED), Action.RATE, time=LAST_TO_RATE, **AS_CUSTOMER).rating
        with refused(RatingOver, LAST_TO_RATE):
            after(state(Status.CLOSED), Action.RATE, time=LAST_TO_RATE + 1, **AS_CUSTOMER)

    @pytest.mark.parametrize("status", [Status.OPEN, Status.PENDING, Status.ON_HOLD])
    def test_not_before_it_is_solved(self, status: Status) -> None:
        """What is not done cannot be rated."""
        with refused(ActionNotAllowed, Action.RATE, status):
            after(state(status), Action.RATE, **AS_CUSTOMER)

    def test_only_by_the_customer(self) -> None:
        """Nobody rates in a customer's place."""
        with refused(CustomerOnly, STRANGER, CUSTOMER):
            after(state(Status.SOLVED), Action.RATE, **AS_STRANGER)

    def test_not_without_a_key(self) -> None:
        """A keyless customer claims the ticket first."""
        with refused(KeylessCustomer, Action.RATE):
            after(state(Status.SOLVED, customer=NOBODY), Action.RATE, **AS_STRANGER)
