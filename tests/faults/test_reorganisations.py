"""Blocks that are replaced by others."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from supportledger.desk.desk import Desk
from supportledger.model.ids import TicketId
from supportledger.wiring import connect
from supportledger.workers.role import Role
from supportledger.workers.staff import Duties
from tests.faults.scene import PACE, Scene, answer, ask, check, is_done, rows, scene


@pytest.mark.anvil
@pytest.mark.parametrize("depth", [1, 5, 20])
def test_blocks_are_replaced(tmp_path: Path, depth: int) -> None:
    """However deep the blocks with some actions go, the actions come back once, and the operator is told."""
    with scene(tmp_path, "anvil") as stage, connect(tmp_path) as desk, stage.worker():
        opened = ask(desk, 20)
        stage.until(lambda: is_done(desk))
        answer(desk, [one.ticket for one in opened])
        stage.until(lambda: is_done(desk))
        mined = max(entry.block_number for one in opened for entry in desk.store.entries(one.ticket))
        stage.until(lambda: desk.ledger.height() >= mined + max(depth - 2, 0))
        with stage.rpc() as rpc:
            rpc.call("anvil_reorg", max(depth, desk.ledger.height() - mined + 1), [])
        assert any(len(desk.ledger.entries(one.ticket)) < 2 for one in opened)
        stage.until(lambda: bool(stage.told("index.reorganised")))
        stage.until(lambda: is_done(desk))
        assert depth - 3 <= stage.told("index.reorganised")[0]["depth"]  # the index is some blocks behind
        assert stage.told("notice.returned")
        check(desk)


def replaced(stage: Scene, desk: Desk, depth: int, tickets: Sequence[TicketId]) -> None:
    """Replace so many blocks at least that the last entries of some tickets go with them."""
    before = [desk.ledger.entries(one) for one in tickets]
    mined = max(entry.block_number for some in before for entry in some)
    with stage.rpc() as rpc:
        rpc.call("anvil_reorg", max(depth, desk.ledger.height() - mined + 1), [])
    assert before != [desk.ledger.entries(one) for one in tickets]


def is_as_rebuilt(stage: Scene, desk: Desk) -> bool:
    """Whether the index has what it has when it is read anew."""
    desk.index.follow()
    found = rows(stage.data)
    desk.index.rebuild()
    again = rows(stage.data)
    return all(found[name] == again[name] for name in ("entries", "tickets"))


@pytest.mark.anvil
@pytest.mark.parametrize("depth", [5, 20])
def test_blocks_are_replaced_while_nobody_looks(tmp_path: Path, depth: int) -> None:
    """The worker is killed, and blocks go that it has read: the next one finds out, and misses nothing."""
    with scene(tmp_path, "anvil") as stage, connect(tmp_path) as desk:
        killed = stage.begin()
        opened = [one.ticket for one in ask(desk, 20)]
        stage.until(lambda: is_done(desk))
        answer(desk, opened)
        stage.until(lambda: is_done(desk))
        mined = desk.ledger.height()
        stage.until(
            lambda: desk.ledger.height() >= mined + depth - 2
        )  # those before it are the desk's founding
        killed.kill()
        replaced(stage, desk, depth, opened)
        with stage.worker():
            stage.until(lambda: bool(stage.told("index.reorganised")))
            stage.until(lambda: is_done(desk))
        assert "whole ledger" in stage.told("index.reorganised")[0]["message"]
        check(desk)
        assert is_as_rebuilt(stage, desk)


@pytest.mark.anvil
def test_two_indexers_and_blocks_that_are_replaced(tmp_path: Path) -> None:
    """Two follow the chain, and one is killed as it goes back: the index has what it has when read anew."""
    index = Duties(roles=(Role.INDEX,), patience_s=1.0)
    with scene(tmp_path, "anvil") as stage, connect(tmp_path) as desk:
        relayer = Duties(roles=(Role.RELAYER,), pace=PACE)
        with stage.worker(duties=relayer), stage.worker(duties=index):
            opened = [one.ticket for one in ask(desk, 20)]
            stage.until(lambda: is_done(desk))
            for number in range(2):
                second = stage.begin(duties=index)
                answer(desk, opened, f"Answer {number}")
                stage.until(lambda: is_done(desk))
                before = len(stage.told("index.reorganised"))
                replaced(stage, desk, 3, opened)
                stage.until(lambda before=before: len(stage.told("index.reorganised")) > before)
                second.kill()
                stage.until(lambda: is_done(desk))
        assert not {one["code"] for one in stage.told("work.failed")} - {"reorg-detected"}
        check(desk)
        assert is_as_rebuilt(stage, desk)


@pytest.mark.ganache
def test_a_snapshot_is_put_back(tmp_path: Path) -> None:
    """A Ganache put back to a snapshot makes other blocks; what went with the old ones comes back."""
    with scene(tmp_path, "ganache") as stage, connect(tmp_path) as desk, stage.worker():
        opened = ask(desk, 20)
        stage.until(lambda: is_done(desk))
        with stage.rpc() as rpc:
            name = rpc.call("evm_snapshot")
            answer(desk, [one.ticket for one in opened])
            stage.until(lambda: is_done(desk))
            assert rpc.call("evm_revert", name)
        ask(desk, 5, "after")
        stage.until(lambda: len(stage.told("notice.returned")) == 20)
        stage.until(lambda: is_done(desk))
        check(desk)
