"""Agents: certificates as the ledger has them, and as certifiers give and end them."""

from typing import Annotated, Any

from fastapi import Request
from pydantic import Field

from supportledger.desk.agents import LANGUAGES, SKILLS, AgentView, bit_names
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.reasons import LONGEST
from supportledger.model.acts import Mined
from supportledger.model.ids import Address
from supportledger.model.people import Right
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import AddressText, Answer, Body, Hex32, Instant, Meta, Page
from supportledger.web.api.signing import signer_of
from supportledger.web.doors import may_see_reasons, needs
from supportledger.web.visitors import front_of

router = guarded("agents")
_DAY_S = 86_400
_REASON = "Why; kept by the desk, and not on the ledger."


class Certificate(Answer):
    """A certificate, as the ledger has it."""

    account: AddressText
    status: str = Field(examples=["Certified"])
    in_force: bool = Field(description="It may be used now.")
    since: Instant
    until: Instant = Field(description="First second no longer in force.")
    tier: int = Field(description="What it may answer; 0 is a service that cannot answer.")
    skills: list[str]
    languages: list[str]


class Change(Answer):
    """What became of a certificate once."""

    certifier: AddressText
    status: str
    until: Instant
    tier: int
    block_number: int
    reason: str = Field(default="", description="Why, for certifiers, auditors and the agent; else empty.")


class History(Certificate):
    """A certificate with all that became of it."""

    changes: list[Change]


class Certify(Body):
    """What an agent is certified for."""

    account: AddressText
    tier: int = Field(default=1, ge=0, le=255)
    valid_days: int = Field(default=365, ge=1, le=3_650)
    skills: list[str] = Field(default=[], max_length=32, examples=[["withdrawal"]])
    languages: list[str] = Field(default=[], max_length=32, examples=[["en", "zh"]])
    credential: str = Field(default="", max_length=500, description="What was examined; it is hashed.")


class Renew(Body):
    """For how much longer."""

    valid_days: int = Field(default=365, ge=1, le=3_650, description="From now; it never becomes shorter.")


class Revoke(Body):
    """Since when a certificate counts as revoked."""

    since: Instant | None = Field(default=None, description="None: from now on.")
    reason: str = Field(default="", max_length=LONGEST, description=_REASON)


class Suspend(Body):
    """Why a certificate does not count for now."""

    reason: str = Field(default="", max_length=LONGEST, description=_REASON)


_UNSAID = Suspend()


class Accepted(Answer):
    """A transaction that the ledger has accepted."""

    transaction: Hex32
    block_number: int


@router.get("/agents", operation_id="agents.list", responses=problems())
def agents(request: Request, _visitor: Annotated[Visitor, needs(Right.REGISTRY)]) -> Page[Certificate]:
    """List every agent there ever was."""
    found = front_of(request).desk.agents.list()
    return Page(data=[_certificate(one) for one in found], meta=Meta(has_more=False))


@router.post("/agents", operation_id="agents.certify", responses=problems(409), status_code=201)
def certify(request: Request, wanted: Certify, visitor: Annotated[Visitor, needs(Right.CERTIFY)]) -> Accepted:
    """Certify an agent, or change what a certificate is for."""
    made = front_of(request).desk.agents.certify(
        Address.parse(wanted.account),
        tier=wanted.tier,
        valid_for=wanted.valid_days * _DAY_S,
        skills=wanted.skills,
        languages=wanted.languages,
        credential=wanted.credential,
        by=signer_of(request, visitor),
    )
    return accepted(made)


@router.get("/agents/{account}", operation_id="agents.get", responses=problems(404))
def agent(
    request: Request, account: AddressText, visitor: Annotated[Visitor, needs(Right.REGISTRY)]
) -> History:
    """Show an agent with the history of their certificate."""
    agents_, address = front_of(request).desk.agents, Address.parse(account)
    found = agents_.show(address)
    reasons = agents_.reasons(address) if may_see_reasons(visitor, address) else {}
    changes = [
        Change(
            certifier=str(one.certifier),
            status=str(one.certificate.status),
            until=one.certificate.until,
            tier=one.certificate.tier,
            block_number=one.place.block_number,
            reason=reasons.get(one.transaction, ""),
        )
        for one in found.changes
    ]
    return History(**_certificate(found).model_dump(), changes=changes)


@router.post("/agents/{account}/renew", operation_id="agents.renew", responses=problems(404, 409))
def renew(
    request: Request, account: AddressText, wanted: Renew, visitor: Annotated[Visitor, needs(Right.CERTIFY)]
) -> Accepted:
    """Extend a certificate."""
    agents_, by = front_of(request).desk.agents, signer_of(request, visitor)
    return accepted(agents_.renew(Address.parse(account), valid_for=wanted.valid_days * _DAY_S, by=by))


@router.post("/agents/{account}/suspend", operation_id="agents.suspend", responses=problems(404, 409))
def suspend(
    request: Request,
    account: AddressText,
    visitor: Annotated[Visitor, needs(Right.CERTIFY)],
    wanted: Suspend = _UNSAID,
) -> Accepted:
    """Let a certificate not count for now."""
    agents_, by = front_of(request).desk.agents, signer_of(request, visitor)
    return accepted(agents_.suspend(Address.parse(account), reason=wanted.reason, by=by))


@router.post("/agents/{account}/reinstate", operation_id="agents.reinstate", responses=problems(404, 409))
def reinstate(
    request: Request, account: AddressText, visitor: Annotated[Visitor, needs(Right.CERTIFY)]
) -> Accepted:
    """Let a suspended certificate count again."""
    agents_, by = front_of(request).desk.agents, signer_of(request, visitor)
    return accepted(agents_.reinstate(Address.parse(account), by=by))


@router.post("/agents/{account}/revoke", operation_id="agents.revoke", responses=problems(404, 409))
def revoke(
    request: Request, account: AddressText, wanted: Revoke, visitor: Annotated[Visitor, needs(Right.CERTIFY)]
) -> Accepted:
    """End a certificate for good; what was answered since then counts as not certified."""
    agents_, by = front_of(request).desk.agents, signer_of(request, visitor)
    return accepted(agents_.revoke(Address.parse(account), since=wanted.since, reason=wanted.reason, by=by))


def accepted(mined: Mined) -> Accepted:
    """Say which transaction the ledger has accepted."""
    return Accepted(transaction="0x" + mined.transaction.hex(), block_number=mined.block_number)


def _certificate(found: AgentView) -> Certificate:
    one: Any = found.certificate
    return Certificate(
        account=str(found.account),
        status=str(one.status),
        in_force=found.is_in_force,
        since=one.from_,
        until=one.until,
        tier=one.tier,
        skills=bit_names(one.skills, SKILLS),
        languages=bit_names(one.languages, LANGUAGES),
    )
