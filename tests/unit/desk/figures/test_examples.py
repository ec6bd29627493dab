"""Figures of small stories, worked out by hand."""

from supportledger.desk.desk import Desk
from supportledger.desk.figures.definitions import DEFINITIONS
from supportledger.desk.figures.figures import Figures
from supportledger.desk.figures.keeping import Keeping
from supportledger.desk.figures.values import Spread, spread
from supportledger.model.ticket import Status
from supportledger.ports.filing import Filing
from tests.unit.desk.frail import FrailLedger

HOUR = 3_600


def test_one_ticket_from_beginning_to_end(
    desk: Desk, ledger: FrailLedger, keeping: Keeping, figures: Figures, ever
) -> None:
    """Two messages, a note, an answer, a pause, a solution, a reopening, another solution, five stars."""
    ticket = desk.tickets.open("Question").ticket
    start = ledger.now()

    def later(seconds: int) -> None:
        ledger.advance(start + seconds - ledger.now())

    later(600)
    desk.tickets.reply(ticket, "Still waiting", by="customer")
    later(1_200)
    desk.tickets.note(ticket, "Looking", by="agent")
    later(1_800)
    answered = desk.tickets.answer(ticket, "Here", status=Status.PENDING, by="agent").entry.time
    later(7_200)
    desk.tickets.reply(ticket, "Thanks", by="customer")
    later(9_000)
    desk.tickets.solve(ticket, "Gladly", by="senior")
    later(20_000)
    desk.tickets.reply(ticket, "Once more", by="customer")
    later(20_500)
    final = desk.tickets.solve(ticket, "Done", by="senior").entry.time
    desk.tickets.rate(ticket, 5, by="customer")
    keeping.catch_up()
    entries = desk.ledger.entries(ticket)
    opened = entries[0].time
    found = {name: figures.figure(name, ever()).whole for name in DEFINITIONS}
    assert (1, 3, 2) == tuple(found[name].n for name in ("opened", "answered", "solved"))
    assert answered - opened == found["first_response"].spread.median
    replies = [
        answered - opened,
        entries[5].time - entries[4].time,
        entries[7].time - entries[6].time,
    ]
    assert spread(replies) == found["reply"].spread
    assert final - opened == found["full_resolution"].spread.mean
    assert entries[5].time - opened == found["first_resolution"].spread.mean
    pending, solved = entries[4].time - answered, entries[6].time - entries[5].time
    assert pending == found["customer_wait"].spread.mean
    assert final - opened - pending - solved == found["agent_work"].spread.mean
    shares = ("first_response_kept", "next_response_kept", "resolution_kept", "reopened", "satisfaction")
    assert [(1, 1), (2, 2), (1, 1), (1, 1), (1, 1)] == [(found[one].n, found[one].part) for one in shares]
    assert (1, 0, 0) == (found["one_touch"].n, found["one_touch"].part, found["two_touch"].part)


def test_an_overdue_promise_is_broken_before_anybody_answers(
    desk: Desk, ledger: FrailLedger, keeping: Keeping, figures: Figures, ever
) -> None:
    """At its deadline a promise is neither kept nor broken; a second later it is broken, and stays so."""
    ticket = desk.tickets.open("Question", policy=1).ticket
    due = desk.store.ticket(ticket).state.respond_by
    keeping.catch_up()
    ledger.advance(due - ledger.now())
    assert 0 == figures.figure("first_response_kept", ever()).whole.n
    ledger.advance(1)
    assert (1, 0) == _parts(figures, ever())
    ledger.advance(HOUR)
    desk.tickets.answer(ticket, "Late", by="agent")
    keeping.catch_up()
    assert (1, 0) == _parts(figures, ever())
    [row] = figures.rows("first_response_kept", ever())
    assert (due + 1, False) == (row.at, row.is_part)


def _parts(figures: Figures, period) -> tuple[int, int | None]:
    found = figures.figure("first_response_kept", period).whole
    return found.n, found.part


def test_a_follow_up_makes_one_answer_not_enough(
    desk: Desk, ledger: FrailLedger, keeping: Keeping, figures: Figures, ever
) -> None:
    """A ticket that was solved with one answer was not, when a linked one was opened soon after."""
    ticket = desk.tickets.open("Question").ticket
    desk.tickets.solve(ticket, "Answer", by="agent")
    keeping.catch_up()
    assert 1 == figures.figure("one_touch", ever()).whole.part
    ledger.advance(HOUR)
    again = desk.tickets.open("The same again").ticket
    desk.store.filings.file(Filing(ticket, linked=(again,)))
    keeping.catch_up()
    assert 0 == figures.figure("one_touch", ever()).whole.part


def test_hours_count_where_a_policy_has_them(
    desk: Desk, ledger: FrailLedger, keeping: Keeping, figures: Figures, ever
) -> None:
    """Of a night and a morning only the morning is business time."""
    # Thursday 2026-01-01 08:00 in the policy's zone, whose day begins at 09:00
    ticket = desk.tickets.open("Question", policy=3).ticket
    opened = desk.store.ticket(ticket).state.opened_at
    ledger.advance(24 * HOUR)
    answered = desk.tickets.answer(ticket, "Answer", by="agent").entry.time
    keeping.catch_up()
    value = figures.figure("first_response", ever()).whole
    assert answered - opened == value.spread.mean
    assert 9 * HOUR <= value.within.mean < 9 * HOUR + 60


def test_a_spread_is_that_of_the_book() -> None:
    """Mean, median and the least number that nine of ten do not exceed."""
    assert Spread(5.5, 5.5, 9) == spread(range(1, 11))
    assert Spread(7.0, 7.0, 7) == spread([7])
    assert Spread(6.0, 6.0, 10) == spread(range(1, 12))
    assert spread([]) is None
