"""
The keys of the local chain, which everybody knows, so that a demonstration needs no secrets.

They are the accounts of the mnemonic that Hardhat, Anvil and others share. Programs sweep what arrives at
them on public networks within seconds, so signing with one for any chain id but the local one is refused.

Source: BIP-32, "Child key derivation"; BIP-39, "From mnemonic to seed"; BIP-44, coin type 60.
"""

import hashlib
import hmac
from enum import IntEnum
from functools import cache
from typing import Final

import coincurve

from supportledger.errors import Denied
from supportledger.model.ids import Address
from supportledger.proof.signature import address_of

LOCAL_CHAIN_ID: Final = 31337
"""Of every local chain; used for throw-away chains only, where 1337 is also that of private networks."""
MNEMONIC: Final = "test test test test test test test test test test test junk"
FUNDED: Final = 20
"""Accounts, from the first, that the local chain endows with ether."""
WATCHED: Final = 100
"""Accounts, from the first, that are recognised wherever their key comes from."""
_HARDENED: Final = 1 << 31
_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class LocalName(IntEnum):
    """Who acts on the local chain, by the number of their account."""

    admin = 0
    certifier = 1
    supervisor = 2
    anchorer = 3
    relayer = 4
    agent = 5
    senior = 6
    service = 7
    customer = 8
    keeper = 9


def private_key(index: int) -> bytes:
    """Derive the key of one account of the mnemonic."""
    key, chain_code = _accounts()
    return _child(key, chain_code, index)[0].to_bytes(32, "big")


def refuse_elsewhere(address: Address, chain_id: int) -> None:
    """
    Let a well-known key sign for the local chain only.

    Raises:
        Denied: The key is well known and the chain is another.
    """
    if chain_id != LOCAL_CHAIN_ID and address in _known():
        raise Denied(
            f"the key of {address} is public knowledge: it is refused on chain {chain_id}",
            hint="Make a key of your own with `supportledger identity new NAME`.",
        )


@cache
def _known() -> frozenset[Address]:
    return frozenset(address_of(private_key(index)) for index in range(WATCHED))


@cache
def _accounts() -> tuple[int, bytes]:
    """Derive m/44'/60'/0'/0, under which the accounts are."""
    seed = hashlib.pbkdf2_hmac("sha512", MNEMONIC.encode(), b"mnemonic", 2048)
    key, chain_code = _halves(hmac.digest(b"Bitcoin seed", seed, "sha512"))
    for index in (44 | _HARDENED, 60 | _HARDENED, 0 | _HARDENED, 0):
        key, chain_code = _child(key, chain_code, index)
    return key, chain_code


def _child(key: int, chain_code: bytes, index: int) -> tuple[int, bytes]:
    secret = key.to_bytes(32, "big")
    parent = b"\0" + secret if index & _HARDENED else coincurve.PrivateKey(secret).public_key.format()
    added, child_code = _halves(hmac.digest(chain_code, parent + index.to_bytes(4, "big"), "sha512"))
    return (added + key) % _ORDER, child_code


def _halves(digest: bytes) -> tuple[int, bytes]:
    return int.from_bytes(digest[:32], "big"), digest[32:]
