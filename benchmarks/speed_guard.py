"""
How fast the guard reads, and that it leaves real messages alone.

Real messages are read where `SUPPORTLEDGER_MESSAGES` names files or folders of them, separated by colons: CSV
with a column `text`, or lines of JSON. Without it, that figure is left out.
"""

import csv
import json
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from speed_figures import Figure

from supportledger.assist import guard

VARIABLE = "SUPPORTLEDGER_MESSAGES"
ORDINARY = Path(__file__).parents[1] / "tests" / "unit" / "assist" / "ordinary_chinese.txt"
ENGLISH = "Why is my transfer still pending? I sent it two days ago, and the status did not change since.\n"
MEGABYTES = 10


def measure(quick: bool) -> Iterator[Figure]:  # noqa: FBT001 -- as every section
    """Measure long texts, and real messages where there are some."""
    guard.scan("the lists are read once")
    size = MEGABYTES // (5 if quick else 1)
    for language, text in (("English", ENGLISH), ("Chinese", ORDINARY.read_text("utf-8"))):
        long = text * (size * 1_000_000 // len(text.encode()))
        start = time.process_time()
        guard.scan(long)
        took = (time.process_time() - start) * MEGABYTES / size
        yield Figure(f"guard, {MEGABYTES} MB of {language}, CPU s", took, 20.0)
    places = [Path(one) for one in os.environ.get(VARIABLE, "").split(":") if one]
    if places:
        yield alarms(list(texts(places)))


def alarms(messages: list[str]) -> Figure:
    """Count alarms among messages that hold no secret."""
    start = time.process_time()
    false = sum(1 for one in messages if guard.scan(one))
    each_us = (time.process_time() - start) / len(messages) * 1e6
    return Figure("guard, false alarms", false, 0, detail=f"{len(messages)} messages, {each_us:.0f} µs each")


def texts(places: Iterable[Path]) -> Iterator[str]:
    """Read the messages of files and folders."""
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            with path.open(encoding="utf-8", newline="") as file:
                if path.suffix == ".csv":
                    yield from (row["text"] for row in csv.DictReader(file))
                elif path.suffix == ".jsonl":
                    for line in file:
                        yield from (value for value in json.loads(line).values() if isinstance(value, str))
