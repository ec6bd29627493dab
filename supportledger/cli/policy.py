"""Service promises: how fast, who may answer, and what happens when it is late."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from supportledger.cli.commands import Command, Group
from supportledger.cli.language import _
from supportledger.cli.params import DURATION, HOURS
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from supportledger.cli.blocks import Block, Shown
    from supportledger.model.policy import Policy, PolicyTerms

_DURATIONS: Final = (
    "first_response",
    "next_response",
    "resolution",
    "escalate_every",
    "reopen_window",
    "pause_allowance",
)

policy = Group(
    name="policy",
    no_args_is_help=True,
    help=_(
        "Service promises: how fast, and who may answer\n\n"
        "A policy is published once and never changed; customers sign the promise itself, not its number."
    ),
    examples=(
        "supportledger policy list",
        "supportledger policy publish --first-response 1h --resolution 2d --levels 3 --escalate-every 1h",
    ),
)


@policy.command(
    cls=Command,
    help=_("Publish a promise, as a supervisor\n\nA duration of 0, or none, is no promise."),
    examples=(
        "supportledger policy publish --first-response 1h --next-response 4h --resolution 2d",
        "supportledger policy publish --first-response 30m --levels 3 --escalate-every 1h --tier 2",
        "supportledger policy publish --first-response 4h --hours 'Mo-Fr 09:00-18:00 +08:00'",
    ),
)
@click.option("--first-response", type=DURATION, metavar="DURATION", help=_("Until the first answer."))
@click.option("--next-response", type=DURATION, metavar="DURATION", help=_("Until each later answer."))
@click.option("--resolution", type=DURATION, metavar="DURATION", help=_("Until it is solved."))
@click.option(
    "--escalate-every",
    type=DURATION,
    metavar="DURATION",
    help=_("Least time between two escalations; at least 5m with levels."),
)
@click.option(
    "--reopen-window",
    type=DURATION,
    metavar="DURATION",
    help=_("How long a solved ticket can be reopened; else 7d."),
)
@click.option(
    "--pause-allowance",
    type=DURATION,
    metavar="DURATION",
    help=_("By how much waiting for others may move the resolution."),
)
@click.option(
    "--levels",
    type=click.IntRange(0, 255),
    default=0,
    show_default=True,
    help=_("Highest escalation level; 0: never escalated."),
)
@click.option(
    "--tier",
    type=click.IntRange(1, 255),
    default=1,
    show_default=True,
    help=_("Lowest agent tier that may answer."),
)
@click.option("--hours", type=HOURS, metavar="HOURS", help=_("When clocks run; else always."))
@click.option("--gate", metavar="NAME|ADDRESS", help=_("The one sender that may open tickets under it."))
@click.option("--text", metavar="TEXT", help=_("The promise in words; its hash is part of what is signed."))
@click.option(
    "--text-file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help=_("A file with the promise in words."),
)
@pass_session
def publish(
    session: Session, gate: str | None, text: str | None, text_file: str | None, **given: Any
) -> None:
    """Publish it."""
    from supportledger.desk.policies import terms  # noqa: PLC0415 -- --help does without

    if text and text_file:
        raise click.UsageError(_("Give only one of --text and --text-file."))
    named = {name: value for name, value in given.items() if value is not None}
    if gate:
        named["gate"] = session.names.address(gate)
    words = Path(text_file).read_text("utf-8") if text_file else text
    published = session.desk.policies.publish(terms(**named, text=words))
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing
    from supportledger.model.policy import Policy  # noqa: PLC0415 -- as above

    found = Policy(published.terms)
    data = _data(published.number, found) | {
        "transaction_hash": "0x" + published.mined.transaction.hex(),
        "block_number": published.mined.block_number,
        "gas_used": published.mined.gas_used,
    }
    said = _("Published policy {number}").format(number=published.number)
    session.output.show(data, [Line(f"✔ {said}", "good"), *_blocks(session, published.number, found)])


@policy.command(
    cls=Command,
    help=_("Let no new ticket be opened under a policy\n\nTickets that have it keep it."),
    examples=("supportledger policy retire 2",),
)
@click.argument("number", type=click.IntRange(1))
@pass_session
def retire(session: Session, number: int) -> None:
    """Retire it."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing

    mined = session.desk.policies.retire(number)
    data = _data(number, session.desk.policies.show(number)) | {
        "transaction_hash": "0x" + mined.transaction.hex(),
        "block_number": mined.block_number,
        "gas_used": mined.gas_used,
    }
    said = _("Retired policy {number}").format(number=number)
    session.output.show(data, [Line(f"✔ {said}", "good")])


