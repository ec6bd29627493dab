"""Key stores on disk: shared by processes, opened by one key only, and nothing left of what is erased."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from supportledger.errors import Conflict, Error, KeyMissing, StoreCorrupt, StoreError, WrongDeskKey
from supportledger.proof.seal import DeskKey
from supportledger.store import keyplace, vault
from supportledger.store.place import Place, at_file
from supportledger.store.vault import open_vault
from tests.conformance.store.builders import DESK_KEY, MORNING, a_ticket_id
from tests.conformance.store.server import Server

REPOSITORY = Path(__file__).parents[3]
OTHER = DeskKey(b"\x0b" * 32)


def run_on_keys(place: Place, statement: str) -> int:
    """Somebody alters the keys."""
    with closing(keyplace.connect(place)) as session, session.alone() as connection:
        if place.path is None:
            connection.execute(text(f"SET search_path TO {keyplace.SCHEMA}"))
        return connection.execute(text(statement)).rowcount


def wrapped(place: Place) -> list[bytes]:
    """The wrapped keys, as they lie there."""
    with closing(keyplace.connect(place)) as session, session.reading() as connection:
        return [row.wrapped for row in connection.execute(vault.ticket_keys.select())]


def test_keys_are_there_when_opened_again(place: Place) -> None:
    """Keys, erasures and holds outlive the process; whether there are keys can be told before."""
    assert not vault.exists(place)
    kept, gone = a_ticket_id(), a_ticket_id()
    with closing(open_vault(place, DESK_KEY)) as keys:
        assert keys.is_empty
        before = keys.make([kept, gone]).of(kept)
        keys.erase([gone], MORNING)
        keys.hold(kept, "why", MORNING)
    assert vault.exists(place)
    with closing(open_vault(place, DESK_KEY)) as keys:
        assert before == keys.keys([kept]).of(kept)
        assert (1, 1, False) == (*keys.counts(), keys.is_empty)
        assert "why" == keys.status(kept).reason


def test_another_desk_key_opens_nothing(place: Place) -> None:
    """Whoever has the keys without the desk key is told so at the start, with what to do."""
    with closing(open_vault(place, DESK_KEY)) as keys:
        keys.make([a_ticket_id()])
    with pytest.raises(WrongDeskKey) as wrong:
        open_vault(place, OTHER)
    assert wrong.value.hint


def test_keys_are_nowhere_in_clear(place: Place) -> None:
    """Neither a ticket's key nor the desk's lies in the key store."""
    ticket = a_ticket_id()
    with closing(open_vault(place, DESK_KEY)) as keys:
        key = keys.make([ticket]).of(ticket).key
    [one] = wrapped(place)
    assert key not in one
    if place.path is not None:
        whole = keyplace.beside(place.path).read_bytes()
        assert one in whole
        assert key not in whole
        assert DESK_KEY.secret not in whole


def test_nothing_is_left_of_an_erased_key(tmp_path: Path) -> None:
    """After an erasure, the bytes of the wrapped key are in no file of the key store."""
    place, tickets = at_file(tmp_path / "store.db"), [a_ticket_id() for _ in range(300)]
    with closing(open_vault(place, DESK_KEY)) as keys:
        keys.make(tickets)
        with closing(sqlite3.connect(tmp_path / "store.keys.db")) as database:
            rows = dict(database.execute("SELECT ticket, wrapped FROM ticket_keys").fetchall())
        assert _files(tmp_path).count(rows[tickets[7]]) == 1
        keys.erase(tickets[:150], MORNING)
        left = _files(tmp_path)
        assert not [one for one in tickets[:150] if rows[one] in left or rows[one][13:40] in left]
        assert rows[tickets[200]] in left
    assert [tmp_path / "store.keys.db"] == list(tmp_path.iterdir())


def test_nothing_is_left_of_keys_wrapped_for_the_old_desk_key(tmp_path: Path) -> None:
    """After a rotation, what the old desk key opens is in no file of the key store."""
    place = at_file(tmp_path / "store.db")
    with closing(open_vault(place, DESK_KEY)) as keys:
        keys.make([a_ticket_id() for _ in range(300)])
        before = wrapped(place)
        keys.rotate(OTHER)
    left = _files(tmp_path)
    assert not [one for one in before if one[13:40] in left]
    assert all(one in left for one in wrapped(place))


def _files(folder: Path) -> bytes:
    """Whatever is in any file."""
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def test_a_server_writes_its_table_anew(server: Server, postgres: Place) -> None:
    """After an erasure the server has a new file for the table, without what was deleted."""
    query = f"SELECT pg_relation_filepath('{keyplace.SCHEMA}.ticket_keys')"
    gone, name = [a_ticket_id() for _ in range(300)], postgres.url.database or ""
    with closing(open_vault(postgres, DESK_KEY)) as keys:
        keys.make([*gone, a_ticket_id()])
        before = server.run(query, name)
        keys.erase(gone, MORNING)
        assert before != server.run(query, name)
        size = f"SELECT pg_relation_size('{keyplace.SCHEMA}.ticket_keys')"
        assert [(8_192,)] == server.run(size, name)
    assert 1 == len(wrapped(postgres))


def test_a_rotation_that_was_broken_off_goes_on(place: Place) -> None:
    """Half of the keys are wrapped anew: nobody works with them until the rotation is finished."""
    tickets = [a_ticket_id() for _ in range(1_100)]
    with closing(open_vault(place, DESK_KEY)) as keys:
        before = keys.make(tickets)
        rewrap, left = keys._rewrap, [1]

        def broken(new: DeskKey) -> int:
            left.pop()
            return rewrap(new)

        keys._rewrap = broken  # type: ignore[method-assign]  # the power fails
        with pytest.raises(IndexError):
            keys.rotate(OTHER)
    for key in (DESK_KEY, OTHER):
        with pytest.raises(WrongDeskKey, match="not finished"):
            open_vault(place, key)
    with closing(open_vault(place, DESK_KEY, half_rotated=True)) as keys:
        with pytest.raises(Conflict):
            keys.rotate(DeskKey.new())
        assert 600 == keys.rotate(OTHER)
    with closing(open_vault(place, OTHER)) as keys:
        assert before == keys.keys(tickets)
    with pytest.raises(WrongDeskKey):
        open_vault(place, DESK_KEY)


def test_who_works_on_with_the_old_desk_key_is_refused(place: Place) -> None:
    """A process that was not restarted after a rotation neither opens nor makes keys."""
    ticket = a_ticket_id()
    with closing(open_vault(place, DESK_KEY)) as old, closing(open_vault(place, DESK_KEY)) as keys:
        old.make([ticket])
        keys.rotate(OTHER)
        with pytest.raises(WrongDeskKey):
            old.keys([ticket])
        with pytest.raises(WrongDeskKey):
            old.make([a_ticket_id()])


def test_an_erasure_reaches_who_has_read_the_key(place: Place) -> None:
    """No process goes on opening what another one has erased."""
    ticket = a_ticket_id()
    with closing(open_vault(place, DESK_KEY)) as one, closing(open_vault(place, DESK_KEY)) as other:
        one.make([ticket]).of(ticket)
        other.erase([ticket], MORNING)
        assert {ticket: MORNING} == dict(one.keys([ticket]).erased)


ALTERATIONS = {
    "its bytes": "UPDATE ticket_keys SET wrapped = zeroblob(61)",
    "no bytes": "UPDATE ticket_keys SET wrapped = x''",
    "its mark": "UPDATE ticket_keys SET key_id = zeroblob(16)",
    "it is gone": "DELETE FROM ticket_keys",
}


@pytest.mark.parametrize("statement", ALTERATIONS.values(), ids=ALTERATIONS)
def test_an_altered_key_opens_nothing(tmp_path: Path, statement: str) -> None:
    """A key that was altered counts as missing; no foreign exception comes out."""
    place, ticket = at_file(tmp_path / "store.db"), a_ticket_id()
    with closing(open_vault(place, DESK_KEY)) as keys:
        keys.make([ticket])
        assert 1 == run_on_keys(place, statement)
        with pytest.raises(KeyMissing):
            keys.keys([ticket]).of(ticket)
        assert not keys.status(ticket).is_sealed


def test_swapped_keys_open_nothing(tmp_path: Path) -> None:
    """A key that was put in another ticket's place is none."""
    place, tickets = at_file(tmp_path / "store.db"), [a_ticket_id(), a_ticket_id()]
    with closing(open_vault(place, DESK_KEY)) as keys:
        keys.make(tickets)
        run_on_keys(place, "UPDATE ticket_keys SET wrapped = (SELECT max(wrapped) FROM ticket_keys)")
        assert 1 == len(keys.keys(tickets).seals)


