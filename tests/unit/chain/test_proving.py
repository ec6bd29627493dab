"""What nodes give as proofs, brought into the one form that hashes; and what they give that is none."""

import pytest
import rlp

from supportledger.chain.proving import _FIELDS, _NUMBERS, raw_header, state_proof
from supportledger.chain.rpc import Fault
from supportledger.errors import RpcRefused, RpcUnavailable, StorageMismatch
from supportledger.model.ids import keccak
from supportledger.proof.places import ticket_place
from tests.vectors.proof_story import ProofStory

STORY = ProofStory()
PLACE = ticket_place(STORY.ticket)
PROOF = STORY.ledger.proof([PLACE])
LEDGER = STORY.ledger.deployment.ledger


def hexed(data):
    return "0x" + data.hex()


def block_of(header, **changes):
    """Give a header as nodes do."""
    fields = dict(zip(_FIELDS, rlp.decode(header), strict=False))
    shown = {
        name: hex(int.from_bytes(value, "big")) if name in _NUMBERS else hexed(value)
        for name, value in fields.items()
    }
    return {**shown, "hash": hexed(keccak(header)), "transactions": [], **changes}


class Node:
    """Answers what it was told."""

    def __init__(self, block=None, proof=None, raw=None):
        self._block = block or block_of(PROOF.header)
        nodes = [hexed(node) for node in PROOF.account]
        words = [{"key": "0x0", "value": "0x0", "proof": [hexed(node) for node in PROOF.words[0]]}]
        self._proof = {"accountProof": nodes, "storageProof": words} if proof is None else proof
        self._raw = raw

    def block(self, _which):
        return self._block

    def call(self, method, *_params):
        assert "eth_getProof" == method
        return self._proof

    def attempt(self, call):
        assert "debug_getRawHeader" == call.method
        return Fault(-32601, "no such method", None) if self._raw is None else hexed(self._raw)


def proof(**given):
    nodes = {"accountProof": [hexed(one) for one in PROOF.account], "storageProof": []}
    return nodes | given


def test_what_a_node_gives_is_what_a_file_needs():
    """Header, account and words come out as they hash."""
    assert PROOF == state_proof(Node(), LEDGER, [PLACE], None)


def test_nodes_beside_the_path_are_left_out():
    """A node that gives more than the path gives the same proof."""
    messy = [hexed(one) for one in (*reversed(PROOF.words[0]), *PROOF.account)]
    given = proof(storageProof=[{"proof": messy}], accountProof=[*messy, *messy])
    assert PROOF == state_proof(Node(proof=given), LEDGER, [PLACE], None)


def test_a_header_with_fields_of_the_future():
    """Where a field is not known here, the node is asked for the bytes, and they must hash."""
    future = rlp.encode([*rlp.decode(PROOF.header), *[bytes(32)] * 6])
    block = block_of(PROOF.header, hash=hexed(keccak(future)))
    assert future == raw_header(Node(raw=future), block)
    for node in (Node(), Node(raw=PROOF.header)):
        with pytest.raises(RpcRefused, match="does not hash"):
            raw_header(node, block)


@pytest.mark.parametrize("change", [{"number": "x"}, {"hash": None}, {"stateRoot": "0x1"}, {"logsBloom": 7}])
def test_a_malformed_block(change):
    """What is no block is no usable answer."""
    with pytest.raises(RpcUnavailable, match="malformed"):
        raw_header(Node(), block_of(PROOF.header, **change))


@pytest.mark.parametrize(
    "given",
    [{}, [], None, {"accountProof": 1}, proof(storageProof=[{}]), proof(storageProof=[{"proof": ["0xz"]}])],
    ids=str,
)
def test_a_malformed_proof(given):
    """What is no proof is no usable answer."""
    with pytest.raises(RpcUnavailable, match="malformed"):
        state_proof(Node(proof=given if given is not None else 0), LEDGER, [PLACE], None)


def test_too_few_words():
    """As many words are proven as were asked for."""
    with pytest.raises(RpcUnavailable, match="proves 0 words"):
        state_proof(Node(proof=proof()), LEDGER, [PLACE], None)


def test_a_node_that_lies():
    """Proofs that do not follow from the node's own block are a mismatch."""
    other = ProofStory(policy=2)
    other.ledger.advance(7)
    nodes = [hexed(one) for one in other.ledger.proof([PLACE]).words[0]]
    given = proof(storageProof=[{"proof": nodes}])
    with pytest.raises(StorageMismatch):
        state_proof(Node(proof=given), LEDGER, [PLACE], None)
