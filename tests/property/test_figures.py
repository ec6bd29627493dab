"""What is true of figures whatever happened."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from supportledger.desk.figures.figures import Figures
from supportledger.desk.figures.keeping import Keeping
from supportledger.desk.figures.period import Group, Period
from supportledger.desk.figures.values import spread
from supportledger.model.hours import HOURS_PER_WEEK, BusinessHours
from supportledger.wiring.memory import memory_desk
from tests.unit.desk.figures.conftest import MORNING, Telling
from tests.unit.desk.frail import FrailLedger

_TIMES = st.integers(min_value=0, max_value=2**33)


@settings(max_examples=20)
@given(st.integers(), st.sampled_from(Group), st.integers(0, 10**7), st.integers(0, 10**7))
def test_groups_are_the_whole_and_parts_are_no_more(seed: int, group: Group, since: int, lasts: int) -> None:
    """In any stretch of any story groups add up, and parts are no more than wholes."""
    ledger = FrailLedger()
    desk = memory_desk(ledger)
    Telling(desk, ledger, random.Random(seed)).tell(60)
    Keeping(desk.ledger, desk.store).catch_up()
    period = Period(MORNING + since, MORNING + since + lasts, "America/St_Johns")
    for shown in Figures(desk.store, ledger.now).dashboard(period, group):
        assert shown.whole.n == sum(one.n for one in shown.groups.values())
        assert (shown.whole.part or 0) == sum(one.part or 0 for one in shown.groups.values())
        assert shown.definition.part_of or (shown.whole.part or 0) <= shown.whole.n


@given(st.lists(st.integers(0, 2**40), min_size=1))
def test_a_spread_is_within_its_numbers(numbers: list[int]) -> None:
    """Nine of ten do not exceed the 90th percentile, fewer do not exceed any lesser number among them."""
    found = spread(numbers)
    assert found is not None
    assert min(numbers) <= found.median <= found.p90 <= max(numbers)
    assert 10 * sum(one <= found.p90 for one in numbers) >= 9 * len(numbers)
    assert 10 * sum(one < found.p90 for one in numbers) < 9 * len(numbers)


@given(st.integers(1, (1 << HOURS_PER_WEEK) - 1), st.integers(-720, 840), _TIMES, _TIMES, _TIMES)
def test_open_time_adds_up(mask: int, offset: int, one: int, two: int, three: int) -> None:
    """Open time is no more than time, adds up, and ends a duration at its deadline."""
    hours = BusinessHours(mask, offset)
    start, middle, end = sorted((one, two, three))
    assert hours.between(start, end) == hours.between(start, middle) + hours.between(middle, end)
    assert 0 <= hours.between(start, end) <= end - start
    assert 0 == hours.between(end, start) or start == end
    if lasted := hours.between(start, end):
        assert hours.deadline(start, lasted) <= end
        assert lasted == hours.between(start, hours.deadline(start, lasted))
