"""Every store there is, with a clock that tests move."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from supportledger.ports import Store
from supportledger.ports.cabinet import Cabinet
from supportledger.store.memory import MemoryStore
from tests.conformance.store.builders import HERE, MORNING, open_store
from tests.conformance.store.conftest import emptied, server, shared

__all__ = ["emptied", "server", "shared"]


@dataclass
class StillClock:
    """A clock that stands still until it is moved."""

    time: int = MORNING

    def __call__(self) -> int:
        """Tell the time."""
        return self.time


@pytest.fixture
def clock() -> StillClock:
    """The clock of a store."""
    return StillClock()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: StillClock) -> Iterator[Store]:
    """A new store, of each kind in turn."""
    makers: dict[str, Callable[[], Store]] = {
        "memory": lambda: MemoryStore(HERE, now=clock),
        "sqlite": lambda: open_store(tmp_path / "store.sqlite3", now=clock),
        "postgres": lambda: open_store(request.getfixturevalue("emptied"), now=clock),
    }
    with makers[request.param]() as made:
        yield made


@pytest.fixture
def cabinet(store: Store) -> Cabinet:
    """Its papers."""
    return store.cabinet
