"""Where tickets are filed: queue, tags, what they are linked to, and what they go on in."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import Request, Response
from pydantic import Field

from supportledger.desk.filing.linking import Merged
from supportledger.desk.people.visitors import Visitor
from supportledger.model.ids import TicketId
from supportledger.model.people import Right
from supportledger.web.api.acting import fileable, found, staffs
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import Body, Handle
from supportledger.web.api.signing import signer_of
from supportledger.web.api.ticket_shapes import Filed, filed_of
from supportledger.web.doors import needs
from supportledger.web.visitors import front_of

router = guarded("tickets")
_PROBLEMS = problems(404, 409, 412)
_Word = Annotated[str | None, Field(default=None, max_length=64)]
_Tag = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\s,]+$")]


class FileUnder(Body):
    """Where a ticket is to be filed; what is not said, stays as it is."""

    queue: str | None = Field(default=None, pattern="^[a-z0-9][a-z0-9-]{0,31}$", examples=["withdrawals"])
    language: _Word
    product: _Word
    topic: _Word
    tags: list[_Tag] | None = Field(default=None, max_length=10, examples=[["vip"]])


class Other(Body):
    """Another ticket."""

    ticket: Handle


@router.post("/tickets/{name}/file", operation_id="tickets.file_under", responses=_PROBLEMS)
def file(
    request: Request, name: Handle, wanted: FileUnder, visitor: Annotated[Visitor, needs(Right.ANSWER)]
) -> Filed:
    """File a ticket; whoever moves it to a queue that they do not see, sees it no longer."""
    front, ticket = front_of(request), fileable(request, visitor, name)
    if wanted.queue is not None:
        front.queues.move([ticket], wanted.queue)
    before = front.filings.filed([ticket])[ticket]
    given = wanted.model_dump(include={"language", "product", "topic"}, exclude_none=True)
    tags = before.tags if wanted.tags is None else tuple(dict.fromkeys(wanted.tags))
    return filed_of(front.filings.file(replace(before, tags=tags, **given))[0])


@router.post("/tickets/{name}/link", operation_id="tickets.link", responses=_PROBLEMS, status_code=204)
def link(
    request: Request, name: Handle, other: Other, visitor: Annotated[Visitor, needs(Right.ANSWER)]
) -> Response:
    """Let two tickets name each other."""
    one, two = _both(request, visitor, name, other)
    front_of(request).linking.link(one, two)
    return Response(status_code=204)


@router.post("/tickets/{name}/unlink", operation_id="tickets.unlink", responses=_PROBLEMS, status_code=204)
def unlink(
    request: Request, name: Handle, other: Other, visitor: Annotated[Visitor, needs(Right.ANSWER)]
) -> Response:
    """Let two tickets name each other no longer."""
    one, two = _both(request, visitor, name, other)
    front_of(request).linking.unlink(one, two)
    return Response(status_code=204)


@router.post("/tickets/{name}/merge", operation_id="tickets.merge", responses=_PROBLEMS)
def merge(
    request: Request, name: Handle, other: Other, visitor: Annotated[Visitor, needs(Right.DIRECT)]
) -> Filed:
    """Let a ticket go on in another; both get a note, signed by whoever merges."""
    source, target = _both(request, visitor, name, other)
    return _signed(request, visitor, lambda: front_of(request).linking.merge(source, target))


@router.post("/tickets/{name}/unmerge", operation_id="tickets.unmerge", responses=_PROBLEMS)
def unmerge(request: Request, name: Handle, visitor: Annotated[Visitor, needs(Right.DIRECT)]) -> Filed:
    """Set a merged ticket apart again."""
    ticket = staffs(request, visitor, name)
    return _signed(request, visitor, lambda: front_of(request).linking.undo(ticket))


def _both(request: Request, visitor: Visitor, name: str, other: Other) -> tuple[TicketId, TicketId]:
    one = staffs(request, visitor, name)
    return one, found(request, visitor, other.ticket)[0].id


def _signed(request: Request, visitor: Visitor, change: Callable[[], Merged]) -> Filed:
    """Change something that notes are signed about: whoever cannot sign, changes nothing."""
    signer, signing = signer_of(request, visitor), front_of(request).desk.signing
    made = change()
    for note in made.notes:
        signing.sign_and_submit(note, signer)
    return filed_of(made.source)
