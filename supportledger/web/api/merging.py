"""
Merging tickets by a key that is nowhere here: both notes are prepared, signed elsewhere, brought together.

Whoever signs one of them alone, changes nothing. What comes back is checked to be the notes of this very
merger, by whoever asks for it, before anything is merged.
"""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Request
from pydantic import Field

from supportledger.desk.filing.linking import Merged
from supportledger.desk.intents import Intent
from supportledger.desk.people.visitors import Visitor
from supportledger.model.people import Right
from supportledger.web.api.acting import found, staffs
from supportledger.web.api.actions import Prepared, address_of, prepared_of
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import Answer, Body, Handle, SignatureText
from supportledger.web.api.ticket_filing import Other
from supportledger.web.api.ticket_shapes import Filed, filed_of
from supportledger.web.doors import needs
from supportledger.web.visitors import front_of

router = guarded("mergers")
_PROBLEMS = problems(404, 409, 410, 412)


class Notes(Answer):
    """The notes of a change, each to be signed; bring them back together, in this order."""

    prepared: list[Prepared]


class SignedNote(Body):
    """The signature of a note that was prepared."""

    prepared: str = Field(min_length=1, max_length=64, description="Its `id`.")
    signature: SignatureText


class SignedNotes(Body):
    """The signatures of all notes of a change."""

    signed: list[SignedNote] = Field(min_length=1, max_length=10)


class SignedMerger(SignedNotes):
    """The signatures of both notes of a merger, and with which ticket."""

    ticket: Handle


@router.post("/tickets/{name}/merge/prepare", operation_id="mergers.prepare_merge", responses=_PROBLEMS)
def prepare_merger(
    request: Request, name: Handle, other: Other, visitor: Annotated[Visitor, needs(Right.DIRECT)]
) -> Notes:
    """Write down both notes of a merger, for whoever merges to sign; nothing is merged yet."""
    source, target = staffs(request, visitor, name), found(request, visitor, other.ticket)[0].id
    return _notes(request, visitor, front_of(request).linking.merging_notes(source, target))


@router.post("/tickets/{name}/merge/signed", operation_id="mergers.merge", responses=_PROBLEMS)
def merge_signed(
    request: Request, name: Handle, brought: SignedMerger, visitor: Annotated[Visitor, needs(Right.DIRECT)]
) -> Filed:
    """Let a ticket go on in another, with both notes signed elsewhere."""
    source, target = staffs(request, visitor, name), found(request, visitor, brought.ticket)[0].id
    linking = front_of(request).linking
    notes = linking.merging_notes(source, target)
    return _changed(request, visitor, brought, notes, lambda: linking.merge(source, target))


@router.post("/tickets/{name}/unmerge/prepare", operation_id="mergers.prepare_unmerge", responses=_PROBLEMS)
def prepare_unmerging(
    request: Request, name: Handle, visitor: Annotated[Visitor, needs(Right.DIRECT)]
) -> Notes:
    """Write down the notes of setting a ticket apart, to be signed; nothing is changed yet."""
    ticket = staffs(request, visitor, name)
    return _notes(request, visitor, front_of(request).linking.undoing_notes(ticket))


@router.post("/tickets/{name}/unmerge/signed", operation_id="mergers.unmerge", responses=_PROBLEMS)
def unmerge_signed(
    request: Request, name: Handle, brought: SignedNotes, visitor: Annotated[Visitor, needs(Right.DIRECT)]
) -> Filed:
    """Set a merged ticket apart again, with the notes signed elsewhere."""
    ticket, linking = staffs(request, visitor, name), front_of(request).linking
    notes = linking.undoing_notes(ticket)
    return _changed(request, visitor, brought, notes, lambda: linking.undo(ticket))


# -- inside --------------------------------------------------------------------------------------------------


def _notes(request: Request, visitor: Visitor, notes: Sequence[Intent]) -> Notes:
    address, signing = address_of(visitor), front_of(request).desk.signing
    return Notes(prepared=[prepared_of(signing.prepare(one, address)) for one in notes])


def _changed(
    request: Request,
    visitor: Visitor,
    brought: SignedNotes,
    notes: Sequence[Intent],
    change: Callable[[], Merged],
) -> Filed:
    """Change something once all its notes are good, and keep them."""
    signed = [(one.prepared, bytes.fromhex(one.signature[2:])) for one in brought.signed]
    made: list[Merged] = []
    signing = front_of(request).desk.signing
    signing.submit_notes(signed, notes, address_of(visitor), lambda: made.append(change()))
    return filed_of(made[0].source)
