"""What a customer takes along: files, the proof file, and the desk's promises to relay."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from supportledger.desk.filing.sights import own_sight, reader_of
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import NotFound
from supportledger.model.people import Right
from supportledger.web.doors import needs
from supportledger.web.downloads import PROOF_TYPE, download, kept_as
from supportledger.web.line import Standing
from supportledger.web.naming import own
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)


@router.get("/my/tickets/{name}/files/{index}/{number}")
def file(
    request: Request, name: str, index: int, number: int, visitor: Annotated[Visitor, needs(Right.READ)]
) -> Response:
    """Give a file of an entry, to be kept, never to be shown."""
    front, ticket = front_of(request), own(request, name, visitor)
    sight = own_sight(visitor)
    found = front.desk.browsing.attachments(ticket, index, sight, reader=reader_of(visitor))
    if not 0 <= number < len(found) or not found[number].location:
        raise NotFound("there is no such file")
    return download(found[number].name, front.desk.files.read(found[number].location))


@router.get("/my/tickets/{name}/proof")
def proof(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.VERIFY)]) -> Response:
    """Give the proof file of a ticket: all that its customer was told, and nothing internal."""
    ticket = own(request, name, visitor)
    made = front_of(request).desk.proofs.export(ticket, disclose=["all"], outward=True)
    return download(f"{ticket.handle}.proof.json", made.data, PROOF_TYPE)


@router.get("/my/tickets/{name}/receipts")
def receipts(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.VERIFY)]) -> Response:
    """Give the desk's signed promises to relay what the customer has signed."""
    store, ticket = front_of(request).desk.store, own(request, name, visitor)
    found = []
    for draft in store.drafts(ticket=ticket):
        if draft.actor == visitor.address:
            try:
                one = store.receipt(draft.key)
            except NotFound:  # none was promised for what its author sent themselves
                continue
            found.append(
                {
                    "digest": "0x" + one.digest.hex(),
                    "receivedAt": one.received_at,
                    "includeBy": one.include_by,
                    "signer": str(one.signer),
                    "signature": "0x" + one.signature.hex(),
                }
            )
    answer = JSONResponse({"ticket": str(ticket), "receipts": found})
    answer.headers["content-disposition"] = kept_as(f"{ticket.handle}.receipts.json")
    return answer
