"""
What a verifier says of a proof file beside the conformance cases: what it trusts, requires, reaches.

Spec: docs/spec/verification.md, V1, V2.1, V8.1 to V8.3, V9.2; docs/spec/proof-file.md, P3.1 and P7.1 to P7.4.
"""

import random
from dataclasses import replace

import pytest

from supportledger.errors import Inconclusive, InputError, NotFinal, RpcUnavailable, VerificationError
from supportledger.model.ticket import Action
from supportledger.proof.assembling import redact, shown_fields
from supportledger.proof.block_note import block_text, cosign_block
from supportledger.proof.choice import Choice
from supportledger.proof.note import KeyKind, Note, SignerKey
from supportledger.proof.proof_file import ProofFile
from supportledger.proof.verdict import Conclusion, Result, Step, Verdict
from supportledger.proof.verify import verify_proof
from supportledger.proof.witness_policy import WitnessPolicy
from tests.vectors.proof_story import ProofStory, long_story

STORY = ProofStory()
STORY.act(Action.ANSWER, "agent", 2, says={"body": "It waits.", "kind": "answer"})
STORY.act(Action.NOTE, "agent", says={"body": "Internal.", "kind": "note"})
FILE, TRUST = STORY.file(), STORY.trust()
DATA = FILE.to_bytes()
NUMBER, HASH = next(iter(TRUST.blocks.items()))


def step(number: int, verdict: Verdict) -> Step:
    return verdict.steps[number - 1]


class TestTrust:
    def test_a_function_is_asked_for_the_block(self) -> None:
        """A callback gives hashes as well as a mapping does."""
        verdict = verify_proof(DATA, replace(TRUST, blocks={NUMBER: HASH}.get))
        assert Conclusion.VERIFIED == verdict.verdict

    def test_not_final_yet_is_a_state_of_its_own(self) -> None:
        """A block that may still be replaced makes the verdict pending: no failure, and not decided."""

        def ask(number: int) -> bytes:
            raise NotFinal(f"block {number} may still be replaced")

        verdict = verify_proof(DATA, replace(TRUST, blocks=ask))
        assert (Conclusion.PENDING, Result.PENDING) == (verdict.verdict, step(8, verdict).result)
        with pytest.raises(NotFinal) as raised:
            verdict.raise_for_failure()
        assert raised.value.retryable

    def test_pending_and_unchecked_is_incomplete(self) -> None:
        """Where something else is missing, waiting does not help."""

        def ask(number: int) -> bytes:
            raise NotFinal(f"block {number} may still be replaced")

        verdict = verify_proof(DATA, replace(TRUST, blocks=ask), required={8, 12})
        assert Conclusion.INCOMPLETE == verdict.verdict

    @pytest.mark.parametrize(
        "failure", [RpcUnavailable("the node is away"), OSError("the node is away")], ids=type
    )
    def test_a_node_that_is_away_proves_nothing(self, failure: Exception) -> None:
        """Whatever a callback raises leaves the step unchecked, with the reason."""

        def ask(_: int) -> bytes:
            raise failure

        verdict = verify_proof(DATA, replace(TRUST, blocks=ask))
        assert Conclusion.INCOMPLETE == verdict.verdict
        assert "the node is away" in step(8, verdict).detail
        with pytest.raises(Inconclusive, match="step 8"):
            verdict.raise_for_failure()

    def test_nobody_to_trust(self) -> None:
        """Without any hash the file's own block is not believed."""
        verdict = verify_proof(DATA, replace(TRUST, blocks={}))
        assert Conclusion.INCOMPLETE == verdict.verdict
        assert verdict.reach.startswith("if the block is trusted")


class TestWitnesses:
    KEYS = tuple(SignerKey(f"witness{n}.example", bytes([n]) * 32, KeyKind.COSIGNATURE) for n in (1, 2, 3))
    POLICY = WitnessPolicy.of(2, [key.verifier for key in KEYS])

    def note(self, *keys: SignerKey, number: int = NUMBER, block: bytes = HASH, chain: int = 0) -> bytes:
        chain_id = chain or TRUST.chain_id
        signatures = [cosign_block(key, chain_id, number, block, 1_700_000_000) for key in keys]
        return Note(block_text(chain_id, number, block), tuple(signatures)).to_bytes()

    def trusting(self, note: bytes) -> Step:
        trust = replace(TRUST, blocks={}, witnesses=self.POLICY, cosigned=note)
        return step(8, verify_proof(DATA, trust))

    def test_enough_of_them_are_trusted(self) -> None:
        """Two of three witnesses name the block: it is on the chain."""
        assert Result.PASSED == self.trusting(self.note(*self.KEYS[:2])).result

    @pytest.mark.parametrize(
        "case",
        [{"keys": 1}, {"block": b"\x11" * 32}, {"chain": 1}],
        ids=["too few", "another block", "chain"],
    )
    def test_what_is_not_theirs_fails(self, case: dict[str, object]) -> None:
        """Too few names, another block of the number, or another chain are a mismatch."""
        keys = self.KEYS[: case.pop("keys", 2)]
        assert Result.FAILED == self.trusting(self.note(*keys, **case)).result

    def test_a_note_that_is_none_fails(self) -> None:
        """Junk in its place is a mismatch of the block, and raises nothing."""
        assert Result.FAILED == self.trusting(b"junk").result

    def test_another_number_says_nothing(self) -> None:
        """Names under another block leave this one unchecked."""
        assert Result.NOT_CHECKED == self.trusting(self.note(*self.KEYS[:2], number=NUMBER + 1)).result


