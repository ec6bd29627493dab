import json
from pathlib import Path
from typing import Any

import pytest

from supportledger.errors import CommitmentMismatch, InputError
from supportledger.model.ids import Address
from supportledger.proof.commitment import check, check_content, commit, commitment, context, manifest
from supportledger.proof.fields import Field, Fields

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/hashes.json").read_text())["commitments"]
LEDGER, ALICE, MALLORY = (bytes([number]) * 20 for number in (1, 2, 3))
PLACE = {"chain_id": 1337, "ledger": LEDGER, "ticket": bytes(32), "action": 1, "actor": ALICE}


def unhex(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def place(**change: Any) -> bytes:
    return context(**{**PLACE, **change})


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: str(len(case["names"])))
def test_is_made_as_written_down(case: dict[str, Any]) -> None:
    """Context, manifest and commitment equal those that eth-abi and eth-utils compute."""
    ledger, actor = Address.parse(case["ledger"]), Address.parse(case["actor"])
    bound = context(int(case["chainId"]), ledger, unhex(case["ticketId"]), int(case["action"]), actor)
    listed = manifest(case["names"], [unhex(leaf) for leaf in case["leaves"]])
    assert (case["context"], case["manifest"]) == ("0x" + bound.hex(), "0x" + listed.hex())
    assert case["commitment"] == "0x" + commitment(bound, unhex(case["fieldRoot"]), listed).hex()


def test_holds_for_its_content_at_its_place() -> None:
    """A content passes where it was committed."""
    fields = Fields.create({"body": "hello"})
    check_content(fields, place(), commit(fields, place()))


@pytest.mark.parametrize(
    "change",
    [{"actor": MALLORY}, {"ticket": b"\x01" * 32}, {"action": 2}, {"chain_id": 1}, {"ledger": MALLORY}],
    ids=lambda change: next(iter(change)),
)
def test_cannot_be_claimed_elsewhere(change: dict[str, Any]) -> None:
    """A copied commitment fails for a stranger, another ticket, action, chain or ledger."""
    fields = Fields.create({"body": "hello"})
    with pytest.raises(CommitmentMismatch):
        check_content(fields, place(**change), commit(fields, place()))


@pytest.mark.parametrize("change", ["value", "salt", "name", "fewer", "more"])
def test_notices_every_change(change: str) -> None:
    """Another value, salt or name, a field less or one more, is another content."""
    body, kind = Field("body", "yes", b"\x01" * 32), Field("kind", "answer", b"\x02" * 32)
    other = {
        "value": (Field("body", "no", body.salt), kind),
        "salt": (Field("body", "yes", kind.salt), kind),
        "name": (Field("author", "yes", body.salt), kind),
        "fewer": (body,),
        "more": (body, kind, Field("subject", "x", b"\x03" * 32)),
    }[change]
    with pytest.raises(CommitmentMismatch):
        check_content(Fields(other), place(), commit(Fields((body, kind)), place()))


def test_binds_each_leaf_to_its_name() -> None:
    """The same leaves under other names, or in another order, make the same root but another commitment."""
    fields = Fields.create({"body": "yes", "kind": "answer"})
    expected = commit(fields, place())
    for names, leaves in ((("author", "body"), fields.leaves), (fields.names, fields.leaves[::-1])):
        with pytest.raises(CommitmentMismatch):
            check(names, leaves, place(), expected)


@pytest.mark.parametrize(
    ("names", "leaves"),
    [
        ((), ()),
        (("body", "body"), (bytes(32), b"\x01" * 32)),
        (("kind", "body"), (bytes(32), b"\x01" * 32)),
        (("text",), (bytes(32),)),
        (("body",), (bytes(32), bytes(32))),
        (("body",), (bytes(31),)),
    ],
    ids=["none", "twice", "descending", "unknown", "more leaves", "short leaf"],
)
def test_manifests_are_well_formed(names: tuple[str, ...], leaves: tuple[bytes, ...]) -> None:
    """No manifest is made of names that are repeated, unsorted, unknown or without leaf; none passes."""
    with pytest.raises(InputError):
        manifest(names, leaves)
    with pytest.raises(CommitmentMismatch):
        check(names, leaves, place(), bytes(32))
