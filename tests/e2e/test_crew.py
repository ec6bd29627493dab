"""Processes that are kept alive, with programs that do nothing else than live and die."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from supportledger.chain.process import Process
from supportledger.web.crew import Crew, Member, Patience

SHORT = Patience(first_rest_s=0.05, longest_rest_s=0.4, good_s=0.5, end_s=1.0)
LIVES = "import time; time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {LIVES}"
DIES = "raise SystemExit(3)"
LEASHED = f"import os; from supportledger.wiring.leash import leash; leash(lambda: os._exit(0)); {LIVES}"


class Log:
    """What was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []

    def warning(self, event: str, **about: Any) -> None:
        """Something ended."""
        self.told.append((event, about))

    error = warning

    def rests(self) -> list[float]:
        """How long each that ended rests."""
        return [about["again_in_s"] for event, about in self.told if event == "serve.ended"]


def member(code: str) -> Member:
    """One that runs some Python."""
    return Member("one", (sys.executable, "-c", code))


def eventually(true: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def test_rests_grow_and_end() -> None:
    """Whoever dies at once again and again rests longer each time, up to a limit."""
    log = Log()
    with Crew([member(DIES)], log, SHORT):
        eventually(lambda: len(log.rests()) >= 5)
    rests = log.rests()
    assert rests == sorted(rests)
    assert 0.4 == rests[-1]
    assert {3} == {about["code"] for _, about in log.told}


def test_a_good_while_makes_rests_short_again() -> None:
    """Whoever has lived long enough is started again as soon as the first time."""
    log = Log()
    with Crew([member(f"import time; time.sleep(0.9); {DIES}")], log, SHORT):
        eventually(lambda: len(log.rests()) >= 2)
    assert all(rest <= 0.1 for rest in log.rests())


def test_whoever_is_killed_is_replaced() -> None:
    """Another process takes its place."""
    with Crew([member(LIVES)], Log(), SHORT) as crew:
        [before] = crew.pids
        os.kill(before, signal.SIGKILL)
        eventually(lambda: crew.pids and crew.pids != [before])
        [after] = crew.pids
    assert not Process.of(after).is_alive


def test_the_stubborn_are_killed() -> None:
    """Whoever does not end when asked to is gone all the same when the block is left."""
    with Crew([member(STUBBORN), member(LIVES)], Log(), SHORT) as crew:
        eventually(lambda: len(crew.pids) == 2)
        time.sleep(0.3)
        pids, began = crew.pids, time.monotonic()
    assert time.monotonic() - began < 3
    assert not any(Process.of(pid).is_alive for pid in pids)


def test_a_program_that_is_gone_is_told(tmp_path: Path) -> None:
    """When somebody cannot be started again, that is told, and tried again later."""
    log, program = Log(), tmp_path / "program"
    program.symlink_to(sys.executable)
    with Crew([Member("one", (str(program), "-c", DIES))], log, SHORT):
        eventually(log.rests)
        program.unlink()
        eventually(lambda: "serve.not_started" in {event for event, _ in log.told})
        program.symlink_to(sys.executable)
        before = len(log.rests())
        eventually(lambda: len(log.rests()) > before)


def test_a_leash_ends_with_its_holder() -> None:
    """A process ends when the one that started it is gone, without being told."""
    holder = """
import time
from tests.e2e.test_crew import Crew, LEASHED, Log, SHORT, member
with Crew([member(LEASHED)], Log(), SHORT) as crew:
    print(*crew.pids, flush=True)
    time.sleep(60)
"""

    with subprocess.Popen([sys.executable, "-c", holder], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        time.sleep(1)
        assert Process.of(pid).is_alive
        process.kill()
    eventually(lambda: not Process.of(pid).is_alive)
