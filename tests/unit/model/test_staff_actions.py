"""What staff do: Answer, Solve, Note, Assign, Hold, Resume, Repolicy, Claim."""

import pytest

from supportledger.model.ids import NOBODY, keccak
from supportledger.model.policy import Policy
from supportledger.model.refusal import (
    ActionNotAllowed,
    AgentNotInForce,
    AlreadyClaimed,
    AnswersNothing,
    ArgumentInvalid,
    CommitmentMissing,
    MessagesWaiting,
    OwnTicket,
    PolicyLooser,
    PolicyNotFound,
    PolicyWithdrawn,
    SupervisorOnly,
    TierTooLow,
)
from supportledger.model.ticket import Action, Flag, Status
from tests.unit.model.acting import AS_SUPERVISOR, after, changed, outcome, refused
from tests.vectors.lifecycle_cases import (
    AGENT,
    COLLEAGUE,
    CUSTOMER,
    DAY,
    OUT_OF_FORCE,
    POLICIES,
    STRICT,
    TIERS,
    T,
    state,
)

ACTIVE = (Status.OPEN, Status.PENDING, Status.ON_HOLD)
SETTLED = (Status.SOLVED, Status.CLOSED)
SOLVED_AT = T + 5_000
NOW = T + 200
COLLEAGUE_WORD, CUSTOMER_WORD, AGENT_WORD = map(int.from_bytes, (COLLEAGUE, CUSTOMER, AGENT))


class TestAnswer:
    @pytest.mark.parametrize(
        ("argument", "expected"),
        [
            (1, {"status": Status.OPEN}),
            (2, {"status": Status.PENDING, "paused_at": NOW}),
            (3, {"status": Status.ON_HOLD, "paused_at": NOW}),
        ],
    )
    def test_goes_where_it_says(self, argument: int, expected: dict[str, object]) -> None:
        """When nothing waits any more, the ticket goes where the answer says; two of the places pause it."""
        t = state(assignee=COLLEAGUE)
        later = changed(t, after(t, Action.ANSWER, argument=argument))
        expected = {"unseen": 0, "flags": Flag.ANSWERED, "assignee": AGENT, "status": t.status, **expected}
        assert expected == {"status": t.status, **later}

    def test_open_ends_a_pause(self) -> None:
        """An answer that leaves the ticket with the desk lets its clock run again."""
        later = after(state(Status.ON_HOLD), Action.ANSWER, argument=1)
        assert (0, 150) == (later.paused_at, later.paused_total)

    def test_waiting_goes_on_in_another_status(self) -> None:
        """From one pause to another, the clock stands still all the time."""
        assert T + 100 == after(state(Status.ON_HOLD), Action.ANSWER, argument=2).paused_at

    @pytest.mark.parametrize(("seen", "unseen"), [(1, 2), (2, 1)])
    def test_stays_open_while_messages_wait(self, seen: int, unseen: int) -> None:
        """An answer to some of the messages starts the next response's clock for the others."""
        t = state(unseen=3)
        later = after(t, Action.ANSWER, argument=2, seen=seen)
        assert (Status.OPEN, unseen, NOW + 1_800, 0) == (
            later.status,
            later.unseen,
            later.respond_by,
            later.paused_at,
        )

    def test_lowers_what_waits_or_is_refused(self) -> None:
        """While messages wait, an answer has read at least one of them."""
        with refused(AnswersNothing, 2, 3, 1):
            after(state(), Action.ANSWER, seen=2)

    def test_of_nothing_is_an_answer_too(self) -> None:
        """When nothing waits, the desk may write, whatever it has seen."""
        later = after(state(Status.PENDING), Action.ANSWER, seen=0)
        assert (Status.PENDING, True, 2) == (later.status, later.has(Flag.ANSWERED), later.staff_run)

    @pytest.mark.parametrize("argument", [0, 4, 5, 1 << 8 | 1])
    def test_goes_nowhere_else(self, argument: int) -> None:
        """Solving and closing are actions of their own."""
        with refused(ArgumentInvalid, Action.ANSWER, argument):
            after(state(), Action.ANSWER, argument=argument)

    def test_needs_the_tickets_tier(self) -> None:
        """An agent below the policy's tier cannot answer."""
        with refused(TierTooLow, AGENT, 1, 2):
            after(state(tier=2), Action.ANSWER)
        assert after(state(tier=2), Action.ANSWER, agent=TIERS[2]).has(Flag.ANSWERED)

    def test_is_never_a_services(self) -> None:
        """A service of tier 0 records and cannot answer."""
        with refused(TierTooLow, AGENT, 0, 1):
            after(state(), Action.ANSWER, agent=TIERS[0])

    def test_needs_a_text(self) -> None:
        """An answer without content is none."""
        with refused(CommitmentMissing, Action.ANSWER):
            after(state(), Action.ANSWER, committed=False)

    @pytest.mark.parametrize("status", SETTLED)
    def test_not_once_settled(self, status: Status) -> None:
        """The customer reopens first."""
        with refused(ActionNotAllowed, Action.ANSWER, status):
            after(state(status), Action.ANSWER)


