"""
A transaction of EIP-1559, and the bytes that are signed and sent.

Encoded here rather than by eth-account, which takes 320 µs a transaction where this takes 25 and is imported
in 210 ms; a test holds both to the same bytes.

Source: EIP-1559, "Specification"; EIP-2718; Ethereum Yellow Paper, appendix B (RLP).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from supportledger.model.ids import Address, keccak

_TYPE: Final = b"\x02"
_NO_ACCESS_LIST: Final = b"\xc0"


@dataclass(frozen=True, slots=True)
class Transaction:
    """
    What a sender signs.

    Args:
        chain_id: Of the one chain it is good on.
        nonce: The sender's count of transactions before it.
        tip: Most that the block's proposer gets; wei per gas.
        max_fee: Most that is paid in all; wei per gas.
        gas: Most gas that may be used.
        to: The contract called; None deploys one.
        data: Its input.
        value: Wei that go with it.
    """

    chain_id: int
    nonce: int
    tip: int
    max_fee: int
    gas: int
    to: Address | None
    data: bytes
    value: int = 0

    @property
    def digest(self) -> bytes:
        """The 32 bytes that are signed."""
        return keccak(_TYPE + _list(self._items()))

    @property
    def most_wei(self) -> int:
        """What the sender must own for it to be taken."""
        return self.gas * self.max_fee + self.value

    def signed(self, signature: bytes) -> "SignedTransaction":
        """
        Put a signature to it.

        Args:
            signature: Of `digest`: r, s, v, 65 bytes, with v 27 or 28.
        """
        parts = (_uint(signature[64] - 27), signature[:32].lstrip(b"\0"), signature[32:64].lstrip(b"\0"))
        raw = _TYPE + _list([*self._items(), *map(_string, parts)])
        return SignedTransaction(raw, keccak(raw), self)

    def _items(self) -> list[bytes]:
        numbers = (self.chain_id, self.nonce, self.tip, self.max_fee, self.gas)
        strings = (*map(_uint, numbers), self.to or b"", _uint(self.value), self.data)
        return [*map(_string, strings), _NO_ACCESS_LIST]


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """
    What is sent to a node.

    Args:
        raw: All its bytes.
        hash: Its name on the chain; 32 bytes.
        unsigned: What was signed.
    """

    raw: bytes
    hash: bytes
    unsigned: Transaction


def _uint(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def _string(data: bytes) -> bytes:
    if len(data) == 1 and data < b"\x80":
        return data
    return _prefix(len(data), 0x80) + data


def _list(items: Iterable[bytes]) -> bytes:
    payload = b"".join(items)
    return _prefix(len(payload), 0xC0) + payload


def _prefix(length: int, offset: int) -> bytes:
    if length < 56:
        return bytes((offset + length,))
    size = _uint(length)
    return bytes((offset + 55 + len(size),)) + size
