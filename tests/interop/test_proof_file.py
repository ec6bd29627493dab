"""What stands in proof files is what the published EAS SDK makes and takes."""

import json

import pytest
import rfc8785

from supportledger.proof import field_tree
from supportledger.proof.assembling import redact
from supportledger.proof.choice import Choice
from supportledger.proof.field_json import fields_to_json, word_to_json
from supportledger.proof.proof_file import ProofFile
from supportledger.proof.verdict import Conclusion
from supportledger.proof.verify import verify_proof
from tests.interop.eas_sdk import ask
from tests.vectors.proof_story import long_story

pytestmark = pytest.mark.node

CHOICES = (["all"], ["body"], ["kind", "subject"], ["createdAt", "language", "body"])


def test_the_sdk_accepts_what_files_show() -> None:
    """Every disclosure of a file, whatever was withheld, verifies in the SDK under the root of its leaves."""
    whole = long_story().file(("all", "7.all"))
    contents = [
        one.content
        for choice in CHOICES
        for one in redact(whole, Choice.parse([*choice, *(f"7.{name}" for name in choice)])).entries
        if one.content and one.content.shown
    ]
    questions = [
        {"root": word_to_json(field_tree.root(one.leaves)), "proof": one.shown.to_json()} for one in contents
    ]
    assert len(contents) > 20
    assert [{"accepted": True}] * len(contents) == ask(questions)


def test_files_take_what_the_sdk_shows() -> None:
    """A disclosure that the SDK made, put in the place of ours, is a file that verifies."""
    story = long_story()
    data = json.loads(story.file().to_bytes())
    questions, places = [], []
    for index, fields in story.contents.items():
        if data["entries"][index]["content"]["shown"]:
            shown = list(range(0, len(fields.fields), 2))
            questions.append({"tree": fields_to_json(fields.fields), "shown": shown})
            places.append(index)
    for index, answer in zip(places, ask(questions), strict=True):
        data["entries"][index]["content"]["shown"] = answer["proof"]
    made = rfc8785.dumps(data)
    assert Conclusion.VERIFIED == verify_proof(made, story.trust(), required=range(1, 12)).verdict
    assert made == ProofFile.from_bytes(made).to_bytes()
