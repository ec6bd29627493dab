"""What is asked of a database: by SQLAlchemy, and by its driver alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, event

from supportledger.store.database import DatabaseStore
from supportledger.store.prepared import Prepared

Told = Callable[[Any, str, Any], None]


@contextmanager
def watching(store: DatabaseStore, told: Told) -> Iterator[None]:
    """Tell of every statement before it is run: a cursor, its text, its parameters."""

    def asked(_: Any, cursor: Any, statement: str, parameters: Any, *more: Any) -> None:
        told(cursor, statement, parameters[0] if isinstance(parameters, list) else parameters)

    run = Prepared._run

    def asked_alone(self: Prepared, connection: Connection, values: Any, size: int) -> Any:
        written = self._for(connection, size)
        cursor = connection.connection.cursor()
        told(cursor, written.text, written.given(values))
        cursor.close()
        return run(self, connection, values, size)

    engine = store._session._engine
    event.listen(engine, "before_cursor_execute", asked)
    try:
        with patch.object(Prepared, "_run", asked_alone):
            yield
    finally:
        event.remove(engine, "before_cursor_execute", asked)
