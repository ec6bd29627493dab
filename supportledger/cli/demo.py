"""The whole story on real questions: the front of `desk.demo`."""

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from supportledger.cli.commands import Command
from supportledger.cli.exit_codes import ExitCode
from supportledger.cli.language import _, mark
from supportledger.cli.output import say
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from supportledger.cli.blocks import Block
    from supportledger.desk.demo_report import DemoReport, Reporter, Scene


@click.command(
    cls=Command,
    help=_(
        "Run the whole story on real questions\n\n"
        "Customers without ether open tickets, certified agents answer, a late answer is escalated by a "
        "stranger, a revoked agent is refused, a customer reopens, closes and rates, and an altered text is "
        "found out. "
        "It has a chain of its own below the data directory, begun anew by every run."
    ),
    examples=(
        "supportledger demo",
        "supportledger demo --count 20 --json",
        "supportledger demo --input questions.csv --count 500",
    ),
)
@click.option(
    "--input",
    "source",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=_("Questions: CSV or JSON Lines with a `text` column; else a set of our own."),
)
@click.option(
    "--count", type=click.IntRange(1, 100_000), default=100, show_default=True, help=_("How many tickets.")
)
@click.option(
    "--engine",
    type=click.Choice(["ganache", "anvil"]),
    help=_("Which program makes the chain; else Ganache."),
)
@pass_session
def demo(session: Session, source: Path | None, count: int, engine: str | None) -> int:
    """Run it."""
    from supportledger.chain.engine import Engine  # noqa: PLC0415 -- --help does without
    from supportledger.desk.questions import read_questions, shipped_questions  # noqa: PLC0415 -- as above
    from supportledger.wiring.demo import run_demo  # noqa: PLC0415 -- as above

    questions = read_questions(source) if source else shipped_questions()
    with _reporter() as reporter:
        report = run_demo(
            session.settings.data_dir,
            questions,
            count=count,
            engine=Engine(engine) if engine else None,
            reporter=reporter,
        )
    session.output.show(report.to_json(), _blocks(report))
    return ExitCode.OK if report.holds else ExitCode.DOES_NOT_HOLD


@contextmanager
def _reporter() -> "Iterator[Reporter]":
    if not sys.stderr.isatty():
        yield Lines()
        return
    from supportledger.cli.progress import Bars  # noqa: PLC0415 -- rich, for people only

    with Bars() as bars:
        yield bars


class Lines:
    """Reports to logs: a line for each part and each thing worth a sentence."""

    def begin(self, scene: "Scene", steps: int) -> None:  # noqa: ARG002 -- as the port has it
        """As `Reporter.begin`."""
        say(_(str(scene)))

    def advance(self, done: int) -> None:
        """As `Reporter.advance`: no line for each step."""

    def tell(self, what: str) -> None:
        """As `Reporter.tell`."""
        from supportledger.cli.messages import translate  # noqa: PLC0415 -- only here

        say(f"  {translate(what)}")


def _blocks(report: "DemoReport") -> "Iterator[Block]":
    from supportledger.cli.blocks import Cell, Column, Facts, Line, Listing  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.messages import translate  # noqa: PLC0415 -- as above

    failed = Cell(str(len(report.findings)), "bad" if report.findings else "good")
    yield Facts(
        [
            (_("Tickets"), str(report.tickets)),
            (_("Answers"), str(report.answers)),
            (_("Escalations"), str(report.escalations)),
            (_("Verified"), Cell(str(report.verified), "good")),
            (_("Failed"), failed),
        ],
        title=_("The demonstration"),
    )
    columns = (
        Column(_("Operation"), wraps=True),
        Column(_("Count"), right=True),
        Column(_("Gas, each"), right=True),
    )
    rows = [(_(one.operation), str(one.count), f"{one.each:,}") for one in report.costs]
    yield Listing(columns, rows, title=_("What it cost"))
    for one in report.findings:
        said = _("Ticket {handle}, entry {entry}, step {step}: {detail}")
        detail = translate(one.detail)
        text = said.format(handle=one.ticket.handle, entry=one.entry, step=one.step, detail=detail)
        yield Line(f"✘ {text}", "bad")
    if report.holds:
        yield Line("✔ " + _("The one text that was altered was found, and everything else holds."), "good")
    for surprise in report.surprises:
        yield Line(f"✘ {translate(surprise)}", "bad")


OPERATIONS = (
    mark("open"),
    mark("open, signed and relayed"),
    mark("answer"),
    mark("answer, signed, in batches"),
    mark("solve"),
    mark("solve, signed, in batches"),
    mark("escalate"),
    mark("reply, signed"),
    mark("close, signed"),
    mark("rate, signed"),
)
"""Of `desk.demo`, for the catalogue."""
