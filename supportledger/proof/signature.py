"""
ECDSA signatures as the ledger takes them: `r || s || v`, 65 bytes, low `s`, `v` 27 or 28.

One signature has one form here: with high `s`, or with other `v`, it is refused, so that a signature cannot
be told apart from itself. Many calls of the ledger carry it in two words, `r` and `s`, whose highest bit is
never used and says whether `v` is 28: `shorten` and `lengthen`.

Source: EIP-2, EIP-2098.
"""

from typing import Final

import coincurve

from supportledger.errors import InputError, SignatureMismatch
from supportledger.model.ids import Address, keccak

SIGNATURE_SIZE: Final = 65
_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_HALF_ORDER: Final = (_ORDER // 2).to_bytes(32, "big")
_FIRST_V: Final = 27


def sign_digest(private_key: bytes, digest: bytes) -> bytes:
    """
    Sign 32 bytes, deterministically (RFC 6979).

    Raises:
        InputError: The key is not a private key, or the digest is not 32 bytes.
    """
    if len(digest) != 32:
        raise InputError(f"a digest is 32 bytes, not {len(digest)}")
    signature = _key(private_key).sign_recoverable(digest, hasher=None)
    return signature[:64] + bytes([_FIRST_V + signature[64]])


def recover(digest: bytes, signature: bytes) -> Address:
    """
    Tell whose key signed these 32 bytes.

    Warning: nearly every well-formed signature recovers to *some* address; only comparing it says anything.

    Raises:
        SignatureMismatch: It is not a signature in the one form the ledger takes.
    """
    return _address(_signer(digest, signature))


def public_key(digest: bytes, signature: bytes, signer: Address) -> bytes:
    """
    Give the public key of who signed these 32 bytes, for `handed.hand`; 33 bytes (SEC 1).

    Args:
        digest: What was signed.
        signature: As `recover` takes it.
        signer: Whose signature it must be.

    Raises:
        SignatureMismatch: It is not a signature, or not theirs.
    """
    key = _signer(digest, signature)
    if _address(key) != signer:
        raise SignatureMismatch(f"the signature is not that of {signer}")
    found: bytes = key.format()
    return found


def _signer(digest: bytes, signature: bytes) -> coincurve.PublicKey:
    if len(signature) != SIGNATURE_SIZE or signature[64] not in (_FIRST_V, _FIRST_V + 1) or len(digest) != 32:
        raise SignatureMismatch("a signature is 65 bytes r, s, v over 32 bytes, with v 27 or 28")
    if signature[32:64] > _HALF_ORDER:
        raise SignatureMismatch("the signature's s is in the upper half: the ledger takes the lower one only")
    compact = signature[:64] + bytes([signature[64] - _FIRST_V])
    try:
        return coincurve.PublicKey.from_signature_and_message(compact, digest, hasher=None)
    except Exception as cause:  # coincurve raises bare Exception when there is no such point
        raise SignatureMismatch("the signature fits no key") from cause


def is_shortenable(signature: bytes) -> bool:
    """Tell whether it has the one form that a key makes; what only a contract accepts may have any."""
    return (
        len(signature) == SIGNATURE_SIZE
        and signature[64] in (_FIRST_V, _FIRST_V + 1)
        and any(signature[:32])
        and signature[32:64] <= _HALF_ORDER
    )


def shorten(signature: bytes) -> tuple[bytes, bytes]:
    """
    Give a signature as two words.

    Raises:
        InputError: It has not the one form that a key makes.
    """
    if not is_shortenable(signature):
        raise InputError("two words hold a key's signature only: r, s, v with low s, and v 27 or 28")
    is_second = signature[64] - _FIRST_V
    return signature[:32], bytes([signature[32] | is_second << 7]) + signature[33:64]


def lengthen(r: bytes, vs: bytes) -> bytes:
    """Give a signature of two words in full; none when `r` is zero, which says that nobody signed."""
    if not any(r):
        return b""
    return r + bytes([vs[0] & 0x7F]) + vs[1:] + bytes([_FIRST_V + (vs[0] >> 7)])


def address_of(private_key: bytes) -> Address:
    """
    Tell the address of a private key.

    Raises:
        InputError: It is not a private key.
    """
    return _address(_key(private_key).public_key)


def _address(key: coincurve.PublicKey) -> Address:
    return Address(keccak(key.format(compressed=False)[1:])[12:])


def _key(private_key: bytes) -> coincurve.PrivateKey:
    if len(private_key) != 32:
        raise InputError(f"a private key is 32 bytes, not {len(private_key)}")
    try:
        return coincurve.PrivateKey(private_key)
    except ValueError:
        raise InputError("not a private key: zero, or above the order of the curve") from None
