import base64

import pytest

from supportledger.errors import (
    AnchorMismatch,
    BlockMismatch,
    BundleFormatError,
    ConsistencyMismatch,
    CosignatureMismatch,
    InputError,
)
from supportledger.proof.block_note import block_text, check_block_note, cosign_block, joined
from supportledger.proof.checkpoint import LogCheckpoint, SignedCheckpoint, log_origin
from supportledger.proof.log_tree import TreeHead
from supportledger.proof.note import Note, SignerKey
from supportledger.proof.witness_policy import NONE, Group, WitnessPolicy
from tests.unit.proof.logs_of import LOG, ORIGIN, WITNESSES, lines, signed

ROOT = base64.b64encode(b"\x07" * 32).decode()


def test_a_checkpoint_comes_back() -> None:
    """A signed checkpoint is read as it was written, with its extension lines."""
    checkpoint = LogCheckpoint(ORIGIN, TreeHead(3, b"\x07" * 32), ("one", "two words"))
    made = checkpoint.signed(LOG)
    assert made == SignedCheckpoint.from_bytes(made.to_bytes(), LOG.verifier)
    assert f"{ORIGIN}\n3\n{ROOT}\none\ntwo words\n" == checkpoint.text


MALFORMED = [
    "",
    "\n",
    f"{ORIGIN}\n3\n",
    f"{ORIGIN}\n3\n{ROOT}",
    f"\n3\n{ROOT}\n",
    f"{ORIGIN}\n03\n{ROOT}\n",
    f"{ORIGIN}\n-3\n{ROOT}\n",
    f"{ORIGIN}\n+3\n{ROOT}\n",
    f"{ORIGIN}\n 3\n{ROOT}\n",
    f"{ORIGIN}\n³\n{ROOT}\n",
    f"{ORIGIN}\n9999999999999999999\n{ROOT}\n",
    f"{ORIGIN}\n3\n{ROOT[:-1]}\n",
    f"{ORIGIN}\n3\n{ROOT[:-2]}d=\n",
    f"{ORIGIN}\n3\nAAAA\n",
    f"{ORIGIN}\n3\n{ROOT}\n\n",
    f"{ORIGIN}\n3\n{ROOT}\nmore\n\n",
]


@pytest.mark.parametrize("text", MALFORMED, ids=range(len(MALFORMED)))
def test_malformed_checkpoints(text: str) -> None:
    """What is not an origin, a size and a root in their one form is no checkpoint."""
    with pytest.raises(BundleFormatError):
        LogCheckpoint.from_text(text)


def test_a_checkpoint_of_another_log() -> None:
    """The checkpoint of another log, or of another ledger's log, is refused, however well it is signed."""
    other = SignerKey(ORIGIN.replace("0x01", "0x02"), LOG.secret)
    with pytest.raises(AnchorMismatch):
        SignedCheckpoint.from_bytes(signed(lines(3), other).to_bytes(), LOG.verifier)


def test_a_checkpoint_that_the_log_did_not_sign() -> None:
    """Neither a witness, nor another key of the same name, signs for the log (L4.4)."""
    checkpoint = signed(lines(3)).checkpoint
    imposter = SignerKey(ORIGIN, b"\x09" * 32)
    for signature in (imposter.sign(checkpoint.text), WITNESSES[0].sign(checkpoint.text, 1)):
        with pytest.raises(CosignatureMismatch):
            SignedCheckpoint.from_bytes(Note(checkpoint.text, (signature,)).to_bytes(), LOG.verifier)


def test_signatures_are_put_together() -> None:
    """The signatures of two copies of a checkpoint are put together; of two checkpoints they are not."""
    made = signed(lines(3))
    cosigned = SignedCheckpoint(
        made.checkpoint, Note(made.note.text, (WITNESSES[0].sign(made.note.text, 7),))
    )
    merged = made.merged(cosigned)
    assert {LOG.verifier: None, WITNESSES[0].verifier: 7} == merged.note.verified(
        [LOG.verifier, WITNESSES[0].verifier]
    )
    with pytest.raises(AnchorMismatch):
        made.merged(signed(lines(4)))
    with pytest.raises(ConsistencyMismatch):
        made.merged(signed([*lines(2), b"another"]))


def test_origins_name_the_ledger() -> None:
    """The origin of a log names chain, ledger and log, so that no two ledgers share one (L4.3)."""
    names = {
        log_origin(chain, ledger, "talk") for chain in (1, 11) for ledger in (b"\x01" * 20, b"\x02" * 20)
    }
    assert 4 == len(names)
    assert f"supportledger.log/1/0x{'01' * 20}/talk" in names


def test_lines_that_break_a_checkpoint() -> None:
    """A checkpoint cannot be made of lines that would be read as others."""
    for origin, extensions in (("", ()), ("a\nb", ()), (ORIGIN, ("",)), (ORIGIN, ("a\n",))):
        with pytest.raises(InputError):
            LogCheckpoint(origin, TreeHead(0, bytes(32)), extensions)
    with pytest.raises(InputError):
        LogCheckpoint(ORIGIN, TreeHead(-1, bytes(32)))
    with pytest.raises(InputError):
        LogCheckpoint(ORIGIN, TreeHead(0, b""))


