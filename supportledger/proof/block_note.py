"""
A block that witnesses put their names to: what to trust when the operator runs the validators (step 8).

    supportledger.block/1337                        the chain
    4711                                            number of the block
    XBa2…=                                          its hash, in base64

It has the form of a checkpoint, so that witnesses cosign it as they cosign logs; no log may have such an
origin, and no signature but theirs is needed.

Source: docs/spec/anchored-log.md, L6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from supportledger.errors import BlockMismatch, BundleFormatError, CosignatureMismatch
from supportledger.proof.checkpoint import LogCheckpoint
from supportledger.proof.log_tree import TreeHead
from supportledger.proof.note import Note, Signature, SignerKey
from supportledger.proof.witness_policy import WitnessPolicy

BLOCK_ORIGIN: Final = "supportledger.block/"


@dataclass(frozen=True, slots=True)
class CosignedBlock:
    """
    A block that enough witnesses have cosigned.

    Args:
        number: Of the block.
        hash: 32 bytes.
        cosigned: When each witness cosigned, in Unix seconds by name.
    """

    number: int
    hash: bytes
    cosigned: Mapping[str, int]


def block_text(chain_id: int, number: int, block_hash: bytes) -> str:
    """Write what witnesses sign of a block (L6.1)."""
    return LogCheckpoint(f"{BLOCK_ORIGIN}{chain_id}", TreeHead(number, block_hash)).text


def cosign_block(signer: SignerKey, chain_id: int, number: int, block_hash: bytes, time: int) -> Signature:
    """Cosign a block, as a witness who has seen it on the chain."""
    return signer.sign(block_text(chain_id, number, block_hash), time)


def joined(data: bytes, note: Note) -> Note:
    """
    Add signatures to those of other witnesses to the same block.

    Args:
        data: The note with theirs.
        note: With the new ones.

    Raises:
        BundleFormatError: The first is no note.
        BlockMismatch: It is of another block: of another chain, or of a fork.
    """
    found = Note.from_bytes(data)
    if found.text != note.text:
        raise BlockMismatch("the note is of another block than the one on the chain")
    return found.with_signatures(note.signatures)


def check_block_note(data: bytes, policy: WitnessPolicy, chain_id: int) -> CosignedBlock:
    """
    Check that enough witnesses cosigned a block of this chain (L6.2).

    Args:
        data: A note.
        policy: Whom the verifier trusts; never taken from the note.
        chain_id: The verifier's.

    Raises:
        BundleFormatError: It is no note of a block.
        BlockMismatch: It is of another chain, or not cosigned as the policy asks, or by nobody.
    """
    note = Note.from_bytes(data)
    found = LogCheckpoint.from_text(note.text)
    if found.extensions or not found.origin.startswith(BLOCK_ORIGIN):
        raise BundleFormatError("this note names no block")
    if found.origin != f"{BLOCK_ORIGIN}{chain_id}":
        raise BlockMismatch(f"the note is of {found.origin}, not of chain {chain_id}")
    try:
        cosigned = policy.check(note)
    except CosignatureMismatch as cause:
        raise BlockMismatch(f"block {found.head.size}: {cause.message}", hint=cause.hint) from cause
    if not cosigned:
        raise BlockMismatch(f"block {found.head.size}: cosigned by no witness that is trusted")
    return CosignedBlock(found.head.size, found.head.root, cosigned)
