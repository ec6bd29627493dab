"""
Certificates and promises with a wallet in the browser: what it is asked to send, and what became of it.

The page shows in words what the transaction does, where it goes and what is in it, before the wallet is
asked. Whoever goes away meanwhile finds it on the page of agents or of promises again.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from supportledger.desk.agents import LANGUAGES, SKILLS, bit_names
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.policies import describe
from supportledger.desk.signing.sending import Asked, Fate, Seen
from supportledger.errors import InputError
from supportledger.language import mark, told
from supportledger.model.changes import CertificateChange, Change, Publication, Verb
from supportledger.model.ids import NOBODY, Address
from supportledger.model.people import Right
from supportledger.web.console.naming import name_of
from supportledger.web.console.signing import address_of, kept, wants_wallet
from supportledger.web.console.telling import UNPROCESSABLE, attempt, done, said
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.language import language_of
from supportledger.web.line import Standing
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
_DONE: Final = mark("It is on the ledger.")
_FORGOTTEN: Final = mark("It is looked for no more. If your wallet has sent it, it still counts.")
_WHY: Final[Mapping[Fate, str]] = {
    Fate.WAITING: mark("The transaction is on its way, and not in a block yet."),
    Fate.UNTOLD: mark("Nothing of it is on the ledger, and no transaction of it was told here."),
    Fate.UNKNOWN: mark(
        "The desk's node does not have this transaction: it was dropped, sent to another network, or has not "
        "arrived yet. Nothing is done so far."
    ),
    Fate.REFUSED: mark("The ledger has refused the transaction; nothing is done."),
    Fate.REPLACED: mark(
        "Another transaction of your account took the place of this one, and does not do this. "
        "Nothing is done."
    ),
    Fate.FOREIGN: mark("This transaction is of another account than yours. Nothing of yours is done."),
    Fate.OTHER: mark("This transaction was mined, and has done something else than what you asked for."),
}
_VERBS: Final[Mapping[Verb, str]] = {
    Verb.CERTIFY: mark("Certify {name} ({account})"),
    Verb.SUSPEND: mark("Suspend the certificate of {name} ({account})"),
    Verb.REINSTATE: mark("Reinstate the certificate of {name} ({account})"),
    Verb.REVOKE: mark("Revoke the certificate of {name} ({account}) for good"),
}


class Told(BaseModel):
    """The hash that a wallet gave."""

    model_config = ConfigDict(extra="forbid")
    transaction: str = Field(default="", max_length=66)


def to_wallet(
    request: Request, visitor: Visitor, entered: Entered, change: Callable[[], Change], reason: str = ""
) -> Response:
    """
    Give a wallet what it is to send, and the page the words for it.

    Args:
        request: Theirs.
        visitor: Who.
        entered: The form; what is wrong is put down in it.
        change: Writes what they want.
        reason: Why.
    """
    sending = front_of(request).desk.sending
    asked = attempt(entered, lambda: sending.ask(change(), address_of(visitor), reason=reason))
    if asked is None:
        return JSONResponse({"wrong": entered.wrong}, UNPROCESSABLE)
    return JSONResponse(_request(request, asked))


def pending(request: Request, visitor: Visitor) -> list[tuple[Asked, list[str]]]:
    """List what somebody's wallet was asked to send and nobody has seen done, with its words."""
    if visitor.address is None:
        return []
    found = front_of(request).desk.sending.pending(visitor.address)
    return [(one, list(_words(request, one.change))) for one in found]


@router.post("/console/changes/{name}")
def look(
    request: Request, name: str, brought: Told, visitor: Annotated[Visitor, needs(Right.REGISTRY)]
) -> Response:
    """Take the hash that a wallet gave, and tell a script what became of it."""
    sending, by = front_of(request).desk.sending, _by(visitor)
    if brought.transaction:
        sending.tell(name, by, _hash(brought.transaction))
    asked = sending.asked(name, by)
    seen = sending.look(name, by)
    if seen.fate is Fate.DONE:
        return kept(request, _page(asked.change), _DONE)
    return JSONResponse({"is_open": seen.fate.is_open, "why": _why(request, seen)})


