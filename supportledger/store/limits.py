"""What limits have granted, counted in one statement: all who ask at once get no more than is left."""

from typing import Any

from sqlalchemy import Connection, case, delete, func, literal

from supportledger.store import desk_tables
from supportledger.store.session import inserting, writes_alone

_SPENT = desk_tables.spent


def spend(connection: Connection, name: bytes, amount: int, limit: int, window: tuple[int, int]) -> int:
    """
    Grant what is left of a limit, up to an amount.

    Args:
        connection: Of a transaction that writes.
        name: What is limited, hashed.
        amount: What is asked for.
        limit: What a window allows.
        window: When it begins and ends; one that began later, by another clock, goes on.
    """
    first = {"name": name, "began_at": window[0], "ends_at": window[1]}
    granted = min(amount, limit)
    new = inserting(connection, _SPENT).values(**first, used=granted, granted=granted)
    goes_on = _SPENT.c.began_at >= window[0]
    used = case((goes_on, _SPENT.c.used), else_=0)
    more = _between(connection, amount, limit - used)
    change: dict[str, Any] = {
        "began_at": case((goes_on, _SPENT.c.began_at), else_=window[0]),
        "ends_at": case((goes_on, _SPENT.c.ends_at), else_=window[1]),
        "used": used + more,
        "granted": more,
    }
    statement = new.on_conflict_do_update(index_elements=["name"], set_=change).returning(_SPENT.c.granted)
    found: int = connection.execute(statement).scalar_one()
    return found


def _between(connection: Connection, amount: int, left: Any) -> Any:
    """Take the lesser of the two, and nothing below zero."""
    if writes_alone(connection):
        return func.max(0, func.min(literal(amount), left))
    return func.greatest(0, func.least(literal(amount), left))


def sweep(connection: Connection, now: int) -> None:
    """Forget windows that are over."""
    connection.execute(delete(_SPENT).where(_SPENT.c.ends_at <= now))
