"""Promises: what they say in plain words, a new one, and those that nobody gets any more."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.people.visitors import Visitor
from supportledger.desk.policies import describe, terms
from supportledger.language import mark, told
from supportledger.model.changes import Publication, Retirement
from supportledger.model.people import Right
from supportledger.model.policy import PolicyTerms
from supportledger.web.console.sending import pending, to_wallet
from supportledger.web.console.signing import is_unlocked, sender_of, wants_wallet
from supportledger.web.console.telling import attempt, done, show, wrong
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
_DURATIONS: Final = (
    "first_response",
    "next_response",
    "resolution",
    "escalate_every",
    "reopen_window",
    "pause_allowance",
)


@router.get("/console/policies")
def policies(request: Request, visitor: Annotated[Visitor, needs(Right.REGISTRY)]) -> Response:
    """List all promises."""
    return _shown(request, visitor, Entered.of(request))


@router.post("/console/policies")
def publish(request: Request, visitor: Annotated[Visitor, needs(Right.PROMISE)]) -> Response:
    """Show what a promise would say; and publish it, once it was seen."""
    entered = Entered.of(request)
    promise: PolicyTerms | None = attempt(entered, lambda: _terms(entered))
    if promise is None or entered["sure"] != "yes":
        return _shown(request, visitor, entered, promise)

    if wants_wallet(request):
        return to_wallet(request, visitor, entered, lambda: Publication(promise))

    def act() -> Any:
        return front_of(request).desk.policies.publish(promise, by=sender_of(request, visitor))

    published = attempt(entered, act)
    if published is None:
        return _shown(request, visitor, entered, promise)
    return done(request, "/console/policies", mark("Promise {number} is published."), number=published.number)


@router.post("/console/policies/{number}/retire")
def retire(request: Request, number: int, visitor: Annotated[Visitor, needs(Right.PROMISE)]) -> Response:
    """Let no new ticket be opened under a promise."""
    entered = Entered.of(request)
    if wants_wallet(request):
        return to_wallet(request, visitor, entered, lambda: Retirement(number))

    def act() -> Any:
        return front_of(request).desk.policies.retire(number, by=sender_of(request, visitor))

    if attempt(entered, act) is None:
        return _shown(request, visitor, entered)
    return done(
        request,
        "/console/policies",
        mark("No new ticket is opened under promise {number}; those that have it keep it."),
        number=number,
    )


def _shown(
    request: Request, visitor: Visitor, entered: Entered, promise: PolicyTerms | None = None
) -> Response:
    found = front_of(request).desk.policies.list()
    return show(
        request,
        "policies.html",
        status=wrong(entered),
        policies={number: (one, _words(entered, one.terms)) for number, one in found.items()},
        promise=_words(entered, promise) if promise else [],
        can_promise=visitor.may(Right.PROMISE),
        has_key=is_unlocked(request, visitor),
        pending=pending(request, visitor),
        entered=entered,
    )


def _words(entered: Entered, promise: PolicyTerms) -> list[str]:
    return [told(entered.language, line) for line in describe(promise).splitlines()]


def _terms(entered: Entered) -> PolicyTerms:
    """
    Read a promise.

    Raises:
        InputError: It cannot be.
    """
    given: dict[str, Any] = {name: entered[name].strip() or 0 for name in _DURATIONS}
    numbers = {name: _whole(entered[name]) for name in ("levels", "tier")}
    found = terms(
        **given, levels=numbers["levels"], tier=numbers["tier"] or 1, hours=entered["hours"].strip() or None
    )
    found.check_publishable()
    return found


def _whole(text: str) -> int:
    return int(text) if text.strip().isascii() and text.strip().isdecimal() and len(text) < 10 else 0
