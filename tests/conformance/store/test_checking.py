"""A check reads everything, names what is damaged and what to do, and changes nothing."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from supportledger.errors import NotFound, StoreCorrupt
from supportledger.ports.cabinet import Paper
from supportledger.ports.filing import Filing
from supportledger.store import keyplace, schema
from supportledger.store.checking import Checked, Opened, check
from supportledger.store.place import Place, at_file
from supportledger.store.session import connect
from supportledger.store.vault import open_vault, ticket_keys
from tests.conformance.store.builders import (
    DESK_KEY,
    HERE,
    MORNING,
    a_submission,
    a_ticket,
    a_ticket_id,
    an_entry,
    open_store,
)
from tests.conformance.store.server import Server


@pytest.fixture(autouse=True)
def durable(place: Place, server: Server) -> None:
    """A server whose writes are safe, at least as far as it says: the tests' own is made to be fast."""
    if place.path is None:
        server.run(f"ALTER DATABASE {place.url.database} SET synchronous_commit = on")


def filled(place: Place) -> None:
    """A store with a little of everything that a check reads."""
    with open_store(place, HERE) as store:
        submissions = [a_submission() for _ in range(5)]
        store.keep(submissions)
        store.record(
            [an_entry(one.draft) for one in submissions],
            [a_ticket(id_=one.draft.ticket) for one in submissions],
        )
        store.filings.file(Filing(submissions[0].draft.ticket, "cards", a_ticket_id()))
        store.cabinet.write(Paper("account", "a-1", {"mail": "a@b.example"}))


def checked(place: Place) -> Checked:
    """What a check says that has the keys."""
    with closing(open_vault(place, DESK_KEY)) as vault:
        return check(place, vault)


def altered(place: Place, statement: str) -> Checked:
    """What a check says after somebody altered the database."""
    filled(place)
    with closing(connect(place)) as session, session.alone() as connection:
        connection.execute(text(statement))
    return checked(place)


def kinds(found: Checked) -> list[str]:
    """What kinds of things were found, but how safe the tests' server is."""
    return [one.kind for one in found.findings if one.kind != "durability"]


def test_a_sound_store_is_sound(place: Place) -> None:
    """Nothing is found in a store that nobody has touched, and its rows are counted."""
    filled(place)
    found = checked(place)
    assert ([], schema.HEAD, HERE) == (kinds(found), found.version, found.deployment)
    assert (5, 5, 5, 0) == tuple(found.rows[name] for name in ("drafts", "contents", "tickets", "receipts"))
    assert found.name == place.name


ALTERATIONS = {
    "a text": ("UPDATE contents SET sealed = substr(sealed, 2)", "row", "text", 5),
    "a draft": ("UPDATE drafts SET status = 'lost' WHERE id = 1", "row", "drafts", 1),
    "a ticket's state": (
        "UPDATE tickets SET state = substr(state, 1, 9)",
        "row",
        "tickets",
        5,
    ),
    "a ticket's status": ("UPDATE tickets SET status = 9 - status", "row", "status", 5),
    "a ticket's queue": ("UPDATE tickets SET queue = 'other'", "row", "filed", 5),
    "a ticket's person": ("UPDATE tickets SET person = id", "row", "filed", 5),
    "a merged ticket": ("UPDATE tickets SET merged = 1", "row", "filed", 5),
    "a paper": ("UPDATE papers SET version = 9", "row", "account a-1", 1),
    "an index": ("DROP INDEX ix_tickets_opened_at_id_merged", "table", "ix_tickets_opened_at_id", 1),
    "a table": ("DROP TABLE receipts", "table", "receipts", 1),
    "a column": ("ALTER TABLE cursor DROP COLUMN block_hash", "table", "block_hash", 1),
}


@pytest.mark.parametrize(("statement", "kind", "named", "count"), ALTERATIONS.values(), ids=ALTERATIONS)
def test_what_is_damaged_is_named(place: Place, statement: str, kind: str, named: str, count: int) -> None:
    """Each altered row, text, table or index is a finding that names it and says what to do."""
    found = altered(place, statement)
    assert [kind] * count == kinds(found)
    told = [one for one in found.findings if one.kind == kind]
    assert all(named in one.what and one.hint for one in told)
    assert not found.is_sound


def test_an_older_version_is_told(place: Place) -> None:
    """Tables of an older version are a finding that names the command which brings them up to date."""
    filled(place)
    with closing(connect(place)) as session, session.alone() as connection:
        connection.execute(text("DELETE FROM contents"))
        schema.unmigrate(connection, "0001")
    found = checked(place)
    assert (["version"], "0001") == (kinds(found), found.version)
    assert "db upgrade" in found.findings[0].hint
    with closing(connect(place)) as session, session.reading() as connection:
        assert schema.version(connection) == "0001"


def test_a_newer_version_is_told(place: Place) -> None:
    """Tables of a newer version are not read."""
    found = altered(place, "UPDATE alembic_version SET version_num = '9999'")
    assert ["version"] == kinds(found)
    assert "9999" in found.findings[0].what


def test_a_server_that_forgets_is_told(server: Server, postgres: Place) -> None:
    """A server that calls a write done before it is on disk is a finding."""
    filled(postgres)
    server.run(f"ALTER DATABASE {postgres.url.database} SET synchronous_commit = off")
    assert any("synchronous_commit" in one.what and one.hint for one in checked(postgres).findings)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    """Pages of a text that were overwritten are found."""
    place = at_file(tmp_path / "store.sqlite3")
    with open_store(place, HERE) as store:
        store.keep([a_submission(body="x" * 3_000) for _ in range(100)])
    assert place.path is not None
    whole = place.path.read_bytes()
    place.path.write_bytes(whole[:-8_192] + b"\xa5" * 8_192)
    assert {"file"} <= set(_findings(place))


def _findings(place: Place) -> list[str]:
    """What is found, be it that the file cannot be read to its end."""
    try:
        return kinds(checked(place))
    except StoreCorrupt:
        return ["file"]


def test_nothing_is_made_where_nothing_is(tmp_path: Path) -> None:
    """Checking a store that is not there is NotFound, and makes none."""
    with pytest.raises(NotFound):
        check(at_file(tmp_path / "store.sqlite3"))
    assert [] == list(tmp_path.iterdir())


def test_contents_are_opened(place: Place) -> None:
    """A check opens every content, and counts those that open and those that were erased."""
    filled(place)
    with open_store(place, HERE) as store:
        erased = store.drafts()[0].ticket
        store.vault.erase([erased], MORNING)
    found = checked(place)
    assert ([], Opened(4, 1, 0)) == (kinds(found), found.contents)


def test_contents_whose_keys_are_gone(place: Place) -> None:
    """Each content and paper without its key is a finding; without the key store, that it is gone is one."""
    filled(place)
    with closing(keyplace.connect(place)) as session, session.alone() as connection:
        connection.execute(delete(ticket_keys))
    found = checked(place)
    assert (["row"] * 6, Opened(0, 0, 5)) == (kinds(found), found.contents)
    assert all(one.hint for one in found.findings)
    assert (["key"], None) == (kinds(check(place)), check(place).contents)
