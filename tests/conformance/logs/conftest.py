"""Every log store there is, behind one fixture."""

from collections.abc import Callable
from pathlib import Path

import pytest

from supportledger.ports import LogStore
from supportledger.store.log_files import FolderLogs
from supportledger.store.log_memory import MemoryLogs

MAKERS: dict[str, Callable[[Path], LogStore]] = {
    "memory": lambda _: MemoryLogs(),
    "folder": lambda directory: FolderLogs(directory / "logs"),
}


@pytest.fixture(params=MAKERS)
def logs(request: pytest.FixtureRequest, tmp_path: Path) -> LogStore:
    """A store without logs, of each kind in turn."""
    return MAKERS[request.param](tmp_path)
