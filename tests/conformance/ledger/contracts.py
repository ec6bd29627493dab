"""Accounts that are contracts, and sign by ERC-1271 as each likes: a few bytes of code, or a function."""

from collections.abc import Callable
from itertools import count
from typing import Final

from supportledger.chain.memory import MemoryLedger
from supportledger.chain.sender import Request, Sender
from supportledger.model.ids import Address, keccak
from supportledger.ports import Signer

_ANSWER: Final = "631626ba7e60e01b02" + "600052" + "60206000f3"
"""Return the magic value times the word on the stack."""
MOODS: Final = {
    "honest": "600435" + "606435" + "14" + _ANSWER,  # signs with the digest itself
    "fickle": "3233" + "14" + _ANSWER,  # yes to whoever asks from outside, no to the ledger in a transaction
    "refuses": "6000" + _ANSWER,
    "reverts": "60006000fd",
    "garbage": "600019" + "600052" + "60206000f3",
    "short": "631626ba7e60e01b600052" + "60046000f3",
    "trailing": "631626ba7e60e01b600117600052" + "60206000f3",  # the magic value, and one bit more
    "empty": "00",
    "burns": "fe",
    "loops": "5b600056",
    "dear": "5b" + "620c3500" + "5a" + "11" + "600e57" + "600056" + "5b" + "6001" + _ANSWER,
}
"""What each runs when it is asked."""
_numbers = count(1)


def signature_of(digest: bytes) -> bytes:
    """Sign for an honest one: longer than any key signs."""
    return digest + bytes(64)


def in_memory(ledger: MemoryLedger, mood: str) -> Address:
    """Put one beside a ledger in memory."""
    address = Address(keccak(b"contract %d" % next(_numbers))[12:])
    ledger.wallets[address] = _function(mood)
    return address


def on_chain(sender: Sender, deployer: Signer, mood: str) -> Address:
    """Deploy one."""
    code = bytes.fromhex(MOODS[mood])
    init = bytes.fromhex(f"60{len(code):02x}600c60003960{len(code):02x}6000f3") + code
    receipt = sender.send(deployer, Request(None, init))
    assert receipt.contract is not None
    return receipt.contract


def _function(mood: str) -> Callable[[bytes, bytes], bool]:
    asked: list[bytes] = []

    def fickle(digest: bytes, _signature: bytes) -> bool:
        asked.append(digest)
        return len(asked) == 1

    if mood == "fickle":
        return fickle
    return (lambda digest, signature: signature[:32] == digest) if mood == "honest" else (lambda *_: False)
