"""What is said about a ticket between its entries."""

from typing import TYPE_CHECKING, Any

import click

from supportledger.cli import incidents
from supportledger.cli.bodies import read_body
from supportledger.cli.commands import Command
from supportledger.cli.language import _, _n
from supportledger.cli.params import body_options, reason_option, ticket_argument
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from supportledger.cli.blocks import Message
    from supportledger.desk.conversations import Said


@click.command(
    "say",
    cls=Command,
    help=_(
        "Write a line of the conversation down, without a transaction\n\n"
        "The line goes into the log `conversations`; the ticket's next entry names it, and anchoring the log "
        "fixes it. The text stays with the desk."
    ),
    examples=(
        "supportledger ticket say abcd 'I have the transaction id now' --author customer --channel chat",
        "cat mail.txt | supportledger ticket say abcd --channel email -",
    ),
)
@ticket_argument()
@body_options()
@click.option("--author", metavar="NAME|ADDRESS", help=_("Who said it; else a customer without a key."))
@click.option("--channel", metavar="NAME", help=_("Where it came from: email, chat, phone."))
@click.option("--language", metavar="TAG", help=_("Language of the text, for example zh-CN."))
@pass_session
def say(
    session: Session, ticket: str, text: str | None, file: str | None, author: str | None, **more: Any
) -> None:
    """Write it down."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing
    from supportledger.desk.conversations import Message  # noqa: PLC0415 -- as above
    from supportledger.model.ids import NOBODY  # noqa: PLC0415 -- as above

    body = str(read_body(text, file))
    found = session.desk.tickets.find(ticket)
    session.desk.tickets.state(found)  # which must be there
    who = session.names.address(author) if author else NOBODY
    (said,) = session.desk.conversations.say(found, Message(body, who, more))
    told = _("Line {number} of the conversation of {handle}").format(
        number=said.line.number, handle=found.handle
    )
    session.output.show(_data(said), [Line(f"✔ {told}", "good")])
    incidents.warn(said.removed)


@click.command(
    "lines",
    cls=Command,
    help=_("Show the conversation of a ticket, line by line"),
    examples=("supportledger ticket lines abcd", "supportledger ticket lines abcd --json"),
)
@ticket_argument()
@reason_option()
@pass_session
def lines(session: Session, ticket: str, reason: str) -> None:
    """Show it."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing

    found = session.desk.tickets.find(ticket)
    said = session.desk.conversations.lines(found, reason=reason)
    data = {"ticket_id": str(found), "handle": found.handle, "lines": [_data(one) for one in said]}
    count = Line(_n("{count} line", "{count} lines", len(said)), "dim")
    session.output.show(data, [*(_block(session, one) for one in said), count])


def _data(said: "Said") -> dict[str, Any]:
    from supportledger.cli.views import address_data, hexed  # noqa: PLC0415 -- --help does without

    values = said.fields.values()
    return {
        "ticket_id": str(said.line.ticket),
        "number": said.line.number,
        "index": said.index,
        "author": address_data(said.line.actor),
        "created_at": values.get("createdAt"),
        "channel": values.get("channel"),
        "language": values.get("language"),
        "body": said.body,
        "removed": list(map(str, said.removed)),
        "hash": hexed(said.line.hash),
        "commitment": hexed(said.line.commitment),
    }


def _block(session: Session, said: "Said") -> "Message":
    from supportledger.cli import times  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.blocks import Cell, Message  # noqa: PLC0415 -- as above

    time = said.fields.values().get("createdAt")
    when = times.both(time if isinstance(time, int) else None)
    heading = (Cell(str(said.line.number), "id"), session.names.short(said.line.actor), Cell(when, "dim"))
    return Message(heading, said.body)