class TestRequired:
    def test_failure_needs_no_requirement(self) -> None:
        """One failed step is enough, whatever was required."""
        verdict = verify_proof(DATA, replace(TRUST, blocks={NUMBER: bytes(32)}), required={1})
        assert Conclusion.FAILED == verdict.verdict

    def test_less_can_be_required(self) -> None:
        """Who needs no block does not get stuck on it."""
        verdict = verify_proof(DATA, replace(TRUST, blocks={}), required=range(1, 8))
        assert Conclusion.VERIFIED == verdict.verdict

    def test_malformed_files_have_no_ticket(self) -> None:
        """A file that cannot be read fails step 1, and nothing else is checked."""
        verdict = verify_proof(b"{}", TRUST)
        assert (None, Conclusion.FAILED) == (verdict.ticket, verdict.verdict)
        assert {Result.NOT_CHECKED} == {one.result for one in verdict.steps[1:]}
        assert verdict.to_json()["ticket_id"] is None
        with pytest.raises(VerificationError, match="the proof file, step 1"):
            verdict.raise_for_failure()

    def test_a_future_version_asks_for_a_newer_program(self) -> None:
        """The hint says what to do."""
        verdict = verify_proof(DATA.replace(b'"version":1', b'"version":2'), TRUST)
        with pytest.raises(VerificationError) as raised:
            verdict.raise_for_failure()
        assert "newer" in raised.value.hint

    @pytest.mark.parametrize("size", [0, 1, 17, 4_096])
    def test_junk_raises_nothing(self, size: int) -> None:
        """Random bytes are a verdict."""
        draw = random.Random(size)
        for _ in range(20):
            assert Conclusion.FAILED == verify_proof(draw.randbytes(size), TRUST).verdict


class TestReach:
    def test_an_open_ticket_may_go_on(self) -> None:
        """The block and its time are told, and that more may follow."""
        reach = verify_proof(DATA, TRUST).reach
        assert reach.startswith(f"complete as of block {NUMBER}, 2026-01-01")
        assert reach.endswith("later entries: unknown")

    def test_a_terminal_ticket_is_complete(self) -> None:
        """Closed and rated: nothing can follow."""
        story = long_story()
        reach = verify_proof(story.file().to_bytes(), story.trust()).reach
        assert reach.endswith("later entries: impossible")


class TestRedacting:
    def test_less_is_as_valid(self) -> None:
        """Dropping what is shown gives a valid proof of less, which says so."""
        less = redact(FILE, Choice.parse(["1.body"]))
        verdict = verify_proof(less.to_bytes(), TRUST, required=range(1, 12))
        assert Conclusion.VERIFIED == verdict.verdict
        assert 1 == shown_fields(less) < shown_fields(FILE)
        assert "1 field shown; 6 withheld" in step(9, verdict).detail

    def test_nothing_comes_back(self) -> None:
        """What was dropped cannot be shown again."""
        less = redact(FILE, Choice.parse([], ["all"]))
        assert 0 == shown_fields(redact(less, Choice.parse(["all"])))

    def test_a_file_is_what_its_bytes_say(self) -> None:
        """Written and read again it is the same, byte for byte."""
        assert FILE == ProofFile.from_bytes(DATA)
        assert DATA == ProofFile.from_bytes(DATA).to_bytes()


class TestChoice:
    NAMES = ("body", "kind", "subject")

    def chosen(self, index: int, disclose: list[str], withhold: list[str] | None = None) -> list[str]:
        record = FILE.entries[index].record
        return Choice.parse(disclose, withhold or []).names(record, self.NAMES)

    def test_nothing_is_shown_unless_somebody_says_so(self) -> None:
        """The default hands out no text."""
        assert [] == self.chosen(0, [])

    def test_withholding_alone_shows_the_rest(self) -> None:
        """Who only says what not to show, shows everything else, but no internal note."""
        assert ["kind", "subject"] == self.chosen(0, [], ["body"])
        assert [] == self.chosen(2, [], ["body"])

    def test_notes_are_named_by_their_number(self) -> None:
        """Neither `all` nor a name means an internal note."""
        assert [] == self.chosen(2, ["all", "body"])
        assert ["body"] == self.chosen(2, ["2.body"])
        assert [] == self.chosen(2, ["2.body"], ["body"])

    def test_one_entry(self) -> None:
        """A number means that entry only."""
        assert (["body"], []) == (self.chosen(1, ["1.body"]), self.chosen(0, ["1.body"]))

    def test_families(self) -> None:
        """The beginning of a name means all that begin so, and not those that only look so."""
        record, names = (
            FILE.entries[0].record,
            ("attachment.1", "attachment.1.name", "attachment.12", "log.last"),
        )
        assert ["attachment.1", "attachment.1.name"] == Choice.parse(["attachment.1"]).names(record, names)
        assert 3 == len(Choice.parse(["attachment"]).names(record, names))

    @pytest.mark.parametrize(
        "text", ["", "3", "3.", ".body", "secret", "1.secret", "Body", "-1.body", "body.x"]
    )
    def test_what_names_no_field(self, text: str) -> None:
        """A misspelled field is an error: silently showing it would be worse."""
        with pytest.raises(InputError):
            Choice.parse([], [text])

    def test_an_entry_that_is_not_there(self) -> None:
        """So is a number that the ticket does not reach."""
        with pytest.raises(InputError, match="no entry 7"):
            redact(FILE, Choice.parse(["7.body"]))
