"""What people wrote, and what becomes of it: who read it; erased, held, handed over."""

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from supportledger.cli.commands import Command, Group
from supportledger.cli.files import STDIO, output_options, write_file
from supportledger.cli.language import _, _n, mark
from supportledger.cli.params import reason_option, ticket_argument
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from supportledger.cli.blocks import Shown
    from supportledger.desk.privacy import Standing
    from supportledger.desk.reads import Read

WHAT: Final = (
    mark("ticket"),
    mark("history"),
    mark("conversation"),
    mark("proof file"),
    mark("export"),
    mark("audit"),
)
"""What can have been shown, for the catalogue."""

GROUNDS: Final = {
    "request": mark("request"),
    "no-longer-needed": mark("no longer needed"),
    "consent-withdrawn": mark("consent withdrawn"),
    "objection": mark("objection"),
    "unlawful": mark("unlawful"),
    "legal-obligation": mark("legal obligation"),
    "child": mark("child"),
    "retention-over": mark("retention over"),
}
"""Of `proof.erasure.Ground`, as they are typed."""
STEPS: Final = (
    mark("begun"),
    mark("erased"),
    mark("called off"),
    mark("held"),
    mark("released"),
)
"""Of `proof.erasure.Step`, for the catalogue."""

privacy = Group(
    name="privacy",
    no_args_is_help=True,
    help=_(
        "Privacy: who read what people wrote; erase, hold, export\n\n"
        "Every time that somebody is shown the texts of a ticket, a line goes into the log `reads` first; it "
        "says nothing by itself. What is erased is gone for good, and a line of the log `privacy` says so: "
        "anchored, it tells erasing from losing."
    ),
    examples=(
        "supportledger privacy reads abcd",
        "supportledger privacy erase abcd --reason retention-over",
        "supportledger privacy hold abcd --reason 'court case'",
        "supportledger privacy export abcd -o everything.json",
    ),
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


@privacy.command(
    cls=Command,
    help=_(
        "Erase all that was written about a closed ticket, for good\n\n"
        "Its key is destroyed and its files are removed; nobody can undo it. The ledger keeps who did what "
        "and when. Two lines of the log `privacy` say so, and are anchored; --reason is one of few words, "
        "because everybody may read it. What was broken off goes on when it is asked for again."
    ),
    examples=(
        "supportledger privacy erase abcd",
        "supportledger privacy erase abcd --reason retention-over --no-anchor",
    ),
)
@ticket_argument()
@click.option(
    "--reason",
    type=click.Choice(tuple(GROUNDS)),
    default="request",
    show_default=True,
    metavar="GROUND",
    help=_(
        "On what ground it is erased, which everybody may read: request, no-longer-needed, "
        "consent-withdrawn, objection, unlawful, legal-obligation, child, retention-over."
    ),
)
@click.option("--no-anchor", is_flag=True, help=_("Leave anchoring to a worker, or to a later command."))
@pass_session
def erase(session: Session, ticket: str, reason: str, no_anchor: bool) -> None:  # noqa: FBT001 -- click gives it by name
    """Erase it."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.output import say  # noqa: PLC0415 -- as above
    from supportledger.errors import Error  # noqa: PLC0415 -- as above
    from supportledger.proof.erasure import Ground  # noqa: PLC0415 -- as above

    desk = session.desk
    found = desk.tickets.find(ticket)
    if _is_asked() and not click.confirm(_("Erase {handle} for good?").format(handle=found.handle), err=True):
        raise click.Abort
    standing = desk.privacy.erase(found, Ground(GROUNDS[reason]))
    if not no_anchor and standing.anchored is None:
        try:
            desk.privacy.anchor()
        except Error as error:
            say(
                _("It is erased, and the line that says so is not anchored yet: {why}").format(
                    why=error.message
                )
            )
        standing = desk.privacy.standing(found)
    told = _("Erased {handle} for good").format(handle=found.handle)
    anchored = _("anchored on the ledger") if standing.anchored else _("not anchored yet")
    session.output.show(standing_data(standing), [Line(f"✔ {told}; {anchored}", "good")])


@privacy.command(
    cls=Command,
    help=_(
        "Keep a ticket from being erased, because the law wants it kept\n\n"
        "The reason is kept sealed; that there is a hold, and since when, stands in the log `privacy`."
    ),
    examples=("supportledger privacy hold abcd --reason 'court case'",),
)
@ticket_argument()
@click.option("--reason", required=True, metavar="TEXT", help=_("Why it must be kept."))
@pass_session
def hold(session: Session, ticket: str, reason: str) -> None:
    """Hold it."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing

    standing = session.desk.privacy.hold(ticket, reason)
    told = _("{handle} is kept until it is released").format(handle=standing.ticket.handle)
    session.output.show(standing_data(standing), [Line(f"✔ {told}", "good")])


@privacy.command(
    cls=Command,
    help=_("End a legal hold"),
    examples=("supportledger privacy release abcd",),
)
@ticket_argument()
@pass_session
def release(session: Session, ticket: str) -> None:
    """End it."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing

    standing = session.desk.privacy.release(ticket)
    told = _("{handle} may be erased again").format(handle=standing.ticket.handle)
    session.output.show(standing_data(standing), [Line(f"✔ {told}", "good")])


@privacy.command(
    "list",
    cls=Command,
    help=_("List what was erased, what is about to be, and what is held"),
    examples=("supportledger privacy list", "supportledger privacy list --json"),
)
@pass_session
def list_(session: Session) -> None:
    """List it."""
    from supportledger.cli.blocks import Column, Listing  # noqa: PLC0415 -- --help draws nothing

    listed = session.desk.privacy.list()
    columns = (
        Column(_("Ticket"), whole=True),
        Column(_("State"), whole=True),
        Column(_("Since"), whole=True),
        Column(_("Why"), wraps=True),
        Column(_("Anchored"), whole=True),
    )
    empty = _("Nothing was erased, and nothing is held.")
    rows = [_standing_row(one) for one in listed]
    session.output.show(
        {"tickets": [standing_data(one) for one in listed]}, [Listing(columns, rows, empty=empty)]
    )


@privacy.command(
    cls=Command,
    help=_(
        "Write everything that is held of a ticket to a file, for the person it is about\n\n"
        "JSON: texts with their salts, files in base64, the conversation, who read it, receipts, erasures. "
        "Internal notes are among it. That it was made goes on record."
    ),
    examples=("supportledger privacy export abcd -o everything.json",),
)
@ticket_argument()
@reason_option("the person asked for it")
@output_options
@pass_session
def export(session: Session, ticket: str, reason: str, output: str | None, force: bool) -> None:  # noqa: FBT001 -- click gives it by name
    """Write it."""
    import json  # noqa: PLC0415 -- --help does without

    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- as above

    made = session.desk.handing_over.export(ticket, reason=reason)
    where = output or f"{made['handle']}.export.json"
    whole = json.dumps(made, ensure_ascii=False, indent=1).encode() + b"\n"
    write_file(where, whole, force=force, private=True)
    if where != STDIO:
        told = _("Wrote {file}").format(file=where)
        counts = {name: len(made[name]) for name in ("entries", "conversation", "reads", "receipts")}
        data = {"ticket_id": made["ticket_id"], "handle": made["handle"], "file": where, **counts}
        session.output.show(data, [Line(f"✔ {told}", "good")])


def standing_data(standing: "Standing") -> dict[str, Any]:
    """Write what has become of a ticket's contents for programs."""
    from supportledger.cli.views import address_data  # noqa: PLC0415 -- --help does without

    line = standing.noted.line if standing.noted else None
    return {
        "ticket_id": str(standing.ticket),
        "handle": standing.ticket.handle,
        "step": str(line.step) if line else None,
        "ground": str(line.ground) if line and line.ground else None,
        "time": line.time if line else None,
        "actor": address_data(line.actor) if line else None,
        "anchored_at": standing.anchored.time if standing.anchored else None,
        "erased_at": standing.custody.erased_at,
        "held_since": standing.custody.held_since,
        "hold_reason": standing.custody.reason or None,
    }


def _standing_row(standing: "Standing") -> "tuple[Shown, ...]":
    from supportledger.cli import times  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.blocks import Cell  # noqa: PLC0415 -- as above

    handle, custody = Cell(standing.ticket.handle, "id"), standing.custody
    if custody.held_since is not None:
        return handle, Cell(_("held"), "warn"), times.both(custody.held_since), custody.reason, "–"
    line = standing.noted.line if standing.noted else None
    if line is None:
        return handle, "–", "–", "–", "–"
    anchored = times.both(standing.anchored.time) if standing.anchored else Cell(_("not yet"), "warn")
    return handle, _(str(line.step)), times.both(line.time), _(str(line.ground or "")), anchored


def _is_asked() -> bool:
    """Tell whether a person is there who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


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
