"""Whose a macro or a view is: one's own, or everybody's, which needs a right."""

from typing import Final

from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Denied, NotFound
from supportledger.model.ids import TicketId
from supportledger.model.people import Right
from supportledger.ports.cabinet import DESK

SHARED: Final = "shared"
"""The group of what is everybody's."""


def group(owner: TicketId | None) -> str:
    """Name the group in which what somebody owns is listed; None for everybody's."""
    return SHARED if owner is None else str(owner)


def sealed_for(owner: TicketId | None) -> TicketId:
    """Tell whose key seals it: erasing a person erases what was theirs alone."""
    return DESK if owner is None else owner


def check_sees(visitor: Visitor, owner: TicketId | None, what: str) -> None:
    """
    Let somebody see what is everybody's, or their own.

    Raises:
        NotFound: It is another's, of which they learn nothing.
    """
    if owner is not None and owner != visitor.person:
        raise NotFound(f"there is no such {what}")


def check_changes(visitor: Visitor, owner: TicketId | None, what: str) -> None:
    """
    Let somebody change their own; what is everybody's only with the right to arrange the desk.

    Raises:
        NotFound: It is another's.
        Denied: They may not.
    """
    check_sees(visitor, owner, what)
    if owner is None:
        visitor.need(Right.ARRANGE)
    elif visitor.person is None:
        raise Denied(f"a {what} belongs to an account", hint="Sign in first.")
