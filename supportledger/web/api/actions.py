"""Actions: prepared here and signed elsewhere, and how far each has come."""

from typing import Annotated, Any, Final, Literal

from fastapi import Query, Request, Response
from pydantic import Field

from supportledger.desk.filing.intake import Place
from supportledger.desk.filing.sights import sight_of
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.signing import prepared
from supportledger.errors import Conflict, InputError, NotFound
from supportledger.language import told
from supportledger.model.ids import Address
from supportledger.model.people import Right
from supportledger.model.records import Draft, DraftStatus
from supportledger.model.ticket import INTERNAL
from supportledger.proof import field_json
from supportledger.web.api.acting import at, found, sight_for
from supportledger.web.api.arriving import not_yet
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import (
    AddressText,
    Answer,
    Body,
    Handle,
    Hex32,
    Instant,
    Meta,
    Page,
    SignatureText,
)
from supportledger.web.api.ticket_shapes import Action, Sent, action_of
from supportledger.web.api.wanted import Act, Open, StaffsAct
from supportledger.web.doors import SIGNED_IN, needs
from supportledger.web.downloads import PROOF_TYPE, download
from supportledger.web.language import language_of
from supportledger.web.naming import ticket_named
from supportledger.web.opening import count_opening
from supportledger.web.visitors import front_of

router = guarded("actions")
_BATCH: Final = 200
_MOST_LOOKED_AT: Final = 2_000
_File: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {PROOF_TYPE: {"schema": {"type": "object"}}}, "description": "A proof file."}
}


class Prepare(Body):
    """What is to be signed by a key that is not here."""

    ticket: Handle | None = Field(default=None, description="null: a new one.")
    wanted: Annotated[Open | Act, Field(discriminator="verb")]


class PrepareMany(Body):
    """What is to be done to many tickets, each with a signature of its own."""

    tickets: list[Handle] = Field(min_length=1, max_length=100)
    wanted: Annotated[StaffsAct, Field(discriminator="verb")]


class Prepared(Answer):
    """Something that is ready to be signed; check it before you sign."""

    id: str = Field(description="Give it back with the signature.")
    ticket: str = Field(description="Handle; of an opening, of the ticket that it will be.")
    ticket_id: Hex32
    address: AddressText = Field(description="Whose signature is awaited.")
    typed_data: dict[str, Any] = Field(description="The request of `eth_signTypedData_v4`.")
    digest: Hex32
    fields: str | None = Field(description="What was written, with its salts, as canonical JSON.")
    removed: list[str] = Field(description="Kinds of secrets that were taken out of it.")
    expires_at: Instant


class NotPrepared(Answer):
    """A ticket to which it cannot be done."""

    ticket: str = Field(description="As it was named.")
    detail: str
    hint: str


class PreparedMany(Answer):
    """What is ready to be signed, in the order of the tickets, and what is not."""

    prepared: list[Prepared]
    failed: list[NotPrepared]


class Submit(Body):
    """The signature of what was prepared."""

    prepared: str = Field(min_length=1, max_length=64, description="Its `id`.")
    signature: SignatureText
    product: str = Field(default="", max_length=64, description="Of a new ticket.")
    topic: str = Field(default="", max_length=64, description="Of a new ticket.")


class Which(Answer):
    """Which actions."""

    ticket: str = Field(default="", max_length=66, description="Of one ticket; empty for all that one sees.")
    status: list[Literal["stored", "signed", "submitted", "mined", "final", "rejected"]] = Field(
        default=[], max_length=6
    )
    size: int = Field(default=100, ge=1, le=200)
    after: Hex32 | None = Field(default=None, description="The last action of the page before.")


class Receipt(Answer):
    """The desk's signed promise to relay an action."""

    digest: Hex32
    received_at: Instant
    include_by: Instant = Field(description="A ledger without the action after this proves a broken promise.")
    signer: AddressText
    signature: str


