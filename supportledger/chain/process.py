"""A process that we started, recognised for certain later: its number may by then be somebody else's."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TERM_S: Final = 10.0
_POLL_S: Final = 0.02
_OURS: Final = "SUPPORTLEDGER_"
"""How the names of our settings begin in the environment: the desk key can be one, and is nobody else's."""
_DIE_WITH_PARENT: Final = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 15)
os.getppid() == int(sys.argv[1]) or sys.exit("the parent is gone")
os.execv(sys.argv[2], sys.argv[2:])
"""


@dataclass(frozen=True, slots=True)
class Process:
    """
    A process, with when it began.

    Args:
        pid: Its number.
        born: The machine's boot and the instant within it; empty where that cannot be known.
    """

    pid: int
    born: str

    @classmethod
    def of(cls, pid: int) -> "Process":
        """Remember a process that runs."""
        return cls(pid, _born(pid) or "")

    @property
    def is_alive(self) -> bool:
        """It runs, and is the one we started."""
        return bool(self.born) and _born(self.pid) == self.born

    def stop(self) -> None:
        """Ask it to end, insist after ten seconds, and do nothing to any other process."""
        for number, patience in ((signal.SIGTERM, _TERM_S), (signal.SIGKILL, _TERM_S)):
            if not self.is_alive:
                return
            os.kill(self.pid, number)
            self._wait(patience)

    def _wait(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        while self.is_alive and time.monotonic() < deadline:
            time.sleep(_POLL_S)


def spawn(command: Sequence[str], log: Path, *, detach: bool) -> "subprocess.Popen[bytes]":
    """
    Start a program in a session of its own, so that Ctrl-C reaches us and not it.

    Args:
        command: The program's full path and its arguments.
        log: Where its output goes.
        detach: It outlives us. Otherwise it ends with us, even if we are killed: with the *thread* that calls
            this.
    """
    if not detach and sys.platform == "linux":
        command = [sys.executable, "-I", "-S", "-c", _DIE_WITH_PARENT, str(os.getpid()), *command]
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 -- programs that `engine` found, with our own arguments
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
            start_new_session=True,
        )


def _born(pid: int) -> str | None:
    """Give the instant at which a process began; None when it does not run."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace")
        fields = stat[stat.rindex(")") + 2 :].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except FileNotFoundError:
        return None if Path("/proc/self").exists() else _born_by_ps(pid)
    except (OSError, ValueError):
        return None
    return None if fields[0] in "ZX" else f"{boot}:{fields[19]}"


def _born_by_ps(pid: int) -> str | None:
    asked = ["ps", "-o", "lstart=", "-p", str(pid)]
    shown = subprocess.run(asked, capture_output=True, check=False)  # noqa: S603 -- constant
    return shown.stdout.decode().strip() or None
