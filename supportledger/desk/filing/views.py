"""
Saved views: a name for a question that somebody asks again and again.

A view narrows what is shown; it never widens what its reader may see: the queues of whoever looks are put
into the question when it is asked, whoever wrote the view.
"""

import secrets
from dataclasses import dataclass, replace
from typing import Any, Final

from supportledger.desk.filing.ownership import SHARED, check_changes, check_sees, group, sealed_for
from supportledger.desk.filing.words import asking
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Conflict, InputError, NotFound
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.paging import TicketOrder
from supportledger.model.records import TicketQuery
from supportledger.model.ticket import Status
from supportledger.ports.cabinet import Cabinet, Paper

KIND: Final = "view"
ME: Final = "me"
NO_ONE: Final = "nobody"
_MOST: Final = 200
_LONGEST_TITLE: Final = 80


@dataclass(frozen=True, slots=True)
class View:
    """
    A question with a name.

    Args:
        title: What people call it.
        owner: Whose; None: everybody's.
        statuses: Any of these; empty for all.
        queues: Any of these; empty for all that one sees.
        assignee: `me`, `nobody`, an address, or empty for anybody.
        is_overdue: Only those with a promise that is broken.
        person: Only those of a customer's account.
        words: What was written, as somebody would search for it.
        tags: All of these.
        order: How they are sorted; None: as usual.
        id: Its name for programs; empty for one that is not kept yet.
        version: How often it was written; 0 for one that is not kept yet.

    Raises:
        InputError: A part of it cannot be.
    """

    title: str
    owner: TicketId | None = None
    statuses: tuple[Status, ...] = ()
    queues: tuple[str, ...] = ()
    assignee: str = ""
    is_overdue: bool = False
    person: TicketId | None = None
    words: str = ""
    tags: tuple[str, ...] = ()
    order: TicketOrder | None = None
    id: str = ""
    version: int = 0

    def __post_init__(self) -> None:
        """Let nothing be kept that fails when it is asked."""
        if not self.title.strip() or len(self.title) > _LONGEST_TITLE:
            raise InputError(f"a view's title has 1 to {_LONGEST_TITLE} characters")
        if self.assignee not in {"", ME, NO_ONE}:
            Address.parse(self.assignee)
        if self.words:
            asking(self.words)
        self._check_order()

    def _check_order(self) -> None:
        if self.is_overdue and self.order not in {None, TicketOrder.DUE}:
            raise InputError("overdue tickets are listed by when they were due, and in no other order")


@dataclass(frozen=True, slots=True)
class Asked:
    """
    A view as one reader asks it now.

    Args:
        query: For the store.
        words: All of which a ticket must have; empty for any.
        tags: All of which a ticket must have; empty for any.
    """

    query: TicketQuery
    words: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()


def ask(view: View, visitor: Visitor, now: int, *, limit: int = 50) -> Asked:
    """
    Put a view into a question, for what its reader may see.

    Args:
        view: Which.
        visitor: Whoever reads.
        now: For what is overdue; Unix seconds.
        limit: Of the page.

    Raises:
        InputError: It asks for one's own tickets, and they have no key.
    """
    query = TicketQuery(
        statuses=frozenset(view.statuses),
        queues=_queues(view, visitor),
        assignee=_assignee(view, visitor),
        person=view.person,
        overdue_at=now if view.is_overdue else None,
        order=view.order,
        limit=limit,
    )
    return Asked(query, asking(view.words) if view.words else (), frozenset(view.tags))


def _queues(view: View, visitor: Visitor) -> frozenset[str] | None:
    if visitor.queues is None:
        return frozenset(view.queues) or None
    return visitor.queues & frozenset(view.queues) if view.queues else visitor.queues


def _assignee(view: View, visitor: Visitor) -> Address | None:
    if view.assignee == ME:
        if visitor.address is None:
            raise InputError(
                "this view is of tickets that are given to you, and you have no address",
                hint="An administrator gives your account the address that you sign with.",
            )
        return visitor.address
    if view.assignee == NO_ONE:
        return NOBODY
    return Address.parse(view.assignee) if view.assignee else None


class Views:
    """
    The saved views of a desk.

    Args:
        cabinet: Where they are kept.
    """

    def __init__(self, cabinet: Cabinet) -> None:
        self._cabinet = cabinet

    def list(self, visitor: Visitor) -> list[View]:
        """List everybody's and then one's own, each by title."""
        groups = [SHARED] + ([group(visitor.person)] if visitor.person else [])
        papers = (paper for one in groups for paper in self._cabinet.list(KIND, one, limit=_MOST))
        return sorted(
            map(_view, papers), key=lambda one: (one.owner is not None, one.title.casefold(), one.id)
        )

    def get(self, name: str, visitor: Visitor) -> View:
        """
        Give one.

        Raises:
            NotFound: There is none, or it is another's.
        """
        try:
            found = _view(self._cabinet.read(KIND, name))
        except NotFound:
            raise NotFound("there is no such view") from None
        check_sees(visitor, found.owner, "view")
        return found

    def save(self, view: View, visitor: Visitor) -> View:
        """
        Write a view: a new one, or as it was last read.

        Raises:
            Denied: It is everybody's, and they may not arrange the desk.
            NotFound: It is another's.
            Conflict: Somebody else has written it meanwhile, or there are too many.
        """
        check_changes(visitor, view.owner, "view")
        if view.id:
            self._check_same_owner(view, visitor)
        elif len(self._cabinet.list(KIND, group(view.owner), limit=_MOST)) >= _MOST:
            raise Conflict(f"there are {_MOST} views, and no place for another")
        return _view(self._cabinet.write(_paper(view))[0])

    def remove(self, name: str, visitor: Visitor) -> None:
        """
        Remove a view.

        Raises:
            NotFound, Denied: As `save`.
        """
        check_changes(visitor, self.get(name, visitor).owner, "view")
        self._cabinet.remove(KIND, [name])

    def _check_same_owner(self, view: View, visitor: Visitor) -> None:
        """Let nobody take over what is another's by saying that it is theirs."""
        if self.get(view.id, visitor).owner != view.owner:
            raise Conflict("a view stays whose it is", hint="Make another one.")


def _paper(view: View) -> Paper:
    data: dict[str, Any] = {
        "title": view.title,
        "owner": str(view.owner) if view.owner else None,
        "statuses": [int(one) for one in view.statuses],
        "queues": list(view.queues),
        "assignee": view.assignee,
        "is_overdue": view.is_overdue,
        "person": str(view.person) if view.person else None,
        "words": view.words,
        "tags": list(view.tags),
        "order": str(view.order) if view.order else None,
    }
    name = view.id or secrets.token_hex(8)
    return Paper(KIND, name, data, view.version, group=group(view.owner), owner=sealed_for(view.owner))


def _view(paper: Paper) -> View:
    data: dict[str, Any] = dict(paper.data)
    read = View(
        title=data["title"],
        owner=_id(data["owner"]),
        statuses=tuple(map(Status, data["statuses"])),
        queues=tuple(data["queues"]),
        assignee=data["assignee"],
        is_overdue=data["is_overdue"],
        person=_id(data["person"]),
        words=data["words"],
        tags=tuple(data["tags"]),
        order=TicketOrder(data["order"]) if data["order"] else None,
    )
    return replace(read, id=paper.id, version=paper.version)


def _id(text: str | None) -> TicketId | None:
    return TicketId.parse(text) if text else None
