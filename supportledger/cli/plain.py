"""Draws blocks as plain text, for pipes, files and logs: nothing is cut, nothing is coloured."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from supportledger.cli.blocks import Block, Branch, Facts, Line, Listing, Message, Tree, cell
from supportledger.cli.text import pad, safe, width


def render(blocks: Iterable[Block]) -> str:
    """Give all blocks as text that ends with a line break; empty when there are none."""
    return "".join(f"{line}\n" for block in blocks for line in _lines(block))


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Line):
        yield safe(block.text)
    elif isinstance(block, Message):
        yield from _message(block)
    elif isinstance(block, Tree):
        yield safe(block.title)
        for branch in block.branches:
            yield from _branch(branch, 1)
    elif isinstance(block, Facts):
        yield from _titled(block.title)
        yield from _aligned([(f"{name}:", safe(cell(value).text)) for name, value in block.rows], ())
    else:
        yield from _listing(block)


def _titled(title: str) -> Iterator[str]:
    if title:
        yield safe(title)


def _message(block: Message) -> Iterator[str]:
    yield " · ".join(safe(cell(part).text) for part in block.heading)
    if block.body is not None:
        yield from (f"    {line}" for line in safe(block.body).split("\n"))
    if note := cell(block.note).text:
        yield f"    ({safe(note)})"


def _branch(branch: Branch, depth: int) -> Iterator[str]:
    indent = "  " * depth
    yield from (f"{indent}{line}" for line in safe(cell(branch.text).text).split("\n"))
    for one in branch.branches:
        yield from _branch(one, depth + 1)


def _listing(block: Listing) -> Iterator[str]:
    if not block.rows:
        yield from _titled(block.empty)
        return
    yield from _titled(block.title)
    heading = [column.name for column in block.columns]
    rows = [[safe(cell(value).text).replace("\n", " ") for value in row] for row in block.rows]
    yield from _aligned([heading, *rows], [column.right for column in block.columns])


def _aligned(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> Iterator[str]:
    widths = [max(map(width, column)) for column in zip_longest(*rows, fillvalue="")]
    for row in rows:
        filled = (*right, *([False] * (len(row) - len(right))))
        shown = (
            " " * (columns - width(value)) + value if is_right else pad(value, columns)
            for value, columns, is_right in zip(row, widths, filled, strict=False)
        )
        yield "  ".join(shown).rstrip()
