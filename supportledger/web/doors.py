"""
Who may go through which door: every route names the right that it asks for, or says that it is everybody's.

    @router.get("/tickets")
    def tickets(visitor: Annotated[Visitor, needs(Right.LIST)]) -> ...

`door_of` tells what a route asks for; an application with a route that asks for nothing does not start.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import BaseRoute

from supportledger.desk.people.visitors import Visitor
from supportledger.errors import NotSignedIn
from supportledger.model.ids import Address
from supportledger.model.people import Right
from supportledger.web.line import in_line
from supportledger.web.visitors import is_looked_up, visitor_of


@dataclass(frozen=True, slots=True)
class Door:
    """
    What a route asks of those who come.

    Args:
        right: They must have it; None: nothing.
        is_public: Even nobody in particular may come.
    """

    right: Right | None = None
    is_public: bool = False

    async def __call__(self, request: Request) -> Visitor:
        """As `let_in`; whoever asks is looked up in a thread, unless that was done before."""
        return self.let_in(request) if is_looked_up(request) else await in_line(self.let_in, request)

    def let_in(self, request: Request) -> Visitor:
        """
        Let somebody in.

        Raises:
            NotSignedIn: Nobody is signed in.
            Denied: Whoever is may not do this.
        """
        visitor = visitor_of(request)
        if self.is_public:
            return visitor
        if visitor.person is None:
            raise NotSignedIn("this needs somebody who is signed in", hint="Sign in, or send an API key.")
        if visitor.step:
            raise NotSignedIn("signing in is not finished", hint="Go on with the second step.")
        if self.right is not None:
            visitor.need(self.right)
        return visitor


def needs(right: Right) -> Any:
    """Ask for a right."""
    return Depends(Door(right))


SIGNED_IN: Final[Any] = Depends(Door())
"""Anybody with an account."""
PUBLIC: Final[Any] = Depends(Door(is_public=True))
"""Everybody."""


def may_see_reasons(visitor: Visitor, account: Address) -> bool:
    """Tell who is told why a certificate was suspended or revoked: certifiers, auditors, and whose it is."""
    return visitor.may(Right.CERTIFY) or visitor.may(Right.AUDIT) or visitor.address == account


def routes_of(routes: Sequence[BaseRoute]) -> list[RouteContext]:
    """List the routes that people and programs come by, also those of routers within routers."""
    found = iter_route_contexts(routes)
    return [one for one in found if isinstance(one.original_route, APIRoute)]


def door_of(route: APIRoute | RouteContext) -> Door | None:
    """Tell what a route asks for; None if it does not say."""
    return next((one for one in _calls(route.dependant) if isinstance(one, Door)), None)


def check_doors(routes: Sequence[BaseRoute]) -> None:
    """
    Let no application start that has a route without a door.

    Raises:
        TypeError: There is one.
    """
    for route in routes_of(routes):
        if door_of(route) is None:
            raise TypeError(f"the route {route.path} does not say who may use it")


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    yield dependant.call
    for one in dependant.dependencies:
        yield from _calls(one)
