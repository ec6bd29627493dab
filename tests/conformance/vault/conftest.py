"""Every key store there is, behind one fixture."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from supportledger.ports import Vault
from supportledger.store.place import Place, at_file
from supportledger.store.vault import open_vault
from supportledger.store.vault_memory import MemoryVault
from tests.conformance.store.builders import DESK_KEY
from tests.conformance.store.conftest import place, postgres, server

__all__ = ["place", "postgres", "server"]  # fixtures of the stores, beside which keys are


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vault]:
    """New keys, of each kind in turn."""
    made: Vault
    if request.param == "memory":
        made = MemoryVault()
    else:
        on_disk = request.param == "sqlite"
        where: Place = at_file(tmp_path / "store.db") if on_disk else request.getfixturevalue("postgres")
        made = open_vault(where, DESK_KEY)
    yield made
    made.close()