def test_an_altered_key_stops_a_rotation(place: Place) -> None:
    """What cannot be opened cannot be wrapped anew: that is said, and how to go on."""
    with closing(open_vault(place, DESK_KEY)) as keys:
        keys.make([a_ticket_id()])
        zeroes = "zeroblob(61)" if place.path else "decode(repeat('00', 61), 'hex')"
        run_on_keys(place, f"UPDATE ticket_keys SET wrapped = {zeroes}")
        with pytest.raises(StoreCorrupt) as told:
            keys.rotate(OTHER)
    assert told.value.hint


def test_keys_of_a_newer_version_are_not_touched(place: Place) -> None:
    """Keys that a newer version of the package has written are refused."""
    open_vault(place, DESK_KEY).close()
    run_on_keys(place, "UPDATE desk SET version = 9")
    with pytest.raises(StoreError, match="newer"):
        open_vault(place, DESK_KEY)


MAKER = """
import sys
from pathlib import Path
from supportledger.store.place import located
from supportledger.store.vault import open_vault
from tests.conformance.store.builders import DESK_KEY
from supportledger.model.ids import TicketId
keys = open_vault(located(sys.argv[1], Path("/nowhere")), DESK_KEY)
tickets = [TicketId(bytes([number]) * 32) for number in range(40)]
for ticket in tickets:
    print(keys.make([ticket]).of(ticket).key.hex())
"""


