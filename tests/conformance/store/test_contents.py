"""Contents come back as they were kept, at the entry they belong to and nowhere else."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import pytest

from supportledger.errors import NotFound
from supportledger.model.ids import TicketId
from supportledger.model.records import AttachmentRecord, Draft, DraftStatus, EntryRecord
from supportledger.model.ticket import Action
from supportledger.ports import Content, Contents, Store, Submission
from supportledger.proof.fields import Fields, Value
from tests.conformance.store.builders import (
    ALICE,
    BOB,
    a_draft,
    a_submission,
    a_ticket_id,
    an_entry,
    some_fields,
    word,
)

TEXTS = [
    "a",
    "提现 USDT 到不了账",
    "🙂👩‍👩‍👧",
    "שלום עולם",
    'quote " slash \\ / tab \t line \n nul \0',
    "\u2028\ufeff",
    "x" * 900_000,
]


def content_of(draft: Draft, fields: Fields) -> Content:
    """A content as it is kept for an action that somebody else sends."""
    return Content(draft.ticket, draft.action, draft.actor, draft.commitment, fields)


def held(store: Store, index: int = 0) -> EntryRecord:
    """An entry of the read model whose content the store has."""
    submission = a_submission()
    store.keep([submission])
    entry = an_entry(submission.draft, index)
    store.record([entry])
    return entry


def about(store: Store, subject: str, index: int = 0) -> TicketId:
    """A ticket whose entry at a place has a subject."""
    submission = Submission(a_draft(), some_fields(more={"subject": subject}))
    store.keep([submission])
    store.record([an_entry(submission.draft, index)])
    return submission.draft.ticket


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:5]))
def test_text_comes_back_to_the_letter(store: Store, text: str) -> None:
    """Any text that can be committed to can be kept."""
    submission = a_submission(body=text)
    store.keep([submission])
    assert submission.fields == store.drafted(submission.draft)


def test_every_type_of_field_comes_back(store: Store) -> None:
    """Numbers and hashes come back as what they are, and the root is the same."""
    place: dict[str, Value] = {"log.count": 2**64 - 1, "log.last": word()}
    file: dict[str, Value] = {"attachment.0": word(), "attachment.0.name": "收据.png", "attachment.0.size": 0}
    submission = Submission(a_draft(), some_fields(more=place | file))
    store.keep([submission])
    fields = store.drafted(submission.draft)
    assert submission.fields == fields
    assert submission.fields.root == fields.root


def test_content_is_found_by_its_entry(store: Store) -> None:
    """Once its entry is known, a content is found by ticket and index."""
    ticket, fields = a_ticket_id(), [some_fields("first"), some_fields("second")]
    submissions = [Submission(a_draft(ticket), one) for one in fields]
    store.keep(submissions)
    store.record([an_entry(one.draft, index) for index, one in enumerate(submissions)])
    assert fields[1] == store.content(ticket, 1)
    assert Contents(dict(enumerate(fields))) == store.contents(ticket)


def test_content_without_entry_is_not_shown_by_index(store: Store) -> None:
    """A draft's content is not part of the ticket before its entry is."""
    submission = a_submission()
    store.keep([submission])
    with pytest.raises(NotFound):
        store.content(submission.draft.ticket, 0)
    assert Contents() == store.contents(submission.draft.ticket)


def test_entry_without_content_is_not_held(store: Store) -> None:
    """An entry whose content somebody else has is NotFound, and absent from the list."""
    draft = a_draft()
    store.record([an_entry(draft)])
    with pytest.raises(NotFound):
        store.content(draft.ticket, 0)
    assert Contents() == store.contents(draft.ticket)


def test_content_may_come_without_a_draft(store: Store) -> None:
    """A customer who sends the action themselves may hand us the content, before or after."""
    draft, fields = a_draft(), some_fields()
    store.record([an_entry(draft)])
    store.keep_contents([content_of(draft, fields)])
    assert fields == store.content(draft.ticket, 0)


def test_content_once_kept_stays(store: Store) -> None:
    """A second content for the same commitment changes nothing."""
    draft, fields = a_draft(), some_fields("first")
    store.keep_contents([content_of(draft, fields)])
    store.keep_contents([content_of(draft, some_fields("second"))])
    assert fields == store.drafted(draft)


