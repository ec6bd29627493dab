"""Backups of contents and keys, restores, and another desk key, on the command line."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from supportledger.proof.seal import DeskKey
from supportledger.store import keyplace, vault
from supportledger.store.place import Place
from supportledger.store.vault import open_vault
from supportledger.wiring.desk_key import VARIABLE
from tests.conformance.store.builders import DESK_KEY, HERE, MORNING, a_submission, open_store
from tests.conformance.store.test_commands import LINE, cli, kept, place

__all__ = ["cli", "kept", "place"]  # fixtures of the other commands
NEW = DeskKey(b"\x0e" * 32)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where backups go."""
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "monday.backup"


def lose_keys(place: Place) -> None:
    """The key store is gone."""
    if place.path is not None:
        keyplace.beside(place.path).unlink()
        return
    with closing(keyplace.connect(place)) as session, session.alone() as connection:
        vault.metadata.drop_all(connection)


def test_a_backup_of_the_keys_lies_beside(cli: LINE, kept: Place, file: Path) -> None:
    """Contents and keys are backed up into two files, each for its owner; a restore needs both."""
    made = cli("db", "backup", file, "--json")
    keys = file.with_name("monday.backup.keys")
    assert (0, 3) == (made.code, made.data["keys"])
    assert [file, keys] == sorted(file.parent.iterdir())
    assert [0o600, 0o600] == [one.stat().st_mode & 0o777 for one in (file, keys)]
    with open_store(kept, HERE) as store:
        drafts = store.drafts()
        texts = [store.drafted(one) for one in drafts]
    lose_keys(kept)
    restored = cli("db", "restore", file, "--force", "--json")
    assert (0, 3) == (restored.code, restored.data["keys"])
    with open_store(kept, HERE) as store:
        assert texts == [store.drafted(one) for one in drafts]


def test_neither_file_is_replaced_unasked(cli: LINE, kept: Place, file: Path) -> None:
    """A backup of keys that is there already stays, and then nothing is written at all."""
    keys = file.with_name("monday.backup.keys")
    keys.write_text("precious")
    assert (5, ["monday.backup.keys"]) == (
        cli("db", "backup", file).code,
        [one.name for one in file.parent.iterdir()],
    )
    assert 0 == cli("db", "backup", file, "--force").code
    assert "precious" not in keys.read_text("latin-1")


def test_what_was_erased_stays_erased(cli: LINE, kept: Place, file: Path) -> None:
    """A restore brings back no key that was destroyed since, nor its bytes; holds and later keys stay."""
    cli("db", "backup", file)
    with open_store(kept, HERE) as store:
        erased, held = (one.ticket for one in store.drafts()[:2])
        store.vault.erase([erased], MORNING)
        store.vault.hold(held, "a case", MORNING)
        [later] = store.keep([a_submission()])
    with closing(sqlite3.connect(file.with_name("monday.backup.keys"))) as database:
        query = "SELECT wrapped FROM ticket_keys WHERE ticket = ?"
        [(wrapped,)] = database.execute(query, (bytes(erased),)).fetchall()
    assert 0 == cli("db", "restore", file, "--force").code
    with closing(open_vault(kept, DESK_KEY)) as keys:
        assert MORNING == keys.status(erased).erased_at
        assert "a case" == keys.status(held).reason
        assert keys.status(later.ticket).is_sealed
    if kept.path is not None:
        assert wrapped not in keyplace.beside(kept.path).read_bytes()


def test_contents_without_keys_cannot_be_read(cli: LINE, kept: Place, file: Path) -> None:
    """Whoever destroys the backup of the keys has made that of the contents useless; a check says so."""
    cli("db", "backup", file)
    file.with_name("monday.backup.keys").unlink()
    lose_keys(kept)
    restored = cli("db", "restore", file, "--force", "--json")
    assert (0, None) == (restored.code, restored.data["keys"])
    found = cli("db", "check", "--json")
    assert (1, {"sealed": 0, "erased": 0, "closed": 3}) == (found.code, found.data["contents"])


@pytest.mark.parametrize("data", [b"", b"dear diary", b"SQLite format 3\0" + bytes(4_080)])
def test_a_damaged_backup_of_keys(cli: LINE, kept: Place, file: Path, data: bytes) -> None:
    """What is no backup of keys is refused before anything is changed."""
    cli("db", "backup", file)
    with open_store(kept, HERE) as store:
        store.keep([a_submission()])
    file.with_name("monday.backup.keys").write_bytes(data)
    refused = cli("db", "restore", file, "--force")
    assert (6, True) == (refused.code, "monday.backup.keys" in refused.err)
    with open_store(kept, HERE) as store:
        assert 4 == len(store.drafts())


def test_the_desk_key_is_changed(
    cli: LINE, kept: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a rotation only the new key opens anything; the old one is told so by every command."""
    new = tmp_path / "new.key"
    new.write_text(NEW.secret.hex())
    done = cli("db", "rotate-key", "--new-key-file", new, "--json")
    assert (0, 3) == (done.code, done.data["keys"])
    for command in (["check"], ["upgrade"], ["rotate-key", "--new-key-file", str(new)]):
        refused = cli("db", *command)
        assert (2, True) == (refused.code, "desk key" in refused.err)
    monkeypatch.setenv(VARIABLE, NEW.secret.hex())
    found = cli("db", "check", "--json")
    assert {"sealed": 3, "erased": 0, "closed": 0} == found.data["contents"]
    assert "wrapped anew" in cli("db", "rotate-key", "--new-key-file", new).out


def test_backups_from_before_a_rotation(
    cli: LINE, kept: Place, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys that the old desk key wraps are put back only when asked for, and need that key again."""
    cli("db", "backup", file)
    (tmp_path / "new.key").write_text(NEW.secret.hex())
    cli("db", "rotate-key", "--new-key-file", tmp_path / "new.key")
    monkeypatch.setenv(VARIABLE, NEW.secret.hex())
    refused = cli("db", "restore", file)
    assert (5, True) == (refused.code, "another desk key" in refused.err)
    with open_store(kept, HERE, NEW) as store:
        [later] = store.keep([a_submission()])
    wrong = cli("db", "restore", file, "--force")
    assert (2, True) == (wrong.code, "desk key" in wrong.err)
    with open_store(kept, HERE, NEW) as store:  # nothing was replaced
        assert store.drafted(later).fields
    monkeypatch.setenv(VARIABLE, DESK_KEY.secret.hex())
    assert 0 == cli("db", "restore", file, "--force").code
    assert 0 == cli("db", "check", "--json").data["contents"]["closed"]


def test_a_stolen_database_is_of_no_use(
    cli: LINE, kept: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Database and keys without the desk key: nothing opens, with another key or with none."""
    monkeypatch.setenv(VARIABLE, NEW.secret.hex())
    other = cli("db", "check")
    monkeypatch.delenv(VARIABLE)
    none = cli("db", "check")
    assert [(2, True), (2, True)] == [(one.code, "desk key" in one.err) for one in (other, none)]
    assert not (tmp_path / "desk.key").exists()