@router.post("/console/changes/{name}/look")
def look_again(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.REGISTRY)]) -> Response:
    """Look again whether something that a wallet was asked to send is done."""
    sending, by = front_of(request).desk.sending, _by(visitor)
    asked = sending.asked(name, by)
    return done(request, _page(asked.change), "{why}", why=_why(request, sending.look(name, by)))


@router.post("/console/changes/{name}/forget")
def forget(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.REGISTRY)]) -> Response:
    """Look for something no more that the wallet has not sent."""
    sending, by = front_of(request).desk.sending, _by(visitor)
    asked = sending.asked(name, by)
    sending.forget(name, by)
    if wants_wallet(request):
        return JSONResponse({"to": _page(asked.change)})
    return done(request, _page(asked.change), _FORGOTTEN)


# -- inside --------------------------------------------------------------------------------------------------


def _by(visitor: Visitor) -> Address:
    """Tell whose wallet is meant; nothing was asked of nobody's."""
    return visitor.address or NOBODY


def _request(request: Request, asked: Asked) -> dict[str, Any]:
    """Write down what the page shows, and what it asks the wallet for."""
    transaction = {
        "from": str(asked.by),
        "to": str(asked.target),
        "value": "0x0",
        "data": "0x" + asked.data.hex(),
        "chainId": hex(asked.chain_id),
    }
    return {"send": {"id": asked.id, "says": list(_words(request, asked.change)), "transaction": transaction}}


def _words(request: Request, change: Change) -> Iterator[str]:
    """Say what a change does, all of it, in the reader's language."""
    if isinstance(change, CertificateChange):
        yield from _certificate_words(request, change)
    elif isinstance(change, Publication):
        yield said(request, mark("Publish a promise, which can never be changed:"))
        for line in describe(change.terms).splitlines():
            yield told(language_of(request), line)
    else:
        yield said(request, mark("Retire promise {number}: no new ticket gets it."), number=change.policy)


def _certificate_words(request: Request, change: CertificateChange) -> Iterator[str]:
    account, result = change.account, change.result
    yield said(request, _VERBS[change.verb], name=name_of(request, account), account=account)
    until = f"{datetime.fromtimestamp(result.until, UTC):%Y-%m-%d %H:%M:%S} UTC"
    if change.verb is Verb.REVOKE:
        yield said(request, mark("What they did from {time} on is marked as done without it."), time=until)
    if change.verb is not Verb.CERTIFY:
        return
    yield said(request, mark("Tier {tier}, until {time}"), tier=result.tier, time=until)
    yield said(request, mark("Skills: {names}"), names=_names(result.skills, SKILLS))
    yield said(request, mark("Languages: {names}"), names=_names(result.languages, LANGUAGES))
    if any(result.credential):
        yield said(request, mark("Hash of what was examined: {hash}"), hash=result.credential.hex())


def _names(bits: int, names: tuple[str, ...]) -> str:
    return ", ".join(bit_names(bits, names)) or "–"


def _why(request: Request, seen: Seen) -> str:
    """Say what became of something, with the ledger's own reason where it gives one."""
    if seen.fate is Fate.DONE:
        return said(request, _DONE)
    why = said(request, _WHY[seen.fate])
    if seen.refusal is None:
        return why
    language = language_of(request)
    return " ".join((why, told(language, seen.refusal.message), told(language, seen.refusal.hint))).strip()


def _page(change: Change) -> str:
    """Tell where something is seen when it is done."""
    return (
        f"/console/agents/{change.account}" if isinstance(change, CertificateChange) else "/console/policies"
    )


def _hash(text: str) -> bytes:
    """
    Read the hash of a transaction.

    Raises:
        InputError: It is none.
    """
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError as error:
        raise InputError("the hash of a transaction is written in hexadecimal") from error
