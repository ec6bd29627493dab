"""
Processes that are kept alive: whichever ends without having been asked to, comes back.

1. One that ends is started again after a rest, which doubles up to half a minute, and is short again after a
   good minute.
2. Ctrl-C reaches us and not them; asked to end, they have ten seconds, and are then killed: nothing is lost.
3. If we are killed ourselves, the pipe ends that they all read from, and so do they (`wiring.leash`).
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any, Final, Self

_LOOK_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Member:
    """
    One of the crew.

    Args:
        name: What it does, for the log.
        command: The program and its arguments.
        passes: Open files that it inherits.
        environment: Variables that it has besides ours.
    """

    name: str
    command: tuple[str, ...]
    passes: tuple[int, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Patience:
    """
    How long is waited for what; in seconds.

    Args:
        first_rest_s: Until one that has ended is started again.
        longest_rest_s: The same, when it ends again and again.
        good_s: Whoever has lived for so long rests shortly again.
        end_s: For all to end when they are asked to.
    """

    first_rest_s: float = 0.5
    longest_rest_s: float = 30.0
    good_s: float = 60.0
    end_s: float = 10.0


class Crew:
    """
    Keeps processes alive, from when the block is entered until it is left.

    Args:
        members: Which.
        log: Where it is told what becomes of them.
        patience: How long is waited for what.
    """

    def __init__(self, members: Sequence[Member], log: Any, patience: Patience | None = None) -> None:
        self._log = log
        self._patience = patience or Patience()
        self._stop = Event()
        self._reading, self._writing = os.pipe()
        self._places = [_Place(one, self._reading) for one in members]
        self._thread = Thread(target=self._watch, name="crew", daemon=True)

    @property
    def pids(self) -> list[int]:
        """Their numbers, of those that live."""
        return [one.process.pid for one in self._places if one.process and one.process.poll() is None]

    def __enter__(self) -> Self:
        """Let them begin."""
        for place in self._places:
            place.start()
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        """Let them end."""
        self._stop.set()
        self._thread.join()
        for place in self._places:
            place.ask()
        until = time.monotonic() + self._patience.end_s
        for place in self._places:
            place.end(max(until - time.monotonic(), 0))
        os.close(self._reading)
        os.close(self._writing)

    def _watch(self) -> None:
        while not self._stop.wait(_LOOK_S):
            for place in self._places:
                try:
                    self._look_after(place)
                except OSError as error:  # there is no memory for another process, or its program is gone
                    self._log.error("serve.not_started", member=place.member.name, message=str(error))
                    place.rest(self._patience)

    def _look_after(self, place: "_Place") -> None:
        if place.is_resting:
            if time.monotonic() >= place.due:
                place.start()
        elif (code := place.code) is not None:
            place.rest(self._patience)
            rest = round(place.due - time.monotonic(), 1)
            self._log.warning("serve.ended", member=place.member.name, code=code, again_in_s=rest)


class _Place:
    """Where one of the crew works, or will again."""

    def __init__(self, member: Member, leash: int) -> None:
        self.member = member
        self.process: subprocess.Popen[bytes] | None = None
        self.due = 0.0
        self.is_resting = False
        self._leash = leash
        self._began = 0.0
        self._failures = 0

    @property
    def code(self) -> int | None:
        """What it has ended with; None while it lives."""
        return self.process.poll() if self.process else None

    def start(self) -> None:
        """Let it begin."""
        self._began = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 -- our own programs
            self.member.command,
            stdin=self._leash,
            pass_fds=self.member.passes,
            env=os.environ | self.member.environment,
            start_new_session=True,
        )
        self.is_resting = False

    def rest(self, patience: Patience) -> None:
        """Say when it begins again."""
        was_good = time.monotonic() - self._began >= patience.good_s
        self._failures = 1 if was_good else self._failures + 1
        longest = patience.first_rest_s * 2.0 ** min(self._failures - 1, 20)
        self.due = time.monotonic() + min(longest, patience.longest_rest_s)
        self.is_resting = True

    def ask(self) -> None:
        """Ask it to end."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def end(self, patience_s: float) -> None:
        """Wait until it has ended, and insist after a while."""
        if self.process is None:
            return
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
