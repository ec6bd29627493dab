import json
import stat
from pathlib import Path

import pytest
from eth_account import Account

from supportledger.chain.identities import Identities, parse_private_key, passphrase_from_file
from supportledger.chain.signer import ExternalSigner, KeySigner
from supportledger.errors import ConfigError, Conflict, Denied, InputError, NotFound
from supportledger.model.ids import Address

KEY = b"\x07" * 32
OWN = KeySigner(KEY)


def secret(_: str) -> str:
    return "correct horse"


def wrong(_: str) -> str:
    return "battery staple"


def never(name: str) -> str:
    pytest.fail(f"the passphrase of {name} was asked for")


@pytest.fixture
def identities(tmp_path: Path) -> Identities:
    return Identities(tmp_path / "identities", scrypt_n=2)


def test_a_new_identity_signs(identities: Identities) -> None:
    """A new key opens with its passphrase and belongs to the address shown."""
    made = identities.new("alice", secret)
    assert made.address == identities.signer("alice", secret).address
    assert made == identities.get("alice")


def test_files_are_for_their_owner_only(identities: Identities, tmp_path: Path) -> None:
    """A keystore is readable by its owner alone, holds no plain key, and opens in other wallets."""
    identities.import_key("alice", KEY, secret)
    file = tmp_path / "identities/alice.json"
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert 0o700 == stat.S_IMODE(file.parent.stat().st_mode)
    assert KEY.hex() not in file.read_text()
    assert KEY == bytes(Account.decrypt(file.read_text(), "correct horse"))


def test_a_wrong_passphrase_is_denied(identities: Identities) -> None:
    """The key stays closed."""
    identities.import_key("alice", KEY, secret)
    with pytest.raises(Denied, match="passphrase"):
        identities.signer("alice", wrong)


def test_a_name_is_used_once(identities: Identities) -> None:
    """An existing identity is never overwritten."""
    identities.import_key("alice", KEY, secret)
    with pytest.raises(Conflict):
        identities.new("alice", never)


@pytest.mark.parametrize("name", ["", "../alice", "a/b", "a b", ".hidden", "x" * 65])
def test_names_stay_in_their_directory(identities: Identities, name: str) -> None:
    """A name that could be a path is refused."""
    with pytest.raises(InputError, match="not a name"):
        identities.new(name, never)


def test_an_empty_passphrase_is_refused(identities: Identities) -> None:
    """It would protect nothing."""
    with pytest.raises(InputError, match="empty"):
        identities.new("alice", lambda _: "")


def test_keystores_of_other_wallets_are_taken(identities: Identities) -> None:
    """Another program's keystore opens here, once its passphrase has been shown to fit."""
    theirs = json.dumps(Account.encrypt(KEY, "correct horse", kdf="pbkdf2", iterations=2))
    with pytest.raises(Denied):
        identities.import_keystore("alice", theirs, wrong)
    assert OWN.address == identities.import_keystore("alice", theirs, secret).address
    assert OWN.address == identities.signer("alice", secret).address


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 1, "crypto": {}}', '{"version": 3, "crypto": {}}']
)
def test_what_is_not_a_keystore_is_refused(identities: Identities, text: str) -> None:
    """Malformed keystores are named as such."""
    with pytest.raises(InputError):
        identities.import_keystore("alice", text, secret)


def test_an_external_signer_has_a_name(identities: Identities) -> None:
    """An account kept elsewhere is asked there, without a passphrase."""
    identities.add_external("alice", OWN.address, "http://127.0.0.1:8550", "clef")
    signer = identities.signer("alice", never)
    assert isinstance(signer, ExternalSigner)
    assert ("external", OWN.address) == (identities.get("alice").kind, signer.address)


def test_the_local_chains_identities_need_no_file(identities: Identities) -> None:
    """They are listed when asked for, and a file of the same name goes first."""
    assert "local" == identities.get("customer").kind
    identities.import_key("customer", KEY, secret)
    kinds = {one.name: one.kind for one in identities.list(local=True)}
    assert ("keystore", "local") == (kinds["customer"], kinds["agent"])
    assert ["customer"] == [one.name for one in identities.list()]


def test_nobody_has_an_unknown_name(identities: Identities) -> None:
    """An unknown name is not found."""
    with pytest.raises(NotFound, match="mallory"):
        identities.signer("mallory", never)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"address": "0x12"}',
        '{"address": 5}',
        '{"external": "x", "address": "%s"}' % ("00" * 20),
    ],
)
def test_a_damaged_file_is_named(identities: Identities, tmp_path: Path, text: str) -> None:
    """A file that is no identity is reported, not guessed at."""
    (tmp_path / "identities").mkdir()
    (tmp_path / "identities/alice.json").write_text(text)
    with pytest.raises(ConfigError, match="alice"):
        identities.get("alice")


def test_a_keystore_must_hold_the_key_it_names(identities: Identities, tmp_path: Path) -> None:
    """A keystore whose address was changed is refused."""
    identities.import_key("alice", KEY, secret)
    file = tmp_path / "identities/alice.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"address": "00" * 20}))
    with pytest.raises(ConfigError, match="holds the key of"):
        identities.signer("alice", secret)


def test_a_passphrase_comes_from_a_file(tmp_path: Path) -> None:
    """The first line counts, and an empty or absent file is an error."""
    file = tmp_path / "passphrase"
    with pytest.raises(ConfigError):
        passphrase_from_file(file)("alice")
    file.write_text("correct horse\nsecond line\n")
    assert "correct horse" == passphrase_from_file(file)("alice")
    file.write_text("")
    with pytest.raises(ConfigError):
        passphrase_from_file(file)("alice")


def test_private_keys_are_read_as_wallets_write_them() -> None:
    """With or without 0x; a mistake is not repeated in the message."""
    assert KEY == parse_private_key(f" 0x{KEY.hex()}\n") == parse_private_key(KEY.hex())
    with pytest.raises(InputError) as caught:
        parse_private_key(KEY.hex() + "0")
    assert KEY.hex() not in str(caught.value)


def test_an_address_is_shown_with_its_checksum(identities: Identities) -> None:
    """Addresses from files are addresses, not text."""
    identities.import_key("alice", KEY, secret)
    assert isinstance(identities.get("alice").address, Address)
