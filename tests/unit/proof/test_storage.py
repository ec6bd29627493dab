"""
What a block shows, and what it only seems to show.

Spec: docs/spec/verification.md, V6.2 and V7.1 to V7.4.
"""

import pytest
import rlp
from rlp.codec import length_prefix

from supportledger.chain.artifact import packaged
from supportledger.errors import StorageMismatch
from supportledger.model.ids import keccak
from supportledger.proof import places
from supportledger.proof.storage import path, prove, prove_word, read_header
from tests.vectors.proof_story import ProofStory, address

STORY = ProofStory()
PLACE = (places.ticket_place(STORY.ticket), "the ticket")
PROOF = STORY.ledger.proof([PLACE[0]])
DEPLOYMENT = STORY.ledger.deployment
SHOWN = prove(PROOF, DEPLOYMENT, [PLACE])


def changed(**parts: object):
    values = {"header": PROOF.header, "account": PROOF.account, "words": PROOF.words} | parts
    return type(PROOF)(**values)


def test_positions_are_the_compilers() -> None:
    """The pinned slots of the mappings are those of the compiled contract."""
    layout = packaged().storage
    pinned = {"agents": places.AGENTS, "policies": places.POLICIES, "tickets": places.TICKETS}
    assert {**pinned, "anchorHash": places.ANCHORS} == {
        name: layout[name] for name in ("agents", "policies", "tickets", "anchorHash")
    }


def test_a_block_shows_its_number_time_and_words() -> None:
    """Number, time and hash are the block's, and the word is the ticket's."""
    block = STORY.ledger.block()
    assert (block.number, block.time, block.hash) == (
        SHOWN.header.number,
        SHOWN.header.time,
        SHOWN.header.hash,
    )
    assert (STORY.state.hash(),) == SHOWN.words


def test_an_absent_word_is_zero() -> None:
    """That nothing is stored is shown, too."""
    nobody = places.agent_place(address("keeper"))
    proof = STORY.ledger.proof([nobody])
    assert (bytes(32),) == prove(proof, DEPLOYMENT, [(nobody, "nobody")]).words


def test_an_empty_storage_needs_no_nodes() -> None:
    """Under the root of nothing, everything is absent, and no node belongs on the path."""
    empty = keccak(b"\x80")
    assert bytes(32) == prove_word(empty, PLACE[0], (), "it")
    with pytest.raises(StorageMismatch, match="do not belong"):
        prove_word(empty, PLACE[0], (b"\x80",), "it")


@pytest.mark.parametrize(
    "parts",
    [
        {"account": ()},
        {"account": (*PROOF.account, PROOF.account[-1])},
        {"account": PROOF.words[0]},
        {"words": ()},
        {"words": (*PROOF.words, *PROOF.words)},
        {"words": (PROOF.words[0][:-1],)},
        {"words": (PROOF.words[0][1:],)},
        {"words": ((*PROOF.words[0], b""),)},
        {"words": ((b"\xc0",),)},
        {"words": ((b"\xff" * 40,),)},
        {"header": b""},
        {"header": b"\x80"},
        {"header": b"\xc0"},
        {"header": PROOF.header + b"\x00"},
        {"header": rlp.encode([b"\x01"] * 17)},
        {"header": rlp.encode([[]] * 17)},
        {"header": b"\xf8" * 3_000},
        {"header": b"\xc1" * 300_000},
        {"header": rlp.encode([b"\x01"] * 70_000)},
        {"account": (length_prefix(1 << 20, 0xC0) + bytes(1 << 20),)},
    ],
    ids=lambda parts: str(parts)[:40],
)
def test_what_shows_nothing(parts: dict[str, object]) -> None:
    """Anything but the exact path under the exact header is a mismatch, and nothing else is raised."""
    with pytest.raises(StorageMismatch):
        prove(changed(**parts), DEPLOYMENT, [PLACE])


def test_a_header_whose_number_is_none() -> None:
    """A number with leading zeros is none."""
    fields = rlp.decode(PROOF.header)
    fields[8] = b"\x00\x01"
    with pytest.raises(StorageMismatch, match="number"):
        read_header(rlp.encode(fields))


def test_nodes_around_the_path_are_left_out() -> None:
    """What a node gives in any order, with others among it, is brought into the one form."""
    header = read_header(PROOF.header)
    key = keccak(DEPLOYMENT.ledger)
    messy = [*PROOF.words[0], *reversed(PROOF.account), *PROOF.account]
    assert PROOF.account == path(header.state_root, key, messy)


@pytest.mark.parametrize("levels", [0, 100, 300, 390, 900])
def test_lists_where_a_value_should_be(levels: int) -> None:
    """However deep, they are neither a value nor none, and nothing but a mismatch is raised."""
    value = b"\xc0"
    for _ in range(levels):
        value = length_prefix(len(value), 0xC0) + value
    inner = rlp.encode(b"\x20" + keccak(PLACE[0])) + value
    leaf = length_prefix(len(inner), 0xC0) + inner
    with pytest.raises(StorageMismatch):
        prove_word(keccak(leaf), PLACE[0], (leaf,), "it")


def test_a_stored_value_that_is_no_word() -> None:
    """A value with a leading zero, or of more than 32 bytes, is none that a contract stores."""
    from trie import HexaryTrie  # noqa: PLC0415 -- to build what no contract builds

    for value in (b"\x00\x01", bytes(33), [b"x"]):
        trie = HexaryTrie({})
        trie[keccak(PLACE[0])] = rlp.encode(value)
        nodes = [rlp.encode(node) for node in trie.get_proof(keccak(PLACE[0]))]
        with pytest.raises(StorageMismatch, match="not a word"):
            prove_word(trie.root_hash, PLACE[0], nodes, "it")
