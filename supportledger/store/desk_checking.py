"""Whether the tables of a desk that people see are sound: papers that open, lists that follow filings."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, case, func, or_, select

from supportledger.errors import CommitmentMismatch, KeyMissing, StoreError
from supportledger.model.ids import TicketId
from supportledger.ports.filing import GENERAL
from supportledger.store import cabinet, desk_tables, tables
from supportledger.store.documents import Look

_PAPER, _FILING, _TICKET = desk_tables.papers, desk_tables.filings, tables.tickets
_PART: Final = 500


def _is_owner(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == 32  # whoever alters a file can put anything there


def misfiled(connection: Connection) -> Iterator[str]:
    """Name tickets that lists have elsewhere than where they are filed."""
    is_merged = case((_FILING.c.merged_into.is_not(None), 1), else_=0)
    differs = or_(
        _TICKET.c.queue != func.coalesce(_FILING.c.queue, GENERAL),
        _TICKET.c.person.is_distinct_from(_FILING.c.person),
        _TICKET.c.merged != is_merged,
    )
    joined = _TICKET.outerjoin(_FILING, _FILING.c.ticket == _TICKET.c.id)
    for found in connection.execute(select(_TICKET.c.id).select_from(joined).where(differs)).scalars():
        yield f"ticket {bytes(found).hex()} is listed elsewhere than where it is filed"


def closed(connection: Connection, look: Look) -> Iterator[str]:
    """Name papers that do not open, but for those whose owner was erased."""
    ordered = select(_PAPER).order_by(_PAPER.c.kind, _PAPER.c.id)
    for rows in connection.execute(ordered).partitions(_PART):
        keys = look({TicketId(row.owner) for row in rows if _is_owner(row.owner)})
        for row in rows:
            try:
                if row.owner not in keys.erased:
                    cabinet.opened(row, keys)
            except (StoreError, CommitmentMismatch, KeyMissing) as error:
                yield f"the {row.kind} {row.id}: {error}"
