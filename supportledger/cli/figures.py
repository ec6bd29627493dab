"""Figures: how much, how fast, how well; each with its definition, and what it was made of."""

from typing import TYPE_CHECKING, Any

import click

from supportledger.cli.commands import Command
from supportledger.cli.language import _
from supportledger.cli.params import INSTANT
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from supportledger.desk.desk import Desk
    from supportledger.desk.figures.figures import Figures
    from supportledger.desk.figures.period import Group, Period

_MONTH = 30 * 86_400
_GROUPS = ("agent", "queue", "channel", "topic", "policy", "language", "day", "week", "month")


@click.command(
    cls=Command,
    help=_(
        "Show how much was done, how fast and how well\n\n"
        "Every figure follows from the ledger's entries. With --figure it is shown with its definition, and "
        "with --rows what it was made of. Without --since: the last 30 days."
    ),
    examples=(
        "supportledger figures",
        "supportledger figures --since 2027-01-01 --until 2027-02-01 --zone Asia/Shanghai --by agent",
        "supportledger figures --figure first_response --rows --json",
    ),
)
@click.option("--since", type=INSTANT, metavar="TIME", help=_("From this instant on."))
@click.option("--until", type=INSTANT, metavar="TIME", help=_("Before this instant; else until now."))
@click.option("--zone", default="UTC", metavar="ZONE", help=_("Time zone of days, like Asia/Shanghai."))
@click.option(
    "--by",
    type=click.Choice(_GROUPS),
    metavar="GROUP",
    help=_("Group by agent, queue, channel, topic, policy, language, day, week or month."),
)
@click.option("--figure", "name", metavar="NAME", help=_("This figure only."))
@click.option("--rows", "with_rows", is_flag=True, help=_("What the figure was made of."))
@click.option("--skip", type=click.IntRange(0), default=0, metavar="N", help=_("Skip so many rows."))
@click.option("--rebuild", is_flag=True, help=_("Work everything out again from the entries first."))
@pass_session
def figures(
    session: Session,
    *,
    since: int | None,
    until: int | None,
    by: str | None,
    name: str | None,
    skip: int,
    **rest: Any,
) -> None:
    """Show them."""
    from supportledger.cli import figure_views as views  # noqa: PLC0415 -- --help draws nothing
    from supportledger.desk.figures.period import Group, Period  # noqa: PLC0415 -- as above

    if rest["with_rows"] and name is None:
        raise click.UsageError(_("--rows needs --figure NAME: the figure whose rows are meant."))
    desk = session.desk
    now = desk.ledger.now()
    end = now + 1 if until is None else until
    period = Period(max(0, end - _MONTH) if since is None else since, end, rest["zone"])
    group = Group(by) if by else None
    found = _ready(desk, rebuild=rest["rebuild"])
    if name and rest["with_rows"]:
        rows = found.rows(name, period, group, skip)
        session.output.show(*views.of_rows(name, period, group, rows, skip, session.names))
    elif name:
        session.output.show(*views.of_one(found.figure(name, period, group), period, group, session.names))
    else:
        _show_all(session, found, period, group)


def _show_all(session: Session, found: "Figures", period: "Period", group: "Group | None") -> None:
    from supportledger.cli import figure_views as views  # noqa: PLC0415 -- --help draws nothing

    shown, waiting = found.dashboard(period, group), found.unanswered()
    backlog = found.backlog(period)
    session.output.show(*views.of_all(shown, waiting, backlog, period, group, session.names))


def _ready(desk: "Desk", *, rebuild: bool) -> "Figures":
    """Work out what is stale, as the workers do."""
    from supportledger.cli.output import working  # noqa: PLC0415 -- --help draws nothing
    from supportledger.desk.figures.figures import Figures  # noqa: PLC0415 -- as above
    from supportledger.desk.figures.keeping import Keeping  # noqa: PLC0415 -- as above

    keeping = Keeping(desk.ledger, desk.store)
    with working(_("Working out what counts …")):
        if rebuild:
            keeping.rebuild()
        while keeping.catch_up():
            """The next ones."""
    return Figures(desk.store, desk.ledger.now)
