"""
The published schema and the parser are two descriptions of one form, and neither may wander off.

Spec: docs/spec/proof-file.md, P2 to P8.
"""

import json
import random
from importlib.resources import files
from typing import Any

import pytest
import rfc8785
from jsonschema import Draft202012Validator

from supportledger.errors import BundleFormatError
from supportledger.proof.absence import AbsenceFile
from supportledger.proof.proof_file import ABSENCE, ProofFile, opened
from tests.vectors.mutating import values_changed
from tests.vectors.proof_story import ProofStory, anchored_lines, long_story, never_relayed

SCHEMA = json.loads((files("supportledger.proof") / "schema" / "proof-v1.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def conversation() -> bytes:
    story = ProofStory(signed=False)
    lines, _ = anchored_lines(story, 2)
    return story.file(lines=lines).to_bytes()


FILES = {
    "keyed": long_story().file().to_bytes(),
    "keyless": long_story(keyless=True).file().to_bytes(),
    "conversation": conversation(),
    "absence": never_relayed()[0],
}


def parses(data: bytes) -> bool:
    try:
        found = opened(data)
        (AbsenceFile if found["kind"] == ABSENCE else ProofFile).from_json(found)
    except BundleFormatError:
        return False
    return True


def fits(data: bytes) -> bool:
    return VALIDATOR.is_valid(json.loads(data))


def test_the_schema_is_one() -> None:
    """It is valid JSON Schema itself."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", FILES)
def test_real_files_pass_both(name: str) -> None:
    """What is exported fits the schema and is read."""
    assert (True, True) == (fits(FILES[name]), parses(FILES[name]))


SEMANTIC = (
    "policies",
    "certificate",
    "signed",
    "content",
    "entries",
    "state",
    "block",
    "hours",
    "word",
    "gate",
    "action",
    "auth",
    "argument",
    "terms",
    "value",
    "type",
    "leaves",
    "commitment",
    "actor",
    "number",
    "sequence",
    "seen",
)
"""Where the parser knows more than a schema can say: what belongs together, and what a word means."""


@pytest.mark.parametrize("name", FILES)
def test_parser_and_schema_agree(name: str) -> None:
    """
    Whatever is done to a file, the parser takes nothing that the schema refuses.

    What fits and is not read is wrong in its meaning, at a place where only the parser knows it.
    """
    draw = random.Random(3)
    made = list(values_changed(json.loads(FILES[name]), draw))
    for why, data in draw.sample(made, 200):
        is_read, is_fitting = parses(data), fits(data)
        assert is_fitting or not is_read, why
        assert is_read or not is_fitting or any(place in why for place in SEMANTIC), why


@pytest.mark.parametrize("name", FILES)
def test_every_member_is_needed(name: str) -> None:
    """A file without one of its members fits as little as it is read."""
    whole: dict[str, Any] = json.loads(FILES[name])
    for member in whole:
        less = rfc8785.dumps({one: value for one, value in whole.items() if one != member})
        assert (False, False) == (fits(less), parses(less)), member
