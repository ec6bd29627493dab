"""
What an entry leaves on the chain instead of its content: one hash, bound to its place and to its fields.

The root of the field tree alone is not enough: it can hold two fields of one name, and a stranger can copy
it. So a commitment also binds the *context* (this chain, ledger, ticket, action and actor) and the *manifest*
(all names, with their leaves).

Source: EVIDENCE, "Content and commitment".
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NewType

from supportledger.errors import CommitmentMismatch, InputError
from supportledger.model import abi
from supportledger.model.ids import keccak
from supportledger.proof import field_tree
from supportledger.proof.fields import Fields, checked_names

Commitment = NewType("Commitment", bytes)
"""32 bytes that stand for a content at its place."""

COMMITMENT_TAG: Final = keccak(b"supportledger.commitment.v1")


def context(chain_id: int, ledger: bytes, ticket: bytes, action: int, actor: bytes) -> bytes:
    """
    Say where a content belongs, so that it cannot be used anywhere else.

    Args:
        chain_id: Of the chain at deployment.
        ledger: Address of the contract; 20 bytes.
        ticket: The ticket's id; 32 zero bytes in Open, whose id follows from the commitment.
        action: Number of the action; 8 bits.
        actor: Who acts; 20 bytes.
    """
    words = (
        abi.uint(chain_id),
        abi.address(ledger),
        abi.bytes32(ticket),
        abi.uint(action, 8),
        abi.address(actor),
    )
    return keccak(b"".join(words))


def manifest(names: Sequence[str], leaves: Sequence[bytes]) -> bytes:
    """
    Bind every name to its leaf.

    Args:
        names: Ascending, each once; at least one.
        leaves: One for each name.

    Raises:
        InputError: Names are out of order or repeated, or there are more or fewer leaves.
    """
    if len(names) != len(leaves):
        raise InputError(f"{len(names)} names have {len(leaves)} leaves")
    before, names_part = _names_part(tuple(names))
    return keccak(before + names_part + b"".join(abi.bytes32(leaf) for leaf in leaves))


def commitment(context: bytes, field_root: bytes, manifest: bytes) -> Commitment:
    """Hash context, field root and manifest, under the tag of this version."""
    return Commitment(
        keccak(COMMITMENT_TAG + abi.bytes32(context) + abi.bytes32(field_root) + abi.bytes32(manifest))
    )


def commit(fields: Fields, context: bytes) -> Commitment:
    """Commit to a whole content at its place."""
    return _commit(fields.names, fields.leaves, context)


def check_content(fields: Fields, context: bytes, expected: bytes) -> None:
    """
    Check that a whole content is what was committed to.

    Raises:
        CommitmentMismatch: It is not, or not at this place.
    """
    check(fields.names, fields.leaves, context, expected)


def check(names: Sequence[str], leaves: Sequence[bytes], context: bytes, expected: bytes) -> None:
    """
    Check that an entry with these names and leaves is what was committed to.

    The field root is computed, never believed.

    Args:
        names: All names of the entry.
        leaves: One for each name.
        context: Computed by the verifier from the event.
        expected: The commitment, as it stands in the event.

    Raises:
        CommitmentMismatch: It is not, or not at this place.
    """
    try:
        actual = _commit(names, leaves, context)
    except InputError as cause:
        raise CommitmentMismatch(str(cause)) from cause
    if actual != expected:
        raise CommitmentMismatch(
            f"the content makes commitment {actual.hex()}, the ledger has {expected.hex()}"
        )


def _commit(names: Sequence[str], leaves: Sequence[bytes], context: bytes) -> Commitment:
    return commitment(context, field_tree.root(leaves), manifest(names, leaves))


@lru_cache(maxsize=512)
def _names_part(names: tuple[str, ...]) -> tuple[bytes, bytes]:
    """Encode what depends on the names in `abi.encode(string[], bytes32[])`: all but the leaves."""
    tails = [abi.dynamic(name.encode()) for name in checked_names(names)]
    offsets, at = [], len(names) * abi.WORD
    for tail in tails:
        offsets.append(abi.uint(at))
        at += len(tail)
    count = abi.uint(len(names))
    body = count + b"".join(offsets) + b"".join(tails) + count
    names_at = 2 * abi.WORD
    return abi.uint(names_at) + abi.uint(names_at + len(body) - abi.WORD), body
