"""What only a database server can suffer: away, restarted, closed, full, damaged; and what it never says."""

import secrets
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from supportledger.errors import (
    ConfigError,
    Conflict,
    Error,
    InputError,
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
)
from supportledger.store import postgres as dialect
from supportledger.store.database import DatabaseStore
from supportledger.store.keyplace import SCHEMA
from supportledger.store.place import Place, located
from supportledger.store.session import connect
from tests.conformance.store.builders import HERE, a_submission, open_store
from tests.conformance.store.server import PASSWORD, Server, WheelServer

REPOSITORY = Path(__file__).parents[3]
NOWHERE = Path("/nowhere")


@pytest.fixture
def store(postgres: Place) -> Iterator[DatabaseStore]:
    """An open store on the server, that waits for nobody."""
    with open_store(postgres, HERE, busy_timeout_s=0.1) as opened:
        yield opened


@pytest.fixture
def own(server: Server) -> WheelServer:
    """The server, if it is ours to stop."""
    if not isinstance(server, WheelServer):
        pytest.skip("a server that somebody lent is not stopped")
    return server


def told(error: BaseException) -> str:
    """All that anybody could be shown of an error, its traceback included."""
    hint = error.hint if isinstance(error, Error) else ""
    return "".join(traceback.format_exception(error)) + repr(error) + hint


# -- away, and back again ------------------------------------------------------------------------------------


def test_a_server_that_is_away_is_reported(own: WheelServer, postgres: Place, store: DatabaseStore) -> None:
    """While the server is stopped every call says so and may be tried again; then nothing is missing."""
    kept = store.keep([a_submission()])
    own.halt()
    try:
        for call in (lambda: store.keep([a_submission()]), store.drafts, lambda: open_store(postgres, HERE)):
            with pytest.raises(StoreUnavailable) as caught:
                call()
            assert (True, True) == (caught.value.retryable, postgres.name in str(caught.value))
            assert PASSWORD not in told(caught.value)
            assert caught.value.hint
    finally:
        own.start()
    assert kept == store.drafts()


def test_a_restart_between_two_calls_is_not_noticed(own: WheelServer, store: DatabaseStore) -> None:
    """Connections that the server has closed are replaced before they are used."""
    kept = store.keep([a_submission()])
    own.halt("immediate")
    own.start()
    assert kept == store.drafts()
    assert len(store.keep([a_submission()])) == 1


def test_a_connection_cut_in_the_middle_keeps_nothing(server: Server, postgres: Place) -> None:
    """A transaction whose connection is cut ends with an error, and leaves no trace."""
    name = postgres.url.database or ""
    with open_store(postgres, HERE) as store, pytest.raises(StoreUnavailable):
        _write_and_be_cut(store, server, name)
    with open_store(postgres, HERE) as store:
        assert [] == store.drafts()


def _write_and_be_cut(store: DatabaseStore, server: Server, name: str) -> None:
    with store._session.writing() as connection:
        connection.execute(text("INSERT INTO receipts VALUES ('\\x01', 1, 1, '\\x01', '\\x01')"))
        server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        connection.execute(text("SELECT 1"))


WRITER = """
import secrets, sys, time
from pathlib import Path
from supportledger.errors import StoreUnavailable
from tests.conformance.store.builders import open_store
from supportledger.store.place import located
from tests.conformance.store import builders
from tests.conformance.store.builders import HERE, a_submission
builders.word = lambda: secrets.token_bytes(32)
with open_store(located(sys.argv[1], Path("/nowhere")), HERE) as store:
    met = 0
    for _ in range(int(sys.argv[2])):
        submission = a_submission()
        while True:
            try:
                [draft] = store.keep([submission])
                break
            except StoreUnavailable:
                met += 1
                time.sleep(0.02)
        print(draft.key.hex(), flush=True)
    print("met", met)
"""


def test_a_restart_in_the_middle_of_work_loses_nothing(own: WheelServer, postgres: Place) -> None:
    """A worker that tries again when told so gets through two restarts, and each action is there once."""
    address = postgres.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", WRITER, address, "600"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(20)]
        for mode in ("immediate", "fast"):
            own.halt(mode)
            own.start()
            time.sleep(0.05)
        output, errors = process.communicate(timeout=60)
    assert errors == ""
    *more, met = output.splitlines()
    keys = [line.strip() for line in said + more]
    with open_store(postgres, HERE) as store:
        drafts = store.drafts()
        assert sorted(keys) == sorted(draft.key.hex() for draft in drafts)
        assert all(store.drafted(draft) for draft in drafts)
    assert int(met.removeprefix("met ")) > 0


