"""A store that lies: every kind of tampering is found, with its class, its ticket and its entry."""

from dataclasses import replace

import pytest

from supportledger.chain.signer import local_signer
from supportledger.desk.auditing.findings import Conclusion
from supportledger.desk.contents import Attachment
from supportledger.errors import StoreCorrupt
from supportledger.model.entry import NOTHING
from supportledger.model.ids import Address
from supportledger.model.records import Cursor, DraftStatus
from supportledger.model.ticket import Action, Flag
from supportledger.ports import Damaged, Holdings
from supportledger.proof import typed_data
from supportledger.proof.fields import Field, Fields


def entry_of(world, index, ticket=None):
    return world.store.entries(ticket or world.first)[index]


def edit_content(world, index, change):
    """Let an intruder write over the fields of a stored content."""
    key = (world.first, entry_of(world, index).commitment)
    content = world.store._contents[key]
    world.store._contents[key] = replace(content, fields=change(content.fields))


def edit_row(world, index, **changes):
    rows = world.store._entries[world.first]
    rows[index] = rows[index]._replace(**changes)


def edit_record(world, due_at=None, **changes):
    record = world.store._tickets[world.first]
    state = record.state._replace(**changes)
    world.store._tickets[world.first] = replace(record, state=state, due_at=due_at or record.due_at)


def with_body(fields, body):
    return Fields(tuple(replace(one, value=body) if one.name == "body" else one for one in fields.fields))


def with_salt(fields):
    first, *rest = fields.fields
    return Fields((Field(first.name, first.value, b"\x01" * 32), *rest))


def test_a_store_that_does_not_lie(world):
    """An honest desk is clean, and everything of it was looked at."""
    report = world.report()
    assert (Conclusion.CLEAN, (), ()) == (report.conclusion, report.findings, report.left_out)
    figures = report.figures
    assert (10, 2, 8) == (figures.entries, figures.tickets, figures.contents)
    assert (5, 2, 2) == (figures.signatures, figures.slots, figures.statuses["Solved"])


@pytest.mark.parametrize("change", [lambda f: with_body(f, "We never said that."), with_salt])
def test_an_altered_text_or_salt(world, change):
    """A text, or only a salt, that was written over is found by hashing what lies there (A3.15)."""
    edit_content(world, 3, change)
    assert [("content altered", world.first, 3)] == world.found()


def test_the_payload_is_read(world):
    """An audit that never read the payloads would pass this: only the text differs, and no row does."""
    before = world.report()
    edit_content(world, 1, lambda fields: with_body(fields, "We look into it!"))
    after = world.report()
    assert (Conclusion.CLEAN, Conclusion.WRONG) == (before.conclusion, after.conclusion)
    assert before.figures.contents == after.figures.contents == 8


def test_swapped_contents(world):
    """Two texts that changed places are both wrong: the first is named."""
    rows, contents = world.store._entries[world.first], world.store._contents
    one, other = ((world.first, rows[index].commitment) for index in (1, 3))
    contents[one], contents[other] = contents[other], contents[one]
    assert [("content altered", world.first, 1)] == world.found()


def test_a_deleted_content(world):
    """A text that is gone is missing."""
    del world.store._contents[(world.first, entry_of(world, 2).commitment)]
    assert [("content missing", world.first, 2)] == world.found()


def test_a_content_that_nobody_committed_to(world):
    """A text that belongs to no entry and no draft is an extra row."""
    content = world.store._contents[(world.first, entry_of(world, 2).commitment)]
    world.store._contents[(world.first, b"\x09" * 32)] = replace(content, commitment=b"\x09" * 32)
    assert [("row without event", world.first, None)] == world.found()


def test_a_deleted_ticket(world):
    """A ticket whose own row is gone is named, though all its entries are there (A3.13)."""
    del world.store._tickets[world.first]
    assert [("event without row", world.first, 4)] == world.found()


def test_a_content_of_another_actor(world):
    """A text that is kept as somebody else's is altered, though it would hash."""
    key = (world.first, entry_of(world, 1).commitment)
    world.store._contents[key] = replace(world.store._contents[key], actor=Address(b"\x08" * 20))
    assert [("content altered", world.first, 1)] == world.found()


