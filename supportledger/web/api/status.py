"""How the desk is, and which ledger it works on; anybody may ask."""

from typing import Annotated

from fastapi import Request
from pydantic import Field

from supportledger.desk.people.visitors import Visitor
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import AddressText, Answer, Hex32
from supportledger.web.doors import PUBLIC
from supportledger.web.health import Watcher
from supportledger.web.visitors import front_of

router = guarded("status")


class DeskStatus(Answer):
    """How the desk is: its own word, for others to compare."""

    name: str
    chain_id: int
    ledger: AddressText
    code_hash: Hex32 = Field(description="Of the ledger's code, as it was when it was deployed.")
    is_ready: bool = Field(description="The store answers, and the index keeps up with the chain.")
    store: bool
    index: bool
    node: bool = Field(description="Without it, nothing is verified; all else goes on.")


@router.get("/status", operation_id="desk.status", responses=problems())
def status(request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> DeskStatus:
    """Tell how the desk is."""
    front, watcher = front_of(request), request.app.state.watcher
    assert isinstance(watcher, Watcher)  # noqa: S101 -- the application has one
    found, deployment = watcher.readiness(), front.desk.ledger.deployment
    return DeskStatus(
        name=front.house.name,
        chain_id=deployment.chain_id,
        ledger=str(deployment.ledger),
        code_hash="0x" + deployment.code_hash.hex(),
        is_ready=found.is_ready,
        store=found.store,
        index=found.index,
        node=found.node,
    )