@router.post("/actions/prepare", operation_id="actions.prepare", responses=problems(404, 409, 410))
def prepare(request: Request, asked: Prepare, visitor: Annotated[Visitor, SIGNED_IN]) -> Prepared:
    """Write down what somebody wants to do, for their own key to sign."""
    address, signing = address_of(visitor), front_of(request).desk.signing
    return prepared_of(signing.prepare(_wanted(request, asked, visitor), address))


@router.post("/actions/prepare/many", operation_id="actions.prepare_many", responses=problems(409))
def prepare_many(
    request: Request, asked: PrepareMany, visitor: Annotated[Visitor, needs(Right.DIRECT)]
) -> PreparedMany:
    """
    Write down one thing for many tickets; each is signed and submitted by itself.

    What cannot be done to one ticket stops no other; stopping midway costs no signature that was submitted.
    """
    visitor.need(asked.wanted.right(visitor))
    address_of(visitor)
    made, failed = list[Prepared](), list[NotPrepared]()
    for name in dict.fromkeys(asked.tickets):
        try:
            made.append(prepare(request, Prepare(ticket=name, wanted=asked.wanted), visitor))
        except (NotFound, Conflict, InputError) as error:
            detail, hint = (told(language_of(request), one) for one in (error.message, error.hint))
            failed.append(NotPrepared(ticket=name, detail=detail, hint=hint))
    return PreparedMany(prepared=made, failed=failed)


@router.post("/actions", operation_id="actions.submit", responses=problems(404, 409, 410), status_code=202)
def submit(
    request: Request, response: Response, signed: Submit, visitor: Annotated[Visitor, SIGNED_IN]
) -> Sent:
    """Take the signature of what was prepared; doing it twice gives the same action."""
    place = Place(signed.product, signed.topic, (signed.product,) if signed.product else ())
    draft = front_of(request).intake.submit(
        signed.prepared, bytes.fromhex(signed.signature[2:]), visitor, place
    )
    return at(response, Sent(**action_of(draft).model_dump()))


