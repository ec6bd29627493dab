"""
Plays the tours of the READMEs on a local chain of its own, and writes what really came out.

    scripts/tour.py            play, and write the outputs
    scripts/tour.py --check    play, and compare; exit 1 when something else comes out

What differs from run to run (ids, hashes, times, amounts) is not compared.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
READMES: Final[Mapping[str, str]] = {"README.md": "en", "README.zh-CN.md": "zh-CN"}
BEGIN, END, FENCE = "<!-- tour:begin -->\n", "<!-- tour:end -->", "```"
_WHOLE: Final = ("up", "open", "verify")
"""Commands whose output is shown whole; of others the first line is enough."""
_MORE: Final = "…"
_SHOWN_DATA: Final = "~/.local/share/supportledger"
_HANDLE: Final = re.compile(r"\b[a-z2-7]{4}(?:-[a-z2-7]{4}){3}\b")
_VARYING: Final = (
    (_HANDLE, "HANDLE"),
    (re.compile(r"(?:0x)?[0-9a-f]{64}"), "HASH"),
    (re.compile(r"code [0-9a-f]{8}"), "code"),
    (re.compile(r"[0-9][0-9,.:-]*"), "N"),
    (re.compile(r"[ \t]+"), " "),
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A command and what came out."""

    command: str
    output: str

    @property
    def shown(self) -> str:
        """The two as a README shows them."""
        words = shlex.split(self.command)
        lines = self.output.splitlines()
        if not set(_WHOLE) & set(words[1:3]) and len(lines) > 1:
            lines = [lines[0], _MORE]
        return "\n".join([f"$ {self.command}", *lines])


def main(arguments: Sequence[str]) -> int:
    """Write or compare every tour."""
    stale = 0
    for name, language in READMES.items():
        path = ROOT / name
        text = path.read_text("utf-8")
        played = replay(text, language)
        if normal(played) == normal(text):
            continue
        stale += 1
        if "--check" in arguments:
            print(f"{path}: the tour is not what comes out: run `scripts/tour.py`", file=sys.stderr)
        else:
            path.write_text(played, "utf-8")
            print(f"wrote {path}")
    return 1 if stale and "--check" in arguments else 0


def replay(text: str, language: str) -> str:
    """Give a README with the outputs that its tour has now."""
    before, tour, after = _parts(text)
    with tempfile.TemporaryDirectory() as folder:
        turns = list(play(_commands(tour), Path(folder), language))
    shown = "\n".join(turn.shown for turn in turns)
    return f"{before}{BEGIN}{FENCE}console\n{shown}\n{FENCE}\n{END}{after}"


def play(commands: Sequence[str], data: Path, language: str) -> Iterator[Turn]:
    """
    Run commands one after the other, the ticket that is opened standing for the one they name.

    Raises:
        RuntimeError: One failed.
    """
    handle, named = "", next(iter(_HANDLE.findall("\n".join(commands))), "")
    try:
        for command in commands:
            here = command.replace(named, handle) if handle and named else command
            output = _run(here, data, language)
            handle = handle or next(iter(_HANDLE.findall(output)), "")
            yield Turn(here, _public(output, data))
    finally:
        _run("supportledger down", data, language, check=False)


def normal(text: str) -> str:
    """Give a text without what differs from run to run."""
    for pattern, stands_for in _VARYING:
        text = pattern.sub(stands_for, text)
    return text


def _run(command: str, data: Path, language: str, *, check: bool = True) -> str:
    words = [str(ROOT / ".venv/bin/supportledger"), *shlex.split(command)[1:]]
    if "up" in words[:2]:
        words += ["--port", "0"]  # whoever reads has 8545 free; a test may not
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUPPORTLEDGER_")}
    env = kept | {"SUPPORTLEDGER_DATA": str(data), "SUPPORTLEDGER_LANG": language, "COLUMNS": "110"}
    done = subprocess.run(words, env=env, capture_output=True, text=True, encoding="utf-8", check=False)  # noqa: S603 -- the README's own commands
    if check and done.returncode:
        raise RuntimeError(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def _public(output: str, data: Path) -> str:
    """Leave out what belongs to this machine."""
    return re.sub(r"127\.0\.0\.1:[0-9]+", "127.0.0.1:8545", output.replace(str(data), _SHOWN_DATA))


def _commands(tour: str) -> list[str]:
    return [line[2:] for line in tour.splitlines() if line.startswith("$ ")]


def _parts(text: str) -> tuple[str, str, str]:
    before, found, rest = text.partition(BEGIN)
    tour, closed, after = rest.partition(END)
    if not found or not closed:
        raise RuntimeError(f"no tour between {BEGIN.strip()} and {END}")
    return before, tour, after


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
