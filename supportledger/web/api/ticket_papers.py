"""What is taken along of a ticket: its files, its proof file, a verdict; and who has read it."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import Query, Request, Response
from pydantic import Field

from supportledger.desk.filing.sights import reader_of, sight_of
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.signing.elsewhere import Elsewhere
from supportledger.errors import NotFound
from supportledger.model.people import Right
from supportledger.model.records import AttachmentRecord
from supportledger.web.api.acting import found
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import AddressText, Answer, Handle, Hex32, Instant, Meta, Page
from supportledger.web.doors import needs
from supportledger.web.downloads import PROOF_TYPE, download
from supportledger.web.visitors import front_of

router = guarded("tickets")
_Index = Annotated[int, Field(ge=0, le=2**32 - 1)]
_Bytes: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        "description": "The file's bytes, to be kept; what its sender said of its type is not to be trusted.",
    }
}
_Proof: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {PROOF_TYPE: {"schema": {"type": "object"}}}, "description": "A proof file."}
}


class Attached(Answer):
    """A file of an entry."""

    number: int
    name: str
    size: int
    media_type: str = Field(description="As its sender said; not to be trusted.")
    sha256: Hex32
    held: bool = Field(description="The desk has its bytes.")


class Step(Answer):
    """A step of the verifier's list."""

    number: int
    name: str
    result: str = Field(description="passed, failed, pending, not checked")
    detail: str
    entry: int | None = None
    hint: str | None = None


class Verdict(Answer):
    """What was found of a ticket when it was checked against the ledger."""

    ticket_id: Hex32
    handle: str
    verdict: str = Field(description="verified, failed, incomplete, pending", examples=["verified"])
    reach: str
    steps: list[Step]


class TicketRead(Answer):
    """That somebody was shown something of a ticket."""

    reader: AddressText
    what: str
    reason: str
    time: Instant
    index: int = Field(description="Position of its line in the log of readings.")


@router.get(
    "/tickets/{name}/entries/{index}/files", operation_id="tickets.files", responses=problems(404, 410)
)
def files(
    request: Request, name: Handle, index: _Index, visitor: Annotated[Visitor, needs(Right.READ)]
) -> Page[Attached]:
    """List the files of an entry; the reading is on record."""
    listed = [
        Attached(
            number=number,
            name=one.name,
            size=one.size,
            media_type=one.media_type,
            sha256="0x" + one.sha256.hex(),
            held=bool(one.location),
        )
        for number, one in enumerate(_files(request, name, index, visitor))
    ]
    return Page(data=listed, meta=Meta(has_more=False))


@router.get(
    "/tickets/{name}/entries/{index}/files/{number}",
    operation_id="tickets.file",
    responses=_Bytes | problems(404, 410),
    response_class=Response,
)
def file(
    request: Request,
    name: Handle,
    index: _Index,
    number: _Index,
    visitor: Annotated[Visitor, needs(Right.READ)],
) -> Response:
    """Give a file of an entry, to be kept, never to be shown."""
    known = _files(request, name, index, visitor)
    if number >= len(known) or not known[number].location:
        raise NotFound("there is no such file")
    return download(known[number].name, front_of(request).desk.files.read(known[number].location))


@router.get(
    "/tickets/{name}/proof",
    operation_id="tickets.proof",
    responses=_Proof | problems(404, 409, 410),
    response_class=Response,
)
def proof(
    request: Request,
    name: Handle,
    visitor: Annotated[Visitor, needs(Right.VERIFY)],
    disclose: Annotated[
        list[str], Query(max_length=200, description="Fields to show: `body`, `3.body`, `3.all`, `all`.")
    ] = [],  # noqa: B006 -- FastAPI makes a new one for each request
    withhold: Annotated[list[str], Query(max_length=200, description="Fields not to show.")] = [],  # noqa: B006
) -> Response:
    """
    Give the proof file of a ticket; showing what was written takes the right to read it.

    Customers are shown nothing internal, whatever they ask for.
    """
    record, _ = found(request, visitor, name)
    if disclose or withhold:
        visitor.need(Right.READ)
    made = front_of(request).desk.proofs.export(
        record.id,
        disclose=disclose,
        withhold=withhold,
        outward=sight_of(visitor).is_customers,
        by=Elsewhere(reader_of(visitor)),
    )
    return download(f"{record.id.handle}.proof.json", made.data, PROOF_TYPE)


@router.get("/tickets/{name}/verdict", operation_id="tickets.verify", responses=problems(404, 409))
def verify(request: Request, name: Handle, visitor: Annotated[Visitor, needs(Right.VERIFY)]) -> Verdict:
    """Check all that is known of a ticket against the ledger; do it yourself with the proof file."""
    record, _ = found(request, visitor, name)
    return Verdict.model_validate(front_of(request).desk.tickets.verify(record.id).to_json())


@router.get("/tickets/{name}/reads", operation_id="tickets.reads", responses=problems(404, 409))
def reads(
    request: Request, name: Handle, visitor: Annotated[Visitor, needs(Right.AUDIT)]
) -> Page[TicketRead]:
    """List who was shown what of a ticket, when and why."""
    record, _ = found(request, visitor, name)
    listed = [
        TicketRead(reader=str(one.reader), what=one.what, reason=one.reason, time=one.time, index=one.index)
        for one in front_of(request).desk.reads.of(record.id)
    ]
    return Page(data=listed, meta=Meta(has_more=False))


def _files(request: Request, name: str, index: int, visitor: Visitor) -> Sequence[AttachmentRecord]:
    """Find the files of an entry."""
    record, _ = found(request, visitor, name)
    browsing, sight = front_of(request).desk.browsing, sight_of(visitor)
    return browsing.attachments(record.id, index, sight, reader=reader_of(visitor))
