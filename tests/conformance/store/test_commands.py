"""`supportledger db` on the command line: the same for a file and a server, for people and for programs."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from supportledger.cli import language
from supportledger.cli.app import run
from supportledger.cli.session import Session
from supportledger.store import schema
from supportledger.store.place import DATABASE, Place, at_file
from supportledger.store.session import connect
from supportledger.store.vault import open_vault
from supportledger.wiring.known import Known
from tests.conformance.store.builders import BOB, DESK_KEY, HERE, a_submission, open_store
from tests.conformance.store.server import PASSWORD

LINE = Callable[..., "Result"]


@dataclass(frozen=True)
class Result:
    """How a command line ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The one JSON document."""
        return json.loads(self.out)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> LINE:
    """Run a command line on the store of a data directory."""
    for variable in ("STORE", "LEDGER", "RPC", "JSON", "LANG"):
        monkeypatch.delenv(f"SUPPORTLEDGER_{variable}", raising=False)
    monkeypatch.setenv("SUPPORTLEDGER_DATA", str(tmp_path))
    monkeypatch.setenv("SUPPORTLEDGER_DESK_KEY", DESK_KEY.secret.hex())
    monkeypatch.setenv("LC_ALL", "C")

    def call(*arguments: object) -> Result:
        code = run([str(one) for one in arguments], Session())
        written = capfd.readouterr()
        return Result(int(code), written.out, written.err)

    return call


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The store of the data directory, as a file there or on a server that the environment names."""
    if request.param == "sqlite":
        found = at_file(tmp_path / DATABASE)
    else:
        found = request.getfixturevalue("postgres")
        address = found.url.set(drivername="postgresql").render_as_string(hide_password=False)
        monkeypatch.setenv("SUPPORTLEDGER_STORE", address)
    return found


@pytest.fixture
def kept(place: Place) -> Place:
    """The store, with something in it."""
    with open_store(place, HERE) as store:
        store.keep([a_submission() for _ in range(3)])
    return place


def test_a_backup_and_a_restore(cli: LINE, kept: Place, tmp_path: Path) -> None:
    """A backup tells what it holds; a restore puts it back, only with --force where something is."""
    file = tmp_path / "monday.backup"
    made = cli("db", "backup", file, "--json")
    assert (0, 3, str(HERE.ledger)) == (made.code, made.data["rows"]["drafts"], made.data["ledger"])
    assert cli("db", "backup", file).code == 5
    with open_store(kept, HERE) as store:
        store.keep([a_submission()])
    assert cli("db", "restore", file).code == 5
    restored = cli("db", "restore", file, "--force", "--json")
    assert (0, made.data["sha256"]) == (restored.code, restored.data["sha256"])
    with open_store(kept, HERE) as store:
        assert len(store.drafts()) == 3


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Chinese is spoken, until the test ends."""
    monkeypatch.setenv("LANGUAGE", "zh_CN")
    language.use("zh-CN")
    yield
    language.use("en")


def test_people_are_told(cli: LINE, kept: Place, tmp_path: Path) -> None:
    """For people every command says in a sentence what it has done."""
    file = tmp_path / "monday.backup"
    assert "holds everything" in cli("db", "backup", file).out
    assert "holds everything of the backup" in cli("db", "restore", file, "--force").out
    assert "is of today's version" in cli("db", "upgrade").out


@pytest.mark.usefixtures("chinese")
def test_people_are_told_in_chinese(cli: LINE, kept: Place, tmp_path: Path) -> None:
    """Results, errors and findings are in the catalogue, values and all."""
    file = tmp_path / "monday.backup"
    assert "已包含全部内容" in cli("db", "backup", file).out
    assert "已包含备份的全部内容" in cli("db", "restore", file, "--force").out
    refused = cli("db", "restore", file)
    assert (True, True) == ("已有数据" in refused.err, "先为其做备份" in refused.err)
    with closing(connect(kept)) as session, session.alone() as connection:
        connection.execute(text("DROP INDEX ix_tickets_opened_at_id_merged"))
    found = cli("db", "check")
    assert (True, True) == ("不见了" in found.out, "恢复备份" in found.out)


@pytest.mark.usefixtures("chinese")
def test_a_server_that_is_away_is_told_in_chinese(cli: LINE) -> None:
    """What a driver says is told in the reader's language, as far as it is ours."""
    failed = cli("db", "check", "--store", "postgresql://desk@127.0.0.1:9/desk")
    assert (6, True, True) == (failed.code, "无法连接" in failed.err, "请启动服务器" in failed.err)


