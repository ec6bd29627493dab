"""A team's desks: several machines, one PostgreSQL, one ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from supportledger.chain.deploy import deploy
from supportledger.chain.rpc import Rpc
from supportledger.chain.sender import Sender
from supportledger.chain.signer import local_signer
from supportledger.errors import ForeignData, WrongDeskKey
from supportledger.proof.verdict import Conclusion
from supportledger.store.place import DATABASE
from supportledger.wiring import connect, start_local, stop_local
from supportledger.wiring.desk_key import VARIABLE
from tests.conformance.store.server import Server, start

pytestmark = pytest.mark.anvil


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL server."""
    started = start()
    yield started
    started.stop()


@pytest.fixture(autouse=True)
def shared_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A team shares the desk key, too."""
    monkeypatch.setenv(VARIABLE, "0d" * 32)


def test_two_desks_without_a_shared_key(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who shares a store without its desk key is told so at the start."""
    record = start_local(tmp_path / "here", engine="anvil", port=0, detach=False)
    store = server.address(server.empty())
    try:
        connect(tmp_path / "here", store=store).close()
        monkeypatch.setenv(VARIABLE, "0e" * 32)
        with pytest.raises(WrongDeskKey):
            connect(tmp_path / "there", rpc=record.rpc_url, ledger=str(record.ledger), store=store)
    finally:
        stop_local(tmp_path / "here")


def test_two_desks_share_a_store(server: Server, tmp_path: Path) -> None:
    """What one desk opens another one reads with its text, answers and verifies; no database file is made."""
    here, there = tmp_path / "here", tmp_path / "there"
    record = start_local(here, engine="anvil", port=0, detach=False)
    store = server.address(server.empty())
    try:
        with (
            connect(here, store=store) as one,
            connect(
                there, rpc=record.rpc_url, ledger=str(record.ledger), confirmations=0, store=store
            ) as two,
        ):
            ticket = one.tickets.open("Where is my withdrawal? 我的提现呢？").ticket
            two.tickets.answer(ticket, "It is on its way.")
            bodies = [entry.body for entry in one.tickets.get(ticket).entries]
            assert ["Where is my withdrawal? 我的提现呢？", "It is on its way."] == bodies
            assert Conclusion.VERIFIED is two.tickets.verify(ticket).verdict
        assert [] == list(tmp_path.rglob(DATABASE))
    finally:
        stop_local(here)


def test_two_ledgers_do_not_share_a_store(server: Server, tmp_path: Path) -> None:
    """A store on a server is bound to the first ledger that used it; another one is refused."""
    store = server.address(server.empty())
    record = start_local(tmp_path / "one", engine="anvil", port=0, detach=False)
    try:
        with connect(tmp_path / "one", store=store) as desk:
            desk.tickets.open("Hello")
            other = desk.ledger.deployment
        assert other.ledger == record.ledger
        admin, rpc = local_signer("admin"), Rpc(record.rpc_url)
        second = deploy(Sender(rpc, other.chain_id), admin, admin.address).deployment.ledger
        rpc.close()
        with pytest.raises(ForeignData) as caught:
            connect(tmp_path / "two", rpc=record.rpc_url, ledger=str(second), store=store)
        assert (True, False) == (str(second) in str(caught.value), "staple" in str(caught.value))
    finally:
        stop_local(tmp_path / "one")
