"""
The records beside a log: what came lately in one file, and everything before in one file for each subject.

    <log>/records/<subject>   a record to a line
          records.recent      subject, space, record: many at once cost one wait for the disk
          records.moving      what was `records.recent` until somebody began to move it to its subjects
          records.lock        held by whoever moves, who waits for the log's own lock only afterwards

A process that is killed leaves half a line, which the next one cuts off, or a file that is moved again: a
record that is there is not written twice. Whoever reads takes no lock: `recent` is read first, then `moving`,
then the subject's own file, so that nothing escapes which is moved meanwhile.

Source: docs/spec/anchored-log.md, L3.7.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from supportledger.store import log_disk

Record = tuple[bytes, bytes]
"""A subject, and what is said about it."""
_SUBJECT_DIGITS: Final = 64


class Records:
    """
    The records of one log.

    Args:
        folder: Of the log.
        writing: Holds the log's lock.
        lock_timeout_s: How long to wait for somebody else who moves.
    """

    def __init__(
        self, folder: Path, writing: Callable[[], AbstractContextManager[object]], lock_timeout_s: float
    ) -> None:
        self._writing = writing
        self._folder = folder / "records"
        self._recent, self._moving = folder / "records.recent", folder / "records.moving"
        self._lock = folder / "records.lock"
        self._lock_timeout_s = lock_timeout_s
        self._handles: Final = log_disk.Handles()

    def add(self, records: Sequence[Record]) -> None:
        """Write records down."""
        with self._writing():
            self.write(records)

    def write(self, records: Sequence[Record]) -> None:
        """Write records down; whoever calls holds the log's lock."""
        lines = (b"%s %s" % (subject.hex().encode(), record) for subject, record in records)
        _append(self._recent, _joined(lines), self._handles)

    def of(self, subject: bytes) -> list[bytes]:
        """Read the records of a subject, in order."""
        lately = [_lines(self._recent, subject), _lines(self._moving, subject)]
        whole = [_lines(self._folder / subject.hex()), *reversed(lately)]
        return list(dict.fromkeys(record for lines in whole for record in lines))

    def subjects(self) -> list[bytes]:
        """List what there are records about, ascending."""
        lately = {line[:_SUBJECT_DIGITS].decode() for line in [*_lines(self._recent), *_lines(self._moving)]}
        moved = {path.name for path in self._folder.glob("*") if len(path.name) == _SUBJECT_DIGITS}
        return sorted(map(bytes.fromhex, lately | moved))

    def recent_bytes(self) -> int:
        """Tell how much is not moved yet."""
        return sum(path.stat().st_size for path in (self._recent, self._moving) if path.exists())

    def rewrite(self, subject: bytes, change: Callable[[list[bytes]], Sequence[bytes]]) -> None:
        """Put other records in the place of those of a subject."""
        with self._being_moved(), self._writing():
            for one in self._to_move():
                self._move(one)
            records = self.of(subject)
            if records:
                log_disk.write_whole(self._folder / subject.hex(), _joined(change(records)))

    def move(self) -> None:
        """Move what came lately to where its subjects' records are; others write meanwhile."""
        with self._being_moved():
            if not self._moving.exists():
                self._set_aside()
            if self._moving.exists():
                self._move(self._moving)

    # -- inside ----------------------------------------------------------------------------------------------

    @contextmanager
    def _being_moved(self) -> Iterator[None]:
        with log_disk.locked(self._lock, self._lock_timeout_s):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            yield

    def _set_aside(self) -> None:
        with self._writing():
            if self._recent.exists():
                self._recent.rename(self._moving)
                log_disk.sync_folder(self._recent.parent)

    def _to_move(self) -> list[Path]:
        """List the files that hold what is not moved, the older first."""
        return [path for path in (self._moving, self._recent) if path.exists()]

    def _move(self, file: Path) -> None:
        by_subject: dict[str, list[bytes]] = defaultdict(list)
        for line in _lines(file):
            subject, _, record = line.partition(b" ")
            by_subject[subject.decode()].append(record)
        for name, records in by_subject.items():
            path = self._folder / name
            known = set(_lines(path))
            new = _joined(one for one in records if one not in known)
            _append(path, new, log_disk.Handles(), syncs_folder=False)
        log_disk.sync_folder(self._folder)
        file.unlink()
        log_disk.sync_folder(file.parent)


def _append(path: Path, data: bytes, handles: log_disk.Handles, *, syncs_folder: bool = True) -> None:
    """Write behind the last whole line of a file, and wait for the disk."""
    size = log_disk.end_of_last_line(path, handles.part)
    file = log_disk.Growing(path, size, handles)
    file.write(data)
    file.sync(also_older=True)
    if size == 0 and syncs_folder:
        log_disk.sync_folder(path.parent)


def _lines(path: Path, subject: bytes | None = None) -> list[bytes]:
    """Read the whole lines of a file; those about a subject without it. There are none where no file is."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    lines = data[: data.rfind(b"\n") + 1].split(b"\n")[:-1]
    if subject is None:
        return lines
    begins = subject.hex().encode() + b" "
    return [line[len(begins) :] for line in lines if line.startswith(begins)]


def _joined(records: Iterable[bytes]) -> bytes:
    return b"".join(record + b"\n" for record in records)
