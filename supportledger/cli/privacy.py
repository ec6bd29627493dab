"""What people wrote, and what becomes of it: who read it."""

from typing import TYPE_CHECKING, Any

from supportledger.cli.commands import Command, Group
from supportledger.cli.language import _, _n, mark
from supportledger.cli.params import ticket_argument
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from supportledger.cli.blocks import Shown
    from supportledger.desk.reads import Read

WHAT = (
    mark("ticket"),
    mark("history"),
    mark("conversation"),
    mark("proof file"),
    mark("export"),
    mark("audit"),
)
"""What can have been shown, for the catalogue."""

privacy = Group(
    name="privacy",
    no_args_is_help=True,
    help=_(
        "Privacy: who read what people wrote\n\n"
        "Every time that somebody is shown the texts of a ticket, a line goes into the log `reads` first. "
        "The line says nothing by itself; anchored, it cannot be taken out again."
    ),
    examples=("supportledger privacy reads abcd",),
)


@privacy.command(
    cls=Command,
    help=_(
        "List who has read a ticket, what, when and why\n\n"
        "A reader without a name is whoever worked on this machine without naming an identity (--as)."
    ),
    examples=("supportledger privacy reads abcd", "supportledger privacy reads abcd --json"),
)
@ticket_argument()
@pass_session
def reads(session: Session, ticket: str) -> None:
    """List them."""
    from supportledger.cli.blocks import Column, Listing  # noqa: PLC0415 -- --help draws nothing

    found = session.desk.tickets.find(ticket)
    listed = session.desk.reads.of(found)
    columns = (
        Column(_("When"), whole=True),
        Column(_("Reader"), whole=True),
        Column(_("What"), whole=True),
        Column(_("Why"), wraps=True),
    )
    rows = [_row(session, one) for one in listed]
    title = _n("{count} reading", "{count} readings", len(listed))
    data = {"ticket_id": str(found), "handle": found.handle, "reads": [read_data(one) for one in listed]}
    session.output.show(data, [Listing(columns, rows, title=title, empty=_("Nobody has read it."))])


def read_data(read: "Read") -> dict[str, Any]:
    """Write a reading for programs."""
    from supportledger.cli.views import address_data  # noqa: PLC0415 -- --help does without

    return {
        "index": read.index,
        "time": read.time,
        "reader": address_data(read.reader),
        "what": read.what,
        "reason": read.reason,
    }


def _row(session: Session, read: "Read") -> "tuple[Shown, Shown, Shown, Shown]":
    from supportledger.cli import times  # noqa: PLC0415 -- --help draws nothing

    return times.both(read.time), session.names.short(read.reader), _(read.what), read.reason
