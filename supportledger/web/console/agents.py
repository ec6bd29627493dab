"""Agents and their certificates, as the ledger has them, and as certifiers give and end them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from supportledger.desk.agents import LANGUAGES, SKILLS, Agents, bit_names, new_certificate
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.reasons import LONGEST
from supportledger.language import mark
from supportledger.model.changes import CertificateChange, Verb
from supportledger.model.ids import Address
from supportledger.model.people import Right
from supportledger.ports import Signer
from supportledger.web.console.naming import names_of
from supportledger.web.console.sending import pending, to_wallet
from supportledger.web.console.signing import is_unlocked, sender_of, wants_wallet
from supportledger.web.console.telling import UNPROCESSABLE, attempt, done, said, show, wrong
from supportledger.web.doors import may_see_reasons, needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
_DAY_S: Final = 86_400
_MOST_DAYS: Final = 3_650
_ACTS: Final[Mapping[str, tuple[Callable[[Agents, Address, Signer, str], Any], str]]] = {
    "suspend": (
        lambda one, who, by, why: one.suspend(who, reason=why, by=by),
        mark("The certificate is suspended."),
    ),
    "reinstate": (
        lambda one, who, by, _: one.reinstate(who, by=by),
        mark("The certificate is in force again."),
    ),
    "revoke": (
        lambda one, who, by, why: one.revoke(who, reason=why, by=by),
        mark("The certificate is revoked for good."),
    ),
}


@router.get("/console/agents")
def agents(request: Request, visitor: Annotated[Visitor, needs(Right.REGISTRY)]) -> Response:
    """List all agents there ever were."""
    return _shown(request, visitor, Entered.of(request))


@router.post("/console/agents")
def certify(request: Request, visitor: Annotated[Visitor, needs(Right.CERTIFY)]) -> Response:
    """Certify an agent, or change what a certificate is for."""
    entered = Entered.of(request)
    account = entered.read("account", Address.parse)
    tier, days = (
        entered.read("tier", _number(0, 255), default=1),
        entered.read("days", _number(1, _MOST_DAYS)),
    )
    if account is None:
        entered.text("account")
    if days is None:
        entered.text("days")
    if entered.wrong or account is None or days is None or tier is None:
        return _wrong(entered) if wants_wallet(request) else _shown(request, visitor, entered)
    desk = front_of(request).desk
    about: dict[str, Any] = {
        "tier": tier,
        "until": desk.ledger.now() + days * _DAY_S,
        "skills": [one for one in entered.all("skill") if one in SKILLS],
        "languages": [one for one in entered.all("speaks") if one in LANGUAGES],
        "credential": entered.text("credential", most=500, is_needed=False),
    }
    if wants_wallet(request):
        return to_wallet(
            request,
            visitor,
            entered,
            lambda: CertificateChange(Verb.CERTIFY, account, new_certificate(**about)),
        )

    def act() -> Any:
        return desk.agents.certify(account, **about, by=sender_of(request, visitor))

    if attempt(entered, act) is None:
        return _shown(request, visitor, entered)
    return done(request, f"/console/agents/{account}", mark("The certificate is on the ledger."))


@router.get("/console/agents/{address}")
def agent(request: Request, address: str, visitor: Annotated[Visitor, needs(Right.REGISTRY)]) -> Response:
    """Show an agent with the history of their certificate."""
    return _one(request, visitor, Address.parse(address), Entered.of(request))


@router.post("/console/agents/{address}/{verb}")
def change(
    request: Request, address: str, verb: str, visitor: Annotated[Visitor, needs(Right.CERTIFY)]
) -> Response:
    """Suspend, reinstate or revoke; revoking is final, and asked for twice."""
    entered, account = Entered.of(request), Address.parse(address)
    act, message = _ACTS.get(verb, (None, ""))
    if act is None:
        entered.refuse("", said(request, mark("There is nothing of that name to do.")))
    elif verb == "revoke" and entered["sure"] != "yes":
        entered.refuse("sure", said(request, mark("A revocation is final: say that you mean it.")))
    why = entered.text("reason", most=LONGEST, is_needed=False)
    if act is not None and wants_wallet(request):
        sending = front_of(request).desk.sending
        wanted = partial(sending.certificate, Verb(verb), account)
        return to_wallet(request, visitor, entered, wanted, why)
    if act is None or attempt(entered, lambda: _do(request, visitor, act, account, why)) is None:
        return _one(request, visitor, account, entered)
    return done(request, f"/console/agents/{account}", message)


def _do(
    request: Request,
    visitor: Visitor,
    act: Callable[[Agents, Address, Signer, str], Any],
    account: Address,
    why: str,
) -> Any:
    return act(front_of(request).desk.agents, account, sender_of(request, visitor), why)


def _wrong(entered: Entered) -> Response:
    return JSONResponse({"wrong": entered.wrong}, UNPROCESSABLE)


def _shown(request: Request, visitor: Visitor, entered: Entered) -> Response:
    found = front_of(request).desk.agents.list()
    return show(
        request,
        "agents.html",
        status=wrong(entered),
        agents=found,
        names=names_of(request, (one.account for one in found)),
        skills=SKILLS,
        languages_spoken=LANGUAGES,
        bit_names=bit_names,
        can_certify=visitor.may(Right.CERTIFY),
        has_key=is_unlocked(request, visitor),
        pending=pending(request, visitor),
        entered=entered,
    )


def _one(request: Request, visitor: Visitor, account: Address, entered: Entered) -> Response:
    agents_ = front_of(request).desk.agents
    found = agents_.show(account)
    return show(
        request,
        "agent.html",
        status=wrong(entered),
        agent=found,
        reasons=agents_.reasons(account) if may_see_reasons(visitor, account) else {},
        names=names_of(request, [account, *(one.certifier for one in found.changes)]),
        bit_names=bit_names,
        skills=SKILLS,
        languages_spoken=LANGUAGES,
        can_certify=visitor.may(Right.CERTIFY),
        has_key=is_unlocked(request, visitor),
        pending=pending(request, visitor),
        entered=entered,
    )


def _number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        found = int(text)
        if not least <= found <= most:
            raise ValueError(text)
        return found

    return parse
