"""Many things at once keep the promises of one, and nobody stops anybody else."""

import pytest

from supportledger.desk import bulk, intents
from supportledger.desk.bulk import Wish
from supportledger.desk.clerk import NewTicket
from supportledger.desk.desk import Desk
from supportledger.desk.posting import Outcome
from supportledger.errors import Error, InputError, NotFound
from supportledger.model.records import DraftStatus
from supportledger.model.refusal import CustomerOnly, PolicyNotFound
from supportledger.model.ticket import Action, Auth, Status
from supportledger.proof.verdict import Conclusion
from tests.unit.desk.frail import FrailLedger


def opened(desk: Desk, number: int):
    """Some tickets."""
    outcomes = desk.tickets.open_many(NewTicket(f"Question {at}") for at in range(number))
    return [outcome.ticket for outcome in outcomes]


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("keyless", [False, True])
def test_many_are_opened_in_order(desk: Desk, signed: bool, keyless: bool) -> None:
    """Each ticket of an import has its own content, and verifies; the order is kept."""
    asked = [NewTicket(f"Question {at}", subject=f"{at}", more={"language": "en"}) for at in range(250)]
    progress: list[int] = []
    outcomes = desk.tickets.open_many(asked, signed=signed, keyless=keyless, progress=progress.append)
    assert [one.body for one in asked] == [desk.tickets.get(one.ticket).entries[0].body for one in outcomes]
    assert {signed} == {one.receipt is not None for one in outcomes}
    assert 250 == desk.tickets.count()
    assert Conclusion.VERIFIED is desk.tickets.verify(outcomes[-1].ticket).verdict


def test_each_customer_signs_their_own(desk: Desk) -> None:
    """In one import, tickets can be of different customers."""
    asked = [NewTicket("Mine"), NewTicket("Hers", by="keeper")]
    outcomes = desk.tickets.open_many(asked, signed=True)
    owners = [desk.cast.address("customer"), desk.cast.address("keeper")]
    assert owners == [one.state.customer for one in outcomes]


def test_a_bad_line_of_an_import_stops_nobody(desk: Desk) -> None:
    """What cannot be opened is an error in its place, and the rest is opened."""
    asked = [NewTicket("Good"), NewTicket(" "), NewTicket("Good", policy=99), NewTicket("Good")]
    first, empty, unknown, last = desk.tickets.open_many(asked)
    assert isinstance(empty, InputError)
    assert isinstance(unknown, PolicyNotFound)
    assert all(isinstance(one, Outcome) for one in (first, last))
    assert 2 == desk.tickets.count()


def test_nothing_is_opened_of_nothing(desk: Desk) -> None:
    """An empty import is no error."""
    assert [] == desk.tickets.open_many([])
    assert [] == desk.tickets.do_many([])


def test_drafts_are_kept_before_they_are_taken(desk: Desk, ledger: FrailLedger) -> None:
    """When the first opening is sent, all that are sent with it are in the store."""
    found: list[int] = []
    ledger.meanwhile = lambda: found.append(len(desk.store.drafts()))
    opened(desk, 3)
    assert [3] == found


def test_many_are_answered_and_solved(desk: Desk) -> None:
    """Two things to do to each of many tickets follow each other, signed, and verify."""
    tickets = opened(desk, 60)
    wishes = [
        wish
        for ticket in tickets
        for wish in (intents.answer(ticket, f"Answer to {ticket.handle}"), intents.solve(ticket))
    ]
    outcomes = desk.tickets.do_many(wishes)
    assert [Action.ANSWER, Action.SOLVE] * 60 == [one.entry.action for one in outcomes]
    assert {Auth.ECDSA} == {one.entry.auth for one in outcomes}
    assert {Status.SOLVED} == {one.state.status for one in outcomes[1::2]}
    assert Conclusion.VERIFIED is desk.tickets.verify(tickets[30]).verdict


def test_outcomes_are_in_the_order_of_the_wishes(desk: Desk) -> None:
    """However things are grouped by ticket, each outcome is in the place of its wish."""
    one, two = opened(desk, 2)
    wishes = [intents.note(one, "1"), intents.note(two, "2"), intents.note(one, "3"), intents.note(two, "4")]
    outcomes = desk.tickets.do_many(wishes)
    assert [one, two, one, two] == [outcome.ticket for outcome in outcomes]
    bodies = [desk.tickets.history(o.ticket)[o.entry.index].body for o in outcomes]
    assert ["1", "2", "3", "4"] == bodies


def test_a_long_talk_on_one_ticket(desk: Desk) -> None:
    """More things on one ticket than fit into a transaction are done in several, in order."""
    [ticket] = opened(desk, 1)
    talk = [
        intents.reply(ticket, f"{at}") if at % 2 else intents.answer(ticket, f"{at}")
        for at in range(2 * bulk.RUN + 3)
    ]
    outcomes = desk.tickets.do_many(talk)
    assert list(range(1, len(talk) + 1)) == [one.entry.index for one in outcomes]
    assert Conclusion.VERIFIED is desk.tickets.verify(ticket).verdict


def test_a_refused_wish_stops_nobody(desk: Desk) -> None:
    """What is refused, cannot be written, or names nobody is an error in its place."""
    one, two = opened(desk, 2)
    wishes = [
        Wish(intents.reply(one, "I am another"), by="keeper"),
        Wish(intents.answer(two, "Answer")),
        Wish(intents.answer(one, " ")),
        Wish(intents.answer(one, "Answer"), by="nobody-here"),
    ]
    refused, done, unwritten, nobody = desk.tickets.do_many(wishes)
    assert isinstance(refused, CustomerOnly)
    assert isinstance(done, Outcome)
    assert isinstance(unwritten, InputError)
    assert isinstance(nobody, NotFound)
    assert DraftStatus.REJECTED == desk.store.drafts(ticket=one)[-1].status


def test_what_came_too_late_is_carried_over(desk: Desk, ledger: FrailLedger) -> None:
    """A ticket that changes while a batch is made is answered all the same, on its new state."""
    one, two = opened(desk, 2)
    ledger.meanwhile = lambda: desk.tickets.reply(one, "And another thing")
    outcomes = desk.tickets.do_many([intents.answer(one, "Answer"), intents.answer(two, "Answer")])
    assert not [outcome for outcome in outcomes if isinstance(outcome, Error)]
    assert Status.OPEN == desk.tickets.get(one).state.status


def test_a_batch_that_breaks_off_is_finished_once(desk: Desk, ledger: FrailLedger) -> None:
    """What was signed for a batch that nobody heard of again is done once after recovery."""
    tickets = opened(desk, 5)
    ledger.unheard = True
    with pytest.raises(Error):
        desk.tickets.do_many(intents.answer(ticket, "Answer") for ticket in tickets)
    assert 5 == len(desk.recover())
    assert {2} == {desk.tickets.get(ticket).state.entries for ticket in tickets}


def test_progress_is_told(desk: Desk) -> None:
    """Who asks is told how many outcomes there are so far."""
    tickets = opened(desk, 3)
    progress: list[int] = []
    desk.tickets.do_many([intents.note(ticket, "x") for ticket in tickets], progress=progress.append)
    assert [3] == progress
