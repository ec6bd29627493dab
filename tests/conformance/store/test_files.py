"""Attachments are sealed, in a folder for each ticket, under names that say nothing of them."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from supportledger.errors import CommitmentMismatch, ContentErased, KeyMissing, NotFound, StoreError
from supportledger.model.ids import TicketId
from supportledger.ports import Vault
from supportledger.store.files import FOLDER, FolderFiles, MemoryFiles
from supportledger.store.vault_memory import MemoryVault
from tests.conformance.store.builders import MORNING, a_ticket_id

TICKET, OTHER = TicketId(b"\x01" * 32), TicketId(b"\x02" * 32)
LATER = 9_000_000_000


@pytest.fixture
def vault() -> Vault:
    """The keys."""
    return MemoryVault()


@pytest.fixture(params=["folder", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path, vault: Vault) -> FolderFiles | MemoryFiles:
    """Both kinds."""
    return FolderFiles(tmp_path, vault) if request.param == "folder" else MemoryFiles(vault)


@pytest.fixture
def folder(tmp_path: Path, vault: Vault) -> FolderFiles:
    """Those on disk."""
    return FolderFiles(tmp_path, vault)


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"x" * 1_000_000, b"\x80\x00\x00"])
def test_what_is_kept_comes_back(files: FolderFiles, data: bytes) -> None:
    """A file is read from where it was kept, whatever its bytes."""
    assert data == files.read(files.keep(TICKET, data))


def test_the_same_bytes_are_kept_once_for_a_ticket(files: FolderFiles) -> None:
    """One content has one place in a ticket, and another in each other ticket."""
    assert files.keep(TICKET, b"a") == files.keep(TICKET, b"a") != files.keep(TICKET, b"b")
    assert files.keep(TICKET, b"a") != files.keep(OTHER, b"a")


LOCATIONS = [
    "",
    f"{FOLDER}/aa/" + "a" * 64,
    f"{FOLDER}/{TICKET.hex()}/../../secret",
    "../secret",
    "/etc/passwd",
]


@pytest.mark.parametrize("location", [*LOCATIONS, f"{FOLDER}/{TICKET.hex()}/" + "a" * 40])
def test_what_is_not_there(files: FolderFiles, location: str) -> None:
    """Nothing is read but what was kept, wherever a location points."""
    files.keep(TICKET, b"a")
    with pytest.raises(NotFound):
        files.read(location)


def test_a_disk_that_gives_nothing(folder: FolderFiles, tmp_path: Path) -> None:
    """What the disk cannot give is told as such, and not as a fault of the program."""
    location = folder.keep(TICKET, b"a")
    (tmp_path / location).unlink()
    (tmp_path / location).mkdir()
    with pytest.raises(StoreError) as told:
        folder.read(location)
    assert told.value.hint
    (tmp_path / location).rmdir()
    (tmp_path / location).parent.rmdir()
    (tmp_path / location).parent.write_text("a file where the folder should be")
    with pytest.raises(StoreError):
        folder.read(location)


def test_what_was_erased_is_not_read(files: FolderFiles, vault: Vault) -> None:
    """Once its key is destroyed no file of a ticket is read, and none is kept; those of others are."""
    location, other = files.keep(TICKET, b"a"), files.keep(OTHER, b"b")
    vault.erase([TICKET], MORNING)
    with pytest.raises(ContentErased):
        files.read(location)
    with pytest.raises(ContentErased):
        files.keep(TICKET, b"c")
    assert b"b" == files.read(other)


def test_the_files_of_a_ticket_are_forgotten(files: FolderFiles) -> None:
    """All files of one ticket go, and no others; that there are none is fine."""
    gone, other = [files.keep(TICKET, bytes([number])) for number in range(3)], files.keep(OTHER, b"b")
    files.forget(TICKET)
    files.forget(a_ticket_id())
    for location in gone:
        with pytest.raises(NotFound):
            files.read(location)
    assert b"b" == files.read(other)


def test_a_name_says_nothing(folder: FolderFiles, tmp_path: Path) -> None:
    """Neither name nor bytes nor size of a file on disk are those of what was kept."""
    data = b"a well known file" * 40
    path = tmp_path / folder.keep(TICKET, data)
    assert sha256(data).hexdigest()[:16] not in str(path)
    assert b"known" not in path.read_bytes()
    assert path.stat().st_size == (tmp_path / folder.keep(TICKET, data + b"!")).stat().st_size


@pytest.mark.parametrize("at", [0, 1, 20, -1])
def test_an_altered_file_does_not_open(folder: FolderFiles, tmp_path: Path, at: int) -> None:
    """A changed byte anywhere is found out."""
    location = folder.keep(TICKET, b"data")
    whole = bytearray((tmp_path / location).read_bytes())
    whole[at] ^= 1
    (tmp_path / location).write_bytes(whole)
    with pytest.raises(CommitmentMismatch):
        folder.read(location)


def test_a_file_whose_key_is_missing(folder: FolderFiles, tmp_path: Path) -> None:
    """Without the key that is said, and is neither an absent file nor an altered one."""
    location = folder.keep(TICKET, b"data")
    with pytest.raises(KeyMissing):
        FolderFiles(tmp_path, MemoryVault()).read(location)


def test_files_are_their_owners(folder: FolderFiles, tmp_path: Path) -> None:
    """Nobody else on the machine reads an attachment."""
    path = tmp_path / folder.keep(TICKET, b"secret")
    assert 0o600 == path.stat().st_mode & 0o777
    assert 0o700 == path.parent.stat().st_mode & 0o777


def test_a_place_that_cannot_be_written(folder: FolderFiles, tmp_path: Path) -> None:
    """When a file cannot be kept, that is said before anything is sent."""
    (tmp_path / FOLDER).write_text("in the way")
    with pytest.raises(StoreError):
        folder.keep(TICKET, b"a")


@pytest.fixture
def clear(tmp_path: Path) -> str:
    """Where an older version has kept a file."""
    name = sha256(b"canary").hexdigest()
    location = f"{FOLDER}/{name[:2]}/{name}"
    (tmp_path / location).parent.mkdir(parents=True)
    (tmp_path / location).write_bytes(b"canary")
    return location


def test_what_an_older_version_kept_is_taken_over(folder: FolderFiles, tmp_path: Path, clear: str) -> None:
    """A file in clear is sealed, and then removed; nothing else is."""
    taken = folder.take_over(TICKET, clear)
    assert (b"canary", True) == (folder.read(taken), (tmp_path / clear).exists())
    folder.remove_clear()
    assert (b"canary", False) == (folder.read(taken), (tmp_path / clear).exists())
    assert taken == folder.take_over(TICKET, taken)
    assert clear == folder.take_over(TICKET, clear)


def test_one_file_is_removed(files: FolderFiles) -> None:
    """It is gone, once; others stay, and what is no place of a file is refused."""
    one, other = files.keep(TICKET, b"one"), files.keep(TICKET, b"other")
    assert [True, False] == [files.remove(one, LATER), files.remove(one, LATER)]
    with pytest.raises(NotFound):
        files.read(one)
    assert b"other" == files.read(other)
    with pytest.raises(NotFound):
        files.remove("../desk.key", LATER)


def test_what_is_kept_again_is_not_removed(folder: FolderFiles, tmp_path: Path) -> None:
    """Whoever keeps the same bytes again wants them from then on, though they were there."""
    place = folder.keep(TICKET, b"one")
    os.utime(tmp_path / place, (1_000, 1_000))
    folder.keep(TICKET, b"one")
    assert not folder.remove(place, 2_000)
    os.utime(tmp_path / place, (1_000, 1_000))
    assert folder.remove(place, 2_000)
