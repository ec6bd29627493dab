"""
Logs on disk: files that only grow at their ends, and one small file that says how far they count.

    <folder>/<log>/head         how far they count: `store.log_head`
                   lines        every line behind its length; 256 of them are a bundle of a tiled log
                   bundles      where each bundle begins, 8 bytes each
                   tiles.<n>    the hashes of level n; 8,192 bytes of it are a tile of a tiled log
                   documents/   one file each, replaced as a whole
                   records…     what is kept beside the lines: `store.log_records`
                   lock         held by whoever writes

A process that is killed while it appends leaves bytes behind the end, which the next one cuts off. Everything
is on disk before `head` says so, which is to append, and `head` is on disk before the call returns.

Source: docs/spec/anchored-log.md, L3.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from supportledger.errors import BundleFormatError, StoreCorrupt, StoreError
from supportledger.proof import entry_bundle
from supportledger.proof.log_tree import (
    TILE_WIDTH,
    GrowingTree,
    Tiles,
    TreeHead,
    leaf_hashes,
    stored_hashes,
)
from supportledger.proof.merkle import HASH_SIZE
from supportledger.store import log_disk, log_head, log_rules
from supportledger.store.log_head import Extent
from supportledger.store.log_records import Records

FOLDER: Final = "logs"
"""The folder of the logs, in the data directory."""
_TILE_SIZE: Final = TILE_WIDTH * HASH_SIZE
_OFFSET_SIZE: Final = 8


class _FileTiles:
    """The hashes of one log; `log_tree.Tiles`."""

    def __init__(self, folder: Path, part: log_disk.Part = log_disk.read_part) -> None:
        self._folder = folder
        self._part = part

    def tile(self, level: int, index: int) -> bytes:
        """As `log_tree.Tiles.tile`."""
        path = f"{self._folder}/tiles.{level}"
        with log_disk.excused(path):
            return self._part(path, index * _TILE_SIZE, _TILE_SIZE)


class FolderLogs:
    """
    Logs in a folder, as `ports.LogStore`.

    Args:
        folder: Made, for its owner only, when the first log is created.
        lock_timeout_s: How long to wait for somebody else who writes.
    """

    def __init__(self, folder: Path, *, lock_timeout_s: float = log_disk.LOCK_TIMEOUT_S) -> None:
        self._folder = folder
        self._lock_timeout_s = lock_timeout_s
        self._folders: dict[str, Path] = {}
        self._beside: dict[str, Records] = {}
        self._handles: defaultdict[str, log_disk.Handles] = defaultdict(log_disk.Handles)
        self._trees: dict[str, GrowingTree] = {}
        """Each log as it was when we appended last, so that not all of its edge has to be hashed again."""

    def logs(self) -> list[str]:
        """As `LogStore.logs`."""
        return sorted(path.parent.name for path in self._folder.glob("[!.]*/head"))

    def create(self, log: str, documents: Mapping[str, bytes]) -> None:
        """As `LogStore.create`."""
        folder = self._folder / log_rules.check_name(log)
        files = {f"documents/{log_rules.check_name(name)}": data for name, data in documents.items()}
        with log_disk.excused(folder):
            log_disk.make_whole(folder, files | {"head": log_head.empty()}, log_rules.taken(log))

    def head(self, log: str) -> TreeHead:
        """As `LogStore.head`."""
        return _extent(self._existing(log)).head

    def append(
        self,
        log: str,
        lines: Iterable[bytes],
        *,
        after: int | None = None,
        records: Callable[[int], Sequence[tuple[bytes, bytes]]] | None = None,
    ) -> TreeHead:
        """As `LogStore.append` (L3.1): nothing counts before `head` says so (L3.2)."""
        with self._writing(log) as folder:
            handles = self._handles[log]
            extent = log_head.read(f"{folder}/head", handles.part)
            log_rules.check_size(log, extent.head.size, after)
            appending = _Appending(folder, extent, self._trees.pop(log, None), handles)
            for batch in log_rules.batches(lines, extent.head.size):
                appending.add(batch)
            new = appending.finish()
            self._trees[log] = appending.tree
            if new.head.size > extent.head.size:
                log_head.write(f"{folder}/head", extent, new, handles)
            if records:
                self._records(log).write(log_rules.check_about(records(extent.head.size)))
            return new.head

    def lines(self, log: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """As `LogStore.lines`."""
        folder = self._existing(log)
        extent = _extent(folder)
        first, last = log_rules.check_range(start, stop, extent.head.size)
        return self._lines(folder, extent, first, last)

    def tiles(self, log: str) -> Tiles:
        """As `LogStore.tiles`."""
        return _FileTiles(self._existing(log))

    def keep(self, log: str, document: str, data: bytes) -> None:
        """As `LogStore.keep`."""
        log_rules.check_name(document)
        with self._writing(log) as folder:
            (folder / "documents").mkdir(mode=0o700, exist_ok=True)
            log_disk.write_whole(folder / "documents" / document, data)

    def kept(self, log: str, document: str) -> bytes:
        """As `LogStore.kept`."""
        path = self._existing(log) / "documents" / log_rules.check_name(document)
        try:
            with log_disk.excused(path):
                return path.read_bytes()
        except StoreError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise log_rules.no_document(log, document) from None
            raise

    def documents(self, log: str) -> list[str]:
        """As `LogStore.documents`."""
        found = (path.name for path in (self._existing(log) / "documents").glob("*"))
        return sorted(name for name in found if not name.endswith(".new"))

    def remember(self, log: str, records: Sequence[tuple[bytes, bytes]]) -> None:
        """As `LogStore.remember`."""
        checked = log_rules.check_about(records)
        with log_disk.excused(self._existing(log)):
            self._records(log).add(checked)

    def remembered(self, log: str, subject: bytes) -> list[bytes]:
        """As `LogStore.remembered`."""
        with log_disk.excused(self._existing(log)):
            return self._records(log).of(log_rules.check_subject(subject))

    def subjects(self, log: str) -> list[bytes]:
        """As `LogStore.subjects`."""
        with log_disk.excused(self._existing(log)):
            return self._records(log).subjects()

    def rewrite(self, log: str, subject: bytes, change: Callable[[bytes], bytes]) -> None:
        """As `LogStore.rewrite`."""
        log_rules.check_subject(subject)
        with log_disk.excused(self._existing(log)):
            self._records(log).rewrite(
                subject, lambda records: log_rules.check_records([change(one) for one in records])
            )

    def tidy(self, log: str, least: int = 0) -> None:
        """As `LogStore.tidy`."""
        with log_disk.excused(self._existing(log)):
            records = self._records(log)
            if records.recent_bytes() > least:
                records.move()

    # -- inside ----------------------------------------------------------------------------------------------

    @contextmanager
    def _writing(self, log: str) -> Iterator[Path]:
        folder = self._existing(log)
        with log_disk.excused(folder), log_disk.locked(f"{folder}/lock", self._lock_timeout_s):
            yield folder

    def _records(self, log: str) -> Records:
        if log not in self._beside:
            writing = partial(self._writing, log)
            self._beside[log] = Records(self._folder / log, writing, self._lock_timeout_s)
        return self._beside[log]

    def _existing(self, log: str) -> Path:
        folder = self._folders.get(log)
        if folder is None:
            folder = self._folders[log] = self._folder / log_rules.check_name(log)
        if not os.path.exists(f"{folder}/head"):  # noqa: PTH110 -- quicker, and asked all the time
            raise log_rules.no_log(log)
        return folder

    @staticmethod
    def _lines(folder: Path, extent: Extent, first: int, last: int) -> Iterator[bytes]:
        at = first
        while at < last:
            bundle = at // TILE_WIDTH
            lines = _bundle(folder, extent, bundle)
            stop = min(last - bundle * TILE_WIDTH, TILE_WIDTH)
            yield from lines[at % TILE_WIDTH : stop]
            at = (bundle + 1) * TILE_WIDTH


class _Appending:
    """
    New lines on their way to the disk; nothing of them counts yet.

    Raises:
        StoreCorrupt: What is there does not make the root that it should (L3.4).
    """

    def __init__(
        self, folder: Path, extent: Extent, known: GrowingTree | None, handles: log_disk.Handles
    ) -> None:
        self._folder, self._handles = folder, handles
        self._line_bytes = extent.line_bytes
        self.tree = GrowingTree.load(extent.head.size, _FileTiles(folder, handles.part), known)
        if self.tree.root() != extent.head.root:
            raise StoreCorrupt(
                f"the hashes in {folder} do not make the root of its {extent.head.size} lines",
                hint="Restore the log from a backup.",
            )
        self._lines = self._file("lines", extent.line_bytes)
        self._bundles = self._file("bundles", extent.bundles * _OFFSET_SIZE)
        self._levels = [
            self._file(f"tiles.{level}", stored * HASH_SIZE)
            for level, stored in enumerate(stored_hashes(extent.head.size))
        ]

    def add(self, lines: list[bytes]) -> None:
        """Write a batch."""
        data = entry_bundle.pack(lines)
        self._bundles.write(self._offsets(lines))
        self._lines.write(data)
        self._line_bytes += len(data)
        for level, hashes in enumerate(self.tree.append(leaf_hashes(lines))):
            if level == len(self._levels):
                self._levels.append(self._file(f"tiles.{level}", 0))
            self._levels[level].write(b"".join(hashes))

    def finish(self) -> Extent:
        """Wait for the disk."""
        files = (self._lines, self._bundles, *self._levels)
        for file in files:
            file.sync()
        if any(file.is_new for file in files):
            log_disk.sync_folder(self._folder)
        return Extent(self.tree.head(), self._line_bytes)

    def _offsets(self, lines: list[bytes]) -> bytes:
        """Tell where the bundles begin that a batch begins."""
        offset, offsets = self._line_bytes, []
        first = -self.tree.size % TILE_WIDTH
        at = 0
        for start in range(first, len(lines), TILE_WIDTH):
            offset += entry_bundle.packed_size(lines[at:start])
            offsets.append(offset.to_bytes(_OFFSET_SIZE, "big"))
            at = start
        return b"".join(offsets)

    def _file(self, name: str, size: int) -> log_disk.Growing:
        return log_disk.Growing(f"{self._folder}/{name}", size, self._handles)


def _extent(folder: Path) -> Extent:
    path = f"{folder}/head"
    with log_disk.excused(path):
        return log_head.read(path, log_disk.read_part)


def _bundle(folder: Path, extent: Extent, bundle: int) -> list[bytes]:
    """Read the lines of a bundle."""
    path = folder / "lines"
    with log_disk.excused(path):
        data = log_disk.read_part(folder / "bundles", bundle * _OFFSET_SIZE, 2 * _OFFSET_SIZE)
        start = int.from_bytes(data[:_OFFSET_SIZE], "big")
        is_last = bundle + 1 == extent.bundles
        stop = extent.line_bytes if is_last else int.from_bytes(data[_OFFSET_SIZE:], "big")
        found = log_disk.read_part(path, start, max(stop - start, 0))
    try:
        lines = entry_bundle.unpack(found)
    except BundleFormatError as error:
        raise _damaged(path) from error
    if len(lines) != min(extent.head.size - bundle * TILE_WIDTH, TILE_WIDTH):
        raise _damaged(path)
    return lines


def _damaged(path: log_disk.Place) -> StoreCorrupt:
    return StoreCorrupt(f"{path} is damaged", hint="Restore the log from a backup.")
