"""Every store there is, behind one fixture."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supportledger.ports import Store
from supportledger.store.memory import MemoryStore
from supportledger.store.place import Place, at_file
from supportledger.store.tables import metadata
from tests.conformance.store.builders import HERE, open_store
from tests.conformance.store.server import Server, start


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The PostgreSQL server of this run, started when the first test asks for it."""
    started = start()
    yield started
    started.stop()


@pytest.fixture
def postgres(server: Server) -> Iterator[Place]:
    """A database on the server, with today's tables and nothing in them."""
    name = server.new()
    yield server.place(name)
    server.drop(name)


@pytest.fixture(scope="session")
def shared(server: Server) -> Iterator[str]:
    """One database for all tests that only keep and read."""
    name = server.new()
    yield name
    server.drop(name)


@pytest.fixture
def emptied(server: Server, shared: str) -> Place:
    """That database, with nothing in it: far quicker than a new one."""
    deletions = " ".join(f"DELETE FROM {table};" for table in metadata.tables)
    server.run(f"DO $$ BEGIN {deletions} END $$", shared)
    return server.place(shared)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where a new database is, of each kind in turn."""
    if request.param == "sqlite":
        return at_file(tmp_path / "store.sqlite3")
    found: Place = request.getfixturevalue("postgres")
    return found


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A new store, of each kind in turn."""
    makers: dict[str, Callable[[], Store]] = {
        "memory": lambda: MemoryStore(HERE),
        "sqlite": lambda: open_store(tmp_path / "store.sqlite3", HERE),
        "postgres": lambda: open_store(request.getfixturevalue("emptied"), HERE),
    }
    with makers[request.param]() as made:
        yield made


@pytest.fixture
def small_disk() -> Iterator[Callable[[str], Path]]:
    """Makes disks that are soon full; only root may, and only where the machine lets it."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mounted: list[Path] = []

    def make(size: str) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="supportledger-disk-"))
        command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0777", "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            folder.rmdir()
            pytest.skip(f"this machine mounts no small disk: {done.stderr.strip()}")
        mounted.append(folder)
        return folder

    yield make
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()
