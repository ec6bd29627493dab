"""Texts from arguments, files and stdin, and what is refused."""

import io
import sys

import pytest

from supportledger.cli.bodies import LIMIT, read_body
from supportledger.errors import InputError


class Stdin:
    def __init__(self, data):
        self.buffer = io.BytesIO(data)

    def isatty(self):
        return False


def test_argument():
    """The argument is the text, in any script."""
    assert "我的提现 🙂 שלום" == read_body("我的提现 🙂 שלום", None)


@pytest.mark.parametrize(("text", "file"), [("-", None), (None, "-")])
def test_stdin(monkeypatch, text, file):
    """A dash is stdin; a byte order mark and the last line break are not part of the text."""
    monkeypatch.setattr(sys, "stdin", Stdin(b"\xef\xbb\xbfline one\nline two\n"))
    assert "line one\nline two" == read_body(text, file)


def test_file(tmp_path):
    """A file is read as UTF-8."""
    path = tmp_path / "question.txt"
    path.write_text("提现", "utf-8")
    assert "提现" == read_body(None, str(path))


REFUSED = [b"", b"  \n", b"\xff\xfe", b"ab\xc3", b"x" * (LIMIT + 1)]


@pytest.mark.parametrize("data", REFUSED, ids=["empty", "blank", "utf-16", "cut", "long"])
def test_refused(tmp_path, data):
    """Nothing, too much, and what is not UTF-8 are refused with advice."""
    path = tmp_path / "bad"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_body(None, str(path))
    assert caught.value.hint


def test_broken_argument():
    """An argument that was not UTF-8 is refused, not stored as something else."""
    with pytest.raises(InputError):
        read_body("a\udcff", None)


def test_two_texts():
    """Two texts are one too many."""
    with pytest.raises(InputError):
        read_body("a", "b.txt")


def test_none(monkeypatch):
    """Without a text and a terminal there is nothing to open an editor on."""
    monkeypatch.setattr(sys, "stdin", Stdin(b""))
    with pytest.raises(InputError):
        read_body(None, None)
    assert read_body(None, None, required=False) is None


def test_missing_file(tmp_path):
    """A file that cannot be read is the user's to know."""
    with pytest.raises(InputError, match="No such file"):
        read_body(None, str(tmp_path / "missing"))
