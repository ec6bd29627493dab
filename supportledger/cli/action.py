"""Actions: how far what this desk wrote has come to the ledger, and finishing what waits."""

from typing import TYPE_CHECKING, Any, Final

import click

from supportledger.cli.commands import Command, Group
from supportledger.cli.language import _, _n
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from supportledger.cli.blocks import Block
    from supportledger.desk.recovery import Recovered
    from supportledger.model.records import Draft

STATUSES: Final = ("stored", "signed", "submitted", "mined", "final", "rejected")

action = Group(
    name="action",
    no_args_is_help=True,
    help=_(
        "Actions: what waits, and finishing it\n\n"
        "Everything is written down before it is sent. What a killed run, a lost node or missing ether kept "
        "from the ledger waits here, and is sent by `supportledger work`, or at once by "
        "`supportledger action recover`."
    ),
    examples=("supportledger action list", "supportledger action recover"),
)


@action.command(
    "list",
    cls=Command,
    help=_(
        "List actions that wait, the oldest first\n\n"
        "stored, signed: written down, not sent. submitted: perhaps sent. mined: in a block, not final yet. "
        "rejected: never to be on the ledger, with the reason."
    ),
    examples=(
        "supportledger action list",
        "supportledger action list --status rejected --json",
    ),
)
@click.option(
    "--status",
    type=click.Choice(STATUSES),
    multiple=True,
    help=_("Only these; may be given again. Else all that wait."),
)
@click.option("--after", metavar="KEY", help=_("Go on after the page that ended with this action."))
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help=_("At most so many.")
)
@pass_session
def list_(session: Session, status: tuple[str, ...], after: str | None, limit: int) -> None:
    """List them."""
    from supportledger.cli import action_views  # noqa: PLC0415 -- needs the model; --help does not
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.views import hexed  # noqa: PLC0415 -- as above
    from supportledger.model.records import WAITING, DraftStatus  # noqa: PLC0415 -- as above

    wanted = frozenset(map(DraftStatus, status)) or WAITING
    found = session.desk.actions.list(wanted, after=_key(after), limit=limit)
    mark = hexed(found[-1].key) if len(found) == limit else None
    data = {"actions": [action_views.listed_data(one) for one in found], "next": mark}
    empty = _("No action waits.") if not status else _("There is none of these.")
    blocks: list[Block] = [action_views.listing(found, session.names, empty=empty)]
    if mark is not None:
        blocks.append(Line(_("More, perhaps: --after {mark}").format(mark=mark), "dim"))
    if found and wanted <= WAITING:
        blocks.append(Line(_("`supportledger action recover` finishes what can be finished now."), "dim"))
    session.output.show(data, blocks)


def _key(text: str | None) -> bytes | None:
    from supportledger.errors import InputError  # noqa: PLC0415 -- --help does without

    if text is None:
        return None
    try:
        found = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        found = b""
    if len(found) != 32:
        raise InputError(
            "the key of an action has 32 bytes, written as 64 hexadecimal digits",
            hint="Take it from `supportledger action list`.",
        )
    return found


@action.command(
    cls=Command,
    help=_(
        "Finish what waits, as far as that is possible now\n\n"
        "What is on the ledger already is only noted; nothing is done twice, also while workers run. The "
        "exit code is that of the first problem that is left."
    ),
    examples=("supportledger action recover", "supportledger action recover --json"),
)
@pass_session
def recover(session: Session) -> int:
    """Finish it."""
    from supportledger.cli.exit_codes import ExitCode, exit_code  # noqa: PLC0415 -- --help does without
    from supportledger.cli.output import working  # noqa: PLC0415 -- as above
    from supportledger.errors import Error  # noqa: PLC0415 -- as above

    with working(_("Sending what waits …")):
        found = session.desk.recover()
    session.output.show(_recovered_data(found), _recovered_blocks(session, found))
    problems = (one.result for one in found if isinstance(one.result, Error))
    return next((exit_code(type(one)) for one in problems), ExitCode.OK)


def _recovered_data(found: "Sequence[Recovered]") -> dict[str, Any]:
    from supportledger.cli import action_views  # noqa: PLC0415 -- --help does without
    from supportledger.errors import Error  # noqa: PLC0415 -- as above

    def one_data(one: "Recovered") -> dict[str, Any]:
        problem = one.result if isinstance(one.result, Error) else None
        return action_views.listed_data(one.draft) | {"hint": problem.hint if problem else None}

    waiting, rejected, done = _sorted(found)
    return {
        "finished": [one_data(one) for one in done],
        "waiting": [one_data(one) for one in waiting],
        "rejected": [one_data(one) for one in rejected],
    }


def _sorted(found: "Sequence[Recovered]") -> "tuple[list[Recovered], list[Recovered], list[Recovered]]":
    """Tell apart what still waits, what was rejected, and what is on the ledger."""
    from supportledger.errors import Error  # noqa: PLC0415 -- --help does without
    from supportledger.model.records import WAITING  # noqa: PLC0415 -- as above

    failed = [one for one in found if isinstance(one.result, Error)]
    waiting = [one for one in failed if one.draft.status in WAITING]
    rejected = [one for one in failed if one.draft.status not in WAITING]
    return waiting, rejected, [one for one in found if not isinstance(one.result, Error)]


def _recovered_blocks(session: Session, found: "Sequence[Recovered]") -> "Iterator[Block]":
    from supportledger.cli import action_views  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- as above
    from supportledger.cli.failures import translated  # noqa: PLC0415 -- as above
    from supportledger.errors import Error  # noqa: PLC0415 -- as above

    if not found:
        yield Line(_("No action waits."), "good")
        return
    waiting, rejected, done = _sorted(found)
    if done:
        yield Line("✔ " + _n("Finished {count} action", "Finished {count} actions", len(done)), "good")
    left: list[Draft] = [one.draft for one in (*waiting, *rejected)]
    if left:
        yield action_views.listing(left, session.names, title=_("Not finished"))
    problems = [one.result for one in waiting if isinstance(one.result, Error)]
    for hint in dict.fromkeys(translated(one)[1] for one in problems if one.hint):
        yield Line(_("Hint: {hint}").format(hint=hint), "warn")
