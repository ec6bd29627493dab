"""
The auditor's key: Ed25519, in a file of its owner's.

A checkpoint is believed when the key that its reader names has signed it; the key that a checkpoint itself
carries is never asked (A4.4).
"""

import os
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from supportledger.errors import ConfigError, SignatureMismatch


class AuditKey:
    """
    Signs checkpoints.

    Args:
        key: Never shown, logged, or written anywhere but to its file.
    """

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def __repr__(self) -> str:
        """Name the key by its public half."""
        return f"AuditKey({self.public.hex()})"

    @classmethod
    def new(cls) -> Self:
        """Make a key that nobody has."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """
        Read a key, or make one where there is none.

        Raises:
            ConfigError: The file is no such key, or cannot be read or made.
        """
        try:
            return cls._read(path) if path.exists() else cls._make(path)
        except (OSError, ValueError, TypeError) as error:
            raise ConfigError(
                f"{path} is not an auditor's key", hint="Name another one with --key."
            ) from error

    @classmethod
    def _read(cls, path: Path) -> Self:
        key = load_pem_private_key(path.read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("another kind of key")
        return cls(key)

    @classmethod
    def _make(cls, path: Path) -> Self:
        made = cls.new()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 -- a mode
            file.write(made._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))  # noqa: SLF001 -- its own class
            file.flush()
            os.fsync(file.fileno())
        return made

    @property
    def public(self) -> bytes:
        """What others check its signatures with; 32 bytes."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        """Sign; 64 bytes."""
        return self._key.sign(message)


def check_signature(public: bytes, message: bytes, signature: bytes) -> None:
    """
    Check that a key has signed.

    Raises:
        SignatureMismatch: It has not, or is no key.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise not_signed_by(public) from error


def not_signed_by(public: bytes) -> SignatureMismatch:
    """Say that a key has not signed."""
    return SignatureMismatch(
        f"the checkpoint is not signed by the auditor's key {public.hex()[:16]}",
        hint="Name the key that signed it with --auditor, or begin at the deployment.",
    )
