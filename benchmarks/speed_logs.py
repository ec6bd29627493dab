"""
A log of a million lines: appended and hashed, in memory and on disk, against the bare hash calls; and proofs.

The bare cost is that of hashing each leaf and each inner node once, from inputs that lie ready in a list. On
disk, lines and tiles are written and synced; the memory is that of a process that appends lines as they come,
beyond what it has before.
"""

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from statistics import median

from speed_figures import Figure, seconds

from supportledger.proof import merkle
from supportledger.proof.log_tree import TileTree
from supportledger.store.log_files import FolderLogs
from supportledger.store.log_memory import MemoryLogs

MEMORY_RATIO, DISK_RATIO = 1.5, 4.0
PROOF_MS, PEAK_MB = 1.0, 64.0
LINES, QUICK_LINES = 1_000_000, 100_000
PROOFS = 200
APPENDING = """
import sys
from pathlib import Path
from supportledger.store.log_files import FolderLogs

def kilobytes(name):
    return int(Path("/proc/self/status").read_text().partition(name + ":")[2].split()[0])

logs = FolderLogs(Path(sys.argv[1]))
logs.create("talk", {})
before = kilobytes("VmRSS")
logs.append("talk", (b"line %060d" % number for number in range(int(sys.argv[2]))))
print(kilobytes("VmHWM") - before)
"""
"""Asks the kernel itself: what `getrusage` says of a child still counts its parent."""


def measure(quick: bool) -> Iterator[Figure]:  # noqa: FBT001 -- one signature for all sections
    """Append, prove, and look at the memory."""
    count, rounds = (QUICK_LINES, 3) if quick else (LINES, 5)
    lines = [b"line %060d" % number for number in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        logs = FolderLogs(Path(folder) / "logs")
        yield from _appending(logs, lines, rounds)
        yield _proving(logs, lines)
        yield _memory(Path(folder) / "apart", count)


def _appending(logs: FolderLogs, lines: Sequence[bytes], rounds: int) -> Iterator[Figure]:
    """Take each in turns, so that a busy moment meets all of them."""
    measured = []
    for number in range(rounds):
        bare = _bare(lines)
        in_memory = seconds(lambda: _grown(lines))
        name = f"talk-{number}"
        logs.create(name, {})
        on_disk = seconds(lambda name=name: logs.append(name, lines))
        measured.append((in_memory / bare, on_disk / bare, bare))
    shown = f"bare {min(one[2] for one in measured):.2f} s"
    count = f"{len(lines):,} lines"
    yield Figure(
        f"{count} in memory / bare hashes", median(one[0] for one in measured), MEMORY_RATIO, detail=shown
    )
    yield Figure(
        f"{count} on disk / bare hashes", median(one[1] for one in measured), DISK_RATIO, detail=shown
    )


def _bare(lines: Sequence[bytes]) -> float:
    """Hash leaves and nodes, one node fewer than there are leaves, from inputs of their sizes."""
    leaves = [b"\x00" + line for line in lines]
    nodes = [b"\x01" + number.to_bytes(64, "big") for number in range(len(lines) - 1)]

    def hash_all() -> None:
        _ = [sha256(data).digest() for data in leaves]
        _ = [sha256(data).digest() for data in nodes]

    return seconds(hash_all)


def _grown(lines: Sequence[bytes]) -> None:
    logs = MemoryLogs()
    logs.create("talk", {})
    logs.append("talk", lines)


def _proving(logs: FolderLogs, lines: Sequence[bytes]) -> Figure:
    """Prove lines from the disk, each as if it were the first: nothing is kept between two proofs."""
    chosen = random.Random(1)
    root = logs.head("talk-0").root
    times = []
    for _ in range(PROOFS):
        index, made = chosen.randrange(len(lines)), []
        tree = TileTree(logs.tiles("talk-0"), len(lines))
        times.append(
            seconds(lambda tree=tree, index=index, made=made: made.extend(tree.inclusion_proof(index)))
        )
        merkle.verify_inclusion(merkle.leaf_hash(lines[index]), index, len(lines), made, root)
    detail = f"slowest of {PROOFS}: {max(times) * 1e3:.2f} ms"
    return Figure("a proof from disk, in milliseconds", median(times) * 1e3, PROOF_MS, detail=detail)


def _memory(folder: Path, count: int) -> Figure:
    command = [sys.executable, "-c", APPENDING, str(folder), str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Figure(f"memory to append {count:,} lines, in MB", int(done.stdout) / 1024, PEAK_MB)