@policy.command(
    cls=Command,
    help=_("Show what a policy promises"),
    examples=("supportledger policy show 1",),
)
@click.argument("number", type=click.IntRange(1))
@pass_session
def show(session: Session, number: int) -> None:
    """Show it."""
    found = session.desk.policies.show(number)
    session.output.show(_data(number, found), _blocks(session, number, found))


@policy.command(
    "list",
    cls=Command,
    help=_("List all policies"),
    examples=("supportledger policy list",),
)
@pass_session
def list_(session: Session) -> None:
    """List them."""
    from supportledger.cli.blocks import Cell, Column, Listing  # noqa: PLC0415 -- --help draws nothing

    found = session.desk.policies.list()
    columns = (
        Column("#", right=True),
        Column(_("First answer")),
        Column(_("Later answers")),
        Column(_("Solution")),
        Column(_("Levels"), right=True, rank=3),
        Column(_("Tier"), right=True, rank=2),
        Column(_("Hours"), rank=1, wraps=True),
        Column(_("Status"), whole=True),
    )
    rows = [
        (
            str(number),
            _within(one.terms.first_response),
            _within(one.terms.next_response),
            _within(one.terms.resolution),
            str(one.terms.levels),
            str(one.terms.tier),
            _hours(one.terms),
            Cell(_("retired"), "dim") if one.retired else Cell(_("offered"), "good"),
        )
        for number, one in found.items()
    ]
    empty = _("There are no policies. `supportledger policy publish` makes one.")
    data = {"policies": [_data(number, one) for number, one in found.items()]}
    session.output.show(data, [Listing(columns, rows, empty=empty)])


def _data(number: int, found: "Policy") -> dict[str, Any]:
    terms = found.terms
    return {
        "number": number,
        "retired": found.retired,
        **{name: getattr(terms, name) for name in _DURATIONS},
        "levels": terms.levels,
        "tier": terms.tier,
        "hours": _hours(terms) if terms.hours else None,
        "gate": str(terms.gate) if any(terms.gate) else None,
        "text_hash": "0x" + terms.text_hash.hex(),
        "terms_hash": "0x" + terms.hash.hex(),
    }


def _blocks(session: Session, number: int, found: "Policy") -> "Iterator[Block]":
    from supportledger.cli.blocks import Facts  # noqa: PLC0415 -- --help draws nothing

    title = _("Policy {number}").format(number=number)
    yield Facts([*_facts(session, found)], title=title)


def _facts(session: Session, found: "Policy") -> "Iterator[tuple[str, Shown]]":
    from supportledger.cli.blocks import Cell  # noqa: PLC0415 -- --help draws nothing
    from supportledger.model.duration import format_duration  # noqa: PLC0415 -- as above

    terms = found.terms
    yield _("Status"), Cell(_("retired"), "dim") if found.retired else Cell(_("offered"), "good")
    yield _("First answer"), _within(terms.first_response)
    yield _("Later answers"), _within(terms.next_response)
    yield _("Solution"), _within(terms.resolution)
    yield _("Pauses move it by"), format_duration(terms.pause_allowance)
    yield _("Clocks run"), _hours(terms)
    yield _("Reopened within"), format_duration(terms.reopen_window)
    if terms.levels:
        every = format_duration(terms.escalate_every)
        yield _("Escalation"), _("up to level {level}, every {every}").format(level=terms.levels, every=every)
    yield _("Agents of tier"), _("{tier} or above").format(tier=terms.tier)
    if any(terms.gate):
        yield _("Opened only by"), session.names.full(terms.gate)
    yield _("Terms"), "0x" + terms.hash.hex()


def _within(seconds: int) -> str:
    from supportledger.model.duration import format_duration  # noqa: PLC0415 -- --help does without

    return format_duration(seconds) if seconds else _("no promise")


def _hours(terms: "PolicyTerms") -> str:
    from supportledger.desk.hours import format_hours  # noqa: PLC0415 -- --help does without

    return _("always") if terms.hours is None else format_hours(terms.hours)
