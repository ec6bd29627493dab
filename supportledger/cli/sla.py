"""Deadlines: what is due, what is late, and putting on record that it is."""

from typing import TYPE_CHECKING, Any

import click

from supportledger.cli.commands import Command, Group
from supportledger.cli.completers import complete_ticket
from supportledger.cli.language import _, _n
from supportledger.cli.params import DURATION, warn_options
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from supportledger.cli.blocks import Cell
    from supportledger.desk.posting import Outcome
    from supportledger.desk.service import Due
    from supportledger.errors import Error

sla = Group(
    name="sla",
    no_args_is_help=True,
    help=_(
        "Deadlines: what is due, and what is late\n\n"
        "The rules are in the contract: when a promised answer is late, anyone may say so, and nobody "
        "can hide it."
    ),
    examples=("supportledger sla due --within 2h", "supportledger sla escalate"),
)


@sla.command(
    cls=Command,
    help=_("List tickets that are late or soon will be, the most urgent first"),
    examples=(
        "supportledger sla due",
        "supportledger sla due --within 2h",
        "supportledger sla due --within 1d --json",
    ),
)
@click.option(
    "--within",
    type=DURATION,
    default=0,
    metavar="DURATION",
    help=_("Look so far ahead; else only what is late."),
)
@pass_session
def due(session: Session, within: int) -> None:
    """List them."""
    from supportledger.cli import times, views  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.blocks import Cell, Column, Listing  # noqa: PLC0415 -- as above

    found = session.desk.service.due(within)
    columns = (
        Column(_("Ticket"), whole=True),
        Column(_("Status"), whole=True, rank=4),
        Column(_("Promise"), rank=5),
        Column(_("Due"), wraps=True),
        Column(_("Level"), right=True, rank=2),
        Column(_("Can be escalated"), rank=1),
        Column(_("Assignee"), rank=3),
    )
    rows = [
        (
            Cell(one.ticket.handle, "id"),
            views.status_cell(one.state.status),
            views.clock_name(one.clock),
            Cell(times.both(one.due), "bad" if one.is_late else "warn"),
            str(one.state.level),
            _escalation(one),
            session.names.short(one.state.assignee),
        )
        for one in found
    ]
    data = {"within": within, "tickets": [_data(one) for one in found]}
    empty = _("Nothing is late.") if not within else _("Nothing is late, or due by then.")
    session.output.show(data, [Listing(columns, rows, empty=empty)])


def _data(one: "Due") -> dict[str, Any]:
    escalation = one.escalation
    return {
        "ticket_id": str(one.ticket),
        "handle": one.ticket.handle,
        "status": str(one.state.status),
        "clock": one.clock.name.lower(),
        "due": one.due,
        "in_seconds": one.in_s,
        "late": one.is_late,
        "level": one.state.level,
        "escalate_at": escalation.at if escalation else None,
    }


def _escalation(one: "Due") -> "Cell":
    from supportledger.cli import times  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.blocks import Cell  # noqa: PLC0415 -- as above

    if one.escalation is None:
        return Cell(_("no more"), "dim")
    if times.is_past(one.escalation.at):
        return Cell(_("now"), "bad")
    return Cell(times.relative(one.escalation.at))


@sla.command(
    cls=Command,
    help=_(
        "Put on record that deadlines have passed\n\n"
        "Without tickets: all that can be escalated now. Anyone may; it never moves a deadline."
    ),
    examples=("supportledger sla escalate", "supportledger sla escalate abcd --as stranger"),
)
@click.argument("tickets", nargs=-1, metavar="[TICKET]...", shell_complete=complete_ticket)
@pass_session
def escalate(session: Session, tickets: tuple[str, ...]) -> int:
    """Escalate them."""
    from supportledger.cli import views  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.blocks import Column, Listing  # noqa: PLC0415 -- as above
    from supportledger.cli.exit_codes import ExitCode, exit_code  # noqa: PLC0415 -- as above
    from supportledger.errors import Error  # noqa: PLC0415 -- as above

    outcomes = session.desk.service.escalate(list(tickets) or None)
    refused = [one for one in outcomes if isinstance(one, Error)]
    if len(tickets) == 1 and refused:
        raise refused[0]
    rows = [_row(one) for one in outcomes]
    done = len(outcomes) - len(refused)
    title = _n("Escalated {count} ticket", "Escalated {count} tickets", done)
    columns = (
        Column(""),
        Column(_("Ticket")),
        Column(_("Level"), right=True),
        Column(_("What happened"), wraps=True),
    )
    data = {
        "escalated": [views.outcome_data(one) for one in outcomes if not isinstance(one, Error)],
        "refused": [{"code": one.code, "message": one.message, "hint": one.hint} for one in refused],
    }
    blocks = [Listing(columns, rows, title=title, empty=_("Nothing can be escalated now."))]
    session.output.show(data, blocks)
    return max((exit_code(type(one)) for one in refused), default=ExitCode.OK)


def _row(outcome: "Outcome | Error") -> "tuple[Cell, Cell, str, str]":
    from supportledger.cli import views  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.blocks import Cell  # noqa: PLC0415 -- as above
    from supportledger.cli.failures import translated  # noqa: PLC0415 -- as above
    from supportledger.errors import Error  # noqa: PLC0415 -- as above

    if isinstance(outcome, Error):
        return Cell("✘", "bad"), Cell(""), "", translated(outcome)[0]
    said = views.escalation_text(outcome.entry.argument)
    return Cell("✔", "good"), Cell(outcome.handle, "id"), str(outcome.state.level), said


@sla.command(
    cls=Command,
    help=_(
        "Watch promises: warn before they are broken, and put on record that they were\n\n"
        "Sleeps until the next one is due; until Ctrl-C. Two at once do no harm."
    ),
    examples=(
        "supportledger sla watch",
        "supportledger sla watch --warn 30m --warn-policy 4 2m",
        "supportledger sla watch --until-idle",
    ),
)
@warn_options
@click.option("--until-idle", is_flag=True, help=_("End when there is nothing to do."))
@pass_session
def watch(session: Session, warn: int, warn_policy: tuple[tuple[int, int], ...], *, until_idle: bool) -> int:
    """Watch them."""
    from supportledger.cli.work import run  # noqa: PLC0415 -- --help does without

    return run(session, roles=("keeper",), warn=warn, warn_policy=warn_policy, until_idle=until_idle)
