"""
What a verifier brings along: which ledger is meant, and which blocks are on its chain; never from a file.

Source: EVIDENCE, steps 2 and 8; docs/spec/verification.md, V2 and V8.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from supportledger.errors import BlockMismatch, BundleFormatError, Inconclusive, VerificationError
from supportledger.model.ids import Address
from supportledger.model.records import Deployment

if TYPE_CHECKING:
    from supportledger.proof.witness_policy import WitnessPolicy

BlockHashes = Mapping[int, bytes] | Callable[[int], bytes | None]
"""Hashes by number: those at hand, or a function that finds one out."""


@dataclass(frozen=True, slots=True)
class Trust:
    """
    The ledger and the blocks that a verifier trusts.

    Args:
        chain_id: Of the ledger's chain.
        ledger: Address of the contract.
        code_hash: keccak256 of its code on the chain, as it was recorded when it was deployed; 32 bytes.
        blocks: Hashes of blocks by number. A function gives None for a block that it does not know, and
            raises `NotFinal` for one that may still be replaced.
        witnesses: Whose names count when the operator runs the validators; None: nobody's.
        cosigned: A note in which they name a block; empty when there is none.
    """

    chain_id: int
    ledger: Address
    code_hash: bytes
    blocks: BlockHashes = field(default_factory=dict)
    witnesses: "WitnessPolicy | None" = None
    cosigned: bytes = b""

    @property
    def deployment(self) -> Deployment:
        """The contract that is meant."""
        return Deployment(self.chain_id, self.ledger, self.code_hash)

    def check_block(self, number: int, actual: bytes) -> str:
        """
        Check that a block is on the chain (V8.1).

        Returns:
            What was checked.

        Raises:
            BlockMismatch: The chain has another block of this number.
            NotFinal: The block may still be replaced.
            Inconclusive: It is not known which block the chain has.
        """
        known = {self._hash_of(number), self._cosigned_hash(number)} - {None}
        if not known:
            raise Inconclusive(f"nothing is trusted that says which block {number} is on the chain")
        for expected in known:
            if expected is not None and expected != actual:
                raise BlockMismatch(
                    f"block {number} has the hash {actual.hex()}, trusted is {expected.hex()}"
                )
        return f"block {number} is {actual.hex()}, which is trusted"

    def _hash_of(self, number: int) -> bytes | None:
        if not callable(self.blocks):
            return self.blocks.get(number)
        try:
            return self.blocks(number)
        except VerificationError:
            raise
        except Exception as cause:  # whatever a caller's function raises says nothing of the file
            raise Inconclusive(f"block {number} could not be asked for: {cause}") from cause

    def _cosigned_hash(self, number: int) -> bytes | None:
        """Give the hash that enough witnesses have put their names to; None if they named no such block."""
        if self.witnesses is None or not self.cosigned:
            return None
        from supportledger.proof.block_note import check_block_note  # noqa: PLC0415 -- most trust no witnesses

        try:
            found = check_block_note(self.cosigned, self.witnesses, self.chain_id)
        except BundleFormatError as cause:
            raise BlockMismatch(f"what the witnesses are said to have signed: {cause.message}") from cause
        return found.hash if found.number == number else None
