"""Tickets of one customer go on in one another, until the customer has written there."""

from dataclasses import replace

import pytest

from supportledger.desk.filing.linking import MOST_LINKS, Linking
from supportledger.errors import Conflict, InputError, NotFound
from supportledger.model.ids import TicketId
from supportledger.model.records import TicketQuery
from supportledger.model.ticket import Action


@pytest.fixture
def linking(desk):
    """Who links and merges."""
    return Linking(desk.store.cabinet, desk.store.filings, desk.store, desk.clock)


def _filed(desk, ticket):
    return desk.store.filings.filed([ticket])[ticket]


def test_links_go_both_ways(linking, desk, tickets):
    """Two tickets that are linked name each other, once; and no longer when they are not."""
    one, other, _ = tickets
    linking.link(one, other)
    linking.link(other, one)
    assert ((other,), (one,)) == (_filed(desk, one).linked, _filed(desk, other).linked)
    linking.unlink(one, other)
    linking.unlink(one, other)
    assert ((), ()) == (_filed(desk, one).linked, _filed(desk, other).linked)


def test_only_tickets_that_are_there_are_linked(linking, tickets):
    """A ticket is linked to another one that the desk has."""
    with pytest.raises(InputError):
        linking.link(tickets[0], tickets[0])
    with pytest.raises(NotFound):
        linking.link(tickets[0], TicketId(bytes(32)))


def test_there_are_only_so_many_links(linking, desk, tickets):
    """A ticket has a most of links."""
    many = tuple(TicketId(number.to_bytes(32, "big")) for number in range(MOST_LINKS))
    desk.store.filings.file(replace(_filed(desk, tickets[0]), linked=many))
    with pytest.raises(Conflict):
        linking.link(tickets[0], tickets[1])


def test_merged_ticket_leaves_the_lists(linking, desk, tickets):
    """What is merged is listed no more, and what its customer writes goes on in the target."""
    source, target, _ = tickets
    merged = linking.merge(source, target)
    assert (target, (target,), (source,)) == (
        merged.source.merged_into,
        merged.source.linked,
        merged.target.linked,
    )
    assert source not in {one.id for one in desk.store.tickets(TicketQuery())}
    assert [target, target] == [linking.goes_on(source), linking.goes_on(target)]


def test_notes_are_to_be_signed_on_both(linking, tickets):
    """Each ticket gets a note that names the other; nothing is signed by merging."""
    source, target, _ = tickets
    first, second = linking.merge(source, target).notes
    assert (source, target, Action.NOTE, Action.NOTE) == (
        first.ticket,
        second.ticket,
        first.action,
        second.action,
    )
    assert target.handle in first.values["body"]
    assert source.handle in second.values["body"]


def test_chains_are_followed_to_the_end(linking, tickets):
    """A ticket that others go on in can be merged itself; words go to the end of the chain."""
    linking.merge(tickets[0], tickets[1])
    linking.merge(tickets[1], tickets[2])
    assert tickets[2] == linking.goes_on(tickets[0])


def test_no_circles(linking, tickets):
    """A ticket is merged once, never into itself, into a merged one, or in a circle."""
    one, other, third = tickets
    with pytest.raises(InputError):
        linking.merge(one, one)
    linking.merge(one, other)
    for source, target in ((one, third), (other, one), (third, one)):
        with pytest.raises(Conflict):
            linking.merge(source, target)


def test_circle_in_the_store_is_no_endless_loop(linking, desk, tickets):
    """A circle that somebody wrote into the store by other means is said to be one."""
    one, other, _ = tickets
    desk.store.filings.file(
        replace(_filed(desk, one), merged_into=other), replace(_filed(desk, other), merged_into=one)
    )
    with pytest.raises(Conflict, match="circle"):
        linking.goes_on(one)


def test_closed_tickets_are_not_merged(linking, desk, tickets):
    """Neither source nor target may be closed."""
    desk.tickets.close(tickets[1])
    desk.sync()
    for source, target in ((tickets[0], tickets[1]), (tickets[1], tickets[0])):
        with pytest.raises(Conflict, match="closed"):
            linking.merge(source, target)


def test_tickets_of_two_customers_are_not_merged(linking, desk, tickets):
    """Nobody gets to read what another customer writes."""
    strange = desk.tickets.open("Mine", by="admin").ticket
    desk.sync()
    with pytest.raises(Conflict, match="one customer"):
        linking.merge(strange, tickets[0])


def test_one_account_is_one_customer(linking, desk):
    """Keyless tickets are merged if they are of one account, and not if nobody knows."""
    pair = [desk.tickets.open(f"Mail {number}", keyless=True).ticket for number in range(2)]
    desk.sync()
    with pytest.raises(Conflict, match="one customer"):
        linking.merge(*pair)
    person = TicketId(b"\x07" * 32)
    desk.store.filings.file(*(replace(_filed(desk, one), person=person) for one in pair))
    assert pair[1] == linking.merge(*pair).source.merged_into


def test_merging_can_be_undone(linking, desk, tickets):
    """Until the customer writes in the target, the two can be set apart, and merged again."""
    source, target, _ = tickets
    linking.merge(source, target)
    desk.tickets.answer(target, "One answer to both")
    desk.sync()
    apart = linking.undo(source)
    assert (None, (), ()) == (apart.source.merged_into, apart.source.linked, apart.target.linked)
    assert source in {one.id for one in desk.store.tickets(TicketQuery())}
    assert 2 == len(apart.notes)
    linking.merge(source, target)


def test_what_went_on_is_not_undone(linking, desk, tickets):
    """Once the customer has written in the target, or that was merged itself, there is no way back."""
    source, target, third = tickets
    linking.merge(source, target)
    desk.tickets.reply(target, "And another thing")
    desk.sync()
    with pytest.raises(Conflict, match="written"):
        linking.undo(source)
    linking.merge(target, third)
    with pytest.raises(Conflict, match="merged itself"):
        linking.undo(source)


def test_only_what_was_merged_is_undone(linking, tickets):
    """A ticket that was never merged cannot be set apart."""
    with pytest.raises(NotFound):
        linking.undo(tickets[0])


def test_notes_before_the_change(linking, desk, tickets):
    """Whoever signs first gets the notes of the change and changes nothing; what cannot be has none."""
    source, target, third = tickets
    with pytest.raises(NotFound):
        linking.undoing_notes(source)
    with pytest.raises(InputError):
        linking.merging_notes(source, source)
    wanted = linking.merging_notes(source, target)
    assert _filed(desk, source).merged_into is None
    assert wanted == linking.merge(source, target).notes
    with pytest.raises(Conflict):
        linking.merging_notes(source, third)
    apart = linking.undoing_notes(source)
    assert target == _filed(desk, source).merged_into
    assert apart == linking.undo(source).notes
