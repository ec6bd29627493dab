"""
How fast it is, against the raw node: ratios, so that they mean the same on every machine.

Run from the repository's root: `python benchmarks/speed.py`, with `--quick` for a first look and
`--only NAME` for some of it. Both sides of a ratio are measured in turns, on the same chain. Fails when a
target is missed.
"""

import argparse
import sys
from collections.abc import Callable, Iterator

import speed_audit
import speed_guard
import speed_logs
import speed_proofs
import speed_reading
import speed_relaying
import speed_sending
import speed_starting
import speed_store
import speed_web
from speed_figures import Figure

SECTIONS: dict[str, Callable[[bool], Iterator[Figure]]] = {
    "starting": speed_starting.measure,
    "guard": speed_guard.measure,
    "proofs": speed_proofs.measure,
    "reading": speed_reading.measure,
    "logs": speed_logs.measure,
    "opening": speed_sending.measure_opening,
    "ganache": speed_sending.measure_ganache,
    "anvil": speed_sending.measure_anvil,
    "relaying": speed_relaying.measure_relaying,
    "store": speed_store.measure,
    "web": speed_web.measure,
    "audit": speed_audit.measure_anvil,
    "audit-ganache": speed_audit.measure_ganache,
}


def main() -> int:
    """Measure, and tell what is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer and smaller rounds, for a first look")
    parser.add_argument(
        "--only", action="append", choices=sorted(SECTIONS), help="measure this; may be repeated"
    )
    given = parser.parse_args()
    missed = []
    for name in given.only or SECTIONS:
        for figure in SECTIONS[name](given.quick):
            print(figure, flush=True)
            if not figure.is_met:
                missed.append(figure.name)
    print(f"missed: {', '.join(missed)}" if missed else "all targets are met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
