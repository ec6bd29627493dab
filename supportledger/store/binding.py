"""The one deployment that a database is bound to."""

from sqlalchemy import Connection, insert, select

from supportledger.model.ids import Address
from supportledger.model.records import Deployment
from supportledger.store import tables

_TABLE = tables.deployment


def held(connection: Connection) -> Deployment | None:
    """Give the deployment whose data this is; None for nobody's yet."""
    row = connection.execute(select(_TABLE.c.chain_id, _TABLE.c.ledger, _TABLE.c.code_hash)).one_or_none()
    return row and Deployment(row.chain_id, Address(row.ledger), row.code_hash)


def bind(connection: Connection, wanted: Deployment) -> Deployment:
    """Write down whose data this is from now on."""
    values = {"chain_id": wanted.chain_id, "ledger": wanted.ledger, "code_hash": wanted.code_hash}
    connection.execute(insert(_TABLE), {"id": 1, **values})
    return wanted
