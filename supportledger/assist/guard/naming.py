"""
What long numbers are called by the words beside them, in the languages that customers write.

The nearest sentence that calls a number anything decides; where it speaks of a key, it is about a key. Words
that also mean other things (a block, an order, a transaction) count only close by.
"""

import re
from enum import Enum, auto
from typing import Final

from supportledger.assist.guard.folding import fold

_BEFORE: Final = 90
_BEHIND: Final = 30
_CLOSE: Final = 14
"""Characters in which a name is looked for: before, behind, and for names that often mean other things."""
_NOT_A_KEY: Final = (
    "public[ _-]?key",
    "pub[ _-]?key",
    "公钥",
    "公鑰",
    "公開鍵",
    "공개 ?키",
    "clave p[uú]blica",
)
_KEY: Final = (
    *("priv", r"(?<![a-z])keys?(?![a-z])", r"(?<![a-z])sk(?![a-z])", "secret", "seed", "wallet import"),
    *(
        "私钥",
        "私鑰",
        "密钥",
        "密鑰",
        "金鑰",
        "秘密鍵",
        "プライベートキー",
        "개인 ?키",
        "비밀 ?키",
        "clave",
        "llave",
        "clé",
    ),
    *("chiave", "chave", "klíč", "schlüssel", "ключ"),
)
_HASH: Final = (
    *(
        "hash",
        "digest",
        "checksum",
        "sha-?2?3?-?256",
        "keccak",
        "merkle",
        "tx ?id",
        "/tx/",
        "/block/",
        "uuid",
    ),
    *("trans[a-z]{3,8}[ _-]?id", "哈希", "杂凑", "雜湊", "摘要", "ハッシュ", "해시", "хеш", "хэш"),
)
_IDENTIFIER: Final = (
    *(r"(?<![a-z])tx", "transac", "transakt", "transaz", "block", r"(?<![a-z])ids?(?![a-z])", "receipt"),
    *("ticket", "order", "salt", r"(?<![a-z])mac(?![a-z])", "signature", "fingerprint", "nonce", "proof"),
    *(
        "root",
        "commit",
        "topic",
        "交易",
        "区块",
        "區塊",
        "订单",
        "訂單",
        "编号",
        "編號",
        "单号",
        "凭证",
        "工单",
    ),
    *("取引", "トランザクション", "ブロック", "트랜잭션", "거래", "블록", "транзакц", "трансак", "блок"),
    *("bloque", "bloc", "blocco"),
)
_SENTENCE_END: Final = re.compile(r"[.!?;]\s|[\n\r。！？；]")
_DIGITS: Final = 16
_OTHER_NUMBER: Final = re.compile(rf"[0-9a-f]{{{_DIGITS}}}")


class Called(Enum):
    """What a number is called."""

    KEY = auto()
    HASH = auto()
    NOTHING = auto()


def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(fold(one).lower() for one in names))


_NAMES_NO_KEY, _NAMES_KEY = _any_of(_NOT_A_KEY), _any_of(_KEY)
_NAMES_HASH, _NAMES_IDENTIFIER = _any_of(_HASH), _any_of(_IDENTIFIER)


def called(text: str, start: int, end: int, since: int = 0) -> Called:
    """
    Tell what a number is called.

    Args:
        text: Folded, in lower case.
        start: The number's first character.
        end: The first character behind it.
        since: Where the number before it ends, whose names are not this one's.
    """
    behind = _behind(text, end)
    if _NAMES_KEY.search(behind):
        return Called.KEY
    before = _before(text[max(since, start - _BEFORE) : start])
    if before is Called.NOTHING and (_NAMES_HASH.search(behind) or _NAMES_IDENTIFIER.search(behind[:_CLOSE])):
        return Called.HASH
    return before


def _before(text: str) -> Called:
    text = _NAMES_NO_KEY.sub("public", text)
    close = {one.end() for one in _NAMES_IDENTIFIER.finditer(text) if len(text) - one.end() <= _CLOSE}
    for sentence in reversed(_SENTENCE_END.split(text)):
        if _NAMES_KEY.search(sentence):
            return Called.KEY
        if _NAMES_HASH.search(sentence) or (close and _NAMES_IDENTIFIER.search(sentence)):
            return Called.HASH
    return Called.NOTHING


def _behind(text: str, end: int) -> str:
    """Give the rest of the number's sentence; nothing if another number is there, which it may be about."""
    if _OTHER_NUMBER.search(text, end, end + _BEHIND + _DIGITS):
        return ""
    behind = text[end : end + _BEHIND]
    return _NAMES_NO_KEY.sub("public", _SENTENCE_END.split(behind, maxsplit=1)[0])
