"""What a command shows to people, before anybody has decided how: `plain` and `pretty` draw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Style = Literal["", "good", "warn", "bad", "dim", "strong", "id"]
"""What a text means; how that looks is for the renderer to say."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and what it means."""

    text: str
    style: Style = ""


Shown = str | Cell


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values of one thing."""

    rows: Sequence[tuple[str, Shown]]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of a listing.

    Args:
        name: Its heading.
        right: Numbers: their digits stand under each other.
        whole: Never broken over lines.
        rank: Left out on a narrow terminal, the highest first; 0 is never left out.
        wraps: A long text, which may be broken over lines.
    """

    name: str
    right: bool = False
    whole: bool = False
    rank: int = 0
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """
    Many things of one kind.

    Args:
        columns: From left to right.
        rows: One value for each column.
        title: Of the whole.
        empty: Said instead when there are no rows.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Shown]]
    title: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence."""

    text: str
    style: Style = ""


@dataclass(frozen=True, slots=True)
class Message:
    """
    What somebody wrote, under a line that says who and when.

    Args:
        heading: Parts of the line.
        body: The text as it was written; None when it is not held here.
        note: Said in place of, or after, the text.
    """

    heading: Sequence[Shown]
    body: str | None = None
    note: Shown = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """
    Something with what belongs to it.

    Args:
        text: What it is.
        branches: What belongs to it.
    """

    text: Shown
    branches: Sequence["Branch"] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """
    One thing taken apart.

    Args:
        title: What it is.
        branches: Its parts.
    """

    title: str
    branches: Sequence[Branch]


Block = Facts | Listing | Line | Message | Tree


def cell(shown: Shown) -> Cell:
    """Give a text its meaning, which may be none."""
    return shown if isinstance(shown, Cell) else Cell(shown)
