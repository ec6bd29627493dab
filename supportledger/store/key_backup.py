"""
Backups of the key store: a file of their own, so that contents and keys are never in one place.

* Who has only the one file reads nothing. To make old backups of contents useless, destroy those of the keys.
* What was erased stays erased: a restore brings no key back whose erasure the key store remembers.
"""

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from supportledger.errors import Conflict, InputError, NotFound, StoreCorrupt
from supportledger.store import keyplace, sqlite, vault, vault_rules
from supportledger.store.place import Place, at_file
from supportledger.store.session import BUSY_TIMEOUT_S, Session, put

_TABLES = (vault.desk, vault.ticket_keys, vault.erasures, vault.holds)


def back_up(place: Place, file: Path, *, force: bool = False) -> int:
    """
    Write the keys of a store into a file, wrapped as they are.

    Args:
        place: Of the store.
        file: Is made as a whole or not at all.
        force: Replace the file if there is one.

    Returns:
        How many keys it holds.

    Raises:
        NotFound: The store has no keys.
        Conflict: There is a file already, and *force* is not given.
        InputError: The file cannot be written.
    """
    check_free(file, force=force)
    if not vault.exists(place):
        raise NotFound(f"{place.name} has no keys yet")
    new = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with closing(keyplace.connect(place)) as source, source.reading() as connection:
            count = _write(connection, new)
        new.replace(file)
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}") from error
    finally:
        new.unlink(missing_ok=True)
    return count


def check_free(file: Path, *, force: bool) -> None:
    """
    Let a file not be there, unless it may be replaced.

    Raises:
        Conflict: It is.
    """
    if file.exists() and not force:
        raise Conflict(
            f"there is a file {file} already", hint="Choose another name, or replace it with --force."
        )


def _write(source: Connection, new: Path) -> int:
    rows = {table.name: source.execute(select(table)).all() for table in _TABLES}
    with closing(_opened(new)) as session, session.alone() as target:
        vault.metadata.create_all(target)
        for table in _TABLES:
            if found := rows[table.name]:
                target.execute(insert(table), _values(found))
    return len(rows[vault.ticket_keys.name])


def _opened(file: Path) -> Session:
    return Session(sqlite.connect(file, BUSY_TIMEOUT_S, forgets=True), at_file(file), sqlite.excuse)


def _values(rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 -- SQLAlchemy's public name for it


def restore(file: Path, place: Place, *, force: bool = False) -> int:
    """
    Put the keys of a backup back, beside those that are there.

    Args:
        file: The backup.
        place: Of the store.
        force: Put them in place of keys that are wrapped with another desk key.

    Returns:
        How many keys there are afterwards.

    Raises:
        NotFound: There is no such file.
        StoreCorrupt: It is no backup of keys.
        Conflict: There are keys, wrapped with another desk key, and *force* is not given.
    """
    if not file.is_file():
        raise NotFound(f"there is no file {file}")
    rows = _read(file)
    with closing(keyplace.connect(place)) as session:
        with session.alone() as target:
            keyplace.make(target, vault.metadata)
            _clear_others(session.name, target, rows[vault.desk.name][0].key_id, force=force)
            for table in _TABLES:
                put(target, table, _values(rows[table.name]), replace=False)
            erased = select(vault.erasures.c.ticket)
            target.execute(delete(vault.ticket_keys).where(vault.ticket_keys.c.ticket.in_(erased)))
            count = len(target.execute(select(vault.ticket_keys.c.ticket)).all())
        keyplace.scrub(session, vault.ticket_keys)
    return count


def check_key(file: Path, key_id: bytes) -> None:
    """
    Let the keys of a backup be those that a desk key opens, before others are replaced by them.

    Raises:
        NotFound: There is no such file.
        StoreCorrupt: It is no backup of keys.
        WrongDeskKey: They are wrapped with another desk key.
    """
    if not file.is_file():
        raise NotFound(f"there is no file {file}")
    if _read(file)[vault.desk.name][0].key_id != key_id:
        raise vault_rules.wrong_key(str(file))


def _read(file: Path) -> dict[str, Sequence[Row[Any]]]:
    session = Session(sqlite.connect_still(file), at_file(file), sqlite.excuse)
    try:
        with session.reading() as connection:
            if not all(keyplace.has_table(connection, table) for table in _TABLES):
                raise StoreCorrupt(f"{file} is no backup of keys", hint="name the file that ends in .keys")
            rows = {table.name: connection.execute(select(table)).all() for table in _TABLES}
    finally:
        session.close()
    if not rows[vault.desk.name]:
        raise StoreCorrupt(f"{file} is no backup of keys", hint="name the file that ends in .keys")
    return rows


def _clear_others(name: str, target: Connection, key_id: bytes, *, force: bool) -> None:
    """Make room for keys of another desk key; what was erased is remembered."""
    there = target.execute(select(vault.desk)).one_or_none()
    if there is None or there.key_id == key_id:
        return
    if not force and target.execute(select(vault.ticket_keys).limit(1)).first():
        raise Conflict(
            f"{name} holds keys that are wrapped with another desk key",
            hint="Rotate to the key of the backup first, or replace them with --force.",
        )
    for table in (vault.desk, vault.ticket_keys, vault.holds):
        target.execute(delete(table))
