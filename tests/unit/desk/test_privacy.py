"""Contents are erased so that it can be told from losing them, and a kill at any instant leaves no doubt."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from supportledger.chain.signer import local_signer
from supportledger.desk.contents import Attachment
from supportledger.desk.desk import Desk
from supportledger.errors import (
    BundleFormatError,
    CommitmentMismatch,
    Conflict,
    ContentErased,
    Inconclusive,
    NotFound,
)
from supportledger.model.acts import Checkpoint
from supportledger.model.ids import NOBODY, TicketId
from supportledger.model.instant import format_instant
from supportledger.model.records import TicketQuery
from supportledger.ports import Custody
from supportledger.proof.erasure import LOG, LOG_ID, Erasure, Ground, PrivacyLine, Step, check_erasure
from supportledger.proof.verdict import Conclusion, Result
from tests.unit.desk.frail import FrailLedger

LINE = PrivacyLine(TicketId(b"\x05" * 32), Step.ERASED, 7, NOBODY, Ground.REQUEST).to_bytes()


class Killed(BaseException):
    """The process ended here."""


@pytest.fixture
def closed(desk: Desk, ledger: FrailLedger) -> TicketId:
    """A closed ticket with three texts and a file."""
    ticket = desk.tickets.open("My card ends with 1234", attachments=[Attachment("a.txt", b"data")]).ticket
    ledger.advance(60)
    desk.tickets.answer(ticket, "It was unblocked")
    ledger.advance(60)
    desk.tickets.close(ticket, "Thank you")
    ledger.advance(60)
    return ticket


def steps(desk: Desk, ticket: TicketId) -> list[Step]:
    return [one.line.step for one in desk.privacy.erasures.of(ticket)]


def ninth(desk: Desk, ticket: TicketId) -> tuple[Result, str]:
    """What the verifier says of contents."""
    step = desk.tickets.verify(ticket).steps[8]
    return step.result, step.detail


class TestErasing:
    """A closed ticket is erased."""

    def test_leaves_nothing_to_read(self, desk: Desk, closed: TicketId) -> None:
        """Every content is gone, and the key with it; the ledger's record stays whole."""
        standing = desk.privacy.erase(closed, Ground.REQUEST)
        assert standing.is_erased
        view = desk.tickets.get(closed)
        assert ({}, {0, 1, 2}) == (dict(view.contents.held), set(view.contents.erased))
        with pytest.raises(ContentErased):
            desk.store.content(closed, 0)
        assert 3 == len(view.records)
        assert not desk.store.vault.status(closed).is_sealed

    def test_leaves_no_word_to_find_it_by(self, desk: Desk, closed: TicketId) -> None:
        """No word finds it any more, and other tickets are found as before."""
        other = desk.tickets.open("My card was blocked").ticket
        for ticket in (closed, other):
            desk.store.filings.index(ticket, ["card"])
        assert {closed, other} == {one.id for one in desk.store.filings.search(["card"], TicketQuery())}
        desk.privacy.erase(closed, Ground.REQUEST)
        assert [other] == [one.id for one in desk.store.filings.search(["card"], TicketQuery())]

    def test_says_so_in_the_log(self, desk: Desk, closed: TicketId, ledger: FrailLedger) -> None:
        """Two lines, that it begins and that it is done, say when, by whom, on what ground (L10.1, L10.3)."""
        desk.privacy.erase(closed, Ground.RETENTION_OVER, by="supervisor")
        who, now = local_signer("supervisor").address, ledger.now()
        expected = [
            PrivacyLine(closed, step, now, who, Ground.RETENTION_OVER) for step in (Step.BEGUN, Step.ERASED)
        ]
        assert expected == [one.line for one in desk.privacy.erasures.of(closed)]

    def test_can_be_done_again(self, desk: Desk, closed: TicketId) -> None:
        """What is erased stays erased, and no line is added."""
        first = desk.privacy.erase(closed, Ground.REQUEST)
        assert first == desk.privacy.erase(closed, Ground.UNLAWFUL)
        assert [Step.BEGUN, Step.ERASED] == steps(desk, closed)

    def test_does_so_again_after_a_restore(self, desk: Desk, closed: TicketId) -> None:
        """What a backup of the keys has brought back is erased anew, and the log says both."""
        keys = desk.store.vault
        seals, erased = dict(keys._seals), dict(keys._erased)  # type: ignore[attr-defined]  # of the one in memory
        desk.privacy.erase(closed, Ground.REQUEST)
        keys._seals, keys._erased = seals, erased  # type: ignore[attr-defined]  # as above
        assert desk.tickets.get(closed).contents.held
        assert not desk.privacy.standing(closed).is_erased
        assert desk.privacy.erase(closed, Ground.REQUEST).is_erased
        assert [Step.BEGUN, Step.ERASED] * 2 == steps(desk, closed)
        assert not desk.tickets.get(closed).contents.held

    def test_leaves_other_tickets_alone(self, desk: Desk, closed: TicketId) -> None:
        """Another ticket is read and verified as before."""
        other = desk.tickets.open("My withdrawal is missing").ticket
        desk.privacy.erase(closed, Ground.REQUEST)
        assert "My withdrawal is missing" == desk.tickets.get(other).entries[0].body
        assert Conclusion.VERIFIED is desk.tickets.verify(other).verdict

    def test_refuses_what_is_not_closed(self, desk: Desk) -> None:
        """A ticket that goes on is not erased, and nothing is written."""
        ticket = desk.tickets.open("My withdrawal is missing").ticket
        with pytest.raises(Conflict, match="only closed tickets are erased") as refused:
            desk.privacy.erase(ticket, Ground.REQUEST)
        assert "ticket close" in refused.value.hint
        assert LOG not in desk.logs.names()

    def test_refuses_what_is_not_final(
        self, desk: Desk, closed: TicketId, ledger: FrailLedger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A closing that may be undone erases nothing."""
        height = ledger.height()
        monkeypatch.setattr(ledger, "final_height", lambda: height - 1)
        with pytest.raises(Conflict, match="not final yet"):
            desk.privacy.erase(closed, Ground.REQUEST)
        assert desk.store.vault.status(closed).is_sealed

    def test_refuses_what_is_not_there(self, desk: Desk) -> None:
        """A ticket that nobody knows is not erased."""
        with pytest.raises(NotFound):
            desk.privacy.erase(TicketId(b"\x05" * 32), Ground.REQUEST)

    def test_nothing_can_be_written_afterwards(self, desk: Desk, closed: TicketId) -> None:
        """A rating with a comment would be a new text: it is refused, and a rating without is not."""
        desk.privacy.erase(closed, Ground.REQUEST)
        with pytest.raises(ContentErased):
            desk.tickets.rate(closed, 5, "Well done")
        desk.tickets.rate(closed, 5)


def test_an_export_while_it_is_erased(desk: Desk, closed: TicketId, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody erases while an export is made: nothing is handed over that no reading stands for."""
    status = desk.store.vault.status

    def erased_meanwhile(ticket: TicketId) -> Custody:
        desk.store.vault.erase([ticket], 1)
        return status(ticket)

    monkeypatch.setattr(desk.store.vault, "status", erased_meanwhile)
    made = desk.handing_over.export(closed)
    assert [None, None, None] == [one["fields"] for one in made["entries"]]


class TestHolds:
    """What the law wants kept is kept."""

    def test_a_hold_stops_erasing(self, desk: Desk, closed: TicketId) -> None:
        """Under a hold nothing is erased until it is released; both are in the log, without the reason."""
        held = desk.privacy.hold(closed, "Case 77 of the regulator", by="supervisor")
        assert "Case 77 of the regulator" == held.custody.reason
        with pytest.raises(Conflict, match="legal hold") as refused:
            desk.privacy.erase(closed, Ground.REQUEST)
        assert "privacy release" in refused.value.hint
        desk.privacy.release(closed)
        assert desk.privacy.erase(closed, Ground.REQUEST).is_erased
        assert [Step.HELD, Step.RELEASED, Step.BEGUN, Step.ERASED] == steps(desk, closed)
        assert not any(b"regulator" in line for line in desk.logs.lines(LOG))

    def test_a_hold_comes_too_late(self, desk: Desk, closed: TicketId) -> None:
        """What is erased cannot be held."""
        desk.privacy.erase(closed, Ground.REQUEST)
        with pytest.raises(ContentErased):
            desk.privacy.hold(closed, "Too late")

    def test_two_holds(self, desk: Desk, closed: TicketId) -> None:
        """There is one hold at a time, and none to release twice."""
        desk.privacy.hold(closed, "One")
        with pytest.raises(Conflict):
            desk.privacy.hold(closed, "Two")
        desk.privacy.release(closed)
        with pytest.raises(NotFound):
            desk.privacy.release(closed)

    def test_a_hold_that_comes_in_between(
        self, desk: Desk, closed: TicketId, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A hold between the first line and the destruction wins: a line calls the erasure off."""
        note = desk.privacy.erasures.note

        def held_meanwhile(line: PrivacyLine) -> object:
            noted = note(line)
            if line.step is Step.BEGUN:
                desk.store.vault.hold(closed, "Meanwhile", 1)
            return noted

        monkeypatch.setattr(desk.privacy.erasures, "note", held_meanwhile)
        with pytest.raises(Conflict):
            desk.privacy.erase(closed, Ground.REQUEST)
        assert [Step.BEGUN, Step.CALLED_OFF] == steps(desk, closed)
        assert [] == desk.privacy.finish()
        assert "My card ends with 1234" == desk.tickets.get(closed).entries[0].body

    def test_a_secret_in_a_reason(self, desk: Desk, closed: TicketId) -> None:
        """A reason goes through the same door as all that is written."""
        phrase = " ".join(["abandon"] * 11 + ["about"])
        assert "abandon" not in desk.privacy.hold(closed, phrase).custody.reason


def test_what_others_append_says_nothing(desk: Desk, closed: TicketId) -> None:
    """A line that is none is passed over: it neither says anything nor stands in anybody's way (L10.2)."""
    desk.privacy.hold(closed, "A case")
    desk.logs.append(LOG, [b"erase everything"])
    desk.privacy.release(closed)
    assert desk.privacy.erase(closed, Ground.REQUEST).is_erased
    assert [0, 2, 3, 4] == [one.index for one in desk.privacy.erasures.all()]
    desk.privacy.anchor()
    assert Result.PASSED is ninth(desk, closed)[0]


def test_the_list(desk: Desk, closed: TicketId) -> None:
    """What was erased or is held is listed; what was released is not."""
    held, released = (desk.tickets.open(text).ticket for text in ("One", "Two"))
    assert [] == desk.privacy.list()
    desk.privacy.erase(closed, Ground.REQUEST)
    for ticket in (held, released):
        desk.privacy.hold(ticket, "A case")
    desk.privacy.release(released)
    assert [(closed, True), (held, False)] == [(one.ticket, one.is_erased) for one in desk.privacy.list()]


# -- killed at each step -------------------------------------------------------------------------------------

BREAKS = {
    "before the first line": ("append", 1, False, []),
    "after the first line": ("erase", 1, False, [Step.BEGUN]),
    "after the destruction": ("forget", 1, True, [Step.BEGUN]),
    "before the last line": ("append", 2, True, [Step.BEGUN]),
    "before the anchor": ("anchor", 1, True, [Step.BEGUN, Step.ERASED]),
}


@pytest.mark.parametrize("name", BREAKS)
@pytest.mark.parametrize("way", ["again", "finish"])
def test_a_kill_at_each_step(
    desk: Desk, closed: TicketId, monkeypatch: pytest.MonkeyPatch, name: str, way: str
) -> None:
    """A kill leaves what is whole, or what a line tells of; going on ends with it erased (L10.4)."""
    broken, count, is_gone, written = BREAKS[name]
    places = {
        "append": desk.logs._store,
        "erase": desk.store.vault,
        "forget": desk.files,
        "anchor": desk.logs,
    }
    real, calls = getattr(places[broken], broken), []

    def kill(*args: object, **named: object) -> object:
        calls.append(args)
        if len(calls) == count:
            raise Killed
        return real(*args, **named)

    monkeypatch.setattr(places[broken], broken, kill)
    with pytest.raises(Killed):  # noqa: PT012 -- either of two is where it ends
        desk.privacy.erase(closed, Ground.REQUEST)
        desk.privacy.anchor()
    monkeypatch.undo()
    assert (is_gone, written) == (not desk.tickets.get(closed).contents.held, steps(desk, closed))
    result, _ = ninth(desk, closed)
    assert (Result.NOT_CHECKED if is_gone else Result.PASSED) is result
    if way == "finish" and written:
        desk.privacy.finish()
    else:
        desk.privacy.erase(closed, Ground.REQUEST)
    desk.privacy.anchor()
    assert [Step.BEGUN, Step.ERASED] == steps(desk, closed)
    assert Result.PASSED is ninth(desk, closed)[0]
    assert [] == desk.privacy.finish()


def test_a_begun_line_erases_no_open_ticket(desk: Desk) -> None:
    """Whoever can write into the log cannot make a worker destroy what is not closed."""
    ticket = desk.tickets.open("My card is blocked").ticket
    desk.privacy.erasures.note(PrivacyLine(ticket, Step.BEGUN, 7, NOBODY, Ground.REQUEST))
    assert [] == desk.privacy.finish()
    assert 1 == len(desk.tickets.get(ticket).contents.held)


# -- verifying -----------------------------------------------------------------------------------------------


class TestVerifying:
    """Erased is told from lost by an anchored line, and by nothing else (V9.4)."""

    def test_an_anchored_erasure_passes_with_a_note(self, desk: Desk, closed: TicketId) -> None:
        """The step passes, and says since when and why the contents are gone (V9.5)."""
        desk.privacy.erase(closed, Ground.CONSENT_WITHDRAWN)
        desk.privacy.anchor()
        verdict = desk.tickets.verify(closed)
        assert Conclusion.VERIFIED is verdict.verdict
        assert "erased on purpose" in verdict.steps[8].detail
        assert "(consent withdrawn), on record since" in verdict.steps[8].detail
        assert "that of entries 0, 1, 2" in verdict.steps[8].detail

    def test_without_an_anchor_it_is_not_checked(self, desk: Desk, closed: TicketId) -> None:
        """Before the anchor nothing shows it; the step says what the store says (V9.8)."""
        desk.privacy.erase(closed, Ground.REQUEST)
        result, detail = ninth(desk, closed)
        assert Result.NOT_CHECKED is result
        assert "erased, which no anchored line says" in detail

    def test_a_loss_is_no_erasure(self, desk: Desk, closed: TicketId) -> None:
        """A content that was deleted is not held, and no erasure (V9.3)."""
        contents = desk.store._contents  # type: ignore[attr-defined]  # of the store in memory
        del contents[closed, desk.ledger.entries(closed)[1].commitment]
        result, detail = ninth(desk, closed)
        assert (Result.NOT_CHECKED, True) == (result, "not held: that of entry 1" in detail)

    def test_a_destroyed_key_alone_is_no_erasure(self, desk: Desk, closed: TicketId) -> None:
        """Whoever destroys a key and writes no line has lost the contents (V9.8)."""
        desk.store.vault.erase([closed], 1)
        assert Result.NOT_CHECKED is ninth(desk, closed)[0]

    def test_an_erasure_that_was_begun_is_none(self, desk: Desk, closed: TicketId) -> None:
        """A line that says that it begins shows nothing, anchored or not (V9.5)."""
        line = PrivacyLine(closed, Step.BEGUN, desk.ledger.now(), NOBODY, Ground.REQUEST)
        desk.privacy.erasures.note(line)
        desk.store.vault.erase([closed], 1)
        desk.privacy.anchor()
        assert Result.NOT_CHECKED is ninth(desk, closed)[0]

    def test_an_erasure_of_an_open_ticket(self, desk: Desk) -> None:
        """Nothing excuses a desk that erases what goes on (V9.7)."""
        ticket = desk.tickets.open("My withdrawal is missing").ticket
        line = PrivacyLine(ticket, Step.ERASED, desk.ledger.now(), NOBODY, Ground.REQUEST)
        desk.privacy.erasures.note(line)
        desk.store.vault.erase([ticket], 1)
        desk.privacy.anchor()
        verdict = desk.tickets.verify(ticket)
        assert (Conclusion.FAILED, Result.FAILED) == (verdict.verdict, verdict.steps[8].result)
        assert "the ticket was not closed" in verdict.steps[8].detail

    def test_a_line_that_is_dated_back(self, desk: Desk, closed: TicketId) -> None:
        """The desk's word for when is not taken where the record says otherwise (V9.7)."""
        before = desk.ledger.entries(closed)[-1].time - 1
        desk.privacy.erasures.note(PrivacyLine(closed, Step.ERASED, before, NOBODY, Ground.REQUEST))
        desk.store.vault.erase([closed], 1)
        desk.privacy.anchor()
        result, detail = ninth(desk, closed)
        assert (Result.FAILED, True) == (result, "the ticket was closed later" in detail)

    def test_the_note_says_since_when(self, desk: Desk, closed: TicketId, ledger: FrailLedger) -> None:
        """A line that was anchored after a quarrel says when it was, whatever time it gives (V9.5)."""
        desk.privacy.erase(closed, Ground.REQUEST)
        ledger.advance(1_000_000)
        since = desk.privacy.anchor().time
        assert f"on record since {format_instant(since)}" in ninth(desk, closed)[1]

    def test_a_content_after_the_erasure_is_not_covered(
        self, desk: Desk, closed: TicketId, ledger: FrailLedger
    ) -> None:
        """A text that came later is not excused by the line (V9.7)."""
        desk.privacy.erase(closed, Ground.REQUEST)
        desk.privacy.anchor()
        evidence = desk.tickets._audit.evidence(closed)
        assert evidence.erasure is not None
        erased = check_erasure(closed, evidence.erasure, evidence.entries)
        entry = evidence.entries[1]
        assert erased.covers(entry)
        assert not erased.covers(entry._replace(time=erased.anchored_at + 1))

    @pytest.mark.parametrize(
        "change",
        [
            lambda erasure: replace(erasure, line=replace(erasure.line, data=erasure.line.data + b" ")),
            lambda erasure: replace(erasure, line=replace(erasure.line, index=0)),
            lambda erasure: replace(erasure, line=replace(erasure.line, index=9)),
            lambda erasure: replace(erasure, line=replace(erasure.line, proof=())),
            lambda erasure: replace(erasure, checkpoint=replace(erasure.checkpoint, root=b"\x05" * 32)),
            lambda erasure: replace(erasure, checkpoint=Checkpoint(2, erasure.checkpoint.root, 0)),
        ],
    )
    def test_a_line_that_is_not_there(
        self, desk: Desk, closed: TicketId, change: Callable[[Erasure], Erasure]
    ) -> None:
        """A line that the anchored log does not have shows nothing (V9.6)."""
        desk.privacy.erase(closed, Ground.REQUEST)
        desk.privacy.anchor()
        evidence = desk.tickets._audit.evidence(closed)
        assert evidence.erasure is not None
        with pytest.raises(CommitmentMismatch):
            check_erasure(closed, change(evidence.erasure), evidence.entries)
        with pytest.raises(CommitmentMismatch, match="not of an erasure of this ticket"):
            check_erasure(TicketId(b"\x07" * 32), evidence.erasure, evidence.entries)

    def test_a_forged_log(self, desk: Desk, closed: TicketId) -> None:
        """A log that was written anew after the anchor does not excuse a loss (V9.6)."""
        other = PrivacyLine(TicketId(b"\x07" * 32), Step.ERASED, 1, NOBODY, Ground.REQUEST)
        desk.privacy.erasures.note(other)
        desk.privacy.anchor()
        desk.store.vault.erase([closed], 1)
        store = desk.logs._store
        documents = {name: store.kept(LOG, name) for name in store.documents(LOG)}
        del store._logs[LOG]  # type: ignore[attr-defined]  # of the logs in memory
        store.create(LOG, documents)
        desk.privacy.erasures._seen.clear()
        desk.privacy.erasures._read = 0
        desk.privacy.erasures.note(PrivacyLine(closed, Step.ERASED, 1, NOBODY, Ground.REQUEST))
        result, detail = ninth(desk, closed)
        assert Result.FAILED is result
        assert "the erasure of the contents is not shown" in detail

    def test_an_anchor_that_the_contract_does_not_hold(
        self, desk: Desk, closed: TicketId, ledger: FrailLedger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A node that invents an anchor does not excuse a loss: the contract's word is another (V9.6)."""
        desk.privacy.erase(closed, Ground.REQUEST)
        desk.privacy.anchor()
        invented = [replace(one, time=one.time - 1) for one in ledger.anchors(LOG_ID)]
        assert Result.PASSED is ninth(desk, closed)[0]
        word = ledger.anchor_hash(LOG_ID)
        monkeypatch.setattr(ledger, "anchor_hash", lambda _: word)
        monkeypatch.setattr(ledger, "anchors", lambda _: invented)
        assert Result.NOT_CHECKED is ninth(desk, closed)[0]

    def test_a_proof_file_made_afterwards(self, desk: Desk, closed: TicketId) -> None:
        """A file that is made after the erasure shows the contents as not held; one made before is valid."""
        before = desk.proofs.export(closed, disclose=["all"])
        desk.privacy.erase(closed, Ground.REQUEST)
        desk.privacy.anchor()
        after = desk.proofs.export(closed, disclose=["all"])
        assert (Result.PASSED, Result.NOT_CHECKED) == (
            before.verdict.steps[8].result,
            after.verdict.steps[8].result,
        )
        with pytest.raises(Inconclusive):
            replace(after.verdict, required=frozenset({9})).raise_for_failure()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        LINE.replace(b"request", b"revenge"),
        LINE.replace(b"erased", b"forgotten"),
        LINE.replace(b'"7"', b'"07"'),
        LINE.replace(b'"7"', b"7"),
        LINE.replace(b"0x00", b"0X00"),
        LINE.replace(b"privacy.v1", b"privacy.v2"),
        LINE + b" ",
        LINE + b"x" * 2000,
    ],
)
def test_what_is_no_line(data: bytes) -> None:
    """Anything but the canonical form is no line (L10.2)."""
    with pytest.raises(BundleFormatError):
        PrivacyLine.from_bytes(data)
    assert LINE == PrivacyLine.from_bytes(LINE).to_bytes()
