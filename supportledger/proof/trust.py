"""
What a verifier brings along: which ledger is meant, and which blocks are on its chain; never from a file.

Source: EVIDENCE, steps 2 and 8; docs/spec/verification.md, V2 and V8.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from supportledger.errors import BlockMismatch, Error, Inconclusive, VerificationError
from supportledger.model.ids import Address
from supportledger.model.records import Deployment

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
    """

    chain_id: int
    ledger: Address
    code_hash: bytes
    blocks: BlockHashes = field(default_factory=dict)

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
        expected = self._hash_of(number)
        if expected is None:
            raise Inconclusive(f"nothing is trusted that says which block {number} is on the chain")
        if expected != actual:
            raise BlockMismatch(f"block {number} has the hash {actual.hex()}, trusted is {expected.hex()}")
        return f"block {number} is {actual.hex()}, which is trusted"

    def _hash_of(self, number: int) -> bytes | None:
        if not callable(self.blocks):
            return self.blocks.get(number)
        try:
            return self.blocks(number)
        except VerificationError:
            raise
        except Error as cause:
            raise Inconclusive(f"block {number} could not be asked for: {cause.message}") from cause
