"""Whole databases, table by table: what they hold, as one number, and how rows go from one to another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Row, TableClause, column, delete, insert, inspect, select, table, text

from supportledger.store.session import writes_alone

VERSION_TABLE: Final = "alembic_version"
_NUMBERED: Final = {"drafts", "searched", "happenings"}
_PART: Final = 1_000
"""Rows that are in memory at once."""


@dataclass(frozen=True, slots=True)
class Shape:
    """
    A table as it is in a database of whatever version.

    Args:
        table: Its name and columns.
        key: Its primary key, which orders its rows.
        numbers_itself: Its key is given out by the database.
    """

    table: TableClause
    key: tuple[str, ...]
    numbers_itself: bool


@dataclass(frozen=True, slots=True)
class Inventory:
    """
    What a database holds.

    Args:
        rows: Of each table, how many.
        digest: SHA-256 of them all; the same rows have the same digest on every kind of database.
    """

    rows: Mapping[str, int]
    digest: str


def shapes(connection: Connection) -> list[Shape]:
    """Give the tables that are there, by name, without the one that tells the version."""
    found = inspect(connection)
    columns, keys = found.get_multi_columns(), found.get_multi_pk_constraint()
    there = ((name, columns[schema, name], keys[schema, name]) for schema, name in sorted(columns, key=str))
    return [_shape(name, listed, key) for name, listed, key in there if name != VERSION_TABLE]


def _shape(name: str, columns: Sequence[Any], key: Any) -> Shape:
    named = sorted(one["name"] for one in columns)
    return Shape(table(name, *map(column, named)), tuple(key["constrained_columns"]), name in _NUMBERED)


def inventory(connection: Connection) -> Inventory:
    """Read every row of every table."""
    whole, counts = sha256(), {}
    for shape in shapes(connection):
        whole.update(repr((shape.table.name, [one.name for one in shape.table.columns])).encode())
        counts[shape.table.name] = 0
        for part in _parts(connection, shape):
            counts[shape.table.name] += len(part)
            for row in part:
                whole.update(repr(tuple(row)).encode(errors="surrogateescape"))
    return Inventory(counts, whole.hexdigest())


def copy(source: Connection, target: Connection) -> None:
    """Put all rows of one database into the same tables of another, which are empty."""
    for shape in shapes(source):
        names = [one.name for one in shape.table.columns]
        for part in _parts(source, shape):
            target.execute(insert(shape.table), [dict(zip(names, row, strict=True)) for row in part])
        if shape.numbers_itself:
            _go_on_numbering(target, shape)


def clear(connection: Connection) -> None:
    """Remove every row of every table."""
    for shape in shapes(connection):
        connection.execute(delete(shape.table))


def is_empty(connection: Connection) -> bool:
    """Whether there is nothing but, at most, the note whose data it will be."""
    tables = (one.table for one in shapes(connection) if one.table.name != "deployment")
    return not any(connection.execute(select(one).limit(1)).first() for one in tables)


def _parts(connection: Connection, shape: Shape) -> Iterator[Sequence[Row[Any]]]:
    ordered = select(shape.table).order_by(*(shape.table.c[name] for name in shape.key))
    with connection.execution_options(stream_results=True).execute(ordered) as found:
        yield from found.partitions(_PART)


def _go_on_numbering(connection: Connection, shape: Shape) -> None:
    """Let new rows be numbered after those that were copied; SQLite does so by itself."""
    if writes_alone(connection):
        return
    name, key = shape.table.name, shape.key[0]
    last = f"SELECT coalesce(max({key}), 0) + 1 FROM {name}"  # noqa: S608 -- names of our own tables
    connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', '{key}'), ({last}), false)"))
