"""Widths and breaks of text, and what never reaches a terminal."""

import pytest

from supportledger.cli.text import pad, safe, width, wrap

WIDTHS = [("abc", 3), ("工单", 4), ("a工", 3), ("é", 1), ("🙂", 2), ("", 0), ("，", 2)]


@pytest.mark.parametrize(("text", "expected"), WIDTHS)
def test_width(text, expected):
    """Chinese characters and pictures take two columns, combining marks none."""
    assert expected == width(text)


def test_pad_counts_columns():
    """Filling up counts columns, not characters."""
    assert "工单  " == pad("工单", 6)


WRAPS = [
    ("one two three", 7, ["one two", "three"]),
    ("工单已经解决", 6, ["工单已", "经解决"]),
    ("工单，已经", 4, ["工", "单，", "已经"]),
    ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
    ("a\n\nb", 10, ["a", "", "b"]),
    ("", 10, [""]),
]


@pytest.mark.parametrize(("text", "columns", "expected"), WRAPS)
def test_wrap(text, columns, expected):
    """Lines break at spaces and between wide characters, never before closing punctuation."""
    assert expected == wrap(text, columns)


SAFE = [
    ("plain 工单 🙂\nnext", "plain 工单 🙂\nnext"),
    ("\x1b[31mred", "\\x1b[31mred"),
    ("a\rb", "a\\x0db"),
    ("a\u202eb", "a\\u202eb"),
    ("\x9b31m", "\\x9b31m"),
    ("שלום", "שלום"),
    ("a\r\nb\tc", "a\nb    c"),
]


@pytest.mark.parametrize(("text", "expected"), SAFE)
def test_safe(text, expected):
    """What could act on the terminal is shown instead; every script stays as it is."""
    assert expected == safe(text)
