"""What we mean to send is written down first, once, and only moves forward."""

import threading
from dataclasses import replace
from itertools import product

import pytest

from supportledger.errors import Conflict, NotFound
from supportledger.model.handle import TicketPrefix, parse_ticket
from supportledger.model.records import Draft, DraftStatus
from supportledger.model.ticket import Action, Auth
from supportledger.ports import Store, Submission
from tests.conformance.store.builders import (
    ALICE,
    BOB,
    a_draft,
    a_receipt,
    a_submission,
    a_ticket_id,
    some_fields,
    word,
)

STORED, SIGNED, SUBMITTED = DraftStatus.STORED, DraftStatus.SIGNED, DraftStatus.SUBMITTED
MINED, FINAL, REJECTED = DraftStatus.MINED, DraftStatus.FINAL, DraftStatus.REJECTED

STEPS = {
    STORED: {STORED, SIGNED, SUBMITTED, MINED, FINAL, REJECTED},
    SIGNED: {SIGNED, SUBMITTED, MINED, FINAL, REJECTED},
    SUBMITTED: {SIGNED, SUBMITTED, MINED, FINAL, REJECTED},
    MINED: {SUBMITTED, MINED, FINAL},
    FINAL: {SUBMITTED, FINAL},
    REJECTED: {REJECTED, MINED, FINAL},
}


def kept(store: Store, draft: Draft | None = None) -> Draft:
    """A draft that the store has."""
    return store.keep([Submission(draft or a_draft())])[0]


def test_a_draft_comes_back_whole(store: Store) -> None:
    """Every attribute of a draft survives, the widest values included."""
    draft = replace(
        a_draft(action=Action.OPEN),
        auth=Auth.ECDSA,
        customer=BOB,
        terms=word(),
        deadline=2**62,
        seen=2**32 - 1,
        sequence=2**32 - 1,
        signature=b"\x01" * 65,
        consent=b"\x02" * 200,
        status=SUBMITTED,
        reason="TicketStale(0x…) 陈旧 🙂",
        transaction=word(),
        index=2**32 - 1,
    )
    store.keep([Submission(draft)])
    assert draft == store.draft(draft.key)


def test_a_draft_comes_back_with_its_types(store: Store) -> None:
    """What comes out is of the model's types, not of the database's."""
    draft = store.draft(kept(store, replace(a_draft(), customer=BOB, terms=word())).key)
    types = [type(value) for value in (draft.ticket, draft.action, draft.auth, draft.actor, draft.customer)]
    assert [type(a_ticket_id()), Action, Auth, type(ALICE), type(BOB)] == types
    assert (DraftStatus, bytes, bytes) == (type(draft.status), type(draft.commitment), type(draft.terms))


def test_a_draft_and_its_belongings_are_kept_together(store: Store) -> None:
    """Content and receipt are there as soon as the draft is."""
    submission = a_submission()
    receipt = a_receipt(submission.draft.key)
    store.keep([replace(submission, receipt=receipt)])
    assert (submission.fields, receipt) == (store.drafted(submission.draft), store.receipt(receipt.digest))


def test_unknown_drafts_and_receipts_are_not_found(store: Store) -> None:
    """A key that nobody kept is NotFound."""
    with pytest.raises(NotFound):
        store.draft(word())
    with pytest.raises(NotFound):
        store.receipt(word())


def test_keeping_twice_keeps_the_progress(store: Store) -> None:
    """Who keeps a draft again gets it as far as it has come."""
    submission = a_submission()
    store.keep([submission])
    submitted = replace(submission.draft, status=SUBMITTED, transaction=word())
    store.advance([submitted])
    assert [submitted] == store.keep([submission])
    assert [submitted] == store.drafts()


def test_one_key_twice_in_a_call_is_one_draft(store: Store) -> None:
    """A repeated submission is kept once and answered twice."""
    submission = a_submission()
    assert [submission.draft, submission.draft] == store.keep([submission, submission])
    assert [submission.draft] == store.drafts()


def test_one_key_is_one_action(store: Store) -> None:
    """Another action under a known key is a Conflict, and nothing of the call is kept."""
    draft, bystander = kept(store), a_submission()
    with pytest.raises(Conflict):
        store.keep([bystander, Submission(replace(draft, argument=1))])
    assert [draft] == store.drafts()
    with pytest.raises(NotFound):
        store.drafted(bystander.draft)


def test_signing_again_reuses_the_content(store: Store) -> None:
    """A new draft of the same commitment, under a new digest, shares the content kept before."""
    first = a_submission()
    again = replace(first, draft=replace(first.draft, key=word(), sequence=8))
    store.keep([first])
    store.keep([again])
    assert first.fields == store.drafted(again.draft)


def test_nothing_to_keep_is_fine(store: Store) -> None:
    """An empty call does nothing."""
    assert [] == store.keep([])
    store.advance([])
    store.keep_contents([])
    store.record()


def test_progress_is_written(store: Store) -> None:
    """Whatever is not a draft's identity may change on its way."""
    draft = kept(store)
    later = replace(
        draft,
        auth=Auth.ECDSA,
        seen=9,
        sequence=10,
        deadline=11,
        signature=b"\x01",
        consent=b"\x02",
        status=MINED,
        reason="none",
        transaction=word(),
        index=12,
    )
    store.advance([later])
    assert later == store.draft(draft.key)


