"""A content inside its seal is written in one way; whatever else is there, was altered."""

import json

import pytest

from supportledger.errors import CommitmentMismatch
from supportledger.model.records import AttachmentRecord
from supportledger.proof.fields import Fields
from supportledger.proof.seal import TicketSeal
from supportledger.store import documents
from tests.conformance.store.builders import a_ticket_id, some_fields, word

FILES = (
    AttachmentRecord(word(), "收据.png", 7, "image/png", "attachments/x"),
    AttachmentRecord(word(), "", 0, ""),
)
WHOLE = documents.to_bytes(some_fields(), FILES)


def test_what_is_written_is_read() -> None:
    """Fields come back with their salts, and files in their order."""
    fields = some_fields("提现 🙂")
    assert (fields, FILES) == documents.from_bytes(documents.to_bytes(fields, FILES))


def replaced(**parts: object) -> bytes:
    """The content, with another part."""
    whole = {**json.loads(WHOLE), **parts}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


SALTS, VALUES = json.loads(WHOLE)["salts"], json.loads(WHOLE)["values"]
ALTERATIONS = {
    "no JSON": b"gone",
    "no object": b"[]",
    "no UTF-8": b"\xff",
    "another way to write it": WHOLE + b" ",
    "a part more": replaced(more="x"),
    "a part less": b'{"salts":"","values":{}}',
    "an unknown field": replaced(values={"bodi": "x", "createdAt": "1", "kind": "q"}),
    "a number for a text": replaced(values={**VALUES, "body": 7}),
    "nesting without end": b"[" * 100_000,
    "salts gone": replaced(salts=""),
    "salts cut": replaced(salts=SALTS[:-2]),
    "salts added": replaced(salts=SALTS + "00" * 32),
    "salts that are none": replaced(salts="zz"),
    "a file that is none": replaced(files=[{}]),
    "files that are none": replaced(files="x"),
}


@pytest.mark.parametrize("data", ALTERATIONS.values(), ids=ALTERATIONS)
def test_anything_else_is_a_mismatch(data: bytes) -> None:
    """What cannot be a content is named as altered, whoever sealed it."""
    with pytest.raises(CommitmentMismatch):
        documents.from_bytes(data)


def test_sizes_say_little() -> None:
    """Short contents are all of one size when they are sealed."""
    key = TicketSeal.new(a_ticket_id())
    sizes = {len(documents.seal(key, word(), b"x" * size)) for size in range(1023)}
    assert [1024 + 29] == list(sizes)


@pytest.mark.parametrize("more", [{}, {"subject": "s", "author": "a", "channel": "mail"}])
def test_short_texts_look_alike(more: dict[str, str]) -> None:
    """How long a short text is, nobody sees who has no key; its salts alone are longer than it is."""
    key = TicketSeal.new(a_ticket_id())
    fields = [Fields.create({"kind": "reply", "body": "x" * size, **more}) for size in (1, 20, 100, 300)]
    assert 1 == len({len(documents.seal(key, word(), documents.to_bytes(one))) for one in fields})