class TestSolve:
    def test_answers_what_waits(self) -> None:
        """A solution that has read everything is an answer."""
        t = state(assignee=COLLEAGUE)
        expected = {
            "status": Status.SOLVED,
            "settled_at": NOW,
            "unseen": 0,
            "flags": Flag.ANSWERED,
            "assignee": AGENT,
        }
        assert expected == changed(t, after(t, Action.SOLVE))

    def test_without_waiting_needs_neither_text_nor_tier(self) -> None:
        """When nothing waits, any agent may say that it is solved, and answers nothing by it."""
        t = state(Status.PENDING, tier=2)
        later = after(t, Action.SOLVE, agent=TIERS[0], committed=False)
        assert (Status.SOLVED, 0, t.assignee) == (later.status, later.flags, later.assignee)

    def test_ends_a_pause(self) -> None:
        """The pause is banked."""
        later = after(state(Status.PENDING), Action.SOLVE)
        assert (0, 150) == (later.paused_at, later.paused_total)

    def test_answers_everything_or_is_refused(self) -> None:
        """A ticket is not solved while a message waits."""
        with refused(MessagesWaiting, 1):
            after(state(unseen=2), Action.SOLVE, seen=2)

    @pytest.mark.parametrize(
        ("given", "refusal"),
        [
            ({"agent": TIERS[0]}, TierTooLow),
            ({"committed": False}, CommitmentMissing),
            ({"seen": 2}, AnswersNothing),
        ],
        ids=["tier", "text", "read"],
    )
    def test_that_answers_follows_the_rules_of_answers(self, given: dict[str, object], refusal: type) -> None:
        """With a message waiting, tier, text and having read are as for an answer."""
        with refused(refusal):
            after(state(), Action.SOLVE, **given)

    def test_takes_no_argument(self) -> None:
        """There is one way to be solved."""
        with refused(ArgumentInvalid, Action.SOLVE, 1):
            after(state(), Action.SOLVE, argument=1)

    @pytest.mark.parametrize("status", SETTLED)
    def test_once(self, status: Status) -> None:
        """What is settled is not solved again."""
        with refused(ActionNotAllowed, Action.SOLVE, status):
            after(state(status), Action.SOLVE)


class TestNote:
    @pytest.mark.parametrize("status", ACTIVE)
    def test_changes_nothing(self, status: Status) -> None:
        """An internal note stops no clock."""
        t = state(status)
        assert {} == changed(t, after(t, Action.NOTE))

    def test_on_a_solved_ticket_restarts_the_window(self) -> None:
        """The customer keeps the whole window, and the desk the time for which it was solved."""
        t = state(Status.SOLVED)
        later = changed(t, after(t, Action.NOTE, time=SOLVED_AT + 60))
        assert {"settled_at": SOLVED_AT + 60, "resolve_by": t.resolve_by + 60} == later

    def test_not_on_a_closed_one(self) -> None:
        """Closed is final."""
        with refused(ActionNotAllowed, Action.NOTE, Status.CLOSED):
            after(state(Status.CLOSED), Action.NOTE)

    def test_takes_no_argument(self) -> None:
        """A note says everything in its content, if anywhere."""
        with refused(ArgumentInvalid, Action.NOTE, 1):
            after(state(), Action.NOTE, argument=1)


