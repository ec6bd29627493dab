"""Logs in this process's memory: the same promises as those on disk, but the disk's."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import RLock

from supportledger.proof import entry_bundle
from supportledger.proof.log_tree import TILE_WIDTH, GrowingTree, Tiles, TreeHead, leaf_hashes
from supportledger.proof.merkle import HASH_SIZE
from supportledger.store import log_rules

_TILE_SIZE = TILE_WIDTH * HASH_SIZE


@dataclass
class _Log:
    """One log."""

    documents: dict[str, bytes]
    tree: GrowingTree = field(default_factory=GrowingTree)
    lines: list[bytes] = field(default_factory=list)
    levels: list[bytearray] = field(default_factory=list)
    records: dict[bytes, list[bytes]] = field(default_factory=lambda: defaultdict(list))

    def tile(self, level: int, index: int) -> bytes:
        """As `log_tree.Tiles.tile`."""
        stored = self.levels[level] if level < len(self.levels) else b""
        return bytes(stored[index * _TILE_SIZE : (index + 1) * _TILE_SIZE])

    def append(self, lines: list[bytes]) -> None:
        """Append lines that may be."""
        for level, hashes in enumerate(self.tree.append(leaf_hashes(lines))):
            if level == len(self.levels):
                self.levels.append(bytearray())
            self.levels[level] += b"".join(hashes)
        self.lines += lines


class MemoryLogs:
    """Logs in dictionaries, as `ports.LogStore`."""

    def __init__(self) -> None:
        self._logs: dict[str, _Log] = {}
        self._lock = RLock()

    def logs(self) -> list[str]:
        """As `LogStore.logs`."""
        return sorted(self._logs)

    def create(self, log: str, documents: Mapping[str, bytes]) -> None:
        """As `LogStore.create`."""
        named = {log_rules.check_name(name): bytes(data) for name, data in documents.items()}
        with self._lock:
            if log_rules.check_name(log) in self._logs:
                raise log_rules.taken(log)
            self._logs[log] = _Log(named)

    def head(self, log: str) -> TreeHead:
        """As `LogStore.head`."""
        with self._lock:
            return self._get(log).tree.head()

    def append(
        self,
        log: str,
        lines: Iterable[bytes],
        *,
        after: int | None = None,
        records: Callable[[int], Sequence[tuple[bytes, bytes]]] | None = None,
    ) -> TreeHead:
        """As `LogStore.append`."""
        with self._lock:
            found = self._get(log)
            log_rules.check_size(log, found.tree.size, after)
            new = list(lines)
            entry_bundle.check_lengths(new)
            first = found.tree.size
            for batch in log_rules.batches(new, found.tree.size):
                found.append(batch)
            if records:
                self.remember(log, records(first))
            return found.tree.head()

    def lines(self, log: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """As `LogStore.lines`."""
        found = self._get(log)
        first, last = log_rules.check_range(start, stop, len(found.lines))
        return iter(found.lines[first:last])

    def tiles(self, log: str) -> Tiles:
        """As `LogStore.tiles`."""
        return self._get(log)

    def keep(self, log: str, document: str, data: bytes) -> None:
        """As `LogStore.keep`."""
        self._get(log).documents[log_rules.check_name(document)] = bytes(data)

    def kept(self, log: str, document: str) -> bytes:
        """As `LogStore.kept`."""
        documents = self._get(log).documents
        if log_rules.check_name(document) not in documents:
            raise log_rules.no_document(log, document)
        return documents[document]

    def documents(self, log: str) -> list[str]:
        """As `LogStore.documents`."""
        return sorted(self._get(log).documents)

    def remember(self, log: str, records: Sequence[tuple[bytes, bytes]]) -> None:
        """As `LogStore.remember`."""
        known = self._get(log).records
        with self._lock:
            for subject, record in log_rules.check_about(records):
                if record not in known[subject]:
                    known[subject].append(record)

    def remembered(self, log: str, subject: bytes) -> list[bytes]:
        """As `LogStore.remembered`."""
        return list(self._get(log).records.get(log_rules.check_subject(subject), ()))

    def subjects(self, log: str) -> list[bytes]:
        """As `LogStore.subjects`."""
        return sorted(subject for subject, records in self._get(log).records.items() if records)

    def rewrite(self, log: str, subject: bytes, change: Callable[[bytes], bytes]) -> None:
        """As `LogStore.rewrite`."""
        with self._lock:
            changed = [change(record) for record in self.remembered(log, subject)]
            self._get(log).records[subject] = list(log_rules.check_records(changed))

    def tidy(self, log: str, least: int = 0) -> None:  # noqa: ARG002 -- there is nothing to weigh
        """As `LogStore.tidy`: everything is where it is found at once."""
        self._get(log)

    def _get(self, log: str) -> _Log:
        if log_rules.check_name(log) not in self._logs:
            raise log_rules.no_log(log)
        return self._logs[log]