@router.get("/actions", operation_id="actions.list", responses=problems(404))
def actions(
    request: Request, which: Annotated[Which, Query()], visitor: Annotated[Visitor, needs(Right.LIST)]
) -> Page[Action]:
    """List actions in the order in which they were written."""
    shown, looked = list[Draft](), None if which.after is None else bytes.fromhex(which.after[2:])
    statuses = [DraftStatus(one) for one in which.status] or list(DraftStatus)
    if which.ticket:
        record, _ = found(request, visitor, which.ticket)
        known = front_of(request).desk.store.drafts(ticket=record.id, statuses=statuses)
        seen = [action_of(one) for one in known if _sees(request, visitor, one)]
        return Page(data=seen, meta=Meta(has_more=False))
    for _ in range(_MOST_LOOKED_AT // _BATCH):
        batch = front_of(request).desk.actions.list(statuses, after=looked, limit=_BATCH)
        for one in batch:
            if len(shown) == which.size:
                break
            looked = one.key
            shown += [one] if _sees(request, visitor, one) else []
        else:
            if len(batch) < _BATCH:
                return Page(data=[action_of(one) for one in shown], meta=Meta(has_more=False))
            continue
        break
    after = None if looked is None else "0x" + looked.hex()
    return Page(data=[action_of(one) for one in shown], meta=Meta(has_more=True, after=after))


@router.get("/actions/{digest}", operation_id="actions.get", responses=problems(404))
def action(request: Request, digest: Hex32, visitor: Annotated[Visitor, needs(Right.LIST)]) -> Action:
    """Tell how far an action has come, and why it was rejected if it was."""
    return action_of(_draft(request, visitor, digest))


@router.get("/actions/{digest}/receipt", operation_id="actions.receipt", responses=problems(404))
def receipt(request: Request, digest: Hex32, visitor: Annotated[Visitor, needs(Right.VERIFY)]) -> Receipt:
    """Give the desk's signed promise to relay an action."""
    one = front_of(request).desk.receipts.get(_draft(request, visitor, digest).key)
    return Receipt(
        digest="0x" + one.digest.hex(),
        received_at=one.received_at,
        include_by=one.include_by,
        signer=str(one.signer),
        signature="0x" + one.signature.hex(),
    )


@router.get(
    "/actions/{digest}/absence",
    operation_id="actions.absence",
    responses=_File | problems(404, 409),
    response_class=Response,
)
def absence(request: Request, digest: Hex32, visitor: Annotated[Visitor, needs(Right.VERIFY)]) -> Response:
    """Give the proof file of a promise to relay that was not kept; there is one only once it was broken."""
    draft = _draft(request, visitor, digest)
    made = front_of(request).desk.proofs.absence(draft.key)
    return download(f"{draft.ticket.handle}.absence.json", made.data, PROOF_TYPE)


def address_of(visitor: Visitor) -> Address:
    """
    Tell whose signature is awaited.

    Raises:
        Conflict: No address signs for whoever asks.
    """
    if visitor.address is None:
        raise Conflict("there is no address that signs for you", hint="Add your wallet to your account.")
    return visitor.address


def prepared_of(made: prepared.Prepared) -> Prepared:
    """Show what is ready to be signed."""
    return Prepared(
        id=made.id,
        ticket=made.ticket.handle,
        ticket_id=str(made.ticket),
        address=str(made.address),
        typed_data=dict(made.typed_data),
        digest="0x" + made.digest.hex(),
        fields=field_json.to_bytes(made.fields).decode() if made.fields else None,
        removed=[str(one) for one in made.removed],
        expires_at=made.expires_at,
    )


# -- inside --------------------------------------------------------------------------------------------------


def _wanted(request: Request, asked: Prepare, visitor: Visitor) -> Any:
    """
    Give what is to be signed.

    Raises:
        Denied: They may not do it.
        NotFound: The ticket is out of sight.
        Conflict: The ledger does not have it yet.
    """
    if isinstance(asked.wanted, Open):
        visitor.need(Right.OPEN)
        count_opening(request, visitor)
        return asked.wanted.wanted()
    visitor.need(asked.wanted.right(visitor))
    name = asked.ticket or ""
    try:
        ticket = ticket_named(request, name)
        front_of(request).desk.browsing.find(ticket, sight_for(asked.wanted, visitor))
    except NotFound as unknown:
        raise not_yet(request, visitor, name, unknown) from unknown
    return asked.wanted.intent(ticket, visitor)


def _draft(request: Request, visitor: Visitor, digest: str) -> Draft:
    """
    Give an action that somebody sees.

    Raises:
        NotFound: There is none, or it is out of sight: nobody can tell which.
    """
    key = bytes.fromhex(digest[2:])
    try:
        draft = front_of(request).desk.signing.fate(key)
    except NotFound as error:
        raise _no_action(digest) from error
    if not _sees(request, visitor, draft):
        raise _no_action(digest)
    return draft


def _no_action(digest: str) -> NotFound:
    return NotFound(f"there is no action {digest}", hint="See whether its digest is right.")


def _sees(request: Request, visitor: Visitor, draft: Draft) -> bool:
    """Tell whether somebody sees an action: their own, and those on tickets that they see."""
    if visitor.address is not None and draft.actor == visitor.address:
        return True
    front, sight = front_of(request), sight_of(visitor)
    filing = front.filings.filed([draft.ticket])[draft.ticket]
    record = front.desk.store.known([draft.ticket]).get(draft.ticket)
    if record is None:  # it is on its way: whoever opened it sees it, and whose queue it is in
        is_own = visitor.person is not None and filing.person == visitor.person
        return is_own if sight.is_customers else sight.queues is None or filing.queue in sight.queues
    is_hidden = sight.is_customers and draft.action in INTERNAL
    return sight.sees(record, filing) and not is_hidden