class TestAssign:
    @pytest.mark.parametrize("status", ACTIVE)
    def test_an_agent_takes_it(self, status: Status) -> None:
        """An agent assigns to themselves by their certificate."""
        t = state(status, assignee=NOBODY)
        done = outcome(t, Action.ASSIGN)
        assert {"assignee": AGENT} == changed(t, done.state)
        assert TIERS[1].authority == done.authority

    def test_a_supervisor_gives_it_to_anyone(self) -> None:
        """A supervisor assigns to any certified agent, by their role."""
        done = outcome(state(), Action.ASSIGN, argument=COLLEAGUE_WORD, **AS_SUPERVISOR)
        assert COLLEAGUE == done.state.assignee
        assert keccak(b"SUPERVISOR_ROLE") == done.authority

    def test_an_agent_gives_it_to_nobody_else(self) -> None:
        """Assigning others is a supervisor's."""
        with refused(SupervisorOnly, AGENT):
            after(state(), Action.ASSIGN, argument=COLLEAGUE_WORD)

    @pytest.mark.parametrize("agent", OUT_OF_FORCE, ids=lambda agent: str(agent.status))
    def test_not_by_an_agent_out_of_force(self, agent: object) -> None:
        """Without a certificate in force, taking a ticket is a supervisor's too."""
        with refused(SupervisorOnly, AGENT):
            after(state(), Action.ASSIGN, agent=agent)

    @pytest.mark.parametrize("assignee", OUT_OF_FORCE, ids=lambda agent: str(agent.status))
    def test_the_assignee_is_certified(self, assignee: object) -> None:
        """Nobody is given a ticket whom the ledger would not let answer."""
        with refused(AgentNotInForce):
            after(state(), Action.ASSIGN, argument=COLLEAGUE_WORD, assignee=assignee, **AS_SUPERVISOR)

    def test_the_assignee_is_an_address(self) -> None:
        """A number above 160 bits is nobody."""
        with refused(ArgumentInvalid, Action.ASSIGN, 1 << 160):
            after(state(), Action.ASSIGN, argument=1 << 160, **AS_SUPERVISOR)

    @pytest.mark.parametrize("status", SETTLED)
    def test_not_once_settled(self, status: Status) -> None:
        """There is nothing left to do."""
        with refused(ActionNotAllowed, Action.ASSIGN, status):
            after(state(status), Action.ASSIGN)


class TestHold:
    def test_pauses_the_resolution(self) -> None:
        """The ticket waits for others; the response clock is not touched."""
        t = state()
        assert {"status": Status.ON_HOLD, "paused_at": NOW} == changed(t, after(t, Action.HOLD))

    def test_needs_a_reason(self) -> None:
        """The reason is committed."""
        with refused(CommitmentMissing, Action.HOLD):
            after(state(), Action.HOLD, committed=False)

    def test_takes_no_argument(self) -> None:
        """There is one way to hold."""
        with refused(ArgumentInvalid, Action.HOLD, 1):
            after(state(), Action.HOLD, argument=1)

    @pytest.mark.parametrize("status", set(Status) - {Status.OPEN})
    def test_only_from_open(self, status: Status) -> None:
        """Only what lies with the desk can be held."""
        with refused(ActionNotAllowed, Action.HOLD, status):
            after(state(status), Action.HOLD)


class TestResume:
    def test_ends_the_pause(self) -> None:
        """The clock runs again, later by the pause."""
        t = state(Status.ON_HOLD)
        expected = {"status": Status.OPEN, "paused_at": 0, "paused_total": 150}
        assert expected == changed(t, after(t, Action.RESUME))

    def test_takes_no_argument(self) -> None:
        """There is one way to go on."""
        with refused(ArgumentInvalid, Action.RESUME, 1):
            after(state(Status.ON_HOLD), Action.RESUME, argument=1)

    @pytest.mark.parametrize("status", set(Status) - {Status.ON_HOLD})
    def test_only_from_on_hold(self, status: Status) -> None:
        """Only what is held goes on."""
        with refused(ActionNotAllowed, Action.RESUME, status):
            after(state(status), Action.RESUME)


