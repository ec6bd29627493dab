"""
What a contract says when it refuses: four bytes that name an error, and its arguments.

Source: Solidity ABI specification, "Errors"; Solidity documentation, "Panic via assert and Error via
    require".
"""

from collections.abc import Callable
from typing import Final

from supportledger.errors import Error, TransactionReverted

Decoder = Callable[[bytes], Error]
"""Makes an exception of what a contract returned."""

_ERROR: Final = bytes.fromhex("08c379a0")
_PANIC: Final = bytes.fromhex("4e487b71")
_PANICS: Final = {
    0x01: "an assertion failed",
    0x11: "arithmetic overflow",
    0x12: "division by zero",
    0x21: "no such value of an enum",
    0x31: "pop of an empty array",
    0x32: "index out of bounds",
    0x41: "too much memory",
}


def plain(data: bytes) -> Error:
    """Name what any contract may revert with: a text, a panic, nothing, or an unknown error's selector."""
    selector, body = data[:4], data[4:]
    if not data:
        return TransactionReverted("revert", hint="The contract gave no reason; it may have run out of gas.")
    if selector == _PANIC and len(body) == 32:
        number = int.from_bytes(body, "big")
        return TransactionReverted("Panic", (_PANICS.get(number, hex(number)),))
    if selector == _ERROR and len(body) >= 64:
        length = int.from_bytes(body[32:64], "big")
        return TransactionReverted("Error", (body[64 : 64 + length].decode(errors="replace"),))
    return TransactionReverted("0x" + selector.hex(), ("0x" + body.hex(),) if body else ())
