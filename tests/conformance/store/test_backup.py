"""A backup holds everything or is not there; a restore brings everything back or changes nothing."""

import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text

from supportledger.errors import (
    Conflict,
    Error,
    ForeignData,
    InputError,
    NotFound,
    StoreCorrupt,
    StoreError,
    StoreFull,
    WrongDeskKey,
)
from supportledger.model.ids import Address
from supportledger.model.records import AttachmentRecord, Cursor, Deployment, DraftStatus, TicketQuery
from supportledger.store import copying, key_backup, schema, tables
from supportledger.store.backup import Backup, back_up, restore
from supportledger.store.keyplace import beside
from supportledger.store.place import Place, at_file
from supportledger.store.session import connect
from supportledger.store.vault import open_vault
from tests.conformance.store.builders import (
    BOB,
    DESK_KEY,
    HERE,
    MORNING,
    a_draft,
    a_receipt,
    a_submission,
    a_ticket,
    an_entry,
    open_store,
    word,
)

CANARY = "陈旧 🙂 \x00 canary"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the backup will be."""
    return tmp_path / "desk.backup"


def filled(place: Place, deployment: Deployment = HERE) -> None:
    """Fill a store with something of everything."""
    with open_store(place, deployment) as store:
        submissions = [a_submission(body=f"{CANARY} {number}") for number in range(30)]
        attachment = AttachmentRecord(word(), "screenshot.png", 17, "image/png", "attachments/ab/cd")
        first = replace(submissions[0], receipt=a_receipt(word()), attachments=(attachment,))
        store.keep([first, *submissions[1:]])
        store.advance([replace(submissions[1].draft, status=DraftStatus.FINAL, index=0, transaction=word())])
        tickets = [a_ticket(id_=one.draft.ticket, due_at=MORNING) for one in submissions]
        entries = [an_entry(one.draft) for one in submissions]
        store.record(entries, tickets, Cursor(7, word()))
        store.claim("somebody", now=MORNING, lease_s=60, statuses=[DraftStatus.STORED], limit=3)


def held(place: Place) -> copying.Inventory:
    """All that a store holds."""
    with closing(connect(place)) as session, session.reading() as connection:
        return copying.inventory(connection)


@pytest.fixture(params=["sqlite", "postgres"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A second place, of each kind in turn, where nothing was ever kept."""
    if request.param == "sqlite":
        yield at_file(tmp_path / "elsewhere" / "store.sqlite3")
    else:
        server = request.getfixturevalue("server")
        name = server.empty()
        yield server.place(name)
        server.drop(name)


def test_everything_comes_back_wherever_it_goes(place: Place, other: Place, file: Path) -> None:
    """From either database to either, every row of every table is the same, and work goes on there."""
    filled(place)
    made = back_up(place, file)
    key_backup.back_up(place, file.with_name("desk.keys"))
    key_backup.restore(file.with_name("desk.keys"), other)
    assert made == restore(file, other)
    assert made.inventory == held(other) == held(place)
    assert (HERE, schema.HEAD, 30) == (made.deployment, made.version, made.inventory.rows["drafts"])
    with open_store(place, HERE) as before, open_store(other, HERE) as after:
        assert before.drafts() == after.drafts()
        assert before.tickets(TicketQuery()) == after.tickets(TicketQuery())
        assert [before.drafted(one) for one in before.drafts()] == [
            after.drafted(one) for one in after.drafts()
        ]
        [draft] = after.keep([a_submission()])
        assert draft == after.drafts()[-1]


def test_a_backup_is_one_file_for_its_owner(place: Place, file: Path) -> None:
    """Nothing lies beside it, nobody else may read it, and it opens as a store of its own."""
    filled(place)
    made = back_up(place, file)
    assert [file.name] == [one.name for one in file.parent.glob("*.backup*")]
    assert (0o600, made.size) == (stat.S_IMODE(file.stat().st_mode), file.stat().st_size)
    key_backup.back_up(place, beside(file))
    with open_store(file, HERE) as store:
        assert len(store.drafts()) == 30


