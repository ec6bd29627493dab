"""
A ticket's key, handed to its customer: sealed for their public key, and opened without us.

    handed = version (0x01) ‖ ephemeral public key (33 bytes, SEC 1) ‖ nonce (12) ‖ ciphertext ‖ tag (16)
    shared = SHA-256 of the compressed point of ECDH on secp256k1
    key    = HKDF-SHA256(shared, salt = ephemeral key ‖ customer's key, "supportledger.handed.v1", 32 bytes)

What is inside is the ticket's 32-byte key; AES-256-GCM, with "supportledger.handed.v1" ‖ 0x00 ‖ ticket as
its AAD. The customer's key pair is that of their address: the public key follows from any signature.

Source: SEC 1 v2.0 §5.1 (ECIES), with today's ciphers; RFC 5869; NIST SP 800-38D.
"""

import secrets
from typing import Final

from supportledger.errors import CommitmentMismatch, InputError
from supportledger.proof.seal import TicketSeal

_LABEL: Final = b"supportledger.handed.v1"
_VERSION: Final = b"\x01"
_POINT: Final = 33
_NONCE: Final = 12
_SIZE: Final = 1 + _POINT + _NONCE + 32 + 16


def hand(seal: TicketSeal, public_key: bytes) -> bytes:
    """
    Seal a ticket's key for whoever has the private key of this public one.

    Args:
        seal: The ticket's.
        public_key: On secp256k1; 33 or 65 bytes (SEC 1).

    Raises:
        InputError: That is no public key.
    """
    import coincurve  # noqa: PLC0415 -- only a handing needs it
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 -- as above

    try:
        theirs = coincurve.PublicKey(public_key)
    except ValueError as error:
        raise InputError(
            "that is no public key on secp256k1", hint="Give its 33 or 65 bytes, as SEC 1 writes them."
        ) from error
    ephemeral = coincurve.PrivateKey()
    ours, nonce = ephemeral.public_key.format(), secrets.token_bytes(_NONCE)
    key = _key(ephemeral.ecdh(theirs.format()), ours, theirs.format())
    return _VERSION + ours + nonce + AESGCM(key).encrypt(nonce, seal.key, _aad(seal.ticket))


def open_key(handed: bytes, ticket: bytes, private_key: bytes) -> TicketSeal:
    """
    Open a ticket's key that was handed over; its customer needs nothing of ours for it.

    Args:
        handed: As `hand` gave it.
        ticket: The ticket's id; 32 bytes.
        private_key: The customer's; 32 bytes.

    Raises:
        CommitmentMismatch: It was altered, is another ticket's, or was handed to somebody else.
    """
    import coincurve  # noqa: PLC0415 -- as above
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 -- as above
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 -- as above

    if len(handed) != _SIZE or handed[:1] != _VERSION:
        raise CommitmentMismatch("that is no key that was handed over")
    theirs, nonce = handed[1 : 1 + _POINT], handed[1 + _POINT : 1 + _POINT + _NONCE]
    mine = coincurve.PrivateKey(private_key)
    try:
        key = _key(mine.ecdh(theirs), theirs, mine.public_key.format())
        return TicketSeal(ticket, AESGCM(key).decrypt(nonce, handed[1 + _POINT + _NONCE :], _aad(ticket)))
    except (InvalidTag, ValueError):
        raise CommitmentMismatch(
            "the key does not open: it is another ticket's, or another customer's"
        ) from None


def _key(shared: bytes, ephemeral: bytes, customer: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 -- as above
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 -- as above

    return HKDF(SHA256(), 32, salt=ephemeral + customer, info=_LABEL).derive(shared)


def _aad(ticket: bytes) -> bytes:
    return _LABEL + b"\0" + ticket
