"""
Whether somebody acts on a ticket as it is: `ETag`, `If-Match`, `If-None-Match`.

A ticket's tag changes with its state on the ledger, with what is on its way there, with what was said between
entries, and with where it is filed.

Source: RFC 9110, 8.8.3, 13.1.
"""

import hashlib
from typing import Final

from starlette.requests import Request

from supportledger.desk.front import Front
from supportledger.errors import ContentErased, Outdated
from supportledger.model.ids import TicketId
from supportledger.model.records import TicketRecord
from supportledger.ports.filing import Filing

_HEX: Final = 32


def tag_of(front: Front, record: TicketRecord, filing: Filing) -> str:
    """Give the tag of a ticket as it is now."""
    return _tag(front, record.id, filing, record.state.hash() + str(record.due_at).encode())


def arriving_tag(front: Front, ticket: TicketId, filing: Filing) -> str:
    """Give the tag of a ticket that is on its way to the ledger; once it is there, it has another one."""
    return _tag(front, ticket, filing, b"arriving")


def _tag(front: Front, ticket: TicketId, filing: Filing, state: bytes) -> str:
    said = hashlib.sha256(state + f" {filing.version}\n".encode())
    for one in front.desk.store.drafts(ticket=ticket):
        said.update(f"{one.key.hex()} {one.status} {one.index}\n".encode())
    try:
        place = front.desk.conversations.place(ticket)
    except ContentErased:
        place = {"erased": 1}
    said.update(str(sorted(place.items())).encode())
    return f'"{said.hexdigest()[:_HEX]}"'


def check_match(request: Request, tag: str) -> None:
    """
    Let somebody act only on what they have read, if they say what that is.

    Raises:
        Outdated: It has changed since.
    """
    tags = _tags(request, "if-match")
    if tags and "*" not in tags and tag not in tags:  # a weak one is never the same
        raise Outdated("this has changed since it was read")


def is_known(request: Request, tag: str) -> bool:
    """Tell whether whoever asks has it already."""
    tags = [one.removeprefix("W/") for one in _tags(request, "if-none-match")]
    return "*" in tags or tag in tags


def _tags(request: Request, header: str) -> list[str]:
    """List the tags that a header names; one that is there and empty names one that nothing has."""
    return [one.strip() for said in request.headers.getlist(header) for one in said.split(",")]