def test_a_backup_is_one_state_of_the_store(place: Place, file: Path) -> None:
    """While others write, a backup holds each of their calls as a whole or not at all."""
    filled(place)
    stop = threading.Event()

    def write() -> None:
        with open_store(place, HERE) as store:
            while not stop.is_set():
                submission = a_submission()
                store.keep([submission])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = back_up(place, file)
    finally:
        stop.set()
        writer.join()
    rows = made.inventory.rows
    assert rows["drafts"] == rows["contents"]
    assert rows["drafts"] <= held(place).rows["drafts"]


def test_what_was_deleted_is_in_no_backup(place: Place, file: Path) -> None:
    """A sealed text that is gone from the store is in none of the bytes of a backup made afterwards."""
    with open_store(place, HERE) as store:
        store.keep([a_submission(body="x" * 5_000), a_submission()])
    column = tables.contents.c.sealed
    with closing(connect(place)) as session, session.writing() as connection:
        long, short = sorted(connection.execute(select(column)).scalars(), key=len, reverse=True)
        connection.execute(delete(tables.contents).where(column == long))
    back_up(place, file)
    data = file.read_bytes()
    assert (False, True) == (long[100:200] in data, short[100:200] in data)


def test_no_file_is_lost(place: Place, file: Path) -> None:
    """A file of the same name is kept, unless it is to be replaced."""
    filled(place)
    file.write_text("precious")
    with pytest.raises(Conflict):
        back_up(place, file)
    assert file.read_text() == "precious"
    back_up(place, file, force=True)
    assert (Backup, ["desk.backup"]) == (
        type(restore(file, place, force=True)),
        [one.name for one in file.parent.iterdir() if "backup" in one.name],
    )


def test_a_place_that_cannot_be_written_is_named(place: Place, tmp_path: Path) -> None:
    """A backup into a directory that is not there is refused, and names it."""
    filled(place)
    with pytest.raises(InputError, match="nowhere"):
        back_up(place, tmp_path / "nowhere" / "desk.backup")


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path, file: Path) -> None:
    """Backing up nothing is NotFound, and leaves nothing."""
    with pytest.raises(NotFound):
        back_up(at_file(tmp_path / "store.sqlite3"), file)
    assert [] == list(tmp_path.iterdir())


def test_a_full_disk_leaves_no_half_backup(place: Place, small_disk: Callable[[str], Path]) -> None:
    """A backup that does not fit is not there afterwards, and the store says why."""
    with open_store(place, HERE) as store:
        store.keep([a_submission(body="x" * 20_000) for _ in range(100)])
    disk = small_disk("1m")
    with pytest.raises((StoreFull, StoreError)) as caught:
        back_up(place, disk / "desk.backup")
    assert caught.value.hint
    assert [] == list(disk.iterdir())


# -- restoring -----------------------------------------------------------------------------------------------


def test_what_is_there_is_replaced_only_when_asked(place: Place, file: Path) -> None:
    """A store that holds something is left alone; with force it is as it was when the backup was made."""
    filled(place)
    made = back_up(place, file)
    with open_store(place, HERE) as store:
        store.keep([a_submission()])
    before = held(place)
    with pytest.raises(Conflict) as caught:
        restore(file, place)
    assert "--force" in caught.value.hint
    assert before == held(place)
    restore(file, place, force=True)
    assert made.inventory == held(place)


def test_the_data_of_another_ledger_is_refused(place: Place, other: Place, file: Path) -> None:
    """A store that is bound to one ledger takes no backup of another, force or not, and stays as it is."""
    filled(place)
    back_up(place, file)
    filled(other, replace(HERE, ledger=BOB))
    before = held(other)
    for force in (False, True):
        with pytest.raises(ForeignData) as caught:
            restore(file, other, force=force)
        assert str(HERE) in str(caught.value)
    assert before == held(other)


def test_who_asks_may_refuse_a_ledger(place: Place, tmp_path: Path, file: Path) -> None:
    """A backup of a ledger that is not expected is refused before anything is made."""
    filled(place)
    back_up(place, file)
    elsewhere = at_file(tmp_path / "elsewhere.db")
    with pytest.raises(ForeignData):
        restore(file, elsewhere, admits=lambda held: held.ledger == Address(bytes(20)))
    assert elsewhere.path is not None
    assert not elsewhere.path.exists()


