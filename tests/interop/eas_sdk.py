"""Asks the published EAS SDK, under Node."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

PEERS = Path("benchmarks/peers/node_modules")
SCRIPT = Path(__file__).with_suffix(".cjs")


def ask(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """
    Answer all questions in one process; eas_sdk.cjs lists what can be asked.

    Raises:
        RuntimeError: Node or the SDK is missing, or failed.
    """
    root = Path(__file__).parents[2]
    node = shutil.which("node")
    if node is None or not (root / PEERS / "@ethereum-attestation-service/eas-sdk").is_dir():
        raise RuntimeError(
            f"this test compares with the published EAS SDK: run `make peers` (Node: {node}, SDK in {PEERS})"
        )
    done = subprocess.run(
        [node, str(SCRIPT)],
        input=json.dumps(questions),
        env={**os.environ, "NODE_PATH": str(root / PEERS)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the EAS SDK failed:\n{done.stderr[-2000:]}")
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers
