"""
Named identities: one file each, that holds a key under a passphrase or says where it is kept.

A file is a Web3 Secret Storage keystore, readable by every wallet, or the address of an external signer. Keys
in plain text exist in memory only. Files and their directory are for their owner's eyes.

Source: Web3 Secret Storage Definition, version 3 (scrypt).
"""

import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from supportledger.chain.rpc import Rpc
from supportledger.chain.signer import DIALECTS, ExternalSigner, KeySigner, local_signer
from supportledger.chain.wellknown import LocalName, private_key
from supportledger.errors import ConfigError, Conflict, Denied, InputError, NotFound
from supportledger.model.ids import Address
from supportledger.ports import Signer
from supportledger.proof.signature import address_of

Passphrase = Callable[[str], str]
"""Asks a person, or reads a file; is given the name of the identity."""

SCRYPT_N: Final = 1 << 18
"""Cost of trying one passphrase: about a second and 256 MB."""
CONFIRM_TIMEOUT_S: Final = 180.0
"""How long an external signer may take, since a person may have to press a button."""
_NAME: Final = re.compile(r"[\w][\w.@+-]{0,63}")
_KEY: Final = re.compile(r"(0x)?([0-9a-fA-F]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Identity:
    """
    A name for an address.

    Args:
        name: As given by its owner.
        address: What the chain knows.
        kind: `keystore`, `external` or `local`.
    """

    name: str
    address: Address
    kind: str


class Identities:
    """
    The identities in one directory; the local chain's are there without a file.

    Args:
        directory: Made, for its owner only, when the first identity is kept.
        scrypt_n: Cost of a passphrase, a power of two; lower it in tests only.
    """

    def __init__(self, directory: Path, *, scrypt_n: int = SCRYPT_N) -> None:
        self._directory = directory
        self._scrypt_n = scrypt_n

    def new(self, name: str, passphrase: Passphrase) -> Identity:
        """
        Make a new key and keep it.

        Raises:
            InputError: The name or passphrase cannot be used.
            Conflict: The name is taken.
        """
        while True:
            secret = secrets.token_bytes(32)
            try:
                address_of(secret)
            except InputError:  # one in 2**128
                continue
            return self.import_key(name, secret, passphrase)

    def import_key(self, name: str, key: bytes, passphrase: Passphrase) -> Identity:
        """
        Keep a private key.

        Raises:
            InputError: The name, key or passphrase cannot be used.
            Conflict: The name is taken.
        """
        address = address_of(key)
        self._check_free(name)
        secret = passphrase(name)
        if not secret:
            raise InputError("an empty passphrase protects nothing")
        from eth_account import Account  # noqa: PLC0415 -- 0.2 s, and most commands make no keystore

        self._write(name, Account.encrypt(key, secret, kdf="scrypt", iterations=self._scrypt_n))
        return Identity(name, address, "keystore")

    def import_keystore(self, name: str, text: str, passphrase: Passphrase) -> Identity:
        """
        Keep a keystore that another program made, once its passphrase has opened it.

        Raises:
            InputError: It is not a keystore, or the name cannot be used.
            Denied: The passphrase does not open it.
            Conflict: The name is taken.
        """
        self._check_free(name)
        try:
            keystore = json.loads(text)
        except ValueError as error:
            raise InputError("not a keystore: it is not JSON") from error
        if not isinstance(keystore, dict):
            raise InputError("not a keystore: it is no JSON object")
        address = address_of(_opened(name, keystore, passphrase))
        self._write(name, keystore | {"address": address.hex()})
        return Identity(name, address, "keystore")

    def add_external(self, name: str, address: Address, url: str, dialect: str = "node") -> Identity:
        """
        Name an account that an external signer keeps.

        Raises:
            InputError: The name, URL or kind of signer cannot be used.
            Conflict: The name is taken.
        """
        ExternalSigner(Rpc(url), address, dialect)
        self._check_free(name)
        self._write(name, {"external": dialect, "address": address.hex(), "url": url})
        return Identity(name, address, "external")

    def list(self, *, local: bool = False) -> list[Identity]:
        """
        List identities by name.

        Args:
            local: The local chain's too, unless a file has taken the name.

        Raises:
            ConfigError: A file is damaged.
        """
        found = {path.stem: _identity(path.stem, self._read(path)) for path in self._directory.glob("*.json")}
        if local:
            names = (member for member in LocalName if member.name not in found)
            found |= {m.name: Identity(m.name, address_of(private_key(m)), "local") for m in names}
        return sorted(found.values(), key=lambda identity: identity.name)

    def get(self, name: str) -> Identity:
        """
        Give one identity, without its key.

        Raises:
            NotFound: Nobody has the name.
            ConfigError: The file is damaged.
        """
        path = self._path(name)
        if path.exists():
            return _identity(name, self._read(path))
        if name in LocalName.__members__:
            return Identity(name, address_of(private_key(LocalName[name])), "local")
        raise NotFound(f"no identity {name}", hint="`supportledger identity list` shows those there are.")

    def signer(self, name: str, passphrase: Passphrase) -> Signer:
        """
        Give what signs in this name.

        Args:
            name: Of the identity.
            passphrase: Called only when a keystore must be opened.

        Raises:
            NotFound: Nobody has the name.
            Denied: The passphrase does not open the keystore.
            ConfigError: The file is damaged.
        """
        identity = self.get(name)
        if identity.kind == "local":
            return local_signer(name)
        content = self._read(self._path(name))
        if identity.kind == "external":
            rpc = Rpc(content["url"], timeout_s=CONFIRM_TIMEOUT_S)
            return ExternalSigner(rpc, identity.address, content["external"])
        signer = KeySigner(_opened(name, content, passphrase))
        if signer.address != identity.address:
            raise ConfigError(
                f"the keystore of {name} holds the key of {signer.address}, not of {identity.address}"
            )
        return signer

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise InputError(
                f"not a name: {name[:80]!r}", hint="Use letters, digits and . @ + - _, at most 64."
            )
        return self._directory / f"{name}.json"

    def _check_free(self, name: str) -> None:
        if self._path(name).exists():
            raise Conflict(f"there is an identity {name} already", hint="Choose another name.")

    def _write(self, name: str, content: Mapping[str, Any]) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(self._path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise Conflict(f"there is an identity {name} already", hint="Choose another name.") from None
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file)

    @staticmethod
    def _read(path: Path) -> dict[str, Any]:
        try:
            content = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigError(f"{path} is not an identity: {type(error).__name__}") from error
        if not isinstance(content, dict):
            raise ConfigError(f"{path} is not an identity")
        return content


def passphrase_from_file(path: Path) -> Passphrase:
    """Read the passphrase from the first line of a file, when it is asked for."""

    def read(name: str) -> str:
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise ConfigError(f"cannot read the passphrase of {name} from {path}") from error
        if not lines or not lines[0]:
            raise ConfigError(f"{path} holds no passphrase")
        return lines[0]

    return read


def parse_private_key(text: str) -> bytes:
    """
    Read a private key as wallets export it: 64 hexadecimal digits, with or without 0x.

    Raises:
        InputError: It is not one; the message does not repeat it.
    """
    match = _KEY.fullmatch(text.strip())
    if match is None:
        raise InputError("not a private key: 64 hexadecimal digits are expected")
    return bytes.fromhex(match[2])


def open_keystore(text: str, passphrase: str) -> bytes:
    """
    Give the private key in a keystore that another program made.

    Raises:
        InputError: It is not a keystore.
        Denied: The passphrase does not open it.
    """
    try:
        keystore = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("not a keystore: it is not JSON") from error
    if not isinstance(keystore, dict):
        raise InputError("not a keystore: it is no JSON object")
    return _opened("this account", keystore, lambda _name: passphrase)


def _identity(name: str, content: Mapping[str, Any]) -> Identity:
    try:
        address = Address.parse(content["address"])
    except (KeyError, TypeError, InputError) as error:
        raise ConfigError(f"the file of identity {name} names no address") from error
    if "external" not in content:
        return Identity(name, address, "keystore")
    if content["external"] not in DIALECTS or not isinstance(content.get("url"), str):
        raise ConfigError(f"the file of identity {name} describes no signer")
    return Identity(name, address, "external")


def _opened(name: str, keystore: Mapping[str, Any], passphrase: Passphrase) -> bytes:
    from eth_account import Account  # noqa: PLC0415 -- 0.2 s, and most commands open no keystore

    if keystore.get("version") != 3 or not isinstance(keystore.get("crypto"), dict):
        raise InputError(f"the keystore of {name} is not of version 3")
    try:
        return bytes(Account.decrypt(dict(keystore), passphrase(name)))
    except ValueError as error:
        raise Denied(f"the passphrase does not open the keystore of {name}") from error
    except (KeyError, TypeError, NotImplementedError) as error:
        raise InputError(f"the keystore of {name} is malformed") from error
