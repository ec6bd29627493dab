"""Names behind addresses: of people who work here, else of identities, else the address itself, shortened."""

from collections.abc import Iterable, Mapping

from starlette.requests import Request

from supportledger.errors import NotFound
from supportledger.language import mark
from supportledger.model.ids import NOBODY, Address
from supportledger.web.console.telling import said
from supportledger.web.console.words import short
from supportledger.web.visitors import front_of


def names_of(request: Request, addresses: Iterable[Address]) -> Mapping[Address, str]:
    """Name addresses."""
    return {one: name_of(request, one) for one in set(addresses)}


def name_of(request: Request, address: Address) -> str:
    """Name one address."""
    if address == NOBODY:
        return said(request, mark("nobody"))
    front = front_of(request)
    try:
        return front.people.by_address(address).name
    except NotFound:  # it belongs to no account: an identity of the desk, or somebody's key
        return front.desk.cast.name(address) or short(address)
