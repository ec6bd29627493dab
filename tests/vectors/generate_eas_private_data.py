"""
Write eas_private_data.json: field trees and multiproofs as the published SDK (`eas-sdk` 2.10.0) makes them.

Nothing of ours takes part. Needs `make peers`. Run from the repository's root:
`python -m tests.vectors.generate_eas_private_data`.
"""

import json
import random
from pathlib import Path
from typing import Any

from tests.interop.eas_sdk import ask

FILE = Path(__file__).with_name("eas_private_data.json")
TEXTS = [
    "kind",
    "My withdrawal has been pending for two days.",
    "我的提现两天了还没有到账，请帮忙查一下。",
    "🧾🚀👩🏽\u200d💻 paid 3×, still nothing 😡",
    "مرحبا، لم يصل التحويل بعد \u200f(رقم 42)",
    "שלום, ההעברה לא הגיעה",
    "e\u0301 is not \u00e9 here: values are hashed as given",
    "line one\nline two\ttab \u0000 nul \\ \" ' \u007f",
    "32 bytes, which is a whole word!",
    "長" * 700,
]
NAMES = [
    "attachment.0",
    "attachment.0.name",
    "attachment.0.size",
    "attachment.0.type",
    "author",
    "body",
    "channel",
    "createdAt",
]
NAMES += ["kind", "language", "log.count", "log.last", "subject"]
NUMBERS = ["0", "1", "1700000000", str(2**53 + 1), str(2**64 - 1)]


def generate() -> list[dict[str, Any]]:
    """Make the same cases every time."""
    draw = random.Random(2100)
    questions = [question(draw, size) for size in (*range(1, len(NAMES) + 1), *range(1, len(NAMES) + 1))]
    answers = ask(questions)
    return [{"fields": asked["tree"], **answer} for asked, answer in zip(questions, answers, strict=True)]


def question(draw: random.Random, size: int) -> dict[str, Any]:
    tree = [field(draw, name) for name in sorted(draw.sample(NAMES, size))]
    return {"tree": tree, "shown": sorted(draw.sample(range(size), draw.randint(1, size)))}


def field(draw: random.Random, name: str) -> dict[str, str]:
    if name.endswith((".size", ".count", "createdAt")):
        kind, value = "uint64", draw.choice(NUMBERS)
    elif name in ("attachment.0", "log.last"):
        kind, value = "bytes32", "0x" + draw.randbytes(32).hex()
    else:
        kind, value = "string", draw.choice(TEXTS)
    return {"name": name, "salt": "0x" + draw.randbytes(32).hex(), "type": kind, "value": value}


if __name__ == "__main__":
    FILE.write_text(json.dumps(generate(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
