"""
The chat: a page of ours that sites of ours show in a frame, for people who have no account here.

1. The first message opens a ticket without a key: the desk records it. While an agent has it, further
   messages are lines between its entries: nobody waits for the ledger to say "thanks", and the next entry
   commits to all of them (docs/spec/anchored-log.md, L2.6). When the desk waits for the customer, or thinks
   that all is done, a message is a reply: clocks and states follow from it.
2. Its session is its own, in a cookie of its own: partitioned by the site that shows the frame, and of no
   use outside of the chat. What the portal's session may do, no other site's page can ask for.
3. Only sites that the desk names can show it; it tells their pages how many answers are unread, no more.

Source: CHIPS (draft-ietf-httpbis-rfc6265bis, "Partitioned"); CSP 3, frame-ancestors.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from supportledger.desk import intents
from supportledger.desk.clerk import NewTicket
from supportledger.desk.conversations import Message
from supportledger.desk.filing.sights import own_sight, reader_of
from supportledger.desk.people.sessions import Way
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Error, NotFound
from supportledger.language import mark, translated
from supportledger.model.ids import TicketId
from supportledger.model.people import Right, Role
from supportledger.model.records import TicketQuery
from supportledger.model.ticket import Status
from supportledger.ports.filing import Happening
from supportledger.web.doors import PUBLIC, needs
from supportledger.web.forms import Entered
from supportledger.web.headers import CONTENT_POLICY
from supportledger.web.limits import Allowance
from supportledger.web.line import Standing
from supportledger.web.opening import count_opening
from supportledger.web.pages import page
from supportledger.web.portal.tickets import followed
from supportledger.web.portal.turns import Turn, first_turns, turns_of
from supportledger.web.sign_in import cookies
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
CHATS: Final = Allowance("chat", 30, window_s=3_600, share=1)
"""New chats from one network."""
_LONGEST: Final = 4_000
_SUBJECT: Final = 60
_OURS: Final = frozenset({Status.OPEN, Status.ON_HOLD})
"""Where the next word is the desk's."""


@router.get("/chat")
def chat(request: Request, visitor: Annotated[Visitor, PUBLIC], site: str = "") -> Response:
    """Show the conversation, or the field for a first message."""
    return _shown(request, visitor, Entered.of(request), site)


@router.post("/chat")
def say(request: Request, visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Take a message; whoever writes the first gets a session of the chat."""
    entered = Entered.of(request)
    body, site = entered.text("body", most=_LONGEST), entered["site"]
    if entered.wrong:
        return _shown(request, visitor, entered, site)
    answer = cookies.see(f"/chat?site={_embedder(request, site)}&lang={entered.language}&accepted=chat")
    if visitor.person is None:
        visitor = _newcomer(request, answer)
    try:
        _take(request, visitor, body, entered.language)
    except Error as error:
        entered.failed(error, "body")
        shown = _shown(request, visitor, entered, site)
        shown.raw_headers += [one for one in answer.raw_headers if one[0] == b"set-cookie"]
        return shown
    return answer


@router.get("/chat/events")
def events(request: Request, visitor: Annotated[Visitor, needs(Right.READ)]) -> StreamingResponse:
    """Tell an open chat what happens."""
    ticket = _latest(request, visitor)
    if ticket is None:
        raise NotFound("nothing was said here yet")
    return followed(request, ticket, visitor)


def _newcomer(request: Request, answer: Response) -> Visitor:
    """Give somebody an account and a session of the chat."""
    request.app.state.limits.take(CHATS, cookies.network_of(request))
    front, language = front_of(request), Entered.of(request).language
    account = front.people.add(translated(language, mark("Visitor")), [Role.CUSTOMER], language=language)
    opened = cookies.sign_in(request, account, Way.CHAT, answer)
    return front.sessions.visitor(opened.token, language)


def _take(request: Request, visitor: Visitor, body: str, language: str) -> None:
    """Put a message where it belongs."""
    front, ticket = front_of(request), _latest(request, visitor)
    more = {"channel": "chat", "language": language}
    status = Status.OPEN if ticket is None else _status(request, ticket)
    if ticket is None or status is Status.CLOSED:
        count_opening(request, visitor)
        subject = body.split("\n", 1)[0][:_SUBJECT]
        front.intake.record(NewTicket(body, subject, more=more), visitor)
    elif status in _OURS:
        front.desk.conversations.say(ticket, Message(body, more=more))
        front.feed.tell(_said(request, ticket))
    else:
        front.intake.record(intents.reply(ticket, body, channel="chat", language=language), visitor)


def _status(request: Request, ticket: TicketId) -> Status:
    """Tell where a ticket stands; what the ledger does not have yet, waits for the desk."""
    known = front_of(request).desk.store.known([ticket]).get(ticket)
    return Status.OPEN if known is None else known.state.status


def _said(request: Request, ticket: TicketId) -> Happening:
    front = front_of(request)
    queue = front.filings.filed([ticket])[ticket].queue
    return Happening(0, "line.said", int(front.desk.clock.now().timestamp()), ticket, queue)


def _latest(request: Request, visitor: Visitor) -> TicketId | None:
    """Give the ticket that the chat is about: the latest that this visitor has opened in it."""
    if visitor.person is None:
        return None
    front = front_of(request)
    arriving = front.arriving.of(visitor.person)
    if arriving:
        return arriving[0]
    found = front.desk.store.tickets(TicketQuery(person=visitor.person, limit=1))
    return found[0].id if found else None


def _shown(request: Request, visitor: Visitor, entered: Entered, site: str) -> Response:
    ticket = _latest(request, visitor)
    answer = page(
        request,
        "portal/chat.html",
        status=422 if entered.wrong else 200,
        turns=[] if ticket is None else _turns(request, ticket, visitor),
        is_begun=ticket is not None,
        is_over=ticket is not None and _status(request, ticket) is Status.CLOSED,
        entered=entered,
        embedder=_embedder(request, site),
        accepted=request.query_params.get("accepted") == "chat",
    )
    framers = " ".join(request.app.state.surroundings.widget_origins)
    policy = CONTENT_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors 'self' {framers}".rstrip())
    answer.headers["content-security-policy"] = policy
    answer.headers["cross-origin-resource-policy"] = "cross-origin"
    return answer


def _turns(request: Request, ticket: TicketId, visitor: Visitor) -> list[Turn]:
    front, reader = front_of(request), reader_of(visitor)
    if ticket not in front.desk.store.known([ticket]):
        return first_turns(front.arriving.show(ticket, reader=reader))
    return turns_of(front.desk.browsing.ticket(ticket, own_sight(visitor), reader=reader))


def _embedder(request: Request, site: str) -> str:
    """Give the site that shows the frame, if it is one that may: its page is told of what is unread."""
    return site if site in request.app.state.surroundings.widget_origins else ""
