"""
Private keys, told from hashes by what is written beside them; nobody is asked.

1. 64 hexadecimal digits, together or in groups, that are a scalar of secp256k1 are a key, unless the words
   beside them name a hash and no key; where nothing is named, they are one.
2. As many digits or more are a key whenever they are called one.
3. Keys with a checksum of their own (WIF, BIP-38, extended keys, Solana's) are keys if it holds; if it does
   not, they are still if they begin as such keys do and are called one, or are as long as nothing else.
4. The ciphertext of a keystore, and what stands between the lines of a PEM private key.

Source: SEC 2 §2.4.1 (the order); BIP-32, BIP-38, SLIP-132 (versions); Web3 Secret Storage (keystores).
"""

import re
from collections.abc import Iterator
from typing import Final

from supportledger.assist.guard import base58
from supportledger.assist.guard.findings import Certainty, Finding
from supportledger.assist.guard.naming import Called, called
from supportledger.model.incident import SecretKind

_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_HEX: Final = re.compile(
    r"(?<![0-9a-z])(?:0x)?(?:[0-9a-f]{64,}+|"
    r"[0-9a-f]{32}\s{1,4}[0-9a-f]{32}|(?:[0-9a-f]{16}[\s:-]{1,4}){3}[0-9a-f]{16}|"
    r"(?:[0-9a-f]{8}[\s:-]{1,4}){7}[0-9a-f]{8}|(?:[0-9a-f]{4}[\s:-]{1,4}){15}[0-9a-f]{4}|"
    r"(?:[0-9a-f]{2}[\s:,-]{1,4}){31}[0-9a-f]{2})(?![0-9a-z])"
)
_LETTER: Final = re.compile("[a-f]")
_CIPHERTEXT: Final = re.compile(r"\"ciphertext\"\s{0,9}:\s{0,9}\"(?:0x)?([0-9a-f]{32,}+)\"")
_PEM: Final = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_PEM_END: Final = "-----END "
_PEM_LONGEST: Final = 16_384


def hexadecimal(text: str) -> Iterator[Finding]:
    """
    Find keys and ciphertexts in hexadecimal digits.

    Args:
        text: Folded, in lower case.
    """
    ciphertexts = {found.end(1): found for found in _CIPHERTEXT.finditer(text)}
    yield from (Finding(SecretKind.KEYSTORE, *found.span(1)) for found in ciphertexts.values())
    last = 0
    for found in _HEX.finditer(text):
        if found.end() in ciphertexts:
            continue
        name = called(text, *found.span(), since=last)
        last = found.end()
        if certainty := _judged(found[0].removeprefix("0x"), name):
            yield Finding(SecretKind.PRIVATE_KEY, *found.span(), certainty)


def _judged(digits: str, name: Called) -> Certainty | None:
    """Say how digits are known to be a key; None if they are none."""
    scalar = re.sub("[^0-9a-f]", "", digits)
    is_scalar = len(scalar) == 64 and 0 < int(scalar, 16) < _ORDER
    if name is Called.KEY:
        return Certainty.VERIFIED if is_scalar else Certainty.LIKELY
    is_other = name is Called.HASH or _LETTER.search(scalar) is None
    return Certainty.LIKELY if is_scalar and not is_other else None


def encoded(text: str, lower: str) -> Iterator[Finding]:
    """
    Find keys that have an encoding of their own.

    Args:
        text: Folded, its case as it was.
        lower: The same in lower case.
    """
    yield from _pem(text)
    for found in base58.EXTENDED.finditer(text):
        certainty = Certainty.VERIFIED if base58.is_extended(found[0]) else Certainty.LIKELY
        yield Finding(SecretKind.EXTENDED_KEY, *found.span(), certainty)
    for found in base58.SHORT.finditer(text):
        if base58.is_private(found[0]):
            yield Finding(SecretKind.PRIVATE_KEY, *found.span())
        elif base58.begins_private(found[0]) and called(lower, *found.span()) is Called.KEY:
            yield Finding(SecretKind.PRIVATE_KEY, *found.span(), Certainty.LIKELY)
    for start, end in base58.solana(text):
        yield Finding(SecretKind.PRIVATE_KEY, start, end)


def _pem(text: str) -> Iterator[Finding]:
    end = 0
    for found in _PEM.finditer(text):
        if found.start() < end:
            continue
        closing = text.find(_PEM_END, found.end(), found.end() + _PEM_LONGEST)
        end = closing if closing >= 0 else min(len(text), found.end() + _PEM_LONGEST)
        if text[found.end() : end].strip():
            yield Finding(SecretKind.PRIVATE_KEY, found.end(), end)
