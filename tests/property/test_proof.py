import contextlib
import unicodedata
from typing import Any

from eth_abi import encode
from hypothesis import given
from hypothesis import strategies as st

from supportledger.errors import ConsistencyMismatch, InclusionMismatch, SignatureMismatch, VerificationError
from supportledger.model.ids import keccak
from supportledger.proof import field_json, field_tree, merkle
from supportledger.proof.commitment import check_content, commit, context, manifest
from supportledger.proof.disclosure import Disclosure
from supportledger.proof.fields import Field, Fields, FieldType, field_type
from supportledger.proof.signature import address_of, recover, sign_digest

WORDS = st.binary(min_size=32, max_size=32)
TEXTS = st.text(min_size=1, max_size=80).filter(str.strip)
PLACE = context(1337, b"\x01" * 20, bytes(32), 1, b"\x02" * 20)
BY_TYPE = {FieldType.STRING: TEXTS, FieldType.UINT64: st.integers(0, 2**64 - 1), FieldType.BYTES32: WORDS}
NAMES = [
    "body",
    "kind",
    "subject",
    "author",
    "channel",
    "language",
    "createdAt",
    "attachment.0",
    "attachment.0.name",
]
NAMES += ["attachment.0.size", "attachment.0.type", "attachment.10", "attachment.2", "log.count", "log.last"]
LEAF_DATA = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


@st.composite
def contents(draw: Any) -> Fields:
    names = sorted(draw(st.sets(st.sampled_from(NAMES), min_size=1)))
    return Fields(tuple(Field(name, draw(BY_TYPE[field_type(name)]), draw(WORDS)) for name in names))


@given(contents())
def test_leaves_are_the_scheme_written_out(fields: Fields) -> None:
    """Every leaf is keccak(keccak(abi.encode(type, name, abi.encode(value), salt))) as eth-abi encodes it."""
    expected = []
    for one in fields.fields:
        value = encode([one.type], [one.value])
        expected.append(
            keccak(
                keccak(
                    encode(["string", "string", "bytes", "bytes32"], [one.type, one.name, value, one.salt])
                )
            )
        )
    assert expected == list(fields.leaves)
    assert keccak(encode(["string[]", "bytes32[]"], [fields.names, expected])) == manifest(
        fields.names, fields.leaves
    )


@given(contents())
def test_contents_come_back_from_bytes(fields: Fields) -> None:
    """Any content, in any script, is read from its bytes unchanged and keeps its commitment."""
    again = field_json.from_bytes(field_json.to_bytes(fields))
    assert fields == again
    check_content(again, PLACE, commit(fields, PLACE))


@given(contents(), st.data())
def test_any_choice_can_be_disclosed(fields: Fields, data: Any) -> None:
    """Any fields of any content verify against its commitment, and after one changed bit no longer do."""
    names = data.draw(st.sets(st.sampled_from(fields.names), min_size=1))
    disclosure, expected = Disclosure.of(fields, names), commit(fields, PLACE)
    disclosure.verify(PLACE, expected)
    written = field_json.canonical(disclosure.to_json())
    place, bit = data.draw(st.integers(0, len(written) - 1)), data.draw(st.integers(0, 7))
    changed = written[:place] + bytes([written[place] ^ 1 << bit]) + written[place + 1 :]
    assert not holds(changed, expected)


def holds(written: bytes, expected: bytes) -> bool:
    try:
        Disclosure.from_json(field_json.read(written)).verify(PLACE, expected)
    except VerificationError:
        return False
    return True


@given(TEXTS)
def test_text_is_normalised_once(text: str) -> None:
    """Creating normalises to NFC, and doing it again changes nothing."""
    once = Fields.create({"body": text}).values()["body"]
    assert unicodedata.normalize("NFC", text) == once == Fields.create({"body": once}).values()["body"]


@given(st.lists(WORDS, min_size=1, max_size=40, unique=True), st.data())
def test_multiproofs_lead_to_the_root(leaves: list[bytes], data: Any) -> None:
    """Any choice of leaves of any tree leads to its root, whatever order the leaves are given in."""
    chosen = sorted(data.draw(st.sets(st.sampled_from(leaves), min_size=1)))
    path = field_tree.prove(leaves, chosen)
    assert field_tree.root(leaves[::-1]) == field_tree.root_of_path(chosen, path)


@given(LEAF_DATA, st.data())
def test_inclusion_holds_at_one_place_only(leaves: list[bytes], data: Any) -> None:
    """A proof verifies where it was made, not at the place of another entry nor with a hash changed."""
    index, root = data.draw(st.integers(0, len(leaves) - 1)), merkle.root(leaves)
    proof, leaf = merkle.inclusion_proof(leaves, index), merkle.leaf_hash(leaves[index])
    merkle.verify_inclusion(leaf, index, len(leaves), proof, root)
    other = data.draw(st.integers(0, len(leaves) - 1))
    if leaves[other] != leaves[index]:
        assert not included(leaf, other, len(leaves), proof, root)
    if proof:
        changed = data.draw(st.integers(0, len(proof) - 1))
        assert not included(
            leaf, index, len(leaves), [*proof[:changed], bytes(32), *proof[changed + 1 :]], root
        )


def included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    try:
        merkle.verify_inclusion(leaf, index, size, proof, root)
    except InclusionMismatch:
        return False
    return True


@given(LEAF_DATA, st.data())
def test_a_log_is_consistent_with_its_past_only(leaves: list[bytes], data: Any) -> None:
    """A tree extends each of its beginnings, and never one in which an entry was another."""
    old_size = data.draw(st.integers(1, len(leaves)))
    proof, root = merkle.consistency_proof(leaves, old_size), merkle.root(leaves)
    merkle.verify_consistency(old_size, len(leaves), proof, merkle.root(leaves[:old_size]), root)
    place = data.draw(st.integers(0, old_size - 1))
    rewritten = merkle.root([*leaves[:place], leaves[place] + b"!", *leaves[place + 1 : old_size]])
    assert not extends(old_size, len(leaves), proof, rewritten, root)
    assert not extends(old_size, len(leaves), [*proof, root], merkle.root(leaves[:old_size]), root)


def extends(old_size: int, new_size: int, proof: list[bytes], old_root: bytes, new_root: bytes) -> bool:
    try:
        merkle.verify_consistency(old_size, new_size, proof, old_root, new_root)
    except ConsistencyMismatch:
        return False
    return True


@given(WORDS.filter(any), WORDS, st.integers(0, 65 * 8 - 1))
def test_signatures_lead_to_their_key(key: bytes, digest: bytes, bit: int) -> None:
    """A signature recovers to its key's address; with one bit changed it recovers to another, or to none."""
    key = (int.from_bytes(key, "big") >> 1 or 1).to_bytes(32, "big")
    signature = sign_digest(key, digest)
    assert address_of(key) == recover(digest, signature)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    with contextlib.suppress(SignatureMismatch):
        assert recover(digest, bytes(changed)) != address_of(key)
