"""
How workers are: each process writes it down every second, and whoever asks reads what the living ones wrote.

`<data>/workers/<pid>.json`, replaced as a whole; of a process that has died it is removed by who finds it.
"""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from supportledger.chain.process import Process
from supportledger.errors import Error

FOLDER: Final = "workers"
"""In the data directory."""
FRESH_S: Final = 15.0
"""A process that wrote nothing for so long hangs."""


@dataclass(slots=True)
class RoleHealth:
    """
    How one role is.

    Args:
        is_well: Its last step succeeded, or it has not taken one yet.
        steps: Taken.
        done_at: End of the last step that succeeded; Unix seconds, 0 before it.
        problem: Code of the error that the last step ended with; empty if none.
        message: What it said.
        hint: What to do.
    """

    is_well: bool = True
    steps: int = 0
    done_at: float = 0
    problem: str = ""
    message: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class WorkerHealth:
    """
    How one process is.

    Args:
        pid: Its number.
        started_at: Unix seconds.
        seen_at: When it wrote this; Unix seconds.
        roles: By name.
    """

    pid: int
    started_at: float
    seen_at: float
    roles: Mapping[str, RoleHealth]

    def is_well(self, now: float) -> bool:
        """Tell whether it does its work."""
        return abs(now - self.seen_at) < FRESH_S and all(one.is_well for one in self.roles.values())


@dataclass(slots=True)
class Record:
    """
    How this process is.

    Args:
        data_dir: Where it is written down.
        started_at: Unix seconds.
        roles: By name.
    """

    data_dir: Path
    started_at: float = field(default_factory=time.time)
    roles: dict[str, RoleHealth] = field(default_factory=dict)

    def went_well(self, role: str) -> None:
        """Note a step that succeeded."""
        one = self.roles[role]
        one.steps += 1
        one.is_well, one.done_at = True, time.time()
        one.problem = one.message = one.hint = ""

    def failed(self, role: str, error: BaseException) -> None:
        """Note a step that did not."""
        one = self.roles[role]
        one.steps += 1
        one.is_well = False
        one.problem = error.code if isinstance(error, Error) else type(error).__name__
        one.message = error.message if isinstance(error, Error) else "a fault of this program; see the log"
        one.hint = error.hint if isinstance(error, Error) else ""

    def write(self) -> None:
        """Write it down."""
        content = {
            "pid": os.getpid(),
            "born": Process.of(os.getpid()).born,
            "started_at": self.started_at,
            "seen_at": time.time(),
            "roles": {name: asdict(one) for name, one in self.roles.items()},
        }
        path = _path(self.data_dir, os.getpid())
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(json.dumps(content), "utf-8")
        new.replace(path)

    def remove(self) -> None:
        """Forget this process, which ends."""
        with suppress(OSError):
            _path(self.data_dir, os.getpid()).unlink(missing_ok=True)


def read(data_dir: Path) -> list[WorkerHealth]:
    """Tell how the workers of a data directory are; those that have died are forgotten."""
    found = []
    for path in sorted((data_dir / FOLDER).glob("*.json")):
        content = _content(path)
        if content is None or not Process(content["pid"], content["born"]).is_alive:
            path.unlink(missing_ok=True)
            continue
        roles = {name: RoleHealth(**one) for name, one in content["roles"].items()}
        found.append(WorkerHealth(content["pid"], content["started_at"], content["seen_at"], roles))
    return found


def _content(path: Path) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # its process has just ended, or was killed while writing
        return None
    return content


def _path(data_dir: Path, pid: int) -> Path:
    return data_dir / FOLDER / f"{pid}.json"