def test_a_sound_database(cli: LINE, kept: Place) -> None:
    """A check of a sound file gives 0; of the tests' server, it tells that it may forget."""
    found = cli("db", "check", "--json")
    kinds = {one["kind"] for one in found.data["findings"]}
    assert (0, set()) == (found.code, kinds) if kept.path else (1, {"durability"}) == (found.code, kinds)
    assert (3, kept.name) == (found.data["rows"]["drafts"], found.data["store"])


def test_a_damaged_database(cli: LINE, kept: Place) -> None:
    """A check that finds something gives 1, and says what to do."""
    with closing(connect(kept)) as session, session.alone() as connection:
        connection.execute(text("DROP INDEX ix_tickets_opened_at_id_merged"))
    found = cli("db", "check")
    assert (1, True) == (found.code, "ix_tickets_opened_at_id_merged" in found.out)
    assert "restore a backup" in found.out


def test_an_upgrade(cli: LINE, kept: Place) -> None:
    """An upgrade tells from which version to which it went."""
    with (
        closing(open_vault(kept, DESK_KEY)) as vault,
        closing(connect(kept)) as session,
        session.alone() as connection,
    ):
        schema.unmigrate(connection, "0001", vault)
    assert cli("db", "check", "--json").data["findings"][-1]["kind"] in {"version", "durability"}
    done = cli("db", "upgrade", "--json")
    assert (0, {"store": kept.name, "before": "0001", "after": schema.HEAD}) == (done.code, done.data)


@pytest.mark.parametrize("command", ["upgrade", "check", "backup"])
def test_no_store(cli: LINE, tmp_path: Path, command: str) -> None:
    """Where no store is, a command says so, and makes none."""
    more = [tmp_path / "file"] if command == "backup" else []
    assert cli("db", command, *more).code == 3
    assert [] == list(tmp_path.iterdir())


def test_another_ledgers_backup(cli: LINE, kept: Place, tmp_path: Path) -> None:
    """A backup of another ledger than the directory or the settings name is refused."""
    file = tmp_path / "monday.backup"
    cli("db", "backup", file)
    other = "0x" + "ab" * 20
    assert cli("db", "restore", file, "--force", "--ledger", other).code == 5
    assert cli("db", "restore", file, "--force", "--ledger", HERE.ledger).code == 0
    Known(tmp_path).remember(replace(HERE, ledger=BOB), 1)
    refused = cli("db", "restore", file, "--force")
    assert (5, True) == (refused.code, "holds the data of" in refused.err)
    Known(tmp_path).remember(replace(HERE, code_hash=bytes(32)), 1)
    assert cli("db", "restore", file, "--force").code == 0


def test_a_move_from_a_file_to_a_server(cli: LINE, tmp_path: Path, postgres: Place) -> None:
    """What was kept in a file goes to a server by a backup and a restore."""
    with open_store(tmp_path / DATABASE, HERE) as store:
        drafts = store.keep([a_submission() for _ in range(3)])
    address = postgres.url.set(drivername="postgresql").render_as_string(hide_password=False)
    assert cli("db", "backup", tmp_path / "all.backup").code == 0
    moved = cli("db", "restore", tmp_path / "all.backup", "--store", address, "--json")
    assert (0, postgres.name) == (moved.code, moved.data["store"])
    with open_store(postgres, HERE) as store:
        assert drafts == store.drafts()


def test_no_password_is_ever_shown(cli: LINE, tmp_path: Path) -> None:
    """A server that cannot be reached is named without the password, traceback and all."""
    address = "postgresql://desk:s3cret@127.0.0.1:9/desk?password=s3cret"
    for more in ([], ["-v"], ["--json"]):
        failed = cli("db", "check", "--store", address, *more)
        assert (6, False) == (failed.code, "s3cret" in failed.out + failed.err)
        assert "postgresql://desk@127.0.0.1:9/desk" in failed.err
    refused = cli("db", "check", "--store", "mysql://desk:s3cret@db/desk", "-v")
    assert (2, False) == (refused.code, "s3cret" in refused.err)
    assert PASSWORD not in refused.err
