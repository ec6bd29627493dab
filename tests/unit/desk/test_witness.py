"""A witness cosigns what extends what it saw, remembers it first, and keeps evidence of what does not."""

from datetime import UTC, datetime

import pytest

from supportledger.desk.witness import Witness
from supportledger.errors import (
    BundleFormatError,
    Conflict,
    ConsistencyMismatch,
    CosignatureMismatch,
    InputError,
    NotFound,
)
from supportledger.proof import merkle
from supportledger.proof.block_note import check_block_note
from supportledger.proof.contradiction import Contradicted, Contradiction
from supportledger.proof.note import SignerKey, VerifierKey
from supportledger.proof.witness_policy import WitnessPolicy
from supportledger.proof.witnessing import CosignRequest
from supportledger.store.witness_memory import MemoryWitness
from tests.unit.proof.logs_of import LOG, ORIGIN, WITNESSES, lines, signed

NOW = 1_800_000_000
REWRITTEN = [b"!", *lines(20)[1:]]


class Clock:
    """A clock that stands."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(NOW, UTC)


@pytest.fixture
def store() -> MemoryWitness:
    return MemoryWitness()


@pytest.fixture
def witness(store: MemoryWitness) -> Witness:
    """A witness that watches our log."""
    made = Witness(store, Clock())
    made.init("witness.example/1")
    made.watch(LOG.verifier)
    return made


def request(old: int, leaves: list[bytes]) -> bytes:
    proof = merkle.consistency_proof(leaves, old) if 0 < old <= len(leaves) else []
    return CosignRequest(old, tuple(proof), signed(leaves)).to_bytes()


def test_a_log_that_grows_is_cosigned(witness: Witness) -> None:
    """Each checkpoint that extends the last is cosigned, with the time (L8.4); the same again, too."""
    for old, new in ((0, 3), (3, 3), (3, 9), (9, 20)):
        signature = witness.cosign(request(old, lines(new)))
        note = signed(lines(new)).note.with_signatures([signature])
        assert {witness.key: NOW} == note.verified([witness.key])
        (seen,) = witness.watched()
        assert seen.seen is not None
        assert (LOG.verifier, new) == (seen.key, seen.seen.head.size)


def test_it_remembers_before_it_signs(
    witness: Witness, store: MemoryWitness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody gets a signature that the witness could forget: if it cannot remember, it does not answer."""

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(store, "advance", fail)
    with pytest.raises(OSError, match="full"):
        witness.cosign(request(0, lines(3)))


def test_a_log_that_rewrites_is_convicted(witness: Witness, store: MemoryWitness) -> None:
    """A rewritten log is refused, and the evidence is kept and convicts it (L7.4)."""
    witness.cosign(request(0, lines(5)))
    with pytest.raises(Contradicted) as caught:
        witness.cosign(request(5, REWRITTEN[:9]))
    assert signed(lines(5)) == witness.watched()[0].seen
    ((name, kept),) = store.evidence.items()
    assert name in caught.value.hint
    assert caught.value.evidence == Contradiction.from_bytes(kept)
    assert "does not begin" in caught.value.evidence.check(LOG.verifier)
    with pytest.raises(Contradicted) as caught:
        witness.cosign(request(5, REWRITTEN[:5]))
    assert "two trees of 5 lines" in caught.value.evidence.check(LOG.verifier)
    witness.cosign(request(5, lines(9)))


def test_a_log_begins_wrongly(witness: Witness, store: MemoryWitness) -> None:
    """A first checkpoint with a proof of nothing is refused, without evidence: there is no contradiction."""
    with pytest.raises(ConsistencyMismatch):
        witness.cosign(CosignRequest(0, (bytes(32),), signed(lines(3))).to_bytes())
    assert {} == store.evidence


def test_stale_requests(witness: Witness) -> None:
    """A request from elsewhere than where the witness stands is a conflict; nothing changes."""
    witness.cosign(request(0, lines(9)))
    for old, new in ((0, 9), (3, 9), (3, 5)):
        with pytest.raises(Conflict, match="has seen 9 lines"):
            witness.cosign(request(old, lines(new)))
    assert signed(lines(9)) == witness.watched()[0].seen


def test_only_watched_logs(witness: Witness, store: MemoryWitness) -> None:
    """A log that is not watched, and a forged checkpoint of one that is, are refused, each in its words."""
    stranger = SignerKey("stranger", b"\x08" * 32)
    with pytest.raises(NotFound):
        witness.cosign(CosignRequest(0, (), signed(lines(3), stranger)).to_bytes())
    forger = SignerKey(ORIGIN, b"\x08" * 32)
    with pytest.raises(CosignatureMismatch):
        witness.cosign(CosignRequest(0, (), signed(lines(3), forger)).to_bytes())
    with pytest.raises(BundleFormatError):
        witness.cosign(b"nonsense")
    assert witness.watched()[0].seen is None
    assert {} == store.evidence


def test_logs_apart(witness: Witness) -> None:
    """Each log is seen by itself."""
    other = SignerKey("other", b"\x08" * 32)
    witness.watch(other.verifier)
    witness.cosign(request(0, lines(9)))
    witness.cosign(CosignRequest(0, (), signed(lines(3), other)).to_bytes())
    assert [("other", 3), (ORIGIN, 9)] == [
        (one.key.name, one.seen.head.size) for one in witness.watched() if one.seen
    ]


def test_a_log_keeps_its_key(witness: Witness) -> None:
    """A log is watched with one key for good (L8.1)."""
    witness.watch(LOG.verifier)
    with pytest.raises(Conflict):
        witness.watch(VerifierKey(ORIGIN, b"\x08" * 32))


@pytest.mark.parametrize(
    "key",
    [WITNESSES[0].verifier, VerifierKey("supportledger.block/1337", b"\x08" * 32)],
    ids=["witness", "block"],
)
def test_what_is_no_log(witness: Witness, key: VerifierKey) -> None:
    """Neither a witness nor a chain is watched as a log (L6.3)."""
    with pytest.raises(InputError):
        witness.watch(key)


def test_one_witness_to_a_place(witness: Witness) -> None:
    """A witness is begun once, and there is none before."""
    with pytest.raises(Conflict):
        witness.init("another")
    with pytest.raises(NotFound):
        Witness(MemoryWitness(), Clock()).watched()


def test_a_block(witness: Witness) -> None:
    """A witness vouches for a block, with the time, to whoever trusts it."""
    note = witness.cosign_block(1337, 4711, b"\x0b" * 32)
    found = check_block_note(note.to_bytes(), WitnessPolicy.of(1, [witness.key]), 1337)
    assert (4711, b"\x0b" * 32, {witness.key.name: NOW}) == (found.number, found.hash, found.cosigned)
