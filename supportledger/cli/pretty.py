"""Draws blocks with rich, for people at a terminal. Nobody else waits for rich to be imported."""

from collections.abc import Iterable
from typing import Final

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.tree import Tree as RichTree

from supportledger.cli.blocks import Block, Branch, Facts, Line, Listing, Message, Shown, Tree, cell
from supportledger.cli.text import safe, width

_GAP: Final = 3
"""Columns between two columns of a table."""
_LEAST: Final = 20
"""Columns that a text which may be broken is given at least."""
_STYLES: Final = {
    "": "",
    "good": "green",
    "warn": "yellow",
    "bad": "bold red",
    "dim": "dim",
    "strong": "bold",
    "id": "cyan",
}


def console(*, to_stderr: bool = False) -> Console:
    """Give the terminal; colours are off when it has none or NO_COLOR asks for none."""
    return Console(highlight=False, markup=False, emoji=False, stderr=to_stderr, soft_wrap=False)


def show(blocks: Iterable[Block]) -> None:
    """Draw on stdout."""
    terminal = console()
    for block in blocks:
        terminal.print(_drawn(block, terminal.width))


def text(shown: Shown) -> Text:
    """Make a text of a value; nothing in it is markup."""
    value = cell(shown)
    return Text(safe(value.text), style=_STYLES[value.style])


def _drawn(block: Block, columns: int) -> RenderableType:
    if isinstance(block, Line):
        return Text(safe(block.text), style=_STYLES[block.style])
    if isinstance(block, Message):
        return _message(block)
    if isinstance(block, Tree):
        return _tree(block)
    return _facts(block) if isinstance(block, Facts) else _listing(block, columns)


def _facts(block: Facts) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in block.rows:
        grid.add_row(Text(name), text(value))
    title = Text(safe(block.title), style="bold") if block.title else None
    return Panel(grid, title=title, title_align="left", box=box.ROUNDED, border_style="dim", expand=False)


def _message(block: Message) -> RenderableType:
    parts: list[RenderableType] = [Text(" · ", style="dim").join(text(part) for part in block.heading)]
    if block.body is not None:
        parts.append(Padding(Text(safe(block.body)), (0, 0, 0, 4)))
    if cell(block.note).text:
        note = text(block.note)
        parts.append(Padding(note if note.style else Text(note.plain, style="dim italic"), (0, 0, 0, 4)))
    return Group(*parts)


def _tree(block: Tree) -> RenderableType:
    whole = RichTree(Text(safe(block.title), style="bold"), guide_style="dim")
    _grow(whole, block.branches)
    return whole


def _grow(tree: RichTree, branches: Iterable[Branch]) -> None:
    for one in branches:
        _grow(tree.add(text(one.text)), one.branches)


def _fitting(block: Listing, columns: int) -> list[int]:
    """Choose columns that fit beside each other, leaving out those that matter least."""
    widths = [
        max(
            [
                width(column.name),
                *(min(width(cell(row[at]).text), _LEAST if column.wraps else columns) for row in block.rows),
            ]
        )
        for at, column in enumerate(block.columns)
    ]
    shown = list(range(len(widths)))
    while sum(widths[at] + _GAP for at in shown) > columns:
        least = max(shown, key=lambda at: block.columns[at].rank)
        if block.columns[least].rank == 0:
            break
        shown.remove(least)
    return shown


def _listing(block: Listing, columns: int) -> RenderableType:
    if not block.rows:
        return Text(block.empty, style="dim")
    shown = _fitting(block, columns)
    table = Table(box=box.SIMPLE_HEAD, title=block.title or None, title_justify="left", pad_edge=False)
    for at in shown:
        column = block.columns[at]
        table.add_column(
            column.name, justify="right" if column.right else "left", no_wrap=column.whole, overflow="fold"
        )
    for row in block.rows:
        table.add_row(*(text(row[at]) for at in shown))
    return table
