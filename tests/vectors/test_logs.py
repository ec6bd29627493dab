"""Files of logs are accepted and refused as a second account of their formats says."""

import json
from typing import Any

import pytest

from supportledger.errors import (
    BundleFormatError,
    Conflict,
    ConsistencyMismatch,
    CosignatureMismatch,
    Error,
    VerificationError,
)
from supportledger.proof.checkpoint import SignedCheckpoint
from supportledger.proof.line_proof import LineProof
from supportledger.proof.note import VerifierKey
from supportledger.proof.witness_policy import WitnessPolicy
from supportledger.proof.witnessing import CosignRequest, judge
from tests.vectors.generate_logs import FILE

VECTORS = json.loads(FILE.read_text())
LOG, WITNESS = (VerifierKey.parse(VECTORS[name]) for name in ("log", "witness"))
REFUSALS = {
    "conflict": Conflict,
    "inconsistent": ConsistencyMismatch,
    "forged": CosignatureMismatch,
    "malformed": BundleFormatError,
}


def named(case: dict[str, Any]) -> str:
    return str(case["desc"])


def outcome(check: Any) -> type[Error] | None:
    try:
        check()
    except Error as error:
        return type(error)
    return None


@pytest.mark.parametrize("case", VECTORS["checkpoints"], ids=named)
def test_checkpoints(case: dict[str, Any]) -> None:
    """A checkpoint is malformed, the log's, and cosigned, as its case says."""
    data = case["note"].encode()
    policy = WitnessPolicy.of(1, [WITNESS])
    by_log = outcome(lambda: SignedCheckpoint.from_bytes(data, LOG))
    by_witness = outcome(lambda: policy.check(SignedCheckpoint.parse(data).note))
    assert case["malformed"] == (by_log is BundleFormatError) == (by_witness is BundleFormatError)
    assert (case["log"], case["witness"]) == (by_log is None, by_witness is None)


@pytest.mark.parametrize("case", VECTORS["lines"], ids=named)
def test_lines(case: dict[str, Any]) -> None:
    """A line is proven, or refused as evidence that does not hold."""
    found = outcome(lambda: LineProof.from_bytes(case["proof"].encode()).check(LOG))
    assert case["wantErr"] == (found is not None)
    assert found is None or issubclass(found, VerificationError)


@pytest.mark.parametrize("case", VECTORS["requests"], ids=named)
def test_requests(case: dict[str, Any]) -> None:
    """A witness cosigns, or refuses for the reason that the case gives."""
    seen = SignedCheckpoint.parse(case["seen"].encode()) if case["seen"] else None
    found = outcome(lambda: judge(CosignRequest.from_bytes(case["request"].encode()), LOG, seen))
    assert (REFUSALS[case["why"]] if case["wantErr"] else None) == found