# -- policies of witnesses -----------------------------------------------------------------------------------


def cosigned(*witnesses: SignerKey, time: int = 7) -> Note:
    made = signed(lines(3))
    return made.note.with_signatures(one.sign(made.note.text, time) for one in witnesses)


@pytest.mark.parametrize("least", [1, 2, 16, 20])
def test_k_of_n(least: int) -> None:
    """As many witnesses as are asked for are enough, whichever they are, and one less is not."""
    policy = WitnessPolicy.of(least, [one.verifier for one in WITNESSES])
    assert {one.name: 7 for one in WITNESSES[-least:]} == policy.check(cosigned(*WITNESSES[-least:]))
    with pytest.raises(CosignatureMismatch):
        policy.check(cosigned(*WITNESSES[: least - 1]))


def test_a_witness_counts_once() -> None:
    """The same witness twice under a note is one witness, and under two names it is none (L4.6)."""
    policy = WitnessPolicy.of(2, [one.verifier for one in WITNESSES[:3]])
    note = cosigned(WITNESSES[0])
    twice = Note(note.text, (*note.signatures, WITNESSES[0].sign(note.text, 8)))
    with pytest.raises(CosignatureMismatch):
        policy.check(twice)
    again = SignerKey("another", WITNESSES[0].secret, WITNESSES[0].kind)
    with pytest.raises(InputError):
        WitnessPolicy.of(2, [WITNESSES[0].verifier, again.verifier])


def test_a_name_counts_once() -> None:
    """No group has a member twice, nor the name of a witness: each would count for more than it is (L4.6)."""
    key = WITNESSES[0].verifier
    with pytest.raises(InputError, match="twice"):
        WitnessPolicy("both", {"a": key}, {"both": Group(2, ("a", "a"))})
    with pytest.raises(InputError, match="name of a witness"):
        WitnessPolicy("a", {"a": key}, {"a": Group(2, ("b", "c"))})


def test_a_witness_named_none() -> None:
    """Its name gives it no vote: as any other, it must have cosigned."""
    none = SignerKey(NONE, b"\x05" * 32, WITNESSES[0].kind)
    policy = WitnessPolicy.of(1, [none.verifier, WITNESSES[0].verifier])
    with pytest.raises(CosignatureMismatch, match="nobody"):
        policy.check(signed(lines(3)).note)
    assert {NONE: 7} == policy.check(cosigned(none))


def test_groups_of_any_depth() -> None:
    """However many groups lie in each other, a policy says yes or no, and nothing but that happens."""
    groups = "".join(f"group g{n} all g{n - 1}\n" for n in range(1, 5_000))
    policy = WitnessPolicy.parse(f"witness g0 {WITNESSES[0].verifier}\n{groups}quorum g4999\n")
    assert {"g0": 7} == policy.check(cosigned(WITNESSES[0]))
    with pytest.raises(CosignatureMismatch):
        policy.check(cosigned(WITNESSES[1]))


def test_a_wrong_witness_key() -> None:
    """A cosignature by another key of a witness's name does not count."""
    imposter = SignerKey(WITNESSES[0].name, b"\x63" * 32, WITNESSES[0].kind)
    policy = WitnessPolicy.of(1, [WITNESSES[0].verifier])
    with pytest.raises(CosignatureMismatch, match="nobody"):
        policy.check(cosigned(imposter))


def test_the_future_does_not_count() -> None:
    """A cosignature that claims to be later than now does not count, if now is known."""
    policy = WitnessPolicy.of(1, [WITNESSES[0].verifier])
    assert {WITNESSES[0].name: 8} == policy.check(cosigned(WITNESSES[0], time=8), not_after=8)
    with pytest.raises(CosignatureMismatch):
        policy.check(cosigned(WITNESSES[0], time=9), not_after=8)


GROUPS = """
# two of the first three, and one of the others
witness a {0}
witness b {1} https://witness.example/
witness\tc {2}
group first 2 a b c
witness d {3}
witness e {4}
group others any d e
  group both all first others
quorum both
"""


@pytest.mark.parametrize(
    ("who", "is_enough"), [("abd", True), ("ace", True), ("abc", False), ("ade", False), ("de", False)]
)
def test_groups_of_groups(who: str, is_enough: bool) -> None:
    """A policy file may ask for groups of groups."""
    policy = WitnessPolicy.parse(GROUPS.format(*(str(one.verifier) for one in WITNESSES)))
    note = cosigned(*(WITNESSES["abcde".index(name)] for name in who))
    if is_enough:
        assert set(who) == set(policy.check(note))
    else:
        with pytest.raises(CosignatureMismatch):
            policy.check(note)
    assert policy == WitnessPolicy.parse(str(policy))


