"""Whose names under a block count is the same in browsers and in Python."""

import json
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from supportledger.errors import InputError, VerificationError
from supportledger.proof.block_note import block_text, check_block_note, cosign_block
from supportledger.proof.note import KeyKind, Note, SignerKey
from supportledger.proof.witness_policy import WitnessPolicy

CHAIN, NUMBER, HASH, TIME = 1337, 4711, bytes(range(32)), 1_767_225_600
ALICE, BOB, EVE = (
    SignerKey(f"witness.example/{name}", bytes([at]) * 32, KeyKind.COSIGNATURE)
    for at, name in enumerate(("alice", "bob", "eve"), start=1)
)
BOTH = str(WitnessPolicy.of(2, [ALICE.verifier, BOB.verifier]))
EITHER = str(WitnessPolicy.of(1, [ALICE.verifier, BOB.verifier]))
NOBODY = str(WitnessPolicy.of(0, [ALICE.verifier]))
NESTED = (
    f"# comment\nwitness a {ALICE.verifier}\nwitness b {BOB.verifier} https://b.example/\n"
    "group one 1 a b\ngroup two all one\nquorum two\n"
)


def note(*signers: SignerKey, chain: int = CHAIN, number: int = NUMBER, block_hash: bytes = HASH) -> bytes:
    """Let witnesses cosign a block."""
    signatures = tuple(cosign_block(one, chain, number, block_hash, TIME) for one in signers)
    return Note(block_text(chain, number, block_hash), signatures).to_bytes()


def altered(data: bytes, at: int) -> bytes:
    """Change one byte."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


GOOD = note(ALICE, BOB)
CASES = {
    "both": (GOOD, BOTH),
    "either": (note(BOB), EITHER),
    "nested": (note(BOB), NESTED),
    "with a stranger": (note(EVE, ALICE), EITHER),
    "too few": (note(ALICE), BOTH),
    "strangers only": (note(EVE), EITHER),
    "nobody asked, nobody there": (note(EVE), NOBODY),
    "nobody asked, somebody there": (note(ALICE), NOBODY),
    "another chain": (note(ALICE, BOB, chain=1), BOTH),
    "twice the same": (note(ALICE, ALICE), BOTH),
    "another hash": (GOOD.replace(block_text(CHAIN, NUMBER, HASH).encode()[-20:-2], b"A" * 18), BOTH),
    "another number": (GOOD.replace(b"4711", b"4712"), BOTH),
    "a number with zero": (GOOD.replace(b"4711", b"04711"), BOTH),
    "an extension": (GOOD.replace(b"\n\n", b"\nmore\n\n", 1), BOTH),
    "no origin of ours": (GOOD.replace(b"supportledger.block", b"supportledger.log"), BOTH),
    "empty": (b"", BOTH),
    "no signatures": (block_text(CHAIN, NUMBER, HASH).encode() + b"\n", BOTH),
    "no end": (GOOD[:-1], BOTH),
    "control": (GOOD.replace(b"4711", b"47\x0111"), BOTH),
    "not UTF-8": (b"\xff" + GOOD, BOTH),
    "many": (note(*[ALICE] * 101), EITHER),
    "no quorum": (GOOD, f"witness a {ALICE.verifier}\n"),
    "two quorums": (GOOD, BOTH + "quorum none\n"),
    "unknown word": (GOOD, "please a\nquorum none\n"),
    "unknown member": (GOOD, "group g 1 x\nquorum g\n"),
    "one key twice": (GOOD, f"witness a {ALICE.verifier}\nwitness b {ALICE.verifier}\nquorum a\n"),
    "another id": (GOOD, BOTH.replace(ALICE.verifier.id.hex(), "00000000")),
    "no key": (GOOD, "witness a b\nquorum a\n"),
    "too many asked": (GOOD, f"witness a {ALICE.verifier}\ngroup g 2 a\nquorum g\n"),
    **{f"altered at {at}": (altered(GOOD, at), BOTH) for at in range(0, len(GOOD), 7)},
}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What the browser's code finds, by the name of the case."""
    asked = [
        {"note": b64encode(data).decode(), "policy": policy, "chainId": CHAIN}
        for data, policy in CASES.values()
    ]
    script = Path(__file__).parent / "browser/witnesses.mjs"
    lines = "\n".join(map(json.dumps, asked))
    done = subprocess.run(
        ["node", script], input=lines, capture_output=True, text=True, timeout=60, check=False
    )
    assert 0 == done.returncode, done.stderr
    return dict(zip(CASES, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.node
@pytest.mark.parametrize("name", CASES)
def test_same_block(name: str, found: dict[str, Any]) -> None:
    """Both name the same block, or both name none."""
    assert _block(*CASES[name]) == {key: found[name].get(key) for key in ("number", "hash")}


def test_cases_are_of_both_kinds() -> None:
    """Some of the cases name a block, and most do not."""
    named = [name for name, case in CASES.items() if _block(*case)["hash"]]
    assert ["both", "either", "nested", "with a stranger", "nobody asked, somebody there"] == named[:5]
    assert len(named) < len(CASES) / 2


def _block(data: bytes, policy: str) -> dict[str, Any]:
    try:
        block = check_block_note(data, WitnessPolicy.parse(policy), CHAIN)
    except (VerificationError, InputError):
        return {"number": None, "hash": None}
    return {"number": block.number, "hash": "0x" + block.hash.hex()}