# -- not let in ----------------------------------------------------------------------------------------------


def test_a_wrong_password_is_reported(server: Server, postgres: Place) -> None:
    """Who has the wrong password is told to check it, and neither it nor the right one is shown."""
    wrong = "wrong " + secrets.token_hex(8)
    place = Place(postgres.url.set(password=wrong), postgres.name)
    if not isinstance(server, WheelServer):
        pytest.skip("a server that somebody lent may ask for no password")
    with pytest.raises(StoreError) as caught:
        open_store(place, HERE)
    assert "does not let this user in" in str(caught.value)
    assert "password" in caught.value.hint
    assert (False, False) == (wrong in told(caught.value), PASSWORD in told(caught.value))


def test_a_missing_database_is_reported(server: Server) -> None:
    """A database that nobody has made is named, with what makes it."""
    with pytest.raises(StoreError, match="does not exist") as caught:
        open_store(server.place("nobody_made_it"), HERE)
    assert "createdb" in caught.value.hint


def test_a_user_who_may_only_read_reads(server: Server, postgres: Place, store: DatabaseStore) -> None:
    """Without the right to write, reading goes on, and writing says who may not."""
    kept = store.keep([a_submission()])
    role, password = f"reader_{secrets.token_hex(4)}", secrets.token_hex(8)
    name = postgres.url.database or ""
    server.run(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
    server.run(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {role}", name)
    server.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA public, {SCHEMA} TO {role}", name)
    place = Place(postgres.url.set(username=role, password=password), postgres.name)
    try:
        with open_store(place, HERE) as reader:
            assert kept == reader.drafts()
            with pytest.raises(StoreReadOnly) as caught:
                reader.keep([a_submission()])
        assert caught.value.hint
    finally:
        server.run(f"DROP OWNED BY {role}", name)
        server.run(f"DROP ROLE {role}")


def test_a_server_that_takes_no_writes_is_reported(server: Server, postgres: Place) -> None:
    """On a standby, or a server set to read only, reading goes on and writing is refused."""
    with open_store(postgres, HERE) as store:
        kept = store.keep([a_submission()])
    server.run(f"ALTER DATABASE {postgres.url.database} SET default_transaction_read_only = on")
    with open_store(postgres, HERE) as store:
        assert kept == store.drafts()
        with pytest.raises(StoreReadOnly):
            store.keep([a_submission()])


# -- locked, full, damaged -----------------------------------------------------------------------------------


def test_a_locked_table_is_busy(postgres: Place, store: DatabaseStore) -> None:
    """Who cannot get a lock in time is told so, may try again, and reads all the while."""
    kept = store.keep([a_submission()])
    with closing(connect(postgres)) as other, other.writing() as connection:
        connection.execute(text("LOCK TABLE drafts IN SHARE MODE"))
        with pytest.raises(StoreBusy) as caught:
            store.keep([a_submission()])
        assert caught.value.retryable
        assert kept == store.drafts()
    assert len(store.keep([a_submission()])) == 1


def test_who_must_be_alone_waits_for_those_who_write(postgres: Place, store: DatabaseStore) -> None:
    """A rewind waits until nobody writes, and meanwhile says that it could not."""
    with closing(connect(postgres)) as other, other.writing(), pytest.raises(StoreBusy):
        store.rewind(-1)
    assert [] == store.rewind(-1)


def test_a_full_disk_is_reported(server: Server, small_disk: Callable[[str], Path]) -> None:
    """What did not fit was not half-written, and what was there is still there."""
    if not isinstance(server, WheelServer):
        pytest.skip("a server that somebody lent has its own disk")
    folder = small_disk("32m") / "tablespace"
    server.tablespace("small", folder)
    name = server.new(tablespace="small")
    try:
        with open_store(server.place(name), HERE) as store:
            kept = store.keep([a_submission()])
            with pytest.raises(StoreFull) as caught:
                store.keep([a_submission(body=secrets.token_hex(200_000)) for _ in range(120)])
            assert "space" in caught.value.hint
            assert kept == store.drafts()
    finally:
        server.drop(name)
        server.run("DROP TABLESPACE small")


def test_a_damaged_table_is_reported(own: WheelServer, postgres: Place) -> None:
    """Pages that were overwritten are StoreCorrupt when they are read, and say where to look."""
    name = postgres.url.database or ""
    with open_store(postgres, HERE) as store:
        store.keep([a_submission() for _ in range(20)])
    own.run("CHECKPOINT", name)
    [[path]] = own.run("SELECT pg_relation_filepath('drafts')", name)
    own.halt()
    own.damage(path)
    own.start()
    with open_store(postgres, HERE) as store:
        with pytest.raises(StoreCorrupt) as caught:
            store.drafts()
        assert caught.value.hint


# -- what is said, and what is not ---------------------------------------------------------------------------


class Said(Exception):  # noqa: N818 -- stands for the driver's errors
    """An error as the driver raises it."""

    def __init__(self, sqlstate: str | None, words: str = "said the server") -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("40001", StoreBusy),
        ("40P01", StoreBusy),
        ("53300", StoreBusy),
        ("57014", StoreBusy),
        ("53100", StoreFull),
        ("53200", StoreError),
        ("57P01", StoreUnavailable),
        ("57P03", StoreUnavailable),
        ("08006", StoreUnavailable),
        (None, StoreUnavailable),
        ("28P01", StoreError),
        ("XX001", StoreCorrupt),
        ("58030", StoreError),
        ("23505", Conflict),
        ("22003", InputError),
        ("42601", StoreError),
    ],
)
def test_every_code_becomes_an_error_of_ours(sqlstate: str | None, kind: type[Error]) -> None:
    """What the server says is told in our words, with the store's name."""
    excuse = dialect.excuse(Said(sqlstate), "postgresql://desk@db/desk")
    assert (kind, True) == (type(excuse), "postgresql://desk@db/desk" in str(excuse))


