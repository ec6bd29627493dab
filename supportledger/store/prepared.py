"""
Statements that are asked again and again: written once for each database, and run by its driver alone.

To look up a statement that was written takes ten times as long as to run it: what a page shows is read with
these. They give the values as they lie there, which is what `store.rows` and its like expect.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

from sqlalchemy import (
    Column,
    CompoundSelect,
    Dialect,
    Engine,
    PoolProxiedConnection,
    Select,
    bindparam,
    select,
)

MOST: Final = 512
"""Most values that one statement names: every database allows more."""
WANTED: Final = "wanted"
"""Name of the parameter that stands for a list of values."""


class Asked(Protocol):
    """What is asked: a connection of SQLAlchemy, or a bare one."""

    @property
    def dialect(self) -> Dialect:
        """The language of its database."""

    @property
    def connection(self) -> Any:
        """That of the driver."""

    def get_execution_options(self) -> Mapping[str, Any]:
        """What SQLAlchemy was told about it."""


@dataclass(frozen=True, slots=True)
class Bare:
    """
    A driver's connection from the pool, without what SQLAlchemy puts around it.

    Args:
        engine: Whose it is.
        connection: It.
    """

    engine: Engine
    connection: PoolProxiedConnection

    @property
    def dialect(self) -> Dialect:
        """As `Asked.dialect`."""
        return self.engine.dialect

    def get_execution_options(self) -> Mapping[str, Any]:
        """As `Asked.get_execution_options`."""
        return self.engine.get_execution_options()


class _Mark(NamedTuple):
    """Stands for a value: that of a parameter, or the one at a place of its list."""

    name: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement in the language of one database, for so many values."""

    text: str
    names: Sequence[str]
    values: Sequence[Any]
    is_positional: bool
    row: Callable[[Sequence[Any]], Any]

    def given(self, values: Mapping[str, Sequence[Any]]) -> Any:
        """Put values in the places that are marked."""
        whole = [values[one.name][one.at] if type(one) is _Mark else one for one in self.values]
        return whole if self.is_positional else dict(zip(self.names, whole, strict=True))


class Prepared:
    """
    A statement that reads.

    Args:
        statement: Its parameters are named; the one that stands for a list is `WANTED`.
    """

    def __init__(self, statement: Select[Any] | CompoundSelect[Any]) -> None:
        self._statement = statement
        self._written: dict[tuple[Any, ...], _Written] = {}

    def rows(self, connection: Asked, values: Mapping[str, Any]) -> list[Any]:
        """
        Run it.

        Args:
            connection: Of a transaction, or one that asks nothing else.
            values: Of its parameters.

        Returns:
            Rows, whose columns are attributes.
        """
        return list(self._run(connection, {name: [value] for name, value in values.items()}, 1))

    def among(self, connection: Asked, wanted: Sequence[bytes]) -> Iterator[Any]:
        """Run it for a list of values, in as many parts as that takes."""
        for start in range(0, len(wanted), MOST):
            some = list(wanted[start : start + MOST])
            size = 1 << (len(some) - 1).bit_length()  # so that few sizes have to be written
            some += [some[-1]] * (size - len(some))
            yield from self._run(connection, {WANTED: some}, size)

    def _run(self, connection: Asked, values: Mapping[str, Sequence[Any]], size: int) -> Iterator[Any]:
        written = self._for(connection, size)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(written.text, written.given(values))
            return map(written.row, cursor.fetchall())
        finally:
            cursor.close()

    def _for(self, connection: Asked, size: int) -> _Written:
        schemas = connection.get_execution_options().get("schema_translate_map") or {}
        key = connection.dialect.name, tuple(schemas.items()), size
        written = self._written.get(key)
        if written is None:
            written = self._written[key] = self._write(connection, schemas, size)
        return written

    def _write(self, connection: Asked, schemas: Mapping[str | None, str], size: int) -> _Written:
        compiled: Any = self._statement.compile(
            dialect=connection.dialect,
            schema_translate_map=schemas or None,
            render_schema_translate=bool(schemas),
        )
        marks = {name: _marks(name, size) for name, bound in compiled.binds.items() if bound.required}
        whole = compiled.construct_expanded_state(marks)
        names = list(whole.positiontup or whole.parameters)
        columns = [column.name for column in self._statement.selected_columns]
        return _Written(
            whole.statement,
            names,
            [whole.parameters[name] for name in names],
            bool(compiled.positional),
            _row(columns),
        )


def _row(columns: Sequence[str]) -> Any:
    of: Any = namedtuple  # noqa: PYI024 -- its columns are the statement's
    return of("Row", columns)._make


def _marks(name: str, size: int) -> Any:
    return [_Mark(name, at) for at in range(size)] if name == WANTED else _Mark(name)


def among(column: Column[Any], *more: Column[Any]) -> Prepared:
    """
    Prepare what gives the rows of a table with any of some values.

    Args:
        column: What is compared.
        more: The columns that are wanted; none for all.
    """
    wanted = more or (column.table,)
    return Prepared(select(*wanted).where(column.in_(bindparam(WANTED, expanding=True))))