def test_a_backup_of_the_first_version_is_brought_up_to_date(place: Place, other: Place, file: Path) -> None:
    """A backup made before a migration is restored into today's tables; the file itself stays as it is."""
    filled(place)
    with open_store(place, HERE) as store:
        drafts = store.drafts()
    with (
        closing(open_vault(place, DESK_KEY)) as vault,
        closing(connect(place)) as session,
        session.alone() as connection,
    ):
        schema.unmigrate(connection, "0001", vault)
    assert back_up(place, file).version == "0001"
    before = file.read_bytes()
    with pytest.raises(WrongDeskKey):
        restore(file, other)
    with closing(open_vault(other, DESK_KEY)) as vault:
        assert restore(file, other, vault=vault).version == "0001"
    with open_store(other, HERE) as store:
        assert drafts == store.drafts()
    assert before == file.read_bytes()


def test_a_backup_of_a_newer_version_is_refused(place: Place, file: Path) -> None:
    """What a newer version has written is not guessed at."""
    filled(place)
    back_up(place, file)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="9999"):
        restore(file, place, force=True)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[: len(data) // 2],
    "overwritten": lambda data: data[:20_000] + b"\xa5" * 20_000 + data[40_000:],
    "something else": lambda _: b"dear diary, " * 1_000,
    "empty": lambda _: b"",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_backup_is_refused(place: Place, file: Path, damage: Callable[[bytes], bytes]) -> None:
    """A backup that is not whole is refused, and the store is as it was."""
    filled(place)
    back_up(place, file)
    file.write_bytes(damage(file.read_bytes()))
    before = held(place)
    with pytest.raises(StoreError) as caught:
        restore(file, place, force=True)
    assert isinstance(caught.value, StoreCorrupt)
    assert before == held(place)


def test_a_missing_backup_is_not_found(place: Place, file: Path) -> None:
    """A file that is not there is NotFound, whatever the store holds."""
    with pytest.raises(NotFound):
        restore(file, place)


def test_a_restore_that_fails_changes_nothing(
    place: Place, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped at the last table, a restore leaves everything as it was before."""
    filled(place)
    back_up(place, file)
    with open_store(place, HERE) as store:
        store.keep([a_submission()])
    before = held(place)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE tickets SET due_at = 'never' WHERE rowid = 30")
    done = copying.copy

    def copy_and_fail(source: object, target: object) -> None:
        done(source, target)  # type: ignore[arg-type]  # connections
        raise Error("stopped")

    monkeypatch.setattr(copying, "copy", copy_and_fail)
    with pytest.raises(Error):
        restore(file, place, force=True)
    assert before == held(place)


def test_reading_a_backup_needs_no_right_to_write(place: Place, file: Path) -> None:
    """A backup on a disk that may only be read is restored, and nothing is made beside it."""
    filled(place)
    made = back_up(place, file)
    folder = file.parent / "read only"
    folder.mkdir()
    moved = folder / "ä?#%.backup"
    file.rename(moved)
    moved.chmod(0o400)
    folder.chmod(0o500)
    try:
        assert made.inventory == restore(moved, place, force=True).inventory
        assert [moved] == list(folder.iterdir())
    finally:
        folder.chmod(0o700)


def test_the_digest_sees_every_value(place: Place) -> None:
    """One changed value anywhere changes what the inventory says."""
    filled(place)
    before = held(place)
    with closing(connect(place)) as session, session.alone() as connection:
        connection.execute(text("UPDATE receipts SET include_by = include_by + 1"))
    assert before.rows == held(place).rows
    assert before.digest != held(place).digest


def test_new_drafts_are_numbered_behind_restored_ones(place: Place, other: Place, file: Path) -> None:
    """After a restore the order of keeping goes on where it was."""
    filled(place)
    back_up(place, file)
    key_backup.back_up(place, file.with_name("desk.keys"))
    key_backup.restore(file.with_name("desk.keys"), other)
    restore(file, other)
    with open_store(other, HERE) as store:
        new = a_draft()
        store.keep([replace(a_submission(), draft=new, fields=None)])
        assert new == store.drafts()[-1]