def test_copied_commitment_shows_nothing_in_another_ticket(store: Store) -> None:
    """Who copies a commitment into a ticket of their own does not see the content."""
    entry = held(store)
    thief = entry._replace(ticket=a_ticket_id())
    store.record([thief])
    with pytest.raises(NotFound):
        store.content(thief.ticket, 0)
    assert Contents() == store.contents(thief.ticket)


@pytest.mark.parametrize("change", [{"actor": BOB}, {"action": Action.NOTE}], ids=["actor", "action"])
def test_copied_commitment_shows_nothing_in_another_context(store: Store, change: dict[str, object]) -> None:
    """Nor does who copies it within the ticket, as somebody else or as another action."""
    entry = held(store)
    copied = entry._replace(index=1, **change)  # type: ignore[arg-type]  # each case is one well-typed change
    store.record([copied])
    with pytest.raises(NotFound):
        store.content(entry.ticket, 1)
    assert [0] == list(store.contents(entry.ticket).held)


def test_drafts_copy_shows_nothing(store: Store) -> None:
    """A draft by somebody else with a copied commitment shows nothing."""
    entry = held(store)
    copied = replace(a_draft(entry.ticket, actor=BOB), commitment=entry.commitment)
    assert entry.actor == ALICE
    with pytest.raises(NotFound):
        store.drafted(copied)


def test_attachments_come_back_in_order(store: Store) -> None:
    """Files are listed in the order of the content that names them."""
    files = tuple(AttachmentRecord(word(), f"收据 {n}.png", n, "image/png", f"files/{n}") for n in range(3))
    submission = replace(a_submission(), attachments=files)
    store.keep([submission])
    assert list(files) == store.attachments(submission.draft.ticket, submission.draft.commitment)
    assert [] == store.attachments(submission.draft.ticket, word())


def test_what_tickets_were_opened_with(store: Store) -> None:
    """Of many tickets at once, the subjects of their first entries come, and no others; none if erased."""
    one, other, later = about(store, "收据"), about(store, "🙂"), about(store, "later", index=1)
    wanted = [one, other, later, a_ticket_id()]
    assert {one: "收据", other: "🙂"} == store.subjects(wanted)
    assert {} == store.subjects([])
    store.vault.erase([other], 1_800_000_000)
    assert {one: "收据"} == store.subjects(wanted)


def test_one_moment_does_not_change(store: Store) -> None:
    """What another thread writes while a moment lasts is seen when it has ended."""
    one = about(store, "收据")
    later = an_entry(a_draft(one), 1)
    with ThreadPoolExecutor(1) as others:
        with store.moment():
            assert [0] == [entry.index for entry in store.entries(one)]
            meanwhile = others.submit(store.record, [later])
            wait([meanwhile], timeout=1)  # a store may also let the other one wait
            with store.moment():
                assert {one: "收据"} == store.subjects([one])
            assert [0] == [entry.index for entry in store.entries(one)]
        meanwhile.result(timeout=60)
    assert [0, 1] == [entry.index for entry in store.entries(one)]


def test_erased_is_erased_after_the_moment(store: Store) -> None:
    """A key that was looked up in a moment does not outlive it."""
    one = about(store, "收据")
    with store.moment():
        assert "收据" == store.content(one, 0).values()["subject"]
    store.vault.erase([one], 1_800_000_000)
    with store.moment():
        assert {} == store.subjects([one])


def test_how_much_waits(store: Store) -> None:
    """Of many tickets at once, what is on its way is counted; what is final or rejected waits no more."""
    waiting, done = a_submission(), a_submission()
    store.keep([waiting, done])
    assert {waiting.draft.ticket: 1, done.draft.ticket: 1} == store.waiting(
        [waiting.draft.ticket, done.draft.ticket, a_ticket_id()]
    )
    store.advance([replace(done.draft, status=DraftStatus.REJECTED)])
    assert {waiting.draft.ticket: 1} == store.waiting([waiting.draft.ticket, done.draft.ticket])
    assert {} == store.waiting([])
