"""
The supervisor: roles at work in threads of one process, until it is asked to stop.

1. Each role takes one step after the other, and rests as long as it says.
2. A step that fails is told, and tried again after a rest that doubles up to half a minute; a fault of this
   program ends no other role.
3. A disk that is full, or a log that nobody takes, ends nothing either.
4. Asked to stop, each role ends its step, and nothing else is begun.
"""

import random
from collections.abc import Callable, Mapping
from threading import Event, Thread
from typing import Final

from supportledger.errors import Error
from supportledger.workers.health import Record, RoleHealth
from supportledger.workers.role import Role, Work
from supportledger.workers.telemetry import Telemetry

_FIRST_REST_S: Final = 0.25
_LONGEST_REST_S: Final = 30.0
_BEAT_S: Final = 1.0
_PATIENCE_S: Final = 30.0
"""For a step to end; one that takes longer may be ended at any instant, too."""
_QUIET_ROUNDS: Final = 3
"""Beats in a row in which everybody was idle, until there is nothing to do."""


class Supervisor:
    """
    Lets roles work.

    Args:
        works: The roles.
        record: Where it is noted how they are.
        telemetry: Where failures are told.
        longest_rest_s: Between two tries of what fails.
        beat_s: Between two notes of how everybody is.
    """

    def __init__(
        self,
        works: Mapping[Role, Work],
        record: Record,
        telemetry: Telemetry,
        *,
        longest_rest_s: float = _LONGEST_REST_S,
        beat_s: float = _BEAT_S,
    ) -> None:
        self._works = works
        self._record = record
        self._telemetry = telemetry
        self._longest_rest_s = longest_rest_s
        self._beat_s = beat_s
        self._stop = Event()
        self._is_noted = True

    def stop(self) -> None:
        """Ask everybody to end; may be called from a signal's handler."""
        self._stop.set()

    def run(self, *, until_idle: bool = False) -> None:
        """
        Work until asked to stop.

        Args:
            until_idle: End also when there is nothing to do.
        """
        for role in self._works:
            self._record.roles[role] = RoleHealth()
        threads = [
            Thread(target=self._work, args=one, name=one[0], daemon=True) for one in self._works.items()
        ]
        self._telemetry.log.info("work.started", roles=[*self._works])
        for thread in threads:
            thread.start()
        try:
            self._watch(until_idle=until_idle)
        finally:
            self._stop.set()
            for thread in threads:
                thread.join(_PATIENCE_S)
            self._record.remove()
            self._telemetry.log.info("work.ended")

    def _watch(self, *, until_idle: bool) -> None:
        quiet = 0
        self._note_health()
        while not self._stop.wait(self._beat_s):
            self._note_health()
            if not until_idle:
                continue
            quiet = quiet + 1 if self._is_well() and self._are_idle() else 0
            if quiet >= _QUIET_ROUNDS:
                return

    def _note_health(self) -> None:
        """Write down how everybody is; that it cannot be written, on a full disk, ends nothing."""
        try:
            self._record.write()
        except OSError as error:
            tell = self._telemetry.log.warning if self._is_noted else self._telemetry.log.debug
            tell("work.health_not_written", message=f"{error.filename}: {error.strerror}")
            self._is_noted = False
        else:
            self._is_noted = True

    def _are_idle(self) -> bool:
        """Tell whether nobody has anything to do; whoever cannot tell now, has."""
        try:
            return all(one.is_idle for one in self._works.values())
        except Error:
            return False

    def _is_well(self) -> bool:
        return all(one.is_well and one.steps for one in self._record.roles.values())

    def _work(self, role: Role, work: Work) -> None:
        failures = 0
        while not self._stop.is_set():
            rest, is_well = self._step(role, work)
            failures = 0 if is_well else failures + 1
            self._stop.wait(rest if is_well else self._patience(failures))

    def _step(self, role: Role, work: Work) -> tuple[float, bool]:
        try:
            with self._telemetry.step(role):
                rest = work.step()
        except Error as error:
            self._told(role, error)
            return 0.0, False
        except Exception as error:
            self._record.failed(role, error)
            self._telemetry.count_failure(role, "fault")
            self._telemetry.log.exception("work.fault", role=role, exc_info=error)
            return 0.0, False
        if not self._record.roles[role].is_well:
            self._telemetry.log.info("work.recovered", role=role)
        self._record.went_well(role)
        return rest, True

    def _told(self, role: Role, error: Error) -> None:
        """Tell of a failure when it is a new one, and count it each time."""
        before = self._record.roles[role]
        is_news = before.is_well or before.problem != error.code
        self._record.failed(role, error)
        self._telemetry.count_failure(role, error.code)
        tell: Callable[..., None] = self._telemetry.log.warning if is_news else self._telemetry.log.debug
        tell("work.failed", role=role, code=error.code, message=error.message, hint=error.hint)

    def _patience(self, failures: int) -> float:
        longest = min(_FIRST_REST_S * 2.0 ** min(failures - 1, 20), self._longest_rest_s)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 -- so that workers do not come back all at once