@pytest.mark.parametrize(("before", "after"), list(product(DraftStatus, DraftStatus)))
def test_only_listed_steps_exist(store: Store, before: DraftStatus, after: DraftStatus) -> None:
    """A draft goes forward, back by a reorganisation, and on chain from anywhere; nowhere else."""
    draft = kept(store, replace(a_draft(), status=before))
    later = replace(draft, status=after)
    if after in STEPS[before]:
        store.advance([later])
        assert later == store.draft(draft.key)
    else:
        with pytest.raises(Conflict):
            store.advance([later])
        assert draft == store.draft(draft.key)


def test_a_call_advances_all_or_none(store: Store) -> None:
    """One impossible step undoes the whole call."""
    first, final = kept(store), kept(store, replace(a_draft(), status=FINAL))
    with pytest.raises(Conflict):
        store.advance([replace(first, status=SIGNED), replace(final, status=STORED)])
    assert [first, final] == store.drafts()


def test_steps_of_one_draft_in_one_call_follow_each_other(store: Store) -> None:
    """Several steps of a draft count in their order."""
    draft = kept(store)
    store.advance([replace(draft, status=SIGNED), replace(draft, status=SUBMITTED)])
    assert SUBMITTED == store.draft(draft.key).status


def test_unknown_drafts_do_not_advance(store: Store) -> None:
    """Progress of a draft that nobody kept is NotFound."""
    with pytest.raises(NotFound):
        store.advance([a_draft()])


def test_a_drafts_identity_never_changes(store: Store) -> None:
    """Progress that changes what the action is, is a Conflict."""
    draft = kept(store)
    with pytest.raises(Conflict):
        store.advance([replace(draft, actor=BOB)])


def test_drafts_are_listed_in_the_order_they_were_kept(store: Store) -> None:
    """First kept, first listed, progress or not."""
    drafts = [kept(store) for _ in range(5)]
    store.advance([replace(drafts[0], status=SIGNED)])
    assert [draft.key for draft in drafts] == [draft.key for draft in store.drafts()]
    assert [draft.key for draft in drafts[:2]] == [draft.key for draft in store.drafts(limit=2)]


def test_drafts_are_listed_by_status_ticket_and_transaction(store: Store) -> None:
    """Every filter alone and all together."""
    ticket, transaction = a_ticket_id(), word()
    other = kept(store)
    waiting = kept(store, a_draft(ticket))
    sent = kept(store, replace(a_draft(ticket), status=SUBMITTED, transaction=transaction))
    assert [other, waiting] == store.drafts(statuses=[STORED])
    assert [other, waiting, sent] == store.drafts(statuses={STORED, SUBMITTED})
    assert [waiting, sent] == store.drafts(ticket=ticket)
    assert [sent] == store.drafts(transaction=transaction)
    assert [waiting] == store.drafts(ticket=ticket, statuses=[STORED])


def test_thousands_of_drafts_in_one_call(store: Store) -> None:
    """A call has no size limit that a person could meet."""
    submissions = [a_submission() for _ in range(1_201)]
    store.keep(submissions)
    store.advance([replace(one.draft, status=SUBMITTED) for one in submissions])
    assert len(submissions) == len(store.drafts(statuses=[SUBMITTED]))


def test_a_receipt_is_given_once(store: Store) -> None:
    """The first promise stands."""
    submission, first = a_submission(), a_receipt(word())
    store.keep([replace(submission, receipt=first)])
    store.keep([replace(submission, receipt=replace(first, include_by=0))])
    assert first == store.receipt(first.digest)


def test_a_draft_may_have_no_content(store: Store) -> None:
    """An assignment or an escalation is kept without fields, and its content is NotFound."""
    draft = kept(store)
    with pytest.raises(NotFound):
        store.drafted(draft)
    store.keep([Submission(a_draft(), some_fields())])
    with pytest.raises(NotFound):
        store.drafted(draft)


def test_one_draft_kept_by_many_at_once_is_one(store: Store) -> None:
    """Threads that keep the same drafts at the same moment, in any order, all get the same ones."""
    submissions = [a_submission() for _ in range(20)]
    answers: list[list[Draft]] = []

    def work(turned: bool) -> None:
        given = submissions[::-1] if turned else submissions
        answers.append(sorted(store.keep(given), key=lambda draft: draft.key))

    threads = [threading.Thread(target=work, args=[bool(number % 2)]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = sorted((one.draft for one in submissions), key=lambda draft: draft.key)
    assert [expected] * 6 == answers
    assert expected == sorted(store.drafts(), key=lambda draft: draft.key)


def test_openings_are_found_before_the_ledger_has_them(store: Store) -> None:
    """By the handle of each, however many wait, and whatever has become of them; other drafts are none."""
    opened = [kept(store, a_draft(action=Action.OPEN)) for _ in range(30)]
    other = kept(store, a_draft(action=Action.NOTE))
    for one in opened:
        prefix = parse_ticket(one.ticket.handle)
        assert isinstance(prefix, TicketPrefix)
        assert [one.ticket] == store.opened(prefix)
        assert [] == store.find(prefix)
    missing = parse_ticket(other.ticket.handle)
    assert isinstance(missing, TicketPrefix)
    assert [] == store.opened(missing)
    store.advance([replace(opened[0], status=REJECTED, reason="Why not")])
    named = parse_ticket(opened[0].ticket.handle)
    assert isinstance(named, TicketPrefix)
    assert [opened[0].ticket] == store.opened(named)
