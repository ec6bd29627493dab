"""Whoever audits a store sees everything that lies in it, by ranges of tickets, and nothing twice."""

import pytest

from supportledger.model.ids import TicketId
from supportledger.model.records import AttachmentRecord
from supportledger.ports import Holdings, Store, Submission
from tests.conformance.store.builders import (
    a_draft,
    a_receipt,
    a_ticket,
    an_entry,
    some_fields,
    word,
)

FILES = tuple(AttachmentRecord(word(), f"{number}.txt", number, "text/plain") for number in range(3))


def fill(store: Store, first: int) -> TicketId:
    """Keep everything there can be of a ticket whose id begins with a byte."""
    ticket = TicketId(bytes([first]) + word()[1:])
    drafts = [a_draft(ticket), a_draft(ticket)]
    store.keep([Submission(one, some_fields(), a_receipt(one.key), FILES) for one in drafts])
    store.record([an_entry(one, index) for index, one in enumerate(drafts)], [a_ticket(id_=ticket)])
    return ticket


def tickets_of(found: Holdings) -> list[set[TicketId]]:
    return [
        {one.ticket for one in found.entries},
        {one.id for one in found.tickets},
        {one.ticket for one in found.contents},
        {one.ticket for one in found.drafts},
    ]


def test_everything_is_there(store: Store) -> None:
    """Rows, contents with their files, drafts and receipts come as they were kept."""
    ticket = fill(store, 7)
    found = store.holdings()
    assert store.entries(ticket) == list(found.entries)
    assert [store.ticket(ticket)] == list(found.tickets)
    assert store.drafts() == list(found.drafts)
    kept = {one.commitment: store.content(ticket, one.index) for one in found.entries}
    assert kept == {one.commitment: one.fields for one in found.contents}
    assert [FILES, FILES] == [one.attachments for one in found.contents]
    assert sorted(one.key for one in found.drafts) == [one.digest for one in found.receipts]
    assert [] == list(found.damaged)


def test_ranges_share_everything_out(store: Store) -> None:
    """Ranges that follow each other have every row, and each once; bounds are below and not above."""
    tickets = [fill(store, first) for first in (0, 1, 127, 128, 255)]
    parts = [store.holdings(None, b"\x01"), store.holdings(b"\x01", b"\x80"), store.holdings(b"\x80", None)]
    expected = [{tickets[0]}, {tickets[1], tickets[2]}, {tickets[3], tickets[4]}]
    assert [[some] * 4 for some in expected] == [tickets_of(one) for one in parts]
    assert [2, 4, 4] == [len(one.receipts) for one in parts]


def test_contents_without_an_entry_are_there(store: Store) -> None:
    """What no entry refers to is not hidden: an auditor asks why it is there."""
    draft = a_draft()
    store.keep([Submission(draft, some_fields())])
    assert [draft.commitment] == [one.commitment for one in store.holdings().contents]
    assert [] == list(store.holdings().entries)


@pytest.mark.parametrize("index", [0, 5])
def test_rows_are_not_judged(store: Store, index: int) -> None:
    """A row that makes no sense comes back like any other."""
    row = an_entry(a_draft(), index)._replace(time=1)
    store.record([row])
    assert [row] == list(store.holdings().entries)
