"""An audit's report as a file: a page that needs nothing but itself, or plain text."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

from supportledger.cli import audit_view, language, plain
from supportledger.cli.language import _
from supportledger.cli.messages import translate
from supportledger.cli.text import safe
from supportledger.desk.auditing.findings import Anomaly, Report
from supportledger.desk.auditing.saving import save

TEMPLATE: Final = "templates/audit.html"
_PAGES: Final = frozenset({".html", ".htm"})


class Bar(NamedTuple):
    """One bar of a chart."""

    name: str
    value: str
    share: float
    """Of the longest bar; 0 to 100."""


def write(report: Report, path: Path, *, force: bool) -> None:
    """
    Write a report as a whole or not at all.

    Raises:
        Conflict: There is a file already, and it is not to be replaced.
        StoreError: It cannot be written.
    """
    text = page(report) if path.suffix.lower() in _PAGES else plain.render(audit_view.blocks(report))
    save(path, [text.encode(errors="backslashreplace")], replace=force)


def page(report: Report) -> str:
    """Make the page, in the reader's language; no script, no picture from elsewhere, nothing unescaped."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 -- only reports need it

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["safe_text"] = safe
    source = files(__package__).joinpath(TEMPLATE).read_text("utf-8")
    return environment.from_string(source).render(**_values(report))


def _values(report: Report) -> dict[str, Any]:
    meaning, style = audit_view.MEANINGS[str(report.conclusion)]
    return {
        "lang": language.current(),
        "title": _("Audit of the whole ledger"),
        "meaning": _(meaning),
        "style": style,
        "facts": list(audit_view.facts(report)),
        "found": [(_(str(one)), f"{report.counts.get(one, 0):,}") for one in Anomaly],
        "headings": (_("Class"), _("Ticket"), _("Entry"), _("What is wrong")),
        "rows": [audit_view.finding_row(one) for one in report.findings],
        "left_out": [_("Not looked at: {what}").format(what=_(one)) for one in report.left_out],
        "notes": [translate(one) for one in report.notes],
        "charts": [(name, bars) for name, bars in _charts(report) if bars],
        "words": {"found": _("What was found"), "figures": _("Figures"), "nothing": _("Nothing was found.")},
    }


def _charts(report: Report) -> list[tuple[str, list[Bar]]]:
    figures = report.figures
    seconds = [(_(name), value, f"{value:.1f} s") for name, value in figures.seconds.items()]
    return [
        (_("Tickets by status"), _bars(figures.statuses)),
        (_("Entries by action"), _bars(figures.actions)),
        (_("On record of tickets"), _bars(figures.flags)),
        (_("Seconds for each part"), _drawn(seconds)),
    ]


def _bars(counted: Mapping[str, int]) -> list[Bar]:
    ordered = sorted(counted.items(), key=lambda one: -one[1])
    return _drawn([(_(name.replace("_", " ")), number, f"{number:,}") for name, number in ordered])


def _drawn(rows: list[tuple[str, float, str]]) -> list[Bar]:
    longest = max((value for _name, value, _shown in rows), default=0) or 1
    return [Bar(name, shown, round(100 * value / longest, 1)) for name, value, shown in rows]
