import pytest

from supportledger import errors
from supportledger.errors import (
    CommitmentMismatch,
    Error,
    Inconclusive,
    ReplayMismatch,
    SignatureMismatch,
    StateMismatch,
    VerificationError,
)
from supportledger.model.ids import TicketId
from supportledger.proof.verdict import (
    GROUNDS,
    STEPS,
    TICKET_STEPS,
    Conclusion,
    Result,
    Step,
    Verdict,
    run_steps,
)

TICKET = TicketId(b"\x07" * 32)
PASSED = {number: f"checked {number}" for number in STEPS}


def run(**outcomes: Error) -> tuple[Step, ...]:
    """Run all steps; `step_5=error` raises it there."""

    def check(number: int) -> str:
        if f"step_{number}" in outcomes:
            raise outcomes[f"step_{number}"]
        return PASSED[number]

    return run_steps({number: lambda number=number: check(number) for number in STEPS})


def verdict(required: frozenset[int] = TICKET_STEPS, **outcomes: Error) -> Verdict:
    """Run all steps and conclude."""
    return Verdict(TICKET, run(**outcomes), required, "complete as of block 7")


class TestSteps:
    def test_every_step_has_a_number_of_the_list(self) -> None:
        """There are twelve, in order, and each error class names one of them."""
        assert list(range(1, 13)) == list(STEPS)
        classes = [cls for cls in vars(errors).values() if isinstance(cls, type)]
        numbers = {cls.step for cls in classes if issubclass(cls, VerificationError)} - {None}
        assert numbers == set(STEPS)

    def test_passed_steps_say_what_was_checked(self) -> None:
        """A check's own words become the detail."""
        assert [Step(number, Result.PASSED, PASSED[number]) for number in STEPS] == list(run())

    def test_failed_steps_say_what_is_wrong(self) -> None:
        """The failure, with its entry, is kept."""
        failure = SignatureMismatch("entry 3 is signed by somebody else", entry=3)
        step = run(step_5=failure)[4]
        assert (Result.FAILED, failure.message, failure, 3) == (
            step.result,
            step.detail,
            step.failure,
            step.entry,
        )

    def test_inconclusive_is_not_checked(self) -> None:
        """A check that cannot check gives its reason, and is no failure."""
        step = run(step_9=Inconclusive("not held"))[8]
        assert (Result.NOT_CHECKED, "not held", None) == (step.result, step.detail, step.failure)

    @pytest.mark.parametrize(
        ("fallen", "expected"),
        [
            (1, {number: f"depends on {GROUNDS[number]}" for number in range(2, 13)}),
            (
                3,
                {
                    4: "depends on 3",
                    6: "depends on 3",
                    7: "depends on 6",
                    8: "depends on 7",
                    10: "depends on 3",
                },
            ),
            (6, {7: "depends on 6", 8: "depends on 7"}),
            (8, {12: "depends on 8"}),
            (5, {}),
            (9, {}),
        ],
    )
    def test_a_step_whose_ground_failed_is_not_checked(self, fallen: int, expected: dict[int, str]) -> None:
        """What stands on a failed step, directly or not, is not checked, and says on what it stands."""
        steps = run(**{f"step_{fallen}": ReplayMismatch("wrong")})
        found = {step.number: step.detail for step in steps if step.result == Result.NOT_CHECKED}
        assert expected == {number: found[number] for number in expected}
        assert {Result.NOT_CHECKED} >= {step.result for step in steps if step.number in expected}

    def test_a_step_whose_ground_was_not_checked_may_be(self) -> None:
        """Only failure takes the ground away."""
        steps = run(step_1=Inconclusive("there is no file"), step_6=Inconclusive("the slot was not read"))
        assert {1, 6} == {step.number for step in steps if step.result != Result.PASSED}

    def test_other_mistakes_are_not_swallowed(self) -> None:
        """A defect of a check is no verdict."""
        with pytest.raises(ZeroDivisionError):
            run(step_4=ZeroDivisionError())


class TestConclusion:
    @pytest.mark.parametrize(
        ("outcomes", "expected"),
        [
            ({}, Conclusion.VERIFIED),
            ({"step_12": Inconclusive("no lines")}, Conclusion.VERIFIED),
            ({"step_9": Inconclusive("not held")}, Conclusion.INCOMPLETE),
            ({"step_5": SignatureMismatch("wrong")}, Conclusion.FAILED),
            ({"step_12": SignatureMismatch("wrong")}, Conclusion.FAILED),
            ({"step_5": SignatureMismatch("wrong"), "step_9": Inconclusive("not held")}, Conclusion.FAILED),
        ],
        ids=[
            "all passed",
            "one not required",
            "one required",
            "one failed",
            "one failed that is not required",
            "failed and incomplete",
        ],
    )
    def test_one_failure_is_enough(self, outcomes: dict[str, Error], expected: Conclusion) -> None:
        """Verified only if nothing failed and every required step was checked."""
        assert expected == verdict(**outcomes).verdict

    def test_the_caller_says_what_is_required(self) -> None:
        """A stranger who holds no contents may leave them out."""
        without = verdict(TICKET_STEPS - {9}, step_9=Inconclusive("not held"))
        assert Conclusion.VERIFIED == without.verdict

    def test_verified_raises_nothing(self) -> None:
        """Nothing happens when everything holds."""
        verdict().raise_for_failure()

    def test_failure_names_ticket_step_and_entry(self) -> None:
        """The first failed step's exception says where."""
        with pytest.raises(CommitmentMismatch) as caught:
            verdict(step_9=CommitmentMismatch("entry 3, Answer: altered", entry=3)).raise_for_failure()
        expected = f"ticket {TICKET.handle}, step 9 (contents): entry 3, Answer: altered"
        assert (expected, 3) == (caught.value.message, caught.value.entry)

    def test_the_first_failure_is_raised(self) -> None:
        """Of several, the one with the lowest number."""
        with pytest.raises(ReplayMismatch):
            verdict(step_3=ReplayMismatch("wrong"), step_9=CommitmentMismatch("wrong")).raise_for_failure()

    def test_incomplete_names_what_is_missing(self) -> None:
        """Nothing is false, but not everything was checked."""
        with pytest.raises(Inconclusive, match=r"step 6 \(slot\): not read; step 9 \(contents\): not held"):
            verdict(step_6=Inconclusive("not read"), step_9=Inconclusive("not held")).raise_for_failure()


class TestJson:
    def test_everything_is_data(self) -> None:
        """A machine reads the same as a person."""
        data = verdict(
            step_6=StateMismatch("other slot"), step_5=SignatureMismatch("wrong", entry=2)
        ).to_json()
        assert {"ticket_id", "handle", "verdict", "reach", "steps"} == set(data)
        assert ("failed", TICKET.handle, str(TICKET)) == (data["verdict"], data["handle"], data["ticket_id"])
        expected = {"number": 5, "name": "signatures", "result": "failed", "detail": "wrong", "entry": 2}
        assert expected == data["steps"][4]
        assert {"number": 4, "name": "heads", "result": "passed", "detail": "checked 4"} == data["steps"][3]

    def test_steps_that_were_not_checked_say_so(self) -> None:
        """The three results are written as people read them."""
        data = verdict(step_9=Inconclusive("not held")).to_json()
        assert "not checked" == data["steps"][8]["result"]
        assert "incomplete" == data["verdict"]
