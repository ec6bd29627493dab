"""Tickets are found by what people type, and never shown out of date."""

import pytest

from supportledger.desk.desk import Desk
from supportledger.errors import AmbiguousId, InputError, NotFound, RpcRefused
from supportledger.model.ids import TicketId
from supportledger.model.records import Cursor, TicketQuery
from supportledger.model.refusal import TicketNotFound
from supportledger.model.ticket import Status
from supportledger.wiring.memory import memory_desk
from tests.unit.desk.frail import FrailLedger


def test_a_ticket_has_many_names(desk: Desk) -> None:
    """Id, handle, and the beginning of either name a ticket."""
    ticket = desk.tickets.open("Question").ticket
    names = [ticket, str(ticket), ticket.handle, ticket.handle.upper(), str(ticket)[:10], ticket.handle[:9]]
    assert {ticket} == {desk.tickets.find(name) for name in names}


def test_an_unknown_name(desk: Desk) -> None:
    """A name that fits no ticket is not found; a full id is asked of the ledger."""
    desk.tickets.open("Question")
    unknown = TicketId(bytes(32))
    with pytest.raises(NotFound):
        desk.tickets.find(unknown.handle)
    for read in (desk.tickets.get, desk.tickets.verify, lambda name: desk.tickets.answer(name, "x")):
        with pytest.raises(TicketNotFound):
            read(str(unknown))


def test_an_ambiguous_name(desk: Desk) -> None:
    """A name that fits several tickets is not guessed at: they are listed."""
    tickets = [desk.tickets.open(f"Question {number}").ticket for number in range(40)]
    first = {}
    for ticket in tickets:
        first.setdefault(str(ticket)[:3], []).append(ticket)
    prefix, several = next((prefix, found) for prefix, found in first.items() if len(found) > 1)
    with pytest.raises(AmbiguousId) as raised:
        desk.tickets.find(prefix)
    assert {str(ticket) for ticket in several} >= set(raised.value.candidates)


def test_what_is_no_name(desk: Desk) -> None:
    """What cannot be the name of a ticket is wrong input."""
    with pytest.raises(InputError):
        desk.tickets.find("what's up?")


def test_lists_have_what_others_did(desk: Desk, ledger: FrailLedger) -> None:
    """A desk's lists show tickets that another desk opened and answered."""
    other = memory_desk(ledger)
    ticket = other.tickets.open("Question").ticket
    assert [ticket] == [one.id for one in desk.tickets.list()]
    other.tickets.answer(ticket, "Answer")
    assert [Status.PENDING] == [one.state.status for one in desk.tickets.list()]
    assert 1 == desk.tickets.count(TicketQuery(statuses=frozenset({Status.PENDING})))


def test_contents_of_others_are_not_held(desk: Desk, ledger: FrailLedger) -> None:
    """What another desk wrote is known by its commitment only."""
    ticket = memory_desk(ledger).tickets.open("Secret").ticket
    [entry] = desk.tickets.get(ticket).entries
    assert (None, None, "") == (entry.body, entry.fields, entry.unreadable)


def test_an_entry_that_was_never_indexed(desk: Desk, ledger: FrailLedger) -> None:
    """A desk that acts on a ticket it has never read reads all of it."""
    ticket = memory_desk(ledger).tickets.open("Question").ticket
    desk.tickets.answer(ticket, "Answer")
    assert [0, 1] == [one.index for one in desk.store.entries(ticket)]


def test_the_index_can_be_rebuilt(desk: Desk, ledger: FrailLedger) -> None:
    """Forgotten and followed again, the index is the same."""
    for number in range(5):
        ticket = desk.tickets.open(f"Question {number}").ticket
        desk.tickets.answer(ticket, "Answer", signed=bool(number % 2))
    desk.sync()
    before = (desk.tickets.list(), [desk.store.entries(one.id) for one in desk.tickets.list()])
    desk.store.rewind(-1)
    assert 10 == desk.sync().entries
    assert before == (desk.tickets.list(), [desk.store.entries(one.id) for one in desk.tickets.list()])
    assert 0 == desk.sync().entries


@pytest.mark.parametrize("known", [1, 10_000])
def test_a_chain_that_was_reorganised(desk: Desk, known: int) -> None:
    """When the block last read is not on the chain any more, the index is read again from the beginning."""
    ticket = desk.tickets.open("Question").ticket
    desk.sync()
    desk.store.record(cursor=Cursor(known, b"\x99" * 32))
    assert desk.sync().was_rewound
    assert [ticket] == [one.id for one in desk.tickets.list()]
    with pytest.raises(RpcRefused):
        desk.ledger.block(10_000)


def test_an_index_with_a_gap(desk: Desk) -> None:
    """A ticket whose beginning the index has lost is read as a whole."""
    ticket = desk.tickets.open("Question").ticket
    desk.sync()
    cursor = desk.store.cursor()
    desk.tickets.answer(ticket, "Answer")
    desk.store.rewind(-1)
    desk.store.record(cursor=cursor)
    desk.sync()
    assert desk.tickets.get(ticket).state == desk.store.ticket(ticket).state


def test_an_older_state_is_never_taken_for_the_present(desk: Desk, ledger: FrailLedger) -> None:
    """A state in the store that is not the ticket's any more is read again before it is acted on."""
    ticket = desk.tickets.open("Question").ticket
    memory_desk(ledger).tickets.reply(ticket, "More")
    answered = desk.tickets.answer(ticket, "To both")
    assert (Status.PENDING, 0) == (answered.state.status, answered.state.unseen)