def test_no_row_is_shown(postgres: Place, store: DatabaseStore) -> None:
    """The server's details would show the row that failed; they are left out."""
    canary = b"canary".hex()
    row = text(f"INSERT INTO receipts VALUES ('\\x{canary}', 1, 1, '\\x', '\\x')")
    with store._session.writing() as connection:
        connection.execute(row)
    with pytest.raises(Conflict) as caught, store._session.writing() as connection:
        connection.execute(row)
    assert (False, False) == (canary in str(caught.value), "DETAIL" in str(caught.value))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://desk:s3cret@db.example:5432/desk?sslmode=require&options=s3cret",
        "postgres://desk:s3cret@db.example/desk",
    ],
)
def test_a_place_never_shows_its_password(address: str) -> None:
    """Neither name nor repr of a place has anything but user, host, port and database."""
    place = located(address, NOWHERE)
    assert "s3cret" not in f"{place!r} {place.name} {place}"
    assert place.name.startswith("postgresql://desk@db.example")


@pytest.mark.parametrize(
    "address",
    [
        "mysql://desk:s3cret@db/desk",
        "postgresql://desk:s3cret@db:port/desk",
        "sqlite://",
        "s3cret",
        "sqlite:///",
    ],
)
def test_an_address_of_nothing_is_refused(address: str) -> None:
    """What names no store is a ConfigError that says how to write one, and repeats nothing."""
    with pytest.raises(ConfigError) as caught:
        located(address, NOWHERE)
    assert "s3cret" not in told(caught.value)


def test_a_relative_file_is_in_the_data_directory(tmp_path: Path) -> None:
    """sqlite:///FILE begins at the data directory, sqlite:////FILE at the root; without either it is ours."""
    assert tmp_path / "other.db" == located("sqlite:///other.db", tmp_path).path
    assert Path("/srv/desk.db") == located("sqlite:////srv/desk.db", tmp_path).path
    assert tmp_path / "supportledger.db" == located(None, tmp_path).path


def test_a_missing_driver_is_reported(monkeypatch: pytest.MonkeyPatch, postgres: Place) -> None:
    """Without the optional driver, the error says how to install it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError) as caught:
        connect(postgres)
    assert "supportledger[postgres]" in caught.value.hint