@pytest.mark.parametrize("index", [0, 2, 4])
def test_a_deleted_row(world, index):
    """An event whose row is gone is named; at the end, the ticket's own row gives it away (A3.13)."""
    del world.store._entries[world.first][index]
    assert [("event without row", world.first, index)] == world.found()


def test_a_store_without_rows_is_behind(world):
    """A read model that says nothing claims nothing; once it says how far it has read, rows must be there."""
    world.store.rewind(-1)
    assert [] == world.found()
    block = world.ledger.block()
    world.store.record(cursor=Cursor(block.number, block.hash))
    assert [
        ("event without row", ticket, 0) for ticket in sorted((world.first, world.second))
    ] == world.found()


def test_an_extra_row(world):
    """A row that no event made is named."""
    last = entry_of(world, 4)
    world.store.record([last._replace(index=5, block_number=last.block_number)])
    assert [("row without event", world.first, 5)] == world.found()


def test_a_ticket_that_never_was(world):
    """A whole ticket without an event is named by its first row."""
    rows = [row._replace(ticket=type(world.first)(b"\x05" * 32)) for row in world.store.entries(world.first)]
    world.store.record(rows)
    assert [("row without event", b"\x05" * 32, 0)] == world.found()


@pytest.mark.parametrize(
    "changes",
    [
        {"argument": 7},
        {"time": 1},
        {"actor": Address(b"\x08" * 20)},
        {"transaction": b"\x08" * 32},
        {"seen": 9},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_an_altered_row(world, changes):
    """A row says what its event says, in every column (A3.12)."""
    edit_row(world, 1, **changes)
    assert ("row without event", world.first, 1) in world.found()


def test_swapped_rows(world):
    """Rows that changed places are named as that."""
    rows = world.store._entries[world.first]
    rows[1], rows[3] = rows[3]._replace(index=1), rows[1]._replace(index=3)
    assert [("entry omitted or reordered", world.first, 1)] == world.found()


def test_an_altered_head(world):
    """A stored head that the entries do not make is broken (A3.14)."""
    edit_record(world, head=b"\x08" * 32)
    assert [("head broken", world.first, 4)] == world.found()


@pytest.mark.parametrize(
    "changes",
    [{"resolve_by": 1}, {"flags": int(Flag.ANSWERED | Flag.LATE_FIRST)}, {"paused_total": 99}, {"level": 1}],
)
def test_a_moved_clock(world, changes):
    """Whoever moves a deadline or hides that one passed has miscounted."""
    edit_record(world, **changes)
    assert [("clock miscounted", world.first, 4)] == world.found()


def test_another_due_time(world):
    """The time by which tickets are listed follows from the promise."""
    edit_record(world, due_at=7)
    assert [("clock miscounted", world.first, 4)] == world.found()


def test_another_state(world):
    """Any other field of a stored state is the entries' to say."""
    edit_record(world, rating=5)
    assert [("state differs from slot", world.first, 4)] == world.found()


def test_a_state_that_came_later(world):
    """A row that is ahead of the ledger is no event's."""
    edit_record(world, entries=9)
    assert [("row without event", world.first, 5)] == world.found()


def test_what_happens_during_the_audit_is_no_anomaly(world):
    """Rows of blocks after the one that is audited are left for the next audit (A3.17)."""
    height = world.ledger.height()
    world.desk.tickets.reply(world.first, "Thanks!")
    world.talk("Another question")
    assert [] == world.found(block=height)
    assert [] == world.found()


def test_a_draft_that_was_never_sent(world):
    """What the store says that it sent, and the ledger does not have, is a row without event (A3.16)."""
    store = world.store
    draft = next(
        one for one in store._drafts.values() if one.action is Action.SOLVE and one.ticket == world.first
    )
    store._drafts[b"\x01" * 32] = replace(draft, key=b"\x01" * 32, index=5, status=DraftStatus.FINAL)
    assert [("row without event", world.first, 5)] == world.found()


def test_an_altered_stored_signature(world):
    """A signature that is stored as another than the ledger took is wrong."""
    store = world.store
    key, draft = next(
        (key, one) for key, one in store._drafts.items() if one.ticket == world.second and one.index == 1
    )
    store._drafts[key] = replace(draft, signature=draft.signature[:40] + b"\x00" + draft.signature[41:])
    assert [("signature wrong", world.second, 1)] == world.found()


def edit_receipt(world, **changes):
    """Let an intruder write over the promise to relay the second ticket's first answer."""
    store = world.store
    draft = next(one for one in store._drafts.values() if one.ticket == world.second and one.index == 1)
    store._receipts[draft.key] = replace(store._receipts[draft.key], **changes)


@pytest.mark.parametrize(
    "changes", [{"include_by": 2**40}, {"signature": b"\x01" * 65}, {"signer": Address(b"\x08" * 20)}]
)
def test_an_altered_receipt(world, changes):
    """A promise that was written over is not its signer's any more (A3.18)."""
    edit_receipt(world, **changes)
    assert [("signature wrong", world.second, 1)] == world.found()


def test_a_receipt_of_somebody_uncertified(world):
    """A promise by somebody without a certificate is worth nothing."""
    stranger, receipt = local_signer("keeper"), next(iter(world.store._receipts.values()))
    message = typed_data.Receipt(receipt.digest, receipt.received_at, receipt.include_by)
    signature = stranger.sign_message(message, world.ledger.domain)
    world.store._receipts[receipt.digest] = replace(receipt, signer=stranger.address, signature=signature)
    assert ["agent not certified"] == [anomaly for anomaly, _, _ in world.found()]


def test_a_receipt_for_nothing(world):
    """A promise that belongs to nothing that was signed is an extra row."""
    receipt = next(iter(world.store._receipts.values()))
    world.store._receipts[b"\x09" * 32] = replace(receipt, digest=b"\x09" * 32)
    assert [("row without event", None, None)] == world.found()


def test_attachments_are_read_to_their_bytes(world):
    """A file that was altered, or is gone, is found where it lies."""
    files = [Attachment("statement.txt", b"42 EUR"), Attachment("photo.txt", b"pixels")]
    ticket = world.desk.tickets.open("See the statement", attachments=files).ticket
    assert [] == world.found()
    first, second = sorted(world.desk.files._files)
    kept = dict(world.desk.files._files)
    world.desk.files._files[first] = b"43 EUR"
    assert [("content altered", ticket, 0)] == world.found()
    world.desk.files._files.update(kept)
    del world.desk.files._files[second]
    assert [("content missing", ticket, 0)] == world.found()


def test_a_row_that_cannot_be_read(world, monkeypatch):
    """A row with an impossible value is named, and hides nothing else."""
    edit_content(world, 3, with_salt)
    holdings = world.store.holdings

    def damaged(low=None, high=None):
        found = holdings(low, high)
        wrong = [Damaged("tickets", world.first, None, "impossible")] if found.entries else []
        return replace(found, damaged=wrong) if isinstance(found, Holdings) else found

    monkeypatch.setattr(world.store, "holdings", damaged)
    assert [("content altered", world.first, 3), ("row without event", world.first, None)] == world.found()


def test_a_store_that_cannot_be_opened_is_no_pass(world, monkeypatch):
    """A database that fails is said to be unchecked, and the ledger's own findings stay."""

    def fail(*_):
        raise StoreCorrupt("the database is damaged")

    monkeypatch.setattr(world.store, "holdings", fail)
    report = world.report()
    assert Conclusion.INCOMPLETE is report.conclusion
    assert ["the store: the database is damaged"] == [one.detail for one in report.findings]


def test_a_ledger_alone(world):
    """Without a store, its rows are left out, and the report says so."""
    edit_content(world, 3, with_salt)
    report = world.report(store=False)
    assert (Conclusion.CLEAN, ("the rows and contents of a store", "the lines of logs")) == (
        report.conclusion,
        report.left_out,
    )


def test_first_wrong_entry_is_named_once(world):
    """Of many altered texts of one ticket, the first is named, and tickets stand for themselves."""
    for index in (3, 1, 2):
        edit_content(world, index, with_salt)
    assert [("content altered", world.first, 1)] == world.found()
    assert NOTHING == entry_of(world, 4).commitment
