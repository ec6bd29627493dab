"""What verifying a proof file of twenty signed entries costs: inside Python, and as a command from cold."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from speed_figures import Figure, in_turns, seconds

from supportledger.proof.trust import Trust
from supportledger.proof.verify import verify_proof
from supportledger.wiring.memory import memory_desk

ENTRIES = 20
TARGET_MS, TARGET_COLD_S = 25, 0.6
TEXT = "Your withdrawal waits for one more confirmation. 您的提现还差一次确认。 " * 4


def measure(quick: bool) -> Iterator[Figure]:  # noqa: FBT001 -- one signature for all sections
    """Verify one file again and again, and then by a new process each time."""
    data, trust = twenty_entries()
    rounds = 20 if quick else 200
    work = partial(verified, data, trust)
    work()
    times = sorted(seconds(work) for _ in range(rounds))
    detail = f"{ENTRIES} entries, {len(data) >> 10} KiB; slowest of {rounds}: {times[-1] * 1e3:.1f} ms"
    yield Figure("verify_proof in Python, ms", median(times) * 1e3, TARGET_MS, detail=detail)
    with tempfile.TemporaryDirectory() as folder:
        run = partial(
            subprocess.run, command(data, trust, Path(folder)), check=True, stdout=subprocess.DEVNULL
        )
        bare = partial(subprocess.run, [sys.executable, "-c", ""], check=True)
        run()
        pairs = in_turns(run, bare, 5 if quick else 15)
    # The fastest: everything slower is the machine's other business.
    ours, python = (min(pair[side] for pair in pairs) for side in (0, 1))
    detail = f"an empty Python takes {python * 1e3:.0f} ms"
    yield Figure("supportledger proof verify from cold, s", ours, TARGET_COLD_S, detail=detail)


def twenty_entries() -> tuple[bytes, Trust]:
    """Make a file of ten questions and ten answers, everybody signing, everything shown."""
    desk = memory_desk()
    ticket = desk.tickets.open(TEXT, subject="Withdrawal", signed=True).ticket
    for number in range(1, ENTRIES):
        act = desk.tickets.answer if number % 2 else desk.tickets.reply
        act(ticket, TEXT, signed=True)
    exported = desk.proofs.export(ticket, disclose=["all"])
    here, block = desk.ledger.deployment, desk.ledger.block()
    return exported.data, Trust(here.chain_id, here.ledger, here.code_hash, {block.number: block.hash})


def verified(data: bytes, trust: Trust) -> None:
    """Verify, and make sure that it was worth measuring."""
    verify_proof(data, trust, required=range(1, 12)).raise_for_failure()


def command(data: bytes, trust: Trust, folder: Path) -> list[str]:
    """Give the command line that verifies the same file, offline."""
    (folder / "proof.json").write_bytes(data)
    blocks = {} if callable(trust.blocks) else trust.blocks
    named = {
        "chainId": trust.chain_id,
        "ledger": str(trust.ledger),
        "codeHash": "0x" + trust.code_hash.hex(),
        "blocks": {str(number): "0x" + one.hex() for number, one in blocks.items()},
    }
    (folder / "trust.json").write_text(json.dumps(named))
    files = [str(folder / "proof.json"), "--trust", str(folder / "trust.json")]
    return [sys.executable, "-m", "supportledger", "proof", "verify", *files, "--offline"]
