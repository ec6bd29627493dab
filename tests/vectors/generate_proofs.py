"""
Write proofs/: the conformance cases of proof files, a folder each.

Everything comes from a ledger in memory with fixed keys, salts and times. Run from the repository's root:
`python -m tests.vectors.generate_proofs`; docs/spec/verification.md says how to run a verifier against them.
"""

import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from tests.vectors.proof_cases import holding, malformed, refuted
from tests.vectors.proof_cases.case import Case

FOLDER = Path(__file__).with_name("proofs")


def cases() -> Iterator[Case]:
    """Give every case."""
    return chain(holding.cases(), malformed.cases(), refuted.cases())


def generate() -> dict[str, bytes]:
    """Make the same files every time, by their path."""
    return {f"{case.folder}/{name}": data for case in cases() for name, data in case.files().items()}


if __name__ == "__main__":
    shutil.rmtree(FOLDER, ignore_errors=True)
    for path, data in generate().items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_bytes(data)
