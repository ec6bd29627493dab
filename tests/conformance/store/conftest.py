"""Every store there is, behind one fixture."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supportledger.ports import Store
from supportledger.store.database import open_store
from supportledger.store.memory import MemoryStore
from tests.conformance.store.builders import HERE

MAKERS: dict[str, Callable[[Path], Store]] = {
    "memory": lambda _: MemoryStore(HERE),
    "sqlite": lambda directory: open_store(directory / "store.sqlite3", HERE),
}


@pytest.fixture(params=MAKERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A new store, of each kind in turn."""
    with MAKERS[request.param](tmp_path) as made:
        yield made
