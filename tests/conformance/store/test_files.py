"""Attachments are kept under the hash of their bytes, on disk and in memory alike."""

from pathlib import Path

import pytest

from supportledger.errors import NotFound, StoreError
from supportledger.store.files import FOLDER, FolderFiles, MemoryFiles


@pytest.fixture(params=["folder", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> FolderFiles | MemoryFiles:
    """Both kinds."""
    return FolderFiles(tmp_path) if request.param == "folder" else MemoryFiles()


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"x" * 1_000_000])
def test_what_is_kept_comes_back(files: FolderFiles, data: bytes) -> None:
    """A file is read from where it was kept, whatever its bytes."""
    assert data == files.read(files.keep(data))


def test_the_same_bytes_are_kept_once(files: FolderFiles) -> None:
    """One content has one place."""
    assert files.keep(b"a") == files.keep(b"a") != files.keep(b"b")


@pytest.mark.parametrize("location", ["", f"{FOLDER}/aa/" + "a" * 64, "../secret", "/etc/passwd"])
def test_what_is_not_there(files: FolderFiles, location: str) -> None:
    """Nothing is read but what was kept, wherever a location points."""
    with pytest.raises(NotFound):
        files.read(location)


def test_files_are_their_owners(tmp_path: Path) -> None:
    """Nobody else on the machine reads an attachment."""
    path = tmp_path / FolderFiles(tmp_path).keep(b"secret")
    assert 0o600 == path.stat().st_mode & 0o777
    assert 0o700 == path.parent.stat().st_mode & 0o777


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """When a file cannot be kept, that is said before anything is sent."""
    (tmp_path / FOLDER).write_text("in the way")
    with pytest.raises(StoreError):
        FolderFiles(tmp_path).keep(b"a")
