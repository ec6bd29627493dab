"""Blocks, drawn for pipes and for terminals."""

import pytest

from supportledger.cli import plain, pretty
from supportledger.cli.blocks import Cell, Column, Facts, Line, Listing, Message
from supportledger.cli.text import width

COLUMNS = (Column("Ticket", whole=True), Column("状态"), Column("Level", right=True, rank=1))
ROWS = [("abcd", Cell("待处理", "warn"), "1"), ("efgh-ijkl", "Open", "12")]


def drawn(block, columns, capfd, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    pretty.show([block])
    return capfd.readouterr().out


def test_plain_columns_are_aligned():
    """Columns stand under each other whatever script they are in; numbers end together."""
    expected = "Ticket     状态    Level\nabcd       待处理      1\nefgh-ijkl  Open       12\n"
    assert expected == plain.render([Listing(COLUMNS, ROWS)])


def test_plain_facts_and_messages():
    """Facts are aligned by their names, and messages indented."""
    blocks = [
        Facts([("Id", "1"), ("状态", "x")], title="T"),
        Message(["#0", "ada"], "a\nb", "note"),
        Line("end"),
    ]
    assert "T\nId:    1\n状态:  x\n#0 · ada\n    a\n    b\n    (note)\nend\n" == plain.render(blocks)


def test_empty_listing_says_so():
    """A listing without rows is a sentence, not a heading."""
    assert "nothing\n" == plain.render([Listing(COLUMNS, [], empty="nothing")])


@pytest.mark.parametrize("columns", [40, 60, 120])
def test_pretty_listing_fits(columns, capfd, monkeypatch):
    """A table is never wider than the terminal."""
    lines = drawn(Listing(COLUMNS, ROWS), columns, capfd, monkeypatch).splitlines()
    assert max(map(width, lines)) <= columns


def test_narrow_terminal_loses_the_least_column(capfd, monkeypatch):
    """What matters least is left out before anything is broken."""
    narrow = drawn(Listing(COLUMNS, ROWS), 24, capfd, monkeypatch)
    assert "Level" not in narrow
    assert "efgh-ijkl" in narrow


def test_nothing_is_markup(capfd, monkeypatch):
    """What a customer writes is shown as written, brackets included, and cannot act on the terminal."""
    shown = drawn(Message(["#0"], "[bold]x[/bold] :smile: \x1b[31m"), 80, capfd, monkeypatch)
    assert "[bold]x[/bold] :smile: \\x1b[31m" in shown
    assert "\x1b" not in shown