def test_processes_make_each_key_once(place: Place) -> None:
    """Several processes that begin at once, on keys that are not there yet, get the same ones."""
    where = f"sqlite:///{place.path}" if place.path else place.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", MAKER, where]
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen(command, cwd=REPOSITORY, stdout=pipe, stderr=pipe, text=True) for _ in range(3)
    ]
    said = [one.communicate() for one in started]
    assert ["", "", ""] == [error for _, error in said]
    assert 1 == len({out for out, _ in said})
    assert 40 == len(set(said[0][0].split()))


def test_only_its_owner_reads_the_keys(tmp_path: Path) -> None:
    """The file of the keys is closed to other users of the machine."""
    open_vault(at_file(tmp_path / "store.db"), DESK_KEY).close()
    assert 0o600 == (tmp_path / "store.keys.db").stat().st_mode & 0o777


DAMAGES = {
    "a moment out of range": "INSERT INTO erasures SELECT ticket, 99999999999999 FROM ticket_keys",
    "a moment before all": "INSERT INTO holds SELECT ticket, -99999999999999, wrapped FROM ticket_keys",
    "no moment": "INSERT INTO erasures SELECT ticket, 'x' FROM ticket_keys",
    "no moment of a hold": "INSERT INTO holds SELECT ticket, 'x', 'y' FROM ticket_keys",
    "a number for a key": "UPDATE ticket_keys SET wrapped = 7",
    "a text for a key": "UPDATE ticket_keys SET wrapped = 'x'",
    "a large key": "UPDATE ticket_keys SET wrapped = zeroblob(10000000)",
    "a text for a version": "UPDATE desk SET version = 'x'",
}
"""Of values that a server would not take, SQLite takes all."""


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_somebody_wrote_into_the_keys(place: Place, damage: str) -> None:
    """Whatever stands in a row, it ends in an error of ours, or in a key that is not there."""
    if place.path is None and ("'x'" in damage or "= 7" in damage or "zeroblob" in damage):
        pytest.skip("a server takes no such value")
    ticket = a_ticket_id()
    with closing(open_vault(place, DESK_KEY)) as keys:
        keys.make([ticket])
    run_on_keys(place, damage)
    uses = (
        lambda keys: keys.keys([ticket]).of(ticket),
        lambda keys: keys.status(ticket),
        lambda keys: keys.held(),
        lambda keys: keys.erase([ticket], MORNING),
    )
    refused = 0
    for use in uses:
        try:
            with closing(open_vault(place, DESK_KEY)) as keys:
                use(keys)
        except Error:
            refused += 1
    assert refused
