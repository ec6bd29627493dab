"""What staff take along of a ticket: files, and its proof file."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.filing.sights import reader_of
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.signing.elsewhere import Elsewhere
from supportledger.errors import NotFound
from supportledger.model.people import Right
from supportledger.web.console.telling import staff_sight
from supportledger.web.doors import needs
from supportledger.web.downloads import PROOF_TYPE, download
from supportledger.web.line import Standing
from supportledger.web.naming import ticket_named
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)


@router.get("/console/tickets/{name}/files/{index}/{number}")
def file(
    request: Request, name: str, index: int, number: int, visitor: Annotated[Visitor, needs(Right.READ)]
) -> Response:
    """Give a file of an entry, to be kept, never to be shown."""
    front, ticket = front_of(request), ticket_named(request, name)
    sight = staff_sight(visitor)
    found = front.desk.browsing.attachments(ticket, index, sight, reader=reader_of(visitor))
    if not 0 <= number < len(found) or not found[number].location:
        raise NotFound("there is no such file")
    return download(found[number].name, front.desk.files.read(found[number].location))


@router.get("/console/tickets/{name}/proof")
def proof(
    request: Request, name: str, visitor: Annotated[Visitor, needs(Right.VERIFY)], texts: str = ""
) -> Response:
    """Give the proof file of a ticket: without what was written, or with all of it."""
    front, ticket = front_of(request), ticket_named(request, name)
    front.desk.browsing.find(ticket, staff_sight(visitor))
    shown = ["all"] if texts == "all" and visitor.may(Right.READ) else []
    made = front.desk.proofs.export(ticket, disclose=shown, by=Elsewhere(reader_of(visitor)))
    return download(f"{ticket.handle}.proof.json", made.data, PROOF_TYPE)