def test_no_witness_at_all() -> None:
    """A policy may ask for nobody, and must say so."""
    assert {} == WitnessPolicy.parse("quorum none\n").check(signed(lines(1)).note)
    assert {} == WitnessPolicy.of(0, []).check(signed(lines(1)).note)


KEYS = [str(one.verifier) for one in WITNESSES]
WRONG_POLICIES = [
    "",
    "witness a",
    f"witness a {KEYS[0]}",
    f"witness a {KEYS[0]}\nquorum b",
    f"witness a {KEYS[0]}\nquorum a\nquorum a",
    f"witness a {KEYS[0]}\nwitness a {KEYS[1]}\nquorum a",
    f"witness a {KEYS[0]}\nwitness b {KEYS[0]}\nquorum a",
    f"witness none {KEYS[0]}\nquorum none",
    f"witness a {KEYS[0]}\ngroup g 2 a\nquorum g",
    f"witness a {KEYS[0]}\ngroup g 0 a\nquorum g",
    f"witness a {KEYS[0]}\ngroup g 1 a a\nquorum g",
    f"witness a {KEYS[0]}\ngroup g 1 a\ngroup h 1 a\nquorum g",
    f"group g 1 a\nwitness a {KEYS[0]}\nquorum g",
    f"group g 1 g\nwitness a {KEYS[0]}\nquorum a",
    "witness a name+00000000+AAAA\nquorum a",
    f"witness a {LOG.verifier}\nquorum a",
    f"log {LOG.verifier}\nlog {LOG.verifier}\nquorum none",
    "quorum none more",
    "other\nquorum none",
    "quorum none\x00",
    "quorum none\r\n",
    "quorum none" + " " * (1 << 20),
]


@pytest.mark.parametrize("text", WRONG_POLICIES, ids=range(len(WRONG_POLICIES)))
def test_policies_that_cannot_be(text: str) -> None:
    """A policy that is ambiguous, circular, or asks for what cannot be, is refused."""
    with pytest.raises(InputError):
        WitnessPolicy.parse(text)


# -- blocks --------------------------------------------------------------------------------------------------

BLOCK = b"\x0b" * 32
TWO = WitnessPolicy.of(2, [one.verifier for one in WITNESSES[:3]])


def block_note(*witnesses: SignerKey, chain_id: int = 1337, number: int = 4711) -> bytes:
    signatures = (cosign_block(one, chain_id, number, BLOCK, 7) for one in witnesses)
    return Note(block_text(chain_id, number, BLOCK), tuple(signatures)).to_bytes()


def test_a_cosigned_block() -> None:
    """A block that enough witnesses cosigned is theirs to vouch for, with number and hash."""
    found = check_block_note(block_note(*WITNESSES[:2]), TWO, 1337)
    assert (4711, BLOCK) == (found.number, found.hash)
    assert {one.name: 7 for one in WITNESSES[:2]} == found.cosigned


@pytest.mark.parametrize("note", [block_note(WITNESSES[0]), block_note(*WITNESSES[:2], chain_id=13)])
def test_blocks_that_nobody_vouches_for(note: bytes) -> None:
    """Too few witnesses, and a block of another chain, are another block than the trusted one (L6.2)."""
    with pytest.raises(BlockMismatch):
        check_block_note(note, TWO, 1337)


def test_a_policy_that_asks_for_nobody_vouches_for_no_block() -> None:
    """Logs have a key of their own, blocks have witnesses only: one of them must have cosigned (L6.2)."""
    policy = WitnessPolicy.of(0, [WITNESSES[0].verifier])
    with pytest.raises(BlockMismatch, match="no witness that is trusted"):
        check_block_note(block_note(WITNESSES[1]), policy, 1337)
    assert {WITNESSES[0].name: 7} == check_block_note(block_note(WITNESSES[0]), policy, 1337).cosigned


def test_a_log_is_no_block() -> None:
    """A cosigned checkpoint of a log does not pass for a block."""
    with pytest.raises(BundleFormatError):
        check_block_note(cosigned(*WITNESSES[:3]).to_bytes(), TWO, 1337)


def test_a_block_has_no_extensions() -> None:
    """A note of a block says nothing else (L6.1)."""
    text = block_text(1337, 4711, BLOCK) + "more\n"
    note = Note(text, tuple(one.sign(text, 7) for one in WITNESSES[:2]))
    with pytest.raises(BundleFormatError):
        check_block_note(note.to_bytes(), TWO, 1337)


def test_witnesses_sign_one_block_together() -> None:
    """Signatures to one block are put together, to two blocks of a fork they are not."""
    first = block_note(WITNESSES[0])
    both = joined(first, Note.from_bytes(block_note(WITNESSES[1])))
    assert 2 == len(check_block_note(both.to_bytes(), TWO, 1337).cosigned)
    with pytest.raises(BlockMismatch):
        joined(first, Note.from_bytes(block_note(WITNESSES[1], number=4712)))