class TestRepolicy:
    @pytest.mark.parametrize(
        ("unseen", "flags", "respond_by"),
        [(1, 0, NOW + 1_800), (1, Flag.ANSWERED, NOW + 900), (0, 0, T + 3_600)],
        ids=["first response", "next response", "nobody waits"],
    )
    def test_brings_deadlines_forward(self, unseen: int, flags: int, respond_by: int) -> None:
        """Deadlines become the new promise's from now, and the ticket needs its tier."""
        t = state(unseen=unseen, flags=int(flags))
        later = after(t, Action.REPOLICY, **AS_SUPERVISOR)
        assert (5, 2, respond_by, NOW + 3_600) == (
            later.policy,
            later.tier,
            later.respond_by,
            later.resolve_by,
        )

    def test_never_puts_them_off(self) -> None:
        """A deadline that is nearer than the new promise stays."""
        t = state(respond_by=NOW + 5, resolve_by=NOW + 7)
        later = after(t, Action.REPOLICY, **AS_SUPERVISOR)
        assert (NOW + 5, NOW + 7) == (later.respond_by, later.resolve_by)

    def test_turns_never_into_a_deadline(self) -> None:
        """A promise is sooner than none."""
        later = after(state(policy=2, respond_by=0, resolve_by=0), Action.REPOLICY, **AS_SUPERVISOR)
        assert (NOW + 1_800, NOW + 3_600) == (later.respond_by, later.resolve_by)

    def test_binds_role_and_terms(self) -> None:
        """The head shows that a supervisor acted, and on which promise."""
        expected = keccak(keccak(b"SUPERVISOR_ROLE") + STRICT.hash)
        assert expected == outcome(state(), Action.REPOLICY, **AS_SUPERVISOR).authority

    @pytest.mark.parametrize("number", range(7, 7 + 11))
    def test_nothing_gets_weaker(self, number: int) -> None:
        """A policy that is looser in one thing is refused."""
        with refused(PolicyLooser, 1, number):
            after(state(), Action.REPOLICY, argument=number, **AS_SUPERVISOR)

    def test_policy_is_published(self) -> None:
        """There is no ticket under a number that promises nothing."""
        with refused(PolicyNotFound, 99):
            after(state(), Action.REPOLICY, argument=99, **AS_SUPERVISOR)

    def test_policy_is_not_retired(self) -> None:
        """A retired policy gets no more tickets."""
        with refused(PolicyWithdrawn, 5):
            after(state(), Action.REPOLICY, proposed=Policy(STRICT, retired=True), **AS_SUPERVISOR)

    def test_number_is_one(self) -> None:
        """Numbers of policies have 16 bits."""
        with refused(ArgumentInvalid, Action.REPOLICY, 1 << 16):
            after(state(), Action.REPOLICY, argument=1 << 16, **AS_SUPERVISOR)

    def test_is_a_supervisors(self) -> None:
        """Agents do not choose the promise."""
        with refused(SupervisorOnly, AGENT):
            after(state(), Action.REPOLICY)

    @pytest.mark.parametrize("status", SETTLED)
    def test_not_once_settled(self, status: Status) -> None:
        """Clocks stand still."""
        with refused(ActionNotAllowed, Action.REPOLICY, status):
            after(state(status), Action.REPOLICY, **AS_SUPERVISOR)

    def test_late_by_the_old_promise_stays_late(self) -> None:
        """Time is settled under the old policy before the new one counts."""
        later = after(state(), Action.REPOLICY, time=T + 2 * DAY, **AS_SUPERVISOR)
        assert later.has(Flag.LATE_FIRST)
        assert later.has(Flag.LATE_RESOLVE)
        assert POLICIES[5].tier == later.tier


class TestClaim:
    @pytest.mark.parametrize("status", [*ACTIVE, Status.SOLVED])
    def test_gives_the_ticket_its_customer(self, status: Status) -> None:
        """From then on the customer signs for themselves."""
        t = state(status, customer=NOBODY)
        assert {"customer": CUSTOMER} == changed(t, after(t, Action.CLAIM))

    def test_once(self) -> None:
        """A customer is not replaced."""
        with refused(AlreadyClaimed, CUSTOMER):
            after(state(), Action.CLAIM)

    def test_not_for_the_agent(self) -> None:
        """An agent does not claim for themselves."""
        with refused(OwnTicket, AGENT):
            after(state(customer=NOBODY), Action.CLAIM, argument=AGENT_WORD)

    @pytest.mark.parametrize("argument", [0, 1 << 160])
    def test_the_customer_is_an_address(self, argument: int) -> None:
        """Nobody is not a customer, nor is a number above 160 bits."""
        with refused(ArgumentInvalid, Action.CLAIM, argument):
            after(state(customer=NOBODY), Action.CLAIM, argument=argument)

    def test_not_on_a_closed_ticket(self) -> None:
        """Closed is final."""
        with refused(ActionNotAllowed, Action.CLAIM, Status.CLOSED):
            after(state(Status.CLOSED, customer=NOBODY), Action.CLAIM)

    def test_supervisors_need_a_certificate_too(self) -> None:
        """The role alone does not let one act as an agent."""
        with refused(AgentNotInForce):
            after(state(customer=NOBODY), Action.CLAIM, **AS_SUPERVISOR)
