"""A log on disk under any sequence of appends, failing steps and restarts has what it acknowledged."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from supportledger.errors import StoreError
from supportledger.proof import merkle
from supportledger.proof.log_tree import TileTree
from supportledger.store import log_disk
from supportledger.store.log_files import FolderLogs

STEPS = ["pwrite", "fsync", "fdatasync", "ftruncate"]
SUBJECT, OTHER = bytes(32), b"\x01" * 32


@contextmanager
def failing(step: str, after: int) -> Iterator[None]:
    """Let the disk give up at the *after*-th use of a step, and at every one behind it."""
    of = log_disk.os
    real, count = getattr(of, step), 0

    def use(*given: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count > after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*given, **named)

    with ExitStack() as stack:
        stack.enter_context(patch.object(of, step, use))
        yield


class LogMachine(RuleBasedStateMachine):
    """Appends to a log, and knows what it must have."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.logs = FolderLogs(Path(self.folder.name))
        self.logs.create("talk", {})
        self.lines: list[bytes] = []
        self.records: list[bytes] = []
        self.document: bytes | None = None

    def teardown(self) -> None:
        self.folder.cleanup()

    def new(self, count: int) -> list[bytes]:
        return [b"%d of %d" % (number, count) for number in range(len(self.lines), len(self.lines) + count)]

    @rule(count=st.sampled_from([0, 1, 2, 100, 255, 256, 300]))
    def append(self, count: int) -> None:
        new = self.new(count)
        assert len(self.lines) + count == self.logs.append("talk", iter(new)).size
        self.lines += new

    @rule(
        count=st.sampled_from([1, 2, 256, 300]),
        step=st.sampled_from([*STEPS, "replace"]),
        after=st.integers(0, 8),
    )
    def append_on_a_failing_disk(self, count: int, step: str, after: int) -> None:
        new = self.new(count)
        try:
            with failing(step, after):
                self.logs.append("talk", new)
        except StoreError:
            new = self.new(count) if self.logs.head("talk").size > len(self.lines) else []
        self.lines += new

    @rule(record=st.binary(max_size=5).filter(lambda record: b"\n" not in record))
    def remember(self, record: bytes) -> None:
        self.logs.remember("talk", [(SUBJECT, record), (OTHER, record)])
        self.records = list(dict.fromkeys([*self.records, record]))

    @rule(step=st.sampled_from(STEPS), after=st.integers(0, 2))
    def remember_on_a_failing_disk(self, step: str, after: int) -> None:
        try:
            with failing(step, after):
                self.logs.remember("talk", [(SUBJECT, b"perhaps")])
        except StoreError:
            found = self.logs.remembered("talk", SUBJECT)
            assert found in (self.records, [*self.records, b"perhaps"])
            self.records = found
        else:
            self.records = list(dict.fromkeys([*self.records, b"perhaps"]))

    @rule()
    def tidy(self) -> None:
        self.logs.tidy("talk")

    @rule(step=st.sampled_from([*STEPS, "rename", "unlink", "mkdir"]), after=st.integers(0, 3))
    def tidy_on_a_failing_disk(self, step: str, after: int) -> None:
        with suppress(StoreError), failing(step, after):
            self.logs.tidy("talk")

    @rule(step=st.sampled_from([*STEPS, "replace", "unlink"]), after=st.integers(0, 6))
    def rewrite_on_a_failing_disk(self, step: str, after: int) -> None:
        with suppress(StoreError), failing(step, after):
            self.logs.rewrite("talk", OTHER, lambda record: record)

    @rule(data=st.binary(max_size=9), step=st.sampled_from([*STEPS, "replace"]), after=st.integers(0, 3))
    def keep(self, data: bytes, step: str, after: int) -> None:
        before = self.document
        try:
            with failing(step, after):
                self.logs.keep("talk", "checkpoint", data)
            self.document = data
        except StoreError:
            found = (
                self.logs.kept("talk", "checkpoint") if "checkpoint" in self.logs.documents("talk") else None
            )
            assert found in {before, data}
            self.document = found

    @rule()
    def restart(self) -> None:
        self.logs = FolderLogs(Path(self.folder.name))

    @invariant()
    def has_what_it_acknowledged(self) -> None:
        head = self.logs.head("talk")
        assert len(self.lines) == head.size
        assert merkle.root(self.lines) == head.root == TileTree(self.logs.tiles("talk"), head.size).root()
        assert self.lines == list(self.logs.lines("talk"))
        assert self.records == self.logs.remembered("talk", SUBJECT)


TestLogMachine = LogMachine.TestCase
TestLogMachine.__doc__ = (
    "Whatever fails, a log has exactly the lines, records and documents that it acknowledged."
)
TestLogMachine.settings = settings(
    max_examples=200 if os.environ.get("LONG") else 25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
