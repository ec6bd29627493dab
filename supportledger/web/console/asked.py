"""What the address of a list asks for, as a view that could be saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request

from supportledger.desk.filing.views import View
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Error, InputError
from supportledger.language import told
from supportledger.model.ids import TicketId
from supportledger.model.paging import PageMark, TicketOrder
from supportledger.model.ticket import Status
from supportledger.web.language import language_of
from supportledger.web.visitors import front_of

STATUSES: Final = {"open": Status.OPEN, "pending": Status.PENDING, "on-hold": Status.ON_HOLD} | {
    "solved": Status.SOLVED,
    "closed": Status.CLOSED,
}
ACTIVE: Final = ("open", "pending", "on-hold")
_MOST_TAGS: Final = 10
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Question:
    """
    What somebody asks for.

    Args:
        view: As it could be saved.
        language: Of the customer; empty for any.
        after: Where the page before ended.
        wrong: What cannot be, by field.
    """

    view: View
    language: str = ""
    after: PageMark | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def statuses(self) -> list[str]:
        """The statuses by the words for them in addresses."""
        return [word for word, one in STATUSES.items() if one in self.view.statuses]

    def address(self, after: PageMark | None = None) -> str:
        """Write it as the part of an address behind the question mark."""
        view = self.view
        pairs = [("status", one) for one in self.statuses] + [("queue", one) for one in view.queues]
        pairs += [("tag", one) for one in view.tags]
        plain = {"assignee": view.assignee, "q": view.words, "language": self.language}
        plain |= {"overdue": "1" if view.is_overdue else "", "sort": str(view.order or "")}
        plain |= {"person": str(view.person or ""), "view": view.id, "after": str(after or "")}
        return urlencode([*pairs, *((name, value) for name, value in plain.items() if value)])


def question_of(request: Request, visitor: Visitor) -> Question:
    """Read the address of a list; what cannot be is left out and told."""
    wrong: dict[str, str] = {}

    def failed(name: str, error: Error) -> None:
        wrong[name] = told(language_of(request), f"{error.message}. {error.hint}".strip())

    query = request.query_params
    try:
        after = PageMark.parse(query["after"]) if query.get("after") else None
    except InputError as error:
        failed("", error)
        after = None
    if query.get("view"):
        return Question(front_of(request).views.get(query["view"], visitor), after=after)
    try:
        view = view_of(request)
    except InputError as error:
        failed("q", error)
        view = View("…", statuses=tuple(STATUSES[one] for one in ACTIVE))
    return Question(view, query.get("language", "")[:_LONGEST], after, wrong)


def view_of(request: Request, title: str = "…") -> View:
    """
    Read a view from an address.

    Raises:
        InputError: A part of it cannot be.
    """
    query = request.query_params
    asked = [one for one in query.getlist("status") if one in STATUSES]
    is_overdue, order = query.get("overdue") == "1", query.get("sort", "")
    is_narrowed = bool(asked or query.get("q") or query.get("person") or is_overdue)
    named = asked or ([] if is_narrowed else ACTIVE)
    person = query.get("person", "")
    return View(
        title,
        statuses=tuple(STATUSES[one] for one in named),
        queues=tuple(one[:_LONGEST] for one in query.getlist("queue") if one),
        assignee=query.get("assignee", ""),
        is_overdue=is_overdue,
        person=TicketId.parse(person) if person else None,
        words=query.get("q", "").strip(),
        tags=tags_of(" ".join(query.getlist("tag"))),
        order=TicketOrder(order) if order in set(TicketOrder) and not is_overdue else None,
    )


def tags_of(text: str) -> tuple[str, ...]:
    """Read tags that are written with spaces or commas between them."""
    found = (one.strip()[:_LONGEST] for one in text.replace(",", " ").split())
    return tuple(dict.fromkeys(one for one in found if one))[:_MOST_TAGS]
