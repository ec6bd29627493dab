"""Verdicts, as people see them: every step, what was found, what it means; and the exit code that says so."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from supportledger.cli.blocks import Block, Cell, Column, Line, Listing, Shown, Style
from supportledger.cli.exit_codes import ExitCode
from supportledger.cli.language import _, mark
from supportledger.cli.messages import translate

if TYPE_CHECKING:
    from supportledger.proof.verdict import Step, Verdict

_MARKS: Final[Mapping[str, tuple[str, Style]]] = {
    "passed": ("✔", "good"),
    "failed": ("✘", "bad"),
    "pending": ("…", "warn"),
    "not checked": ("–", "dim"),
}
_MEANINGS: Final = {
    "verified": mark("Verified: everything that is required was checked, and it holds."),
    "failed": mark("NOT verified: the evidence does not hold. Do not rely on this ticket's record."),
    "incomplete": mark("Not decided: nothing is wrong, but something required could not be checked."),
    "pending": mark("Not final yet: nothing is wrong. Verify again when the block is final."),
}
_UNREADABLE: Final = mark(
    "NOT verified: this is no proof file that can be read, and says nothing about any ticket."
)
_CONCLUSIONS: Final[Mapping[str, Style]] = {
    "verified": "good",
    "failed": "bad",
    "incomplete": "warn",
    "pending": "warn",
}
_CODES: Final = {
    "verified": ExitCode.OK,
    "failed": ExitCode.DOES_NOT_HOLD,
    "incomplete": ExitCode.NOT_FINAL,
    "pending": ExitCode.NOT_FINAL,
}
_STEP_NAMES: Final = (
    mark("file"),
    mark("ledger"),
    mark("replay"),
    mark("heads"),
    mark("signatures"),
    mark("slot"),
    mark("storage proof"),
    mark("block"),
    mark("contents"),
    mark("authority"),
    mark("deadlines"),
    mark("anchored log"),
)
"""Of `proof.verdict.STEPS`, for the catalogue."""


def verdict_code(verdict: "Verdict") -> ExitCode:
    """Give the exit code that says what the verdict says; a file that is none is malformed input."""
    if verdict.ticket is None:
        return ExitCode.USAGE
    return _CODES[str(verdict.verdict)]


def verdict_blocks(verdict: "Verdict") -> Iterator[Block]:
    """Show a verdict."""
    conclusion = str(verdict.verdict)
    rows = [_step_row(step) for step in verdict.steps]
    title = _("Ticket {handle}").format(handle=verdict.ticket.handle) if verdict.ticket else ""
    columns = (
        Column("", right=True),
        Column(""),
        Column(_("Step"), whole=True),
        Column(_("What was found"), wraps=True),
    )
    yield Listing(columns, rows, title=title)
    meaning = _UNREADABLE if verdict.ticket is None else _MEANINGS[conclusion]
    yield Line(_(meaning), _CONCLUSIONS[conclusion])
    for step in verdict.steps:
        if step.failure is not None and step.failure.hint:
            yield Line(_("Hint: {hint}").format(hint=translate(step.failure.hint)))
    if verdict.reach:
        yield Line(_("It reaches: {reach}").format(reach=translate(verdict.reach)), "dim")


def _step_row(step: "Step") -> tuple[Shown, ...]:
    sign, style = _MARKS[str(step.result)]
    name = Cell(_(step.name), "bad" if style == "bad" else "")
    detail = Cell(translate(step.detail), "dim" if style == "dim" else "")
    return str(step.number), Cell(sign, style), name, detail
