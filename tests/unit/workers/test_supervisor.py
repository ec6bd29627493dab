"""A supervisor lets roles work side by side, and none of them ends another."""

import errno
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from supportledger.errors import RpcUnavailable
from supportledger.workers.health import Record
from supportledger.workers.role import Role
from supportledger.workers.supervisor import Supervisor
from supportledger.workers.telemetry import Telemetry, logger
from tests.unit.workers.conftest import Ear


class Unwritten(Record):
    """Needs no disk."""

    def write(self) -> None:
        pass

    def remove(self) -> None:
        pass


class Scripted:
    """Does in each step what it was told to."""

    def __init__(self, *steps: Callable[[], float]) -> None:
        self.is_idle = False
        self.taken = 0
        self._steps = list(steps)

    def step(self) -> float:
        self.taken += 1
        return self._steps.pop(0)() if self._steps else 0.01


def away() -> float:
    raise RpcUnavailable("the node is away", hint="Look at it.")


def broken() -> float:
    raise ZeroDivisionError


@pytest.fixture
def record() -> Record:
    """A record that is written nowhere."""
    return Unwritten(Path("nowhere"))


def supervised(record: Record, ear: Ear, work: Scripted) -> Supervisor:
    return Supervisor({Role.INDEX: work}, record, ear, longest_rest_s=0.01, beat_s=0.01)


def run(supervisor: Supervisor, work: Scripted) -> None:
    work.is_idle = True
    supervisor.run(until_idle=True)


@pytest.mark.parametrize(("fault", "code"), [(away, "rpc-unavailable"), (broken, "fault")])
def test_a_failure_is_told_once_and_tried_again(
    record: Record, ear: Ear, fault: Callable[[], float], code: str
) -> None:
    """A role that fails goes on afterwards, and both are told."""
    work = Scripted(fault, fault, fault)
    run(supervised(record, ear, work), work)
    told = ear.heard("work.failed") if code != "fault" else ear.heard("work.fault")
    assert told
    assert 1 == len(ear.heard("work.recovered"))
    assert 3.0 == ear.value("failures_total", role="index", code=code)
    assert record.roles[Role.INDEX].is_well
    assert work.taken > 3


def test_it_ends_when_asked_to(record: Record, ear: Ear) -> None:
    """After the step at hand, and says so."""
    work = Scripted()
    supervisor = supervised(record, ear, work)
    supervisor.stop()
    supervisor.run()
    assert 1 == len(ear.heard("work.ended"))


class FullDisk(Record):
    """Cannot be written for a while."""

    failures = 2

    def write(self) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError(errno.ENOSPC, "No space left on device", "workers/1.new")

    def remove(self) -> None:
        pass


def test_a_full_disk_ends_nothing(ear: Ear) -> None:
    """That health cannot be noted is told once, and the work goes on."""
    work = Scripted()
    run(supervised(FullDisk(Path("nowhere")), ear, work), work)
    [told] = [one for one in ear.heard("work.health_not_written") if one["level"] == "warning"]
    assert "No space left" in told["message"]
    assert work.taken > 1


class FullLog(io.StringIO):
    """Takes nothing."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_log_that_takes_nothing_ends_nothing(record: Record) -> None:
    """A failure that cannot be told is no reason to stop."""
    work = Scripted(away, broken)
    run(
        Supervisor(
            {Role.INDEX: work},
            record,
            Telemetry(logger(FullLog(), as_json=True)),
            longest_rest_s=0.01,
            beat_s=0.01,
        ),
        work,
    )
    assert work.taken > 2
