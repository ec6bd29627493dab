"""
Keys in Base58: with a checksum (WIF, BIP-38, extended keys), or with their public key (Solana's).

Source: BIP-32 "Serialization format", BIP-38, SLIP-132; Base58Check as Bitcoin has it; RFC 8032 for Solana's.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SIGN: Final = "[1-9A-HJ-NP-Za-km-z]"
_VALUES: Final = {sign: value for value, sign in enumerate(_ALPHABET)}
_BARE: Final = r"(?<![0-9A-Za-z])"
_END: Final = r"(?![0-9A-Za-z])"
EXTENDED: Final = re.compile(rf"{_BARE}[xyztuvYZUV]prv(?:\s{{0,2}}{_SIGN}){{90,107}}+")
"""An extended private key, perhaps cut by line ends."""
SHORT: Final = re.compile(rf"{_BARE}(?:[5KLc9]{_SIGN}{{50,51}}|6P{_SIGN}{{56}}){_END}")
"""A single private key."""
_SOLANA: Final = re.compile(rf"{_BARE}{_SIGN}{{86,88}}{_END}")
_BYTES: Final = re.compile(r"\[\s{0,9}[0-9]{1,3}(?:\s{0,9},\s{0,9}[0-9]{1,3}){63}\s{0,9}\]")
_EXTENDED_VERSIONS: Final = frozenset(
    bytes.fromhex(one)
    for one in (
        *("0488ade4", "04358394", "049d7878", "04b2430c", "044a4e28"),
        *("045f18bc", "0295b005", "02aa7a99", "024285b5", "02575048"),
    )
)
_WIF_VERSIONS: Final = frozenset({b"\x80", b"\xef"})
_WIF_SIZES: Final = frozenset({33, 34})
_BIP38: Final = frozenset({b"\x01\x42", b"\x01\x43"})


def decoded(text: str) -> bytes:
    """Read Base58; its signs are known to be of the alphabet."""
    number = 0
    for sign in text:
        number = number * 58 + _VALUES[sign]
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _payload(text: str) -> bytes:
    """Read Base58Check; nothing if the checksum fails."""
    raw = decoded(text)
    body, check = raw[:-4], raw[-4:]
    return body if hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4] == check else b""


def is_extended(text: str) -> bool:
    """Tell whether the checksum of an extended private key holds."""
    payload = _payload("".join(text.split()))
    return len(payload) == 78 and payload[:4] in _EXTENDED_VERSIONS


def is_private(text: str) -> bool:
    """Tell whether the checksum of a single private key holds."""
    payload = _payload(text)
    is_wif = payload[:1] in _WIF_VERSIONS and len(payload) in _WIF_SIZES
    return is_wif or (payload[:2] in _BIP38 and len(payload) == 39)


def begins_private(text: str) -> bool:
    """Tell whether a text of this length and beginning is hardly anything else."""
    return text.startswith("6P") if len(text) == 58 else len(text) == 51 + (text[0] in "KLc")


def solana(text: str) -> Iterator[tuple[int, int]]:
    """Find pairs of a private key and its own public key, as Base58 or as a list of 64 bytes."""
    for found in _SOLANA.finditer(text):
        if _is_pair(decoded(found[0])):
            yield found.span()
    for found in _BYTES.finditer(text):
        values = [int(one) for one in re.findall("[0-9]+", found[0])]
        if max(values) < 256 and _is_pair(bytes(values)):
            yield found.start() + 1, found.end() - 1


def _is_pair(raw: bytes) -> bool:
    if len(raw) != 64:
        return False
    return Ed25519PrivateKey.from_private_bytes(raw[:32]).public_key().public_bytes_raw() == raw[32:]
