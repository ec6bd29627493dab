"""Several workers with one key, clocks that jump, and accounts that are empty."""

import time
from functools import partial
from pathlib import Path

import pytest

from supportledger.chain.local import advance
from supportledger.chain.rpc import Rpc
from supportledger.chain.signer import local_signer
from supportledger.model.ticket import Action
from supportledger.wiring import connect
from supportledger.workers.role import Role
from supportledger.workers.staff import Duties
from tests.faults.scene import PACE, answer, ask, check, is_done, scene, statuses

pytestmark = pytest.mark.ganache


def test_two_relayers_with_one_key(tmp_path: Path) -> None:
    """They share the queue: each action is carried by one of them, and both carry some."""
    with scene(tmp_path, "ganache") as stage, connect(tmp_path) as desk:
        opened = ask(desk, 100)
        with stage.worker() as _, stage.worker() as _:
            stage.until(lambda: is_done(desk))
            answer(desk, [one.ticket for one in opened])
            stage.until(lambda: is_done(desk))
        rounds = stage.told("relayer.round")
        assert 2 == len({one["pid"] for one in rounds if one.get("mined")})
        assert 200 == sum(one.get("mined", 0) for one in rounds)
        check(desk)


def test_two_relayers_without_a_shared_queue(tmp_path: Path) -> None:
    """Even if one believes that the other is dead, what both carry is done once."""
    with scene(tmp_path, "ganache") as stage, connect(tmp_path) as desk:
        opened = ask(desk, 40)
        hasty = Duties(pace=PACE, clock=partial(skewed, 7_200), patience_s=1.0)
        with stage.worker(duties=hasty), stage.worker():
            stage.until(lambda: is_done(desk))
            answer(desk, [one.ticket for one in opened])
            stage.until(lambda: is_done(desk))
        check(desk)


@pytest.mark.parametrize("kind", ["file", "server"])
def test_two_keepers(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    """They escalate what is late once, and tell what they did; whatever store they share."""
    store = request.getfixturevalue("shared") if kind == "server" else None
    with scene(tmp_path, "ganache") as stage, connect(tmp_path, store=store) as desk:
        opened = [one.ticket for one in ask(desk, 30)]
        with stage.worker(store=store):
            stage.until(lambda: is_done(desk))
        with stage.rpc() as rpc:
            advance(rpc, 3_700)
        duties = Duties(roles=(Role.KEEPER,))
        with stage.worker(duties=duties, store=store), stage.worker(duties=duties, store=store):
            stage.until(lambda: all(len(desk.ledger.entries(one)) == 2 for one in opened))
            stage.until(lambda: len(stage.told("notice.escalated")) >= 30)
            time.sleep(2)
        found = [entry.action for one in opened for entry in desk.ledger.entries(one)]
        assert [Action.OPEN, Action.ESCALATE] * 30 == found
        check(desk)


@pytest.mark.parametrize("jump", [-7_200, -1_800, 1_800, 7_200])
def test_a_clock_that_is_set(tmp_path: Path, jump: int) -> None:
    """A worker is killed, and the machine's clock set: what it held is carried nevertheless."""
    before = Duties(pace=PACE, clock=partial(skewed, -jump), patience_s=1.0)
    with scene(tmp_path, "ganache") as stage, connect(tmp_path) as desk:
        ask(desk, 80)
        killed = stage.begin(duties=before)
        stage.until(lambda: statuses(desk).total() > statuses(desk)["signed"])
        killed.kill()
        with stage.worker():
            stage.until(lambda: is_done(desk))
        check(desk)


def test_a_clock_that_is_set_while_they_work(tmp_path: Path) -> None:
    """Two workers live through a clock that goes back and on by half an hour: each action is done once."""
    setting = tmp_path / "clock"
    setting.write_text("0")
    duties = Duties(pace=PACE, clock=partial(read_off, setting), patience_s=1.0)
    with scene(tmp_path, "ganache") as stage, connect(tmp_path) as desk:
        opened = []
        with stage.worker(duties=duties), stage.worker(duties=duties):
            for jump in (-1_800, 1_800):
                before = statuses(desk)["final"]
                opened += [one.ticket for one in ask(desk, 80, str(jump))]
                stage.until(lambda before=before: statuses(desk)["final"] > before)
                setting.write_text(str(jump))
                stage.until(lambda: is_done(desk))
            answer(desk, opened)
            stage.until(lambda: is_done(desk))
        check(desk)


def test_an_account_without_ether(tmp_path: Path) -> None:
    """While the relayer cannot pay, everything waits and the alarm is raised once; then it goes on."""
    with scene(tmp_path, "ganache") as stage, connect(tmp_path) as desk, stage.rpc() as rpc:
        relayer = str(local_signer("relayer").address)
        rich = rpc.call("eth_getBalance", relayer, "latest")
        rpc.call("evm_setAccountBalance", relayer, "0x1")
        with stage.worker():
            ask(desk, 20)
            stage.until(lambda: bool(stage.told("notice.out-of-funds")))
            time.sleep(2)
            assert 1 == len(stage.told("notice.out-of-funds"))
            assert {"submitted": 20} == {str(name): number for name, number in statuses(desk).items()}
            assert all("insufficient-funds" in one.reason for one in desk.store.drafts())
            rpc.call("evm_setAccountBalance", relayer, rich)
            stage.until(lambda: is_done(desk))
        check(desk)


@pytest.mark.anvil
def test_a_node_that_mines_nothing_and_forgets(tmp_path: Path) -> None:
    """Transactions that are too cheap are replaced, and those that the node forgets are given to it again."""
    with scene(tmp_path, "anvil") as stage, connect(tmp_path) as desk, stage.rpc() as rpc:
        with stage.worker(stuck_s=1.0):
            opened = ask(desk, 20)
            stage.until(lambda: is_done(desk))
            rpc.call("anvil_setIntervalMining", 0)
            answer(desk, [one.ticket for one in opened])
            stage.until(lambda: _pending(rpc) > 0)
            rpc.call("anvil_dropAllTransactions")
            stage.until(lambda: _pending(rpc) > 0)
            [*_, last] = [one["hash"] for one in _waiting(rpc)]
            stage.until(lambda: last not in {one["hash"] for one in _waiting(rpc)})
            rpc.call("anvil_setIntervalMining", 1)
            stage.until(lambda: is_done(desk))
        check(desk)


def _waiting(rpc: Rpc) -> list[dict[str, str]]:
    by_sender = rpc.call("txpool_content")["pending"]
    return [one for some in by_sender.values() for one in some.values()]


def _pending(rpc: Rpc) -> int:
    return len(_waiting(rpc))


def skewed(seconds: int) -> float:
    """The time of a clock that is off."""
    return time.time() + seconds


def read_off(setting: Path) -> float:
    """The time of a clock that somebody sets."""
    return time.time() + int(setting.read_text() or "0")
