"""What an older version has kept in clear is sealed when the store is opened; nothing in clear is left."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from supportledger.errors import KeyMissing, StoreError, WrongDeskKey
from supportledger.model.records import AttachmentRecord
from supportledger.ports import Submission
from supportledger.store import database, keyplace, schema
from supportledger.store.files import FOLDER, FolderFiles
from supportledger.store.place import Place
from supportledger.store.session import Session, connect
from supportledger.store.vault import open_vault
from tests.conformance.store.builders import DESK_KEY, HERE, MORNING, a_submission, an_entry, open_store
from tests.conformance.store.server import Server

CANARIES = [b"body-canary", b"name-canary", b"file-canary"]
DATA = b"file-canary " * 20


def kept_in_clear(place: Place, root: Path, count: int = 1_200) -> list[Submission]:
    """A store of the second version, with texts, salts and an attachment in clear."""
    name = sha256(DATA).hexdigest()
    location = f"{FOLDER}/{name[:2]}/{name}"
    (root / location).parent.mkdir(parents=True)
    (root / location).write_bytes(DATA)
    file = AttachmentRecord(sha256(DATA).digest(), "name-canary.txt", len(DATA), "text/plain", location)
    submissions = [
        replace(a_submission(body=f"body-canary {at}"), attachments=(file,)) for at in range(count)
    ]
    with open_store(place) as store:
        store.keep(submissions)
        store.record([an_entry(one.draft) for one in submissions])
    with closing(open_vault(place, DESK_KEY)) as vault, closing(connect(place)) as session:
        with session.alone() as connection:
            schema.unmigrate(connection, "0002", vault)
        with closing(keyplace.connect(place)) as keys, keys.alone() as connection:
            prefix = "" if place.path else f"{keyplace.SCHEMA}."
            connection.execute(text(f"DELETE FROM {prefix}ticket_keys"))
    return submissions


def left(place: Place, root: Path, server: Server) -> list[bytes]:
    """Canaries that are in any file of the store."""
    if place.path is None:
        server.run("CHECKPOINT")
        where = server.run(
            "SELECT pg_relation_filepath(c.oid) FROM pg_class c WHERE relkind IN ('r', 't', 'i')",
            place.url.database or "",
        )
        base = Path(server.run("SHOW data_directory")[0][0])
        files = [base / row[0] for row in where if row[0]]
    else:
        files = [one for one in place.path.parent.rglob("*") if one.is_file()]
    files += [one for one in (root / FOLDER).rglob("*") if one.is_file()]
    whole = b"\n".join(one.read_bytes() for one in files if one.exists())
    return [canary for canary in CANARIES if canary in whole]


@pytest.fixture
def files(place: Place, tmp_path: Path) -> Iterator[FolderFiles]:
    """Attachments, with the keys of the store."""
    with closing(open_vault(place, DESK_KEY)) as vault:
        yield FolderFiles(tmp_path, vault)


def test_it_is_sealed_when_it_is_opened(
    place: Place, tmp_path: Path, server: Server, files: FolderFiles
) -> None:
    """Every text, salt and file comes back as it was, and in no file is any of it in clear."""
    submissions = kept_in_clear(place, tmp_path)
    assert set(CANARIES) == set(left(place, tmp_path, server))
    with open_store(place, files=files) as store:
        assert [one.fields for one in submissions] == [store.drafted(one.draft) for one in submissions]
        one = submissions[7].draft
        [file] = store.attachments(one.ticket, one.commitment)
        assert ("name-canary.txt", DATA) == (file.name, files.read(file.location))
        assert [] == left(place, tmp_path, server)
    assert [] == left(place, tmp_path, server)


def test_it_is_not_opened_without_keys(place: Place, tmp_path: Path) -> None:
    """Without the desk key nothing is sealed, nothing is changed, and it is said what to do."""
    kept_in_clear(place, tmp_path, 3)
    with closing(connect(place)) as session:
        with pytest.raises(WrongDeskKey) as told:
            schema.bring_up_to_date(session)
        assert told.value.hint
        with session.reading() as connection:
            assert "0002" == schema.version(connection)


@pytest.mark.parametrize("where", ["leave_nothing", "remove_clear"])
def test_what_was_broken_off_goes_on(  # noqa: PLR0917 -- a store, its files, and where it breaks off
    place: Place,
    tmp_path: Path,
    server: Server,
    files: FolderFiles,
    where: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed after the contents were sealed and before the rest, the next opening does the rest."""
    submissions = kept_in_clear(place, tmp_path, 50)

    def killed(*_: object) -> None:
        raise StoreError("the power fails")

    with monkeypatch.context() as broken:
        broken.setattr(Session if where == "leave_nothing" else FolderFiles, where, killed)
        with pytest.raises(StoreError, match="power"):
            open_store(place, files=files)
    with open_store(place, files=files) as store:
        assert submissions[0].fields == store.drafted(submissions[0].draft)
    assert [] == left(place, tmp_path, server)


def test_a_text_that_could_not_be_read_still_cannot(place: Place, tmp_path: Path) -> None:
    """What was altered before it was sealed is named as altered afterwards, and hides no other."""
    submissions = kept_in_clear(place, tmp_path, 5)
    with closing(connect(place)) as session, session.alone() as connection:
        statement = text("UPDATE contents SET document = 'gone' WHERE commitment = :which")
        connection.execute(statement, {"which": submissions[0].draft.commitment})
    with open_store(place) as store:
        assert [0] == list(store.contents(submissions[0].draft.ticket).unreadable)
        assert submissions[1].fields == store.drafted(submissions[1].draft)


def test_what_was_erased_stays_erased(
    place: Place, tmp_path: Path, server: Server, files: FolderFiles
) -> None:
    """An old store from a backup is sealed as a whole; of what was erased nobody has the key."""
    submissions = kept_in_clear(place, tmp_path, 2)
    erased, other = (one.draft.ticket for one in submissions)
    with closing(open_vault(place, DESK_KEY)) as vault:
        vault.erase([erased], MORNING)
    with open_store(place, files=files) as store:
        assert {0: MORNING} == store.contents(erased).erased
        assert [0] == list(store.contents(other).held)
    assert [] == left(place, tmp_path, server)


def test_erased_contents_do_not_come_back(place: Place) -> None:
    """Back in the tables of an older version, what was erased is gone, and the rest is there."""
    submissions = [a_submission(), a_submission()]
    with open_store(place) as store:
        store.keep(submissions)
        store.vault.erase([submissions[0].draft.ticket], MORNING)
    with closing(open_vault(place, DESK_KEY)) as vault, closing(connect(place)) as session:
        with session.alone() as connection:
            schema.unmigrate(connection, "0002", vault)
            assert 1 == connection.execute(text("SELECT count(*) FROM contents")).scalar()
        schema.bring_up_to_date(session, vault)
    with open_store(place) as store:
        assert submissions[1].fields == store.drafted(submissions[1].draft)


def test_a_store_without_its_keys_is_not_opened(place: Place) -> None:
    """Sealed contents beside an empty key store: that is said at the start, with what to do."""
    with open_store(place) as store:
        store.keep([a_submission()])
    with closing(keyplace.connect(place)) as keys, keys.alone() as connection:
        prefix = "" if place.path else f"{keyplace.SCHEMA}."
        connection.execute(text(f"DELETE FROM {prefix}ticket_keys"))
    with closing(open_vault(place, DESK_KEY)) as vault, pytest.raises(KeyMissing) as told:
        database.open_store(place, HERE, vault)
    assert told.value.hint
