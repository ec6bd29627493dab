"""An audit's report as people see it on a terminal and in a text file."""

from collections.abc import Iterator, Mapping
from typing import Final

from supportledger.cli.blocks import Block, Cell, Column, Facts, Line, Listing, Style
from supportledger.cli.language import _, mark
from supportledger.cli.messages import translate
from supportledger.cli.times import local
from supportledger.desk.auditing.findings import Anomaly, Finding, Report

ANOMALIES: Final = (
    mark("content altered"),
    mark("content missing"),
    mark("row without event"),
    mark("event without row"),
    mark("state differs from slot"),
    mark("entry omitted or reordered"),
    mark("head broken"),
    mark("signature wrong"),
    mark("agent not certified"),
    mark("clock miscounted"),
    mark("checkpoint inconsistent"),
    mark("chain reorganised since the last audit"),
    mark("could not check"),
)
"""Of `Anomaly`, for the catalogue."""
LEFT_OUT: Final = (
    mark("the rows and contents of a store"),
    mark("the lines of logs"),
    mark("signatures"),
    mark("slots, agents, policies and anchors"),
)
"""Of `Report.left_out`, for the catalogue."""
FLAGS: Final = (
    mark("answered"),
    mark("late first"),
    mark("late next"),
    mark("late resolve"),
    mark("contested"),
)
"""Of `Flag`, for the catalogue."""
_NOTES: Final = (
    mark("a certificate was revoked as of a time before the checkpoint: everything was read again"),
)
MEANINGS: Final[Mapping[str, tuple[str, Style]]] = {
    "clean": (mark("Everything that was looked at holds."), "good"),
    "wrong": (mark("SOMETHING IS WRONG. Do not rely on what is named below."), "bad"),
    "incomplete": (
        mark("NOT A PASS: nothing is shown to be wrong, but something could not be checked."),
        "warn",
    ),
}


def blocks(report: Report, *, saved: str = "") -> Iterator[Block]:
    """Draw a report."""
    yield Facts([(name, value) for name, value in facts(report)], title=_("Audit of the whole ledger"))
    if report.counts:
        columns = (Column(_("What was found")), Column(_("Count"), right=True))
        rows = [(_(str(one)), f"{report.counts[one]:,}") for one in Anomaly if report.counts.get(one)]
        yield Listing(columns, rows)
        yield _findings(report)
    for name in report.left_out:
        yield Line(_("Not looked at: {what}").format(what=_(name)), "warn")
    for note in report.notes:
        yield Line(translate(note), "dim")
    text, style = MEANINGS[str(report.conclusion)]
    yield Line(("✔ " if style == "good" else "✘ ") + _(text), style)
    if saved:
        yield Line(saved, "dim")


def facts(report: Report) -> Iterator[tuple[str, str]]:
    """Give names and values of what was gone through, in the reader's language."""
    figures, block = report.figures, report.block
    chain = _("chain {id}").format(id=report.deployment.chain_id)
    yield _("Ledger"), f"{report.deployment.ledger} ({chain})"
    yield _("As of block"), f"{block.number} · {local(block.time)} · {block.hash.hex()}"
    began = _("the deployment") if report.since is None else _("block {number}").format(number=report.since)
    yield _("Began at"), began
    counted = (
        (_("Tickets"), figures.tickets),
        (_("Entries read"), figures.entries),
        (_("Signatures recovered"), figures.signatures),
        (_("Slots compared"), figures.slots),
        (_("Agents"), figures.agents),
        (_("Policies"), figures.policies),
        (_("Roles"), figures.roles),
        (_("Anchors"), figures.anchors),
        (_("Rows compared"), figures.rows),
        (_("Contents hashed"), figures.contents),
        (_("Lines of logs hashed"), figures.lines),
    )
    yield from ((name, f"{number:,}") for name, number in counted)
    yield _("Seconds"), f"{sum(figures.seconds.values()):.1f}"


def _findings(report: Report) -> Listing:
    columns = (
        Column(_("Class"), whole=True),
        Column(_("Ticket"), whole=True),
        Column(_("Entry"), right=True),
        Column(_("What is wrong"), wraps=True),
    )
    rows = [(*row[:1], Cell(row[1], "id"), *row[2:]) for row in map(finding_row, report.findings)]
    listed, total = len(report.findings), sum(report.counts.values())
    title = "" if listed == total else _("{shown} of {total} are listed").format(shown=listed, total=total)
    return Listing(columns, rows, title=title)


def finding_row(one: Finding) -> tuple[str, str, str, str]:
    """Give class, ticket, entry and detail of a finding, in the reader's language."""
    handle = "" if one.ticket is None else one.ticket.handle
    entry = "" if one.entry is None else str(one.entry)
    return _(str(one.anomaly)), handle, entry, translate(one.detail)
