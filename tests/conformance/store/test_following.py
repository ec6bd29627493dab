"""Several may follow the chain into one store: none takes from another what it relies on."""

import pytest

from supportledger.errors import Conflict, ReorgDetected
from supportledger.model.records import Cursor, EntryRecord, Span
from supportledger.ports import Store
from tests.conformance.store.builders import a_ticket_id, entries_of

HERE, FURTHER = Cursor(10, b"\x0a" * 32), Cursor(20, b"\x14" * 32)


def entries(count: int, block_number: int) -> list[EntryRecord]:
    """Entries of one ticket in one block."""
    return [one._replace(block_number=block_number) for one in entries_of(a_ticket_id(), count)]


def test_a_reader_goes_on_from_where_it_began(store: Store) -> None:
    """From nowhere, and from a cursor."""
    store.record(entries(2, 5), span=Span(None, -1, 0))
    store.record(cursor=HERE, span=Span(None, -1, 2))
    store.record(entries(3, 15), span=Span(HERE, 10, 0))
    store.record(cursor=FURTHER, span=Span(HERE, 10, 3))
    assert FURTHER == store.cursor()


@pytest.mark.parametrize("began", [None, Cursor(10, bytes(32)), FURTHER])
def test_who_was_overtaken_takes_nothing_over(store: Store, began: Cursor | None) -> None:
    """When the cursor is not where a reader began, what it read is left to whoever moved it."""
    store.record(cursor=HERE)
    late = entries(1, 5)
    with pytest.raises(Conflict):
        store.record(late, span=Span(began, -1, 0))
    with pytest.raises(Conflict):
        store.record(cursor=FURTHER, span=Span(began, -1, 0))
    assert ([], HERE) == (store.entries(late[0].ticket), store.cursor())


def test_the_cursor_moves_over_nothing_that_is_gone(store: Store) -> None:
    """When somebody has gone back meanwhile, the reader is told to read again."""
    store.record(cursor=HERE)
    store.record(entries(3, 15), span=Span(HERE, 10, 0))
    store.rewind(10)
    with pytest.raises(ReorgDetected):
        store.record(cursor=FURTHER, span=Span(HERE, 10, 3))
    assert HERE == store.cursor()


def test_the_cursor_moves_over_nothing_that_was_not_read(store: Store) -> None:
    """Nor over entries of blocks that are gone, which somebody slow has written; later ones do not count."""
    store.record(cursor=HERE)
    store.record([*entries(1, 15), *entries(4, 21), *entries(4, 10)], span=Span(HERE, 10, 0))
    with pytest.raises(ReorgDetected):
        store.record(cursor=FURTHER, span=Span(HERE, 10, 0))
    store.record(cursor=FURTHER, span=Span(HERE, 10, 1))
    assert FURTHER == store.cursor()


def test_what_comes_with_the_cursor_counts(store: Store) -> None:
    """The last part and the cursor may be written in one go."""
    store.record(entries(2, 15), cursor=FURTHER, span=Span(None, -1, 2))
    assert FURTHER == store.cursor()
