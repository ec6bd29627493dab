"""Tickets as they are: shown, listed, and verified."""

from typing import TYPE_CHECKING, Any, Final

import click

from supportledger.cli.commands import Command
from supportledger.cli.language import _
from supportledger.cli.params import reason_option, ticket_argument
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from supportledger.cli.blocks import Block

STATUSES: Final = ("open", "pending", "on-hold", "solved", "closed")
SORTINGS: Final = ("newest", "oldest", "due")


@click.command(
    cls=Command,
    help=_("Show a ticket with its conversation"),
    examples=("supportledger ticket show abcd", "supportledger ticket show abcd --json"),
)
@ticket_argument()
@reason_option()
@pass_session
def show(session: Session, ticket: str, reason: str) -> None:
    """Show it."""
    from supportledger.cli import action_views, views  # noqa: PLC0415 -- needs the model; --help does not
    from supportledger.errors import NotFound  # noqa: PLC0415 -- as above

    desk = session.desk
    found = desk.actions.find(ticket)
    drafts = desk.actions.of(found)
    try:
        view = desk.tickets.get(found, reason=reason)
    except NotFound:
        if not drafts:
            raise
        unseen = action_views.unseen_data(found, drafts)
        session.output.show(unseen, action_views.unseen_blocks(found, drafts, session.names))
        return
    data = views.state_data(view.id, view.state) | {
        "due_at": view.due_at,
        "removed": list(map(str, view.removed)),
        "entries": [
            views.entry_data(entry) | {"delivery": action_views.delivery(entry.record, drafts)}
            for entry in view.entries
        ],
        "actions": [action_views.action_data(one) for one in drafts],
    }
    blocks = [*views.ticket_blocks(view, session.names), *action_views.waiting_blocks(drafts, session.names)]
    session.output.show(data, blocks)


@click.command(
    cls=Command,
    help=_("List every entry of a ticket, as the ledger has it"),
    examples=("supportledger ticket history abcd",),
)
@ticket_argument()
@reason_option()
@pass_session
def history(session: Session, ticket: str, reason: str) -> None:
    """List its entries."""
    view = session.desk.tickets.get(ticket, reason=reason)
    from supportledger.cli import views  # noqa: PLC0415 -- as above

    data = {
        "ticket_id": str(view.id),
        "handle": view.handle,
        "entries": [views.entry_data(entry) for entry in view.entries],
    }
    session.output.show(data, [views.history_listing(view, session.names)])


@click.command(
    "list",
    cls=Command,
    help=_(
        "List tickets, newest first\n\n"
        "A page at a time: the mark of the next one stands below it, and in `next` with --json. It stays "
        "right while tickets come and change."
    ),
    examples=(
        "supportledger ticket list --status open --status pending",
        "supportledger ticket list --assignee agent --limit 20",
        "supportledger ticket list --sort due --limit 20",
        "supportledger ticket list --overdue --json",
    ),
)
@click.option(
    "--status", type=click.Choice(STATUSES), multiple=True, help=_("Only these; may be given again.")
)
@click.option("--customer", metavar="NAME|ADDRESS", help=_("Only of this customer."))
@click.option("--assignee", metavar="NAME|ADDRESS", help=_("Only given to this agent."))
@click.option("--overdue", is_flag=True, help=_("Only those that are late, the latest first."))
@click.option(
    "--sort", type=click.Choice(SORTINGS), help=_("By when they were opened, or by when they are due.")
)
@click.option("--after", metavar="MARK", help=_("Go on after the page that had this mark."))
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help=_("At most so many.")
)
@pass_session
def list_(session: Session, limit: int, **given: Any) -> None:
    """List them."""
    from supportledger.cli import views  # noqa: PLC0415 -- as above

    query = _query(session, limit=limit, **given)
    records = session.desk.tickets.list(query)
    total = session.desk.tickets.count(query)
    mark = str(query.mark(records[-1])) if len(records) == limit else None
    data = {"tickets": [views.record_data(one) for one in records], "total": total, "next": mark}
    shown = _("{shown} of {total} tickets").format(shown=len(records), total=total)
    listing = views.ticket_listing(records, session.names, title=shown)
    session.output.show(data, [listing, *_next_page(mark)])


def _next_page(mark: str | None) -> "Iterator[Block]":
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing

    if mark is not None:
        yield Line(_("More, perhaps: --after {mark}").format(mark=mark), "dim")


def _query(
    session: Session,
    *,
    status: tuple[str, ...],
    customer: str | None,
    assignee: str | None,
    overdue: bool,
    sort: str | None,
    after: str | None,
    limit: int,
) -> Any:
    import time  # noqa: PLC0415 -- with the model, which --help does not need

    from supportledger.model.paging import PageMark, TicketOrder  # noqa: PLC0415 -- as above
    from supportledger.model.records import TicketQuery  # noqa: PLC0415 -- as above
    from supportledger.model.ticket import Status  # noqa: PLC0415 -- as above

    names = session.names
    return TicketQuery(
        statuses=frozenset(Status[one.upper().replace("-", "_")] for one in status),
        customer=names.address(customer) if customer else None,
        assignee=names.address(assignee) if assignee else None,
        overdue_at=int(time.time()) if overdue else None,
        order=TicketOrder(sort) if sort else None,
        after=PageMark.parse(after) if after else None,
        limit=limit,
    )


@click.command(
    cls=Command,
    help=_(
        "Check everything that is known of a ticket\n\n"
        "Rebuilds it from the chain's events and compares every head, signature, text and certificate. "
        "Exit code 0: it holds; 1: it does not; 7: something required could not be checked."
    ),
    examples=(
        "supportledger ticket verify abcd",
        "supportledger ticket verify abcd --json",
        "supportledger ticket verify abcd --require 2 --require 3 --require 6",
    ),
)
@ticket_argument()
@click.option(
    "--require",
    type=click.IntRange(1, 12),
    multiple=True,
    metavar="STEP",
    help=_("A step that must have been checked; else 2, 3, 4, 5, 6, 9 and 10."),
)
@pass_session
def verify(session: Session, ticket: str, require: tuple[int, ...]) -> int:
    """Check it."""
    required = {"required": frozenset(require)} if require else {}
    verdict = session.desk.tickets.verify(ticket, **required)
    from supportledger.cli import verdicts  # noqa: PLC0415 -- --help shows none

    session.output.show(verdict.to_json(), verdicts.verdict_blocks(verdict))
    return verdicts.verdict_code(verdict)
