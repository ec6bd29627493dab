"""Seed phrases drawn by lot from the lists that eth-account ships, and the ways people write them."""

import hashlib
import json
import random
import unicodedata
from pathlib import Path

import eth_account

from supportledger.assist.guard.words import LANGUAGES

SIZES = (12, 15, 18, 21, 24)
_SHIPPED = Path(eth_account.__file__).parent / "hdaccount" / "wordlist"
_OWN = Path(__file__).parents[3] / "supportledger" / "assist" / "guard" / "data" / "bip39"


def listed(language: str) -> list[str]:
    """Read a list where somebody else keeps it; the Portuguese one is kept by nobody else here."""
    folder = _OWN if language == "portuguese" else _SHIPPED
    return (folder / f"{language}.txt").read_text("utf-8").split()


LISTS = {language: listed(language) for language in LANGUAGES}


def phrase(language: str, size: int, chance: random.Random) -> list[str]:
    """Draw a phrase whose checksum holds."""
    entropy = chance.randbytes(size * 4 // 3)
    check = hashlib.sha256(entropy).digest()[0] >> (8 - size // 3)
    number = int.from_bytes(entropy, "big") << size // 3 | check
    return [LISTS[language][number >> 11 * at & 2047] for at in reversed(range(size))]


def _full_width(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def _circled(at: int) -> str:
    return chr(0x2460 + at) if at < 20 else chr(0x3251 + at - 20)


SEPARATED = {
    "spaces": " ".join,
    "ideographic spaces": "\u3000".join,
    "lines": "\n".join,
    "Windows lines": "\r\n".join,
    "commas": ", ".join,
    "tight commas": ",".join,
    "Chinese commas": "、".join,
    "dashes": "-".join,
    "underscores": "_".join,
    "bars": " | ".join,
    "bullets": lambda words: "\n".join(f"• {word}" for word in words),
    "numbers": lambda words: "\n".join(f"{at}. {word}" for at, word in enumerate(words, 1)),
    "brackets": lambda words: " ".join(f"{at}) {word}" for at, word in enumerate(words, 1)),
    "circled numbers": lambda words: " ".join(f"{_circled(at)}{word}" for at, word in enumerate(words)),
    "numbers and no space": lambda words: " ".join(f"{at}{word}" for at, word in enumerate(words, 1)),
    "labels": lambda words: "\n".join(f"word {at}: {word}" for at, word in enumerate(words, 1)),
    "Chinese labels": lambda words: "\n".join(f"第{at}个:{word}" for at, word in enumerate(words, 1)),
    "four in a line": lambda words: "\n".join(" ".join(words[at : at + 4]) for at in range(0, len(words), 4)),
    "upper case": lambda words: " ".join(words).upper(),
    "title case": lambda words: " ".join(words).title(),
    "full width": lambda words: _full_width(" ".join(words)),
    "zero width": lambda words: " ".join("\u200b".join(word) for word in words),
    "joiners": "\u200d \ufeff".join,
    "composed": lambda words: unicodedata.normalize("NFC", " ".join(words)),
    "decomposed": lambda words: unicodedata.normalize("NFKD", " ".join(words)),
    "JSON": json.dumps,
    "JSON object": lambda words: json.dumps({f"word{at}": word for at, word in enumerate(words)}),
    "CSV": lambda words: "\n".join(f"{at},{word}" for at, word in enumerate(words, 1)),
    "HTML": lambda words: "<ol>" + "".join(f'<li class="w">{word}</li>' for word in words) + "</ol>",
    "references": lambda words: "&nbsp;".join("".join(f"&#{ord(one)};" for one in word) for word in words),
}
AROUND = (
    "{}",
    "My seed phrase is {} please help",
    "我的助记词是：{}，请帮我看看",
    'I wrote "{}" down.\nWhat now?',
)
HIDING = {
    "chinese_simplified": (
        "你好我的助记词是{}现在钱包打不开了请帮我恢复",
        "我昨天备份时写下{}然后就找不到钱包了",
        "因为手机坏了所以只剩下{}可以帮我看看吗谢谢",
    ),
    "chinese_traditional": (
        "你好我的助記詞是{}現在錢包打不開了請幫我恢復",
        "我昨天備份時寫下{}然後就找不到錢包了",
    ),
    "japanese": ("わたしのフレーズは{}ですがたすけてください", "きのうかいたのは{}というものです"),
}
