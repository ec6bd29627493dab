"""The command line's workers: as people start, watch and end them."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from supportledger.chain.local import advance
from supportledger.chain.signer import local_signer
from supportledger.errors import InsufficientFunds
from supportledger.wiring import connect
from tests.faults.scene import Scene, answer, ask, check, is_done, rows, scene, statuses

pytestmark = pytest.mark.ganache


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A desk on a Ganache of its own."""
    with scene(tmp_path_factory.mktemp("work"), "ganache") as made:
        yield made


def run(stage: Scene, *words: str, log: bool = False) -> tuple[int, Any]:
    """Run one command, and read what it says to programs."""
    command = [sys.executable, "-m", "supportledger", *words, "--data", str(stage.data), "--json"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    if log:
        with stage.log.open("ab") as file:
            file.write(done.stderr)
    return done.returncode, json.loads(done.stdout or "null")


@contextmanager
def working(stage: Scene, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Let a worker work."""
    command = [sys.executable, "-m", "supportledger", "work", "--data", str(stage.data), *words]
    with stage.log.open("ab") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            yield process
        finally:
            process.kill()


def test_it_works_until_asked_to_end(stage: Scene) -> None:
    """It does what waits, says how it is, counts, and ends in order when asked to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert (6, {"healthy": False, "workers": []}) == run(stage, "work", "--health")
    with connect(stage.data) as desk, working(stage, "--metrics-port", str(port)) as process:
        ask(desk, 10)
        stage.until(lambda: is_done(desk))
        code, said = run(stage, "work", "--health")
        assert (0, True) == (code, said["healthy"])
        [worker] = said["workers"]
        assert process.pid == worker["pid"]
        roles = {"relayer", "index", "keeper", "anchorer", "librarian", "courier", "dispatcher"}
        assert roles == set(worker["roles"])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as page:
            assert b'supportledger_actions_total{status="mined"} 10.0' in page.read()
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(30)
        assert "work.ended" == stage.events[-1]["event"]
        check(desk)
    assert [] == list((stage.data / "workers").iterdir())


def test_how_far_an_action_has_come(stage: Scene) -> None:
    """A ticket tells it of each action: waiting, final, and rejected with the reason."""
    with connect(stage.data) as desk:
        [opened] = ask(desk, 1)
        _, waiting = run(stage, "ticket", "show", opened.ticket.handle)
        assert (None, []) == (waiting["status"], waiting["entries"])
        assert [("Open", "signed")] == [(one["action"], one["delivery"]) for one in waiting["actions"]]
        assert 0 == run(stage, "work", "--until-idle")[0]
        [one] = answer(desk, [opened.ticket])
        desk.tickets.answer(opened.ticket, "Somebody was faster", by="senior")
        assert 0 == run(stage, "work", "--until-idle")[0]
        _, shown = run(stage, "ticket", "show", opened.ticket.handle)
    assert ["final", "final"] == [entry["delivery"] for entry in shown["entries"]]
    [rejected] = [found for found in shown["actions"] if found["delivery"] == "rejected"]
    assert "0x" + one.key.hex() == rejected["key"]
    assert rejected["reason"].startswith("conflict: somebody else acted")


def test_an_author_without_ether(stage: Scene) -> None:
    """A worker says once whose action waits and what is missing, and ends; with ether, it is finished."""
    with connect(stage.data) as desk, stage.rpc() as rpc:
        customer = str(local_signer("customer").address)
        rich = rpc.call("eth_getBalance", customer, "latest")
        rpc.call("evm_setAccountBalance", customer, "0x1")
        with pytest.raises(InsufficientFunds) as caught:
            desk.tickets.open("Question", by="customer")
        assert "`supportledger action recover`" in caught.value.hint
        assert 0 == run(stage, "work", "--until-idle", log=True)[0]
        [told] = stage.told("notice.out-of-funds")
        assert ("customer", True) == (told["payer"], f"{customer} has 0.000001 ether" in told["message"])
        assert "supportledger action list" in stage.told("work.left")[0]["message"]
        [waiting] = run(stage, "action", "list")[1]["actions"]
        assert (told["ticket"], True) == (waiting["handle"], "needs up to" in waiting["reason"])
        assert 4 == run(stage, "action", "recover")[0]
        rpc.call("evm_setAccountBalance", customer, rich)
        code, found = run(stage, "action", "recover")
        assert (0, [waiting["key"]]) == (code, [one["key"] for one in found["finished"]])
        check(desk, rejected=statuses(desk)["rejected"])


def test_the_index_can_be_read_again(stage: Scene) -> None:
    """Rebuilt from events, the read model is the same, row by row."""
    assert 0 == run(stage, "index", "follow")[0]
    before = rows(stage.data)
    assert before["entries"]
    code, said = run(stage, "index", "rebuild")
    assert (0, len(before["entries"])) == (code, said["entries"])
    assert before == rows(stage.data)


def test_a_promise_is_watched(stage: Scene) -> None:
    """The keeper warns before a promise is broken, and puts on record that it was, once."""
    with connect(stage.data) as desk:
        [opened] = ask(desk, 1)
        assert 0 == run(stage, "work", "--until-idle")[0]
        with stage.rpc() as rpc:
            advance(rpc, 3_600 - 300)
        with working(stage, "--role", "keeper", "--warn-policy", "1", "30m"):
            stage.until(lambda: about(stage, "notice.due-soon", opened.ticket.handle) == 1)
            with stage.rpc() as rpc:
                advance(rpc, 400)
            stage.until(lambda: about(stage, "notice.escalated", opened.ticket.handle) == 1)
        assert 2 == len(desk.ledger.entries(opened.ticket))
        check(desk, rejected=1)


def about(stage: Scene, event: str, handle: str) -> int:
    """How often something was told of a ticket."""
    return sum(one.get("ticket") == handle for one in stage.told(event))


def test_ended_twice(stage: Scene) -> None:
    """Who asks twice does not wait."""
    with working(stage) as process:
        stage.until((stage.data / "workers" / f"{process.pid}.json").exists)
        os.kill(process.pid, signal.SIGINT)
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(30) in {0, -signal.SIGINT}
