"""One conformance case, and what cases are made of."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import rfc8785

from supportledger.model.ticket import Action
from supportledger.proof.trust import Trust
from supportledger.proof.verdict import PROOF_STEPS
from tests.vectors.proof_story import ProofStory

Path = Sequence[str | int]


@dataclass(frozen=True)
class Case:
    """
    A file, what is trusted, and what a verifier must say.

    Args:
        name: Of the folder, without `_fail`.
        says: What it shows, in a sentence.
        data: The file.
        trust: Chain id, ledger, code hash, and hashes of blocks.
        step: The first step that does not pass; None if all that are required do.
        result: What becomes of that step.
        require: Steps that must have been checked.
    """

    name: str
    says: str
    data: bytes
    trust: Trust
    step: int | None = None
    result: str = "failed"
    require: Sequence[int] = field(default_factory=lambda: sorted(PROOF_STEPS))

    @property
    def folder(self) -> str:
        return self.name if self.step is None else f"{self.name}_fail"

    @property
    def verdict(self) -> str:
        if self.step is None:
            return "verified"
        return "failed" if self.result == "failed" else "incomplete"

    def files(self) -> Mapping[str, bytes]:
        """Give what is in its folder."""
        expected = {"require": list(self.require), "verdict": self.verdict, "step": self.step}
        return {
            "README.md": self._readme().encode(),
            "proof.json": self.data,
            "trust.json": shown(trust_data(self.trust)),
            "expected.json": shown(expected),
        }

    def _readme(self) -> str:
        if self.step is None:
            outcome = "It verifies."
        else:
            outcome = f"The first step that does not pass is {self.step}: {self.result}."
        required = ", ".join(map(str, self.require))
        return f"# {self.folder}\n\n{self.says}\n\n{outcome} Required steps: {required}.\n"


def shown(data: object) -> bytes:
    """Write JSON for people."""
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def trust_data(trust: Trust) -> dict[str, Any]:
    """Write a trust file."""
    blocks = trust.blocks if isinstance(trust.blocks, Mapping) else {}
    return {
        "chainId": trust.chain_id,
        "ledger": str(trust.ledger),
        "codeHash": "0x" + trust.code_hash.hex(),
        "blocks": {str(number): "0x" + one.hex() for number, one in sorted(blocks.items())},
    }


@cache
def short() -> tuple[bytes, Trust]:
    """A question and its answer, both signed, both shown."""
    story = ProofStory()
    story.act(Action.ANSWER, "agent", 2, says={"body": "It waits.", "kind": "answer"})
    return story.file().to_bytes(), story.trust()


def edited(data: bytes, path: Path, change: Callable[[Any], Any] | object) -> bytes:
    """Change one value of a file, and write it canonically."""
    whole = json.loads(data)
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    before = inner[path[-1]]
    inner[path[-1]] = change(before) if callable(change) else change
    return rfc8785.dumps(whole)


def without(data: bytes, path: Path) -> bytes:
    """Leave a member or an element out."""
    whole = json.loads(data)
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return rfc8785.dumps(whole)


def turned(text: str, at: int = -1) -> str:
    """Change one hexadecimal digit."""
    at %= len(text)
    return text[:at] + "0123456789abcdef"[int(text[at], 16) ^ 1] + text[at + 1 :]
