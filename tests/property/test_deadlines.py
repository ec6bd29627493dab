"""
The clocks computed a second time are the ones that the rules left, along every way a ticket can take.

Spec: docs/spec/verification.md, V11.1.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportledger.errors import DeadlineMismatch
from supportledger.model.ticket import Flag
from supportledger.proof.deadlines import check_deadlines, in_open_hours
from tests.property.test_hours import hours
from tests.property.test_lifecycle import taken
from tests.unit.model.stories import REGISTRY

POLICIES = {number: history.values[-1].terms for number, history in REGISTRY.policies.items()}
CLOCKS = ("respond_by", "resolve_by", "paused_at", "paused_total", "level", "escalated_at")


@given(taken())
def test_both_ways_of_computing_agree(given):
    """What the replay leaves follows from the policy, told the other way."""
    story, _ = given
    check_deadlines(story.entries, POLICIES, story.state)


@given(taken(), st.sampled_from(CLOCKS))
def test_a_clock_that_was_moved_by_a_second_shows(given, name):
    """Any other value of a clock fails."""
    story, _ = given
    moved = story.state._replace(**{name: getattr(story.state, name) + 1})
    with pytest.raises(DeadlineMismatch, match=name):
        check_deadlines(story.entries, POLICIES, moved)


@given(taken(), st.sampled_from([Flag.LATE_FIRST, Flag.LATE_NEXT, Flag.LATE_RESOLVE]))
def test_lateness_that_was_hidden_or_invented_shows(given, flag):
    """A flag that is turned fails."""
    story, _ = given
    with pytest.raises(DeadlineMismatch, match="flags"):
        check_deadlines(story.entries, POLICIES, story.state._replace(flags=story.state.flags ^ flag))


@given(hours, st.integers(0, 1 << 33), st.integers(1, 1 << 32))
def test_open_hours_are_counted_alike(given, start, duration):
    """Walking over the hours of the week ends where numbering the open seconds does."""
    assert given.deadline(start, duration) == in_open_hours(given, start, duration)
