"""What a data directory knows of ledgers on other chains, and whose keys it has."""

import os
from pathlib import Path

import pytest

from supportledger.chain.identities import Identities
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.errors import ConfigError, Denied, NotFound
from supportledger.model.ids import Address
from supportledger.model.records import Deployment
from supportledger.wiring.keyring import Keyring
from supportledger.wiring.known import Known, KnownLedger

HERE = Deployment(1, Address(b"\x11" * 20), bytes(32))


def refuse(name: str) -> str:
    """No passphrase."""
    raise Denied(name)


def test_a_ledger_is_remembered(tmp_path: Path) -> None:
    """What was checked once is known the next time."""
    known = Known(tmp_path / "data")
    assert known.read() is None
    known.remember(HERE, 7)
    assert KnownLedger(1, HERE.ledger, 7) == known.read()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"chain_id": 1, "ledger": "0x12", "block": 0}', "\xff"])
def test_a_damaged_note(tmp_path: Path, text: str) -> None:
    """A note that cannot be read is said to be damaged, rather than ignored."""
    (tmp_path / "ledger.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match="damaged"):
        Known(tmp_path).read()


def test_local_identities_are_local(tmp_path: Path) -> None:
    """On another chain the identities that everybody knows do not exist."""
    identities = Identities(tmp_path)
    here = Keyring(identities, LOCAL_CHAIN_ID, refuse)
    assert "agent" == here.name(here.address("agent"))
    elsewhere = Keyring(identities, 1, refuse)
    for ask in (elsewhere.address, elsewhere.signer):
        with pytest.raises(NotFound, match="agent"):
            ask("agent")
    assert elsewhere.name(here.address("agent")) is None


def test_a_keystore_is_opened_once(tmp_path: Path) -> None:
    """A passphrase is asked for once in a run, and only to sign."""
    asked: list[str] = []

    def passphrase(name: str) -> str:
        asked.append(name)
        return "secret"

    identities = Identities(tmp_path, scrypt_n=2)
    identity = identities.import_key("mine", os.urandom(32), passphrase)
    asked.clear()
    keys = Keyring(identities, 1, passphrase)
    assert (identity.address, "mine") == (keys.address("mine"), keys.name(identity.address))
    assert [] == asked
    assert keys.signer("mine") is keys.signer("mine")
    assert ["mine"] == asked
