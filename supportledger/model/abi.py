"""
Solidity's ABI, as far as our hashes need it: 32-byte words laid side by side.

Importing a full ABI library costs a command that touches no chain 150 ms; hashing needs only these few
functions.

Source: Solidity ABI specification, "Formal Specification of the Encoding".
"""

from supportledger.errors import InputError

WORD = 32
ZERO = bytes(WORD)


def uint(value: int, bits: int = 256) -> bytes:
    """
    Encode an unsigned integer as one word.

    Raises:
        InputError: *value* does not fit into *bits*.
    """
    if value < 0 or value >> bits:
        raise InputError(f"{value} does not fit into uint{bits}")
    return value.to_bytes(WORD, "big")


def address(value: bytes) -> bytes:
    """
    Encode 20 bytes as one word.

    Raises:
        InputError: *value* is not 20 bytes.
    """
    if len(value) != 20:
        raise InputError(f"an address is 20 bytes, not {len(value)}")
    return bytes(12) + value


def bytes32(value: bytes) -> bytes:
    """
    Encode 32 bytes as one word, which is to check that they are 32.

    Raises:
        InputError: *value* is not 32 bytes.
    """
    if len(value) != WORD:
        raise InputError(f"a word is 32 bytes, not {len(value)}")
    return value


def dynamic(data: bytes) -> bytes:
    """Encode `bytes`, or the UTF-8 of a `string`, as the part of an encoding that its offset points to."""
    return len(data).to_bytes(WORD, "big") + data + bytes(-len(data) % WORD)
