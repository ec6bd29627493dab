import pytest

from supportledger.model.agent import UNCERTIFIED
from supportledger.model.history import History, Position, Registry
from supportledger.model.ids import NOBODY
from supportledger.model.policy import Policy
from tests.vectors.lifecycle_cases import AGENT, PLAIN, STRANGER, SUCCESSOR, SUPERVISOR, TIERS

FIRST, SECOND = Position(10, 3), Position(12, 0)
REGISTRY = Registry(
    agents={AGENT: History([(FIRST, TIERS[1]), (SECOND, TIERS[2])])},
    policies={1: History([(FIRST, Policy(PLAIN)), (SECOND, Policy(PLAIN, retired=True))])},
    supervisors={SUPERVISOR: History([(FIRST, True), (SECOND, False)])},
    successor=History([(SECOND, SUCCESSOR)]),
)
BEFORE, AT, BETWEEN, LATER = (10, 2), (10, 3), (10, 4), (99, 0)


class TestHistory:
    @pytest.mark.parametrize(
        ("position", "expected"), [(BEFORE, None), (AT, None), (BETWEEN, "a"), ((12, 0), "a"), ((12, 1), "b")]
    )
    def test_an_event_finds_what_came_before_it(self, position: tuple[int, int], expected: object) -> None:
        """A change counts for later events of its own block, not for itself and earlier ones."""
        assert expected == History([(FIRST, "a"), (SECOND, "b")]).before(position)

    def test_latest_is_after_all(self) -> None:
        """What holds now is the last change; without any, nothing does."""
        assert ("b", None) == (History([(FIRST, "a"), (SECOND, "b")]).latest, History[str]().latest)

    def test_changes_are_kept(self) -> None:
        """What was given can be listed."""
        assert ((FIRST, "a"), (SECOND, "b")) == History([(FIRST, "a"), (SECOND, "b")]).changes

    @pytest.mark.parametrize("second", [FIRST, Position(9, 9)])
    def test_changes_come_in_order(self, second: Position) -> None:
        """A history out of order would answer wrongly, so there is none."""
        with pytest.raises(ValueError, match="order"):
            History([(FIRST, "a"), (second, "b")])


class TestRegistry:
    def test_certificates_are_those_of_the_time(self) -> None:
        """A later change does not rewrite what an answer found."""
        assert [UNCERTIFIED, TIERS[1], TIERS[2]] == [REGISTRY.agent(AGENT, at) for at in (AT, BETWEEN, LATER)]
        assert (TIERS[2], UNCERTIFIED) == (REGISTRY.agent_now(AGENT), REGISTRY.agent_now(STRANGER))

    def test_policies_retire(self) -> None:
        """A policy is not there, then published, then retired."""
        found = [REGISTRY.policy(1, at) for at in (AT, BETWEEN, LATER)]
        assert [None, Policy(PLAIN), Policy(PLAIN, retired=True)] == found
        assert REGISTRY.policy(2, LATER) is None

    def test_supervisors_come_and_go(self) -> None:
        """The role counts between being given and taken."""
        found = [REGISTRY.is_supervisor(SUPERVISOR, at) for at in (AT, BETWEEN, LATER)]
        assert [False, True, False] == found
        assert not REGISTRY.is_supervisor(STRANGER, LATER)

    def test_successor_is_named_once(self) -> None:
        """Before it is named, there is nobody."""
        assert [NOBODY, SUCCESSOR] == [REGISTRY.successor_at(at) for at in (BETWEEN, LATER)]
