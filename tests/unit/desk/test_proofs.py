"""
Proof files of a desk: what they show, what they refuse to show, and what was promised and never came.

Spec: docs/spec/proof-file.md, P6 to P8; docs/spec/verification.md, V12 and V13.
"""

import pytest

from supportledger.chain.signer import local_signer
from supportledger.desk.conversations import LOG, Message
from supportledger.desk.desk import Desk
from supportledger.errors import (
    BundleFormatError,
    DeadlineMismatch,
    InputError,
    NotFound,
    ReplayMismatch,
    RpcUnavailable,
)
from supportledger.proof.proof_file import ProofFile
from supportledger.proof.trust import Trust
from supportledger.proof.verdict import Conclusion, Result
from supportledger.proof.verify import verify_proof
from tests.unit.desk.frail import FrailLedger


def trusting(desk: Desk) -> Trust:
    here, block = desk.ledger.deployment, desk.ledger.block()
    return Trust(here.chain_id, here.ledger, here.code_hash, {block.number: block.hash})


def result(verdict, number):
    return verdict.steps[number - 1].result


def test_every_action_of_a_desk_can_be_proven(desk):
    """A ticket that went through everything makes a file that verifies in every step it has."""
    ticket = desk.tickets.open("Where is it?", subject="Help", signed=True).ticket
    desk.tickets.assign(ticket, "senior")
    desk.tickets.answer(ticket, "It waits.", by="senior", signed=True)
    desk.tickets.reply(ticket, "Still?")
    desk.tickets.hold(ticket, "The bank.", by="senior")
    desk.tickets.resume(ticket, by="senior")
    desk.tickets.solve(ticket, "There.", by="senior", signed=True)
    desk.tickets.rate(ticket, 5, signed=True)
    desk.tickets.close(ticket)
    exported = desk.proofs.export(ticket, disclose=["all"])
    verdict = verify_proof(exported.data, trusting(desk), required=range(1, 12))
    assert Conclusion.VERIFIED == verdict.verdict, verdict.steps
    assert exported.file == ProofFile.from_bytes(exported.data)


def test_a_keyless_customer(desk):
    """What the desk recorded and what the customer claimed later is proven alike."""
    ticket = desk.tickets.open("By mail.", keyless=True).ticket
    desk.tickets.claim(ticket, "customer")
    desk.tickets.reply(ticket, "Now I have a key.", signed=True)
    exported = desk.proofs.export(ticket)
    assert Conclusion.VERIFIED == verify_proof(exported.data, trusting(desk), required=range(1, 12)).verdict


def test_content_that_is_not_held(desk):
    """A file says that an entry's content is not there, rather than that it was withheld."""
    ticket = desk.tickets.open("Where is it?").ticket
    desk.store._contents.clear()
    exported = desk.proofs.export(ticket, disclose=["all"])
    assert exported.file.entries[0].content is None
    assert Result.NOT_CHECKED == result(exported.verdict, 9)


def test_an_entry_that_is_not_there(desk):
    """Naming an entry past the last is an error."""
    ticket = desk.tickets.open("Where is it?").ticket
    with pytest.raises(InputError, match="no entry 3"):
        desk.proofs.export(ticket, disclose=["3.body"])


def test_too_much_for_one_file(desk):
    """A file that no reader would take is not written; the hint says how to make it smaller."""
    ticket = desk.tickets.open("x").ticket
    for _ in range(18):
        desk.tickets.answer(ticket, "y" * 1_000_000)
        desk.tickets.reply(ticket, "z")
    with pytest.raises(BundleFormatError) as refused:
        desk.proofs.export(ticket, disclose=["all"])
    assert "--withhold" in refused.value.hint
    assert len(desk.proofs.export(ticket).data) < 100_000


class TestConversation:
    def said(self, desk, count=3):
        ticket = desk.tickets.open("Where is it?").ticket
        desk.conversations.say(ticket, *(Message(f"line {n}") for n in range(count)))
        return ticket

    def test_anchored_lines_are_in_the_file(self, desk):
        """What was said is proven up to the anchor, and the answer names its last line."""
        ticket = self.said(desk)
        desk.tickets.answer(ticket, "As you wrote.")
        desk.logs.anchor(LOG)
        exported = desk.proofs.export(ticket, disclose=["log"])
        assert (3, 0) == (len(exported.file.lines.lines), exported.left_out)
        assert Result.PASSED == result(exported.verdict, 12)
        assert "name 3 of them" in exported.verdict.steps[11].detail

    def test_lines_without_an_anchor_are_left_out(self, desk):
        """What no anchor covers cannot be proven; the file has no lines, and who exports is told."""
        exported = desk.proofs.export(self.said(desk))
        assert (None, 3) == (exported.file.lines, exported.left_out)
        assert Result.NOT_CHECKED == result(exported.verdict, 12)

    def test_an_anchor_older_than_the_answer(self, desk):
        """Half a conversation is not shown where an entry speaks of all of it."""
        ticket = self.said(desk)
        desk.logs.anchor(LOG)
        desk.conversations.say(ticket, Message("and one more"))
        assert (3, 1) == (
            len(desk.proofs.export(ticket).file.lines.lines),
            desk.proofs.export(ticket).left_out,
        )
        desk.tickets.answer(ticket, "As you wrote.")
        exported = desk.proofs.export(ticket)
        assert (None, 4) == (exported.file.lines, exported.left_out)


class TestAbsence:
    def lost(self, desk: Desk, ledger: FrailLedger):
        """Promise a reply that does not arrive."""
        ticket = desk.tickets.open("Where is it?", signed=True).ticket
        ledger.lost = True
        with pytest.raises(RpcUnavailable):
            desk.tickets.reply(ticket, "And?", signed=True)
        return desk.store.drafts(ticket=ticket)[-1].key

    def later(self, ledger: FrailLedger):
        """Let the promise pass, and a block be mined."""
        ledger.advance(700)
        ledger.grant(local_signer("admin"), bytes(31) + b"\x01", local_signer("agent").address)

    def test_what_never_came_is_proven(self, desk, ledger):
        """Past the promise, with the lane still waiting, the receipt is a proof."""
        digest = self.lost(desk, ledger)
        self.later(ledger)
        absent = desk.proofs.absence(digest)
        assert Conclusion.VERIFIED == verify_proof(absent.data, trusting(desk)).verdict

    def test_there_is_still_time(self, desk, ledger):
        """Before, it proves nothing."""
        with pytest.raises(DeadlineMismatch, match="promised until"):
            desk.proofs.absence(self.lost(desk, ledger))

    def test_it_came_late(self, desk, ledger):
        """Once the action is there, however late, it is not absent."""
        digest = self.lost(desk, ledger)
        self.later(ledger)
        desk.recover()
        with pytest.raises(ReplayMismatch, match="the action came"):
            desk.proofs.absence(digest)

    def test_an_opening_that_never_came(self, desk, ledger):
        """An empty slot proves it."""
        ledger.lost = True
        with pytest.raises(RpcUnavailable):
            desk.tickets.open("Where is it?", signed=True)
        self.later(ledger)
        digest = desk.store.drafts()[-1].key
        assert desk.proofs.absence(digest).file.state is None

    def test_nothing_was_promised(self, desk):
        """Without a receipt there is nothing to hold against anybody."""
        with pytest.raises(NotFound):
            desk.proofs.absence(bytes(32))
