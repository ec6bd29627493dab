"""What browsers hash, sign and commit to is what everybody else does."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
HASHES = json.loads((HERE / "hashes.json").read_text("utf-8"))
FIELDS = json.loads((HERE / "eas_private_data.json").read_text("utf-8"))
pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def made() -> Any:
    """What the browser's code makes of the vectors."""
    script = HERE / "browser/shared.mjs"
    done = subprocess.run(["node", script], capture_output=True, text=True, timeout=60, check=False)
    assert "" == done.stderr
    return json.loads(done.stdout)


def test_ids_and_heads(made: Any) -> None:
    """Ticket ids and heads are those of the vectors."""
    assert [one["ticketId"] for one in HASHES["ticketIds"]] == made["ticketIds"]
    assert [one["nextHead"] for one in HASHES["heads"]] == made["heads"]


def test_commitments(made: Any) -> None:
    """Contexts, manifests and commitments are those of the vectors."""
    expected = [[one["context"], one["manifest"], one["commitment"]] for one in HASHES["commitments"]]
    assert expected == made["commitments"]


def test_typed_data(made: Any) -> None:
    """Every message has the digest of the vectors, is signed the same, and recovers to its signer."""
    expected = [[one["digest"], one["signature"], one["signer"]] for one in HASHES["typedData"]]
    assert expected == made["typedData"]
    assert HASHES["typedData"][0]["signer"] == made["signer"]


def test_field_trees(made: Any) -> None:
    """Roots and multiproofs of fields are those that the Ethereum Attestation Service makes."""
    expected = [[one["root"], one["proof"]["proof"], one["proof"]["proofFlags"]] for one in FIELDS]
    assert expected == made["fields"]
