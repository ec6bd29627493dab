"""Figures of desks to which anything may have happened."""

import pytest

from supportledger.desk.desk import Desk
from supportledger.desk.figures.definitions import DEFINITIONS, Kind
from supportledger.desk.figures.deriving import facts
from supportledger.desk.figures.figures import Figures
from supportledger.desk.figures.keeping import Keeping
from supportledger.desk.figures.period import Group, Period
from supportledger.desk.figures.values import spread
from supportledger.model.replay import replay
from supportledger.ports.figures import Measure
from tests.unit.desk.figures.conftest import Telling


def all_rows(figures: Figures, name: str, period: Period, group: Group | None = None) -> list:
    """Every page of what a figure was made of."""
    found: list = []
    while page := figures.rows(name, period, group, start=len(found), limit=37):
        found += page
    return found


def test_the_ledger_alone_gives_the_same_facts(told: Telling, desk: Desk, keeping: Keeping) -> None:
    """What the store has kept is what follows from the events of the ledger."""
    while keeping.catch_up(7):
        pass
    _, kept = desk.store.facts.changed()
    ledger = desk.ledger
    read = [
        facts(
            replay(one, ledger.entries(one), ledger.registry(), ledger.deployment),
            lambda number: ledger.policy(number).terms,
        )
        for one in told.tickets
    ]
    assert sorted(read, key=lambda one: one.ticket) == sorted(kept, key=lambda one: one.ticket)


def test_facts_kept_up_are_those_of_a_rebuild(
    told: Telling, desk: Desk, keeping: Keeping, figures: Figures, ever
) -> None:
    """Facts that were kept up step by step are those that are worked out at once; so are the figures."""
    for _ in range(20):
        told.tell(10)
        keeping.catch_up()
    before, shown = desk.store.facts.changed()[1], figures.dashboard(ever())
    assert len(told.tickets) == keeping.rebuild()
    assert sorted(map(repr, before)) == sorted(map(repr, desk.store.facts.changed()[1]))
    assert shown == figures.dashboard(ever())


@pytest.mark.parametrize("group", [None, *Group])
def test_every_figure_follows_from_its_rows(
    told: Telling, keeping: Keeping, figures: Figures, ever, group: Group | None
) -> None:
    """Whoever counts the rows comes to the figure, in all and in each group."""
    keeping.catch_up()
    assert len(told.tickets) == figures.figure("opened", ever()).whole.n
    for shown in figures.dashboard(ever(), group):
        rows = all_rows(figures, shown.definition.name, ever(), group)
        for name, value in [(None, shown.whole), *shown.groups.items()]:
            own = [one for one in rows if name in {None, one.group}]
            whole = [one for one in own if one.is_whole]
            assert len(whole) == value.n
            if shown.definition.kind is Kind.SHARE:
                assert sum(one.is_part for one in own) == value.part
            if shown.definition.kind is Kind.DURATION:
                assert spread(one.value for one in whole) == value.spread
                assert spread(one.within for one in whole) == value.within


@pytest.mark.parametrize("group", Group)
def test_groups_add_up(told: Telling, keeping: Keeping, figures: Figures, ever, group: Group) -> None:
    """The groups of a figure are the whole of it."""
    keeping.catch_up()
    for shown in figures.dashboard(ever(), group):
        assert shown.whole.n == sum(value.n for value in shown.groups.values())
        assert (shown.whole.part or 0) == sum(value.part or 0 for value in shown.groups.values())


def test_days_add_up(told: Telling, keeping: Keeping, figures: Figures, ever) -> None:
    """A period is the sum of its halves: nothing counts twice, and nothing falls between."""
    keeping.catch_up()
    whole = ever()
    middle = (whole.since + whole.until) // 2
    halves = [Period(whole.since, middle), Period(middle, whole.until)]
    for name, one in DEFINITIONS.items():
        if one.part_of is None:
            parts = [figures.figure(name, half).whole for half in halves]
            total = figures.figure(name, whole).whole
            assert (total.n, total.part or 0) == (sum(p.n for p in parts), sum(p.part or 0 for p in parts))


def test_nothing_is_negative(told: Telling, desk: Desk, keeping: Keeping) -> None:
    """No instant, duration or number is below zero, and hours are within the day."""
    keeping.catch_up()
    lasting = (Measure.FIRST_RESPONSE, Measure.REPLY, Measure.FIRST_SOLVED, Measure.FULLY_SOLVED)
    waits = (Measure.REQUESTER_WAIT, Measure.AGENT_WORK, Measure.CUSTOMER_WAIT)
    for one in desk.store.facts.changed()[1]:
        for moment in one.moments:
            assert min(moment.at, moment.value, moment.other) >= 0
            assert moment.at >= one.opened_at
            if moment.measure in {*lasting, *waits}:
                assert moment.other <= moment.value


def test_promises_are_those_of_the_ledger(told: Telling, desk: Desk, keeping: Keeping) -> None:
    """A promise counts as broken exactly when the ledger has it on record, or would if anybody acted."""
    keeping.catch_up()
    now, late = desk.ledger.now(), {one.ticket for one in desk.service.due() if one.is_late}
    for one in desk.store.facts.changed()[1]:
        broken = {
            moment.measure
            for moment in one.moments
            if moment.measure in {Measure.FIRST_CLOCK, Measure.NEXT_CLOCK, Measure.SOLVE_CLOCK}
            and not moment.value
            and moment.at <= now
        }
        flags = desk.store.ticket(one.ticket).state.flags & 0b1110
        recorded = {
            clock
            for bit, clock in ((2, Measure.FIRST_CLOCK), (4, Measure.NEXT_CLOCK), (8, Measure.SOLVE_CLOCK))
            if flags & bit
        }
        assert recorded <= broken
        assert recorded == broken or one.ticket in late


def test_in_and_out_is_the_backlog(
    told: Telling, desk: Desk, keeping: Keeping, figures: Figures, ever
) -> None:
    """What came and has not gone is what is active, and the backlog ends with all but merged ones."""
    keeping.catch_up()
    period = ever()
    came, went = (figures.figure(name, period).whole.n for name in ("inflow", "outflow"))
    active = [one for one in told.tickets if desk.store.ticket(one).state.is_active]
    assert len(active) == came - went
    filed = desk.store.filings.filed(active)
    assert figures.backlog(period)[-1].count == sum(not one.merged_into for one in filed.values())
    waiting = [one for one in active if desk.store.ticket(one).state.unseen and not filed[one].merged_into]
    assert len(waiting) == figures.unanswered().count
