"""Files are written whole or not at all, and never in place of another unless that is asked for."""

import io

import pytest

from supportledger.cli import files
from supportledger.errors import Conflict, InputError


def test_what_is_written_is_read(tmp_path):
    """A file has exactly the bytes that were written, and nothing lies beside it."""
    path = tmp_path / "proof.json"
    files.write_file(str(path), b"\x00\xff\n")
    assert b"\x00\xff\n" == files.read_file(str(path), 3)
    assert [path] == list(tmp_path.iterdir())


def test_what_is_private_is_for_its_owner(tmp_path):
    """A file with what people wrote is not for others on the machine, whatever was there before."""
    path = tmp_path / "everything.json"
    path.write_text("old")
    files.write_file(str(path), b"new", force=True, private=True)
    assert 0o600 == path.stat().st_mode & 0o777


def test_nothing_is_overwritten(tmp_path):
    """A file that is there stays as it is, unless it is to be replaced."""
    path = tmp_path / "proof.json"
    path.write_text("old")
    with pytest.raises(Conflict):
        files.write_file(str(path), b"new")
    assert "old" == path.read_text()
    files.write_file(str(path), b"new", force=True)
    assert "new" == path.read_text()
    assert [path] == list(tmp_path.iterdir())


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    """When the disk gives up, the old file stays, and no half of a new one lies about."""
    path = tmp_path / "proof.json"
    path.write_text("old")

    def fail(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(InputError, match="No space left"):
        files.write_file(str(path), b"new", force=True)
    assert "old" == path.read_text()
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["missing/proof.json", "."])
def test_places_that_cannot_be_written(tmp_path, name):
    """A place that is no file's is wrong usage, and nothing is made on the way."""
    with pytest.raises((InputError, Conflict)):
        files.write_file(str(tmp_path / name), b"x")
    assert [] == list(tmp_path.iterdir())


def test_large_and_missing_files(tmp_path):
    """A file that is missing, a folder, or too large is refused before it is held."""
    path = tmp_path / "large"
    path.write_bytes(b"x" * 11)
    for file in (path, tmp_path, tmp_path / "missing"):
        with pytest.raises(InputError):
            files.read_file(str(file), 10)


def test_stdin_and_stdout(monkeypatch, capfdbinary):
    """A dash is stdin, and stdout."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\x00")))
    assert b"\xff\x00" == files.read_file("-", 10)
    files.write_file("-", b"\xfe")
    assert b"\xfe" == capfdbinary.readouterr().out


def test_lines_are_read_as_they_are_asked_for(tmp_path, monkeypatch):
    """Lines come one by one, the last with or without its end; one that is too long is refused."""
    path = tmp_path / "lines"
    path.write_bytes(b"one\n\nthree")
    tally = files.Tally(files.read_lines(str(path), 5))
    assert [b"one", b"", b"three"] == list(tally)
    assert 3 == tally.count
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"x\n" + b"y" * 6 + b"\nz")))
    lines = files.read_lines("-", 5)
    assert b"x" == next(lines)
    with pytest.raises(InputError, match="longer than 5"):
        next(lines)
    with pytest.raises(InputError, match="cannot read"):
        list(files.read_lines(str(tmp_path), 5))
