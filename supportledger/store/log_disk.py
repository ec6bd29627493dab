"""How logs touch the disk: whole files or none, one writer at a time, its errors in our words."""

import errno
import fcntl
import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from supportledger.errors import Conflict, StoreBusy, StoreCorrupt, StoreError, StoreFull, StoreReadOnly

Place = Path | str
"""Where a file is; a text where that saves time."""
Part = Callable[[Place, int, int], bytes]
"""Reads so many bytes of a file from somewhere; less where it ends, nothing where there is none."""
LOCK_TIMEOUT_S: Final = 30.0
_LOCK_POLL_S: Final = 0.001
_SHORTEST_POLL_S: Final = 0.0003
_BLOCK: Final = 16_384
_KINDS: Final[dict[int | None, tuple[type[StoreError], str]]] = {
    errno.ENOSPC: (StoreFull, "Free some space; nothing of the failed write was kept."),
    errno.EDQUOT: (StoreFull, "Free some space; nothing of the failed write was kept."),
    errno.EACCES: (StoreReadOnly, "Check who owns the directory."),
    errno.EPERM: (StoreReadOnly, "Check who owns the directory."),
    errno.EROFS: (StoreReadOnly, "Name another data directory with --data."),
}


@contextmanager
def excused(path: Place) -> Iterator[None]:
    """
    Say in our words what the disk said in its own.

    Raises:
        StoreError: Of the kind that fits.
    """
    try:
        yield
    except OSError as error:
        kind, hint = _KINDS.get(error.errno, (StoreError, ""))
        raise kind(f"{error.filename or path}: {error.strerror}", hint=hint) from error


@contextmanager
def locked(path: Place, timeout_s: float = LOCK_TIMEOUT_S) -> Iterator[None]:
    """
    Be the only one, of all threads and processes, who holds a lock; it ends with the process (L3.3).

    Raises:
        StoreBusy: Somebody else holds it for too long.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until, rest = time.monotonic() + timeout_s, _SHORTEST_POLL_S
        while not _is_taken(handle):
            if time.monotonic() > until:
                raise StoreBusy(f"another process holds {path}", hint="Wait for it, or see what it does.")
            time.sleep(rest)
            rest = min(rest * 1.5, _LOCK_POLL_S)
        yield
    finally:
        os.close(handle)


def _is_taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_whole(path: Place, data: bytes) -> None:
    """Write a file that has its old content or the new one at any time, and the new one when this returns."""
    new = f"{path}.{os.getpid()}.new"
    write_new(new, data)
    os.replace(new, path)  # noqa: PTH105 -- may be a text
    sync_folder(os.path.dirname(path))  # noqa: PTH120 -- as above


def write_new(path: Place, data: bytes) -> None:
    """Write a file for its owner's eyes, and wait for the disk (L3.5)."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        _write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Place) -> None:
    """Wait until the disk knows which files a folder has."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_whole(folder: Path, files: Mapping[str, bytes], taken: Conflict) -> None:
    """
    Make a folder that has all of its files from the beginning.

    Raises:
        Conflict: *taken*, if there is one already.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, data in files.items():
            (new / name).parent.mkdir(mode=0o700, exist_ok=True)
            write_new(new / name, data)
            sync_folder((new / name).parent)
        sync_folder(new)
        new.rename(folder)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)  # what is left of it is nobody's log
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
            raise taken from None
        raise
    sync_folder(folder.parent)


class Handles:
    """
    Files that are kept open by whoever writes them again and again, one thread at a time.

    A file is opened anew when another one lies in its place: a log may be put back from a backup.
    """

    def __init__(self) -> None:
        self._open: dict[str, tuple[int, int]] = {}
        """For each path the number of its file, and the handle."""
        # not when the process ends: threads may be writing then, and would write into whatever is opened next
        weakref.finalize(self, _close, self._open).atexit = False

    def of(self, path: Place, *, makes: bool = False) -> int:
        """
        Give the handle of a file.

        Args:
            path: Where it lies.
            makes: Make one if there is none.
        """
        name = str(path)
        known = self._open.get(name)
        if known is not None and known[0] == _number_of(name):
            return known[1]
        if known is not None:
            os.close(self._open.pop(name)[1])
        handle = os.open(name, os.O_RDWR | (os.O_CREAT if makes else 0), 0o600)
        self._open[name] = (os.fstat(handle).st_ino, handle)
        return handle

    def put(self, path: Place, at: int, data: bytes) -> None:
        """Write somewhere in a file that is there, and wait for the disk."""
        handle = self.of(path)
        _write(handle, data, at)
        os.fdatasync(handle)

    def part(self, path: Place, start: int, size: int) -> bytes:
        """As `read_part`."""
        try:
            return os.pread(self.of(path), size, start)
        except FileNotFoundError:
            return b""


def _close(opened: dict[str, tuple[int, int]]) -> None:
    while opened:
        os.close(opened.popitem()[1][1])


def _number_of(path: str) -> int:
    try:
        return os.stat(path).st_ino  # noqa: PTH116 -- a text
    except FileNotFoundError:
        return -1


class Growing:
    """
    A file that grows at its end, and is never written before.

    Args:
        path: Made when it grows, if it is not there.
        size: Bytes that count; what an earlier run left behind them is cut off.
        handles: Keeps it open.

    Raises:
        StoreCorrupt: The file is shorter.
    """

    def __init__(self, path: Place, size: int, handles: Handles) -> None:
        self._path, self._size, self._handles = path, size, handles
        self._end, self._handle = size, -1
        self._held = _size_of(path)
        if self._held < size:
            raise StoreCorrupt(
                f"{path} holds {self._held} bytes, not {size}", hint="Restore the log from a backup."
            )

    @property
    def is_new(self) -> bool:
        """Whether it has grown, and nothing of it counted before: perhaps it was just made."""
        return self._size == 0 and self._handle >= 0

    def write(self, data: bytes) -> None:
        """Write behind what there is."""
        if data:
            _write(self._opened(), data, self._end)
            self._end += len(data)

    def sync(self, *, also_older: bool = False) -> None:
        """Wait until the disk has what was written; also what a killed process left there, if that counts."""
        if also_older:
            self._opened()
        if self._handle >= 0:
            os.fdatasync(self._handle)

    def _opened(self) -> int:
        if self._handle < 0:
            self._handle = self._handles.of(self._path, makes=True)
            if self._held > self._size:
                os.ftruncate(self._handle, self._size)
        return self._handle


def _size_of(path: Place) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116 -- may be a text
    except FileNotFoundError:
        return 0


def _write(handle: int, data: bytes, at: int = 0) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(handle, rest, at)
        rest, at = rest[written:], at + written


def read_part(path: Place, start: int, size: int) -> bytes:
    """Read a part of a file; less where it ends, nothing where there is none."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return b""
    try:
        return os.pread(handle, size, start)
    finally:
        os.close(handle)


def end_of_last_line(path: Place, part: Part = read_part) -> int:
    """Tell how long a file is up to its last line break, looking from its end; 0 when it has none."""
    end, size = _size_of(path), 1  # mostly, its last byte is one
    while end:
        start = max(end - size, 0)
        found = part(path, start, end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end, size = start, _BLOCK
    return 0
