"""
Whether a database is sound: its file, its tables, each row by itself, and how safe its writes are.

What rows say is not compared with the ledger: that is the audit's business.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Final

from sqlalchemy import Connection, Table, func, inspect, select, text

from supportledger.model.records import Deployment
from supportledger.ports import Held, Keys
from supportledger.store import binding, desk_checking, documents, holdings, schema, tables
from supportledger.store.backup import check_there
from supportledger.store.place import Place
from supportledger.store.session import connect, writes_alone
from supportledger.store.vault import DatabaseVault

_MOST: Final = 100
"""Findings are named up to so many; more of them say no more."""
_PART: Final = 20_000
"""Rows of a table that are in memory at once, or so."""
_REBUILD: Final = "rebuild the read model from the ledger, or restore a backup"
_AUDIT: Final = "run `supportledger audit` to see what was altered; restore a backup"
_KEYS: Final = "put the key store back: the file beside the database, or its backup"
_RESTORE: Final = "restore a backup; the ledger itself is unharmed"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    Something that is not as it should be.

    Args:
        kind: `file`, `version`, `table`, `row` or `durability`.
        what: In words.
        hint: What to do about it.
    """

    kind: str
    what: str
    hint: str = ""


@dataclass(slots=True)
class Opened:
    """
    What became of the seals of all contents.

    Args:
        sealed: They open.
        erased: Their keys were destroyed.
        closed: They do not open, which is a finding each.
    """

    sealed: int = 0
    erased: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """
    What a check has found.

    Args:
        name: Of the store.
        version: The last migration applied; None for none.
        deployment: Whose data; None for nobody's yet.
        rows: Of each table, how many.
        findings: What is wrong; empty for a sound store.
        contents: How many could be opened.
    """

    name: str
    version: str | None
    deployment: Deployment | None = None
    rows: dict[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    contents: Opened | None = None

    @property
    def is_sound(self) -> bool:
        """Nothing is wrong."""
        return not self.findings


def check(place: Place, vault: DatabaseVault | None = None) -> Checked:
    """
    Read everything, and change nothing.

    Args:
        place: Of the store.
        vault: Its keys; None: contents are not opened.

    Raises:
        NotFound: There is no store.
        StoreError: It cannot be read at all.
    """
    check_there(place)
    with closing(connect(place)) as session, session.reading() as connection:
        version = schema.version(connection)
        findings = [*_file(connection), *_version(version), *_durability(connection)]
        shaped = list(_tables(connection)) if version == schema.HEAD else []
        if version != schema.HEAD or shaped:
            return Checked(session.name, version, findings=(*findings, *shaped))
        rows = {one.name: _count(connection, one) for one in tables.metadata.sorted_tables}
        parts = min(max(rows.values()) // _PART + 1, 256)
        opened, look = (Opened(), vault.keys) if vault else (None, None)
        if vault is None and rows["contents"]:
            findings.append(Finding("key", "the key store is gone: no content can be opened", _KEYS))
        findings += islice(_rows(connection, parts, look, opened), _MOST)
        findings += islice(_of_the_desk(connection, look), _MOST)
        return Checked(session.name, version, binding.held(connection), rows, tuple(findings), opened)


def _file(connection: Connection) -> Iterator[Finding]:
    """Let SQLite look at every page; PostgreSQL has its checksums, and every row is read anyway."""
    if not writes_alone(connection):
        return
    for said in connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST})").scalars():
        if said != "ok":
            yield Finding("file", str(said), _RESTORE)


def _version(version: str | None) -> Iterator[Finding]:
    if version is None:
        yield Finding("version", "there are no tables of ours", "run `supportledger db upgrade`")
    elif version not in schema.revisions():
        yield Finding("version", f"a newer version has written it ({version})", "upgrade supportledger")
    elif version != schema.HEAD:
        what = f"its tables are of version {version}, today's are {schema.HEAD}"
        yield Finding("version", what, "run `supportledger db upgrade`")


def _durability(connection: Connection) -> Iterator[Finding]:
    if writes_alone(connection):
        return
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        if connection.execute(text(f"SHOW {name}")).scalar() == "off":
            what = f"the server's setting {name} is off: what was written may be lost with the power"
            yield Finding("durability", what, f"set {name} = on in postgresql.conf")


def _tables(connection: Connection) -> Iterator[Finding]:
    found = inspect(connection)
    columns = {name: {one["name"] for one in them} for (_, name), them in found.get_multi_columns().items()}
    indexes = {name: {one["name"] for one in them} for (_, name), them in found.get_multi_indexes().items()}
    for table in tables.metadata.sorted_tables:
        if table.name not in columns:
            yield Finding("table", f"the table {table.name} is gone", _RESTORE)
            continue
        for column in sorted(set(table.columns.keys()) - columns[table.name]):
            yield Finding("table", f"the column {column} of {table.name} is gone", _RESTORE)
        for index in sorted({str(one.name) for one in table.indexes} - indexes.get(table.name, set())):
            yield Finding("table", f"the index {index} of {table.name} is gone", _RESTORE)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _rows(
    connection: Connection, parts: int, look: documents.Look | None, opened: Opened | None
) -> Iterator[Finding]:
    """Read every row as the desk would, some tickets at a time."""
    bounds = [None, *(bytes([number * 256 // parts]) for number in range(1, parts)), None]
    for low, high in pairwise(bounds):
        held = holdings.of_range(connection, low, high, look or (lambda _: Keys()))
        for one in held.damaged:
            yield Finding("row", f"a row of {one.table} of ticket {one.ticket}: {one.why}", _REBUILD)
        if opened is not None:
            yield from _texts(held.contents, opened)


def _of_the_desk(connection: Connection, look: documents.Look | None) -> Iterator[Finding]:
    """Read papers, and where tickets are filed."""
    for what in desk_checking.misfiled(connection):
        yield Finding("row", what, _REBUILD)
    for what in desk_checking.closed(connection, look) if look else ():
        yield Finding("row", what, _RESTORE)


def _texts(contents: Iterable[Held], opened: Opened) -> Iterator[Finding]:
    for content in contents:
        if content.erased_at is not None:
            opened.erased += 1
        elif not content.unreadable:
            opened.sealed += 1
        else:
            opened.closed += 1
            yield Finding("row", f"a text of ticket {content.ticket}: {content.unreadable}", _AUDIT)
