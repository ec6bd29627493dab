"""Blocks that are replaced by others."""

from pathlib import Path

import pytest

from supportledger.wiring import connect
from tests.faults.scene import answer, ask, check, is_done, scene


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
