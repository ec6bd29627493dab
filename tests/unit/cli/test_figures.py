"""Figures on the command line: all of them, one with its definition, and what it was made of."""

import pytest

from supportledger.cli.exit_codes import ExitCode
from supportledger.desk.figures.definitions import DEFINITIONS


@pytest.fixture
def ticket(cli, ledger):
    """A ticket that was answered ten minutes after it was opened."""
    made = cli("ticket", "open", "Where is my withdrawal?", "--json").data["handle"]
    ledger.advance(600)
    answered = cli("ticket", "answer", made, "On its way", "--as", "agent", "--json")
    assert ExitCode.OK == answered.code, answered.err
    return made


def test_all_figures_are_shown(cli, ticket):
    """Programs get every figure in order, people their names; what was answered counts at once."""
    shown = cli("figures", "--json")
    assert ExitCode.OK == shown.code, shown.err
    assert list(DEFINITIONS) == [one["name"] for one in shown.data["figures"]]
    found = {one["name"]: one for one in shown.data["figures"]}
    assert (1, 1) == (found["opened"]["n"], found["answered"]["n"])
    assert 600 <= found["first_response"]["calendar"]["median"] < 700
    assert {"never": [0] * 7, "again": [0] * 7, "oldest": None} == shown.data["unanswered"]
    assert 1 == sum(shown.data["backlog"][-1]["ages"])
    drawn = cli("figures").out
    assert "First response time" in drawn
    assert "10m" in drawn


def test_a_figure_is_shown_with_its_definition_and_its_rows(cli, ticket):
    """Whoever doubts a figure reads what it is and which tickets made it."""
    said = cli("figures", "--figure", "first_response", "--by", "agent")
    assert DEFINITIONS["first_response"].says[:40] in said.out.replace("\n", " ")
    assert "agent" in said.out
    rows = cli("figures", "--figure", "first_response", "--rows", "--json").data["rows"]
    assert [ticket] == [one["handle"] for one in rows]
    assert ticket in cli("figures", "--figure", "first_response", "--rows").out
    behind = cli("figures", "--figure", "first_response", "--rows", "--skip", 1, "--json")
    assert [] == behind.data["rows"]


def test_working_out_again_changes_nothing(cli, ticket):
    """A rebuild shows what was shown before."""
    before = cli("figures", "--json").data
    assert before == cli("figures", "--rebuild", "--json").data


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--rows",), ExitCode.USAGE),
        (("--figure", "luck"), ExitCode.NOT_FOUND),
        (("--zone", "Nowhere/Land"), ExitCode.USAGE),
        (("--zone", "../../etc/passwd"), ExitCode.USAGE),
        (("--since", "200", "--until", "100"), ExitCode.USAGE),
    ],
)
def test_what_cannot_be_shown_is_refused(cli, arguments, code):
    """A figure, zone or period that does not exist is said to be none."""
    assert code == cli("figures", *arguments, "--json").code
