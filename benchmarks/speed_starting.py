"""How long the command line takes to say what it can do, against importing its parser alone."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from statistics import median

from speed_figures import Figure, in_turns, middle_ratio

HELP = [sys.executable, "-m", "supportledger", "--help"]
BARE = [sys.executable, "-c", "import click"]
RATIO = 1.6


def measure(quick: bool) -> Iterator[Figure]:  # noqa: FBT001 -- one signature for all sections
    """Compare `supportledger --help` with `import click`."""
    run = partial(subprocess.run, check=True, stdout=subprocess.DEVNULL)
    run(HELP)
    pairs = in_turns(lambda: run(HELP), lambda: run(BARE), 9 if quick else 31)
    ours, bare = (median(pair[side] for pair in pairs) * 1e3 for side in (0, 1))
    shown = f"{ours:.0f} ms, import click {bare:.0f} ms"
    yield Figure("supportledger --help / import click", middle_ratio(pairs), RATIO, detail=shown)
