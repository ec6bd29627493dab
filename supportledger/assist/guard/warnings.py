"""What a customer is told whose message had a secret, in the customer's language."""

from collections.abc import Iterable, Mapping
from typing import Final

from supportledger.model.incident import SecretKind, in_order

_WALLET: Final = frozenset(SecretKind) - {SecretKind.CARD_NUMBER}
_KINDS: Final[Mapping[str, Mapping[SecretKind, str]]] = {
    "en": {
        SecretKind.SEED_PHRASE: "a seed phrase",
        SecretKind.PRIVATE_KEY: "a private key",
        SecretKind.EXTENDED_KEY: "an extended private key",
        SecretKind.KEYSTORE: "a keystore file",
        SecretKind.CARD_NUMBER: "a card number",
    },
    "zh": {
        SecretKind.SEED_PHRASE: "助记词",
        SecretKind.PRIVATE_KEY: "私钥",
        SecretKind.EXTENDED_KEY: "扩展私钥",
        SecretKind.KEYSTORE: "密钥库文件",
        SecretKind.CARD_NUMBER: "银行卡号",
    },
}
_SAID: Final[Mapping[str, tuple[str, str, str, str, str]]] = {
    "en": (
        " and ",
        "Your message had what looks like {kinds}. It was removed before anything was kept.",
        "Treat the wallet as stolen: move all it holds to a new one now, and never send its words or keys.",
        "Watch the card's statements, and ask your bank whether to replace it.",
        "We never ask for them.",
    ),
    "zh": (
        "和",
        "您的消息里有疑似{kinds}的内容，我们在保存之前已将其移除。",
        "请把该钱包视为已被盗：立即将其中全部资产转入新的钱包，不要再把助记词或私钥发给任何人。",
        "请留意该卡的账单，并咨询发卡银行是否需要换卡。",
        "我们绝不会索要这些信息。",
    ),
}


def warning(kinds: Iterable[SecretKind], language: str = "en") -> str:
    """
    Tell a customer what was removed, and what to do now; nothing if nothing was.

    Args:
        kinds: What was removed.
        language: A tag like `zh-CN`; English where there is no text of it.
    """
    found = in_order(kinds)
    if not found:
        return ""
    code = language.replace("_", "-").partition("-")[0].lower()
    tongue = code if code in _SAID else "en"
    joint, removed, wallet, card, never = _SAID[tongue]
    told = [removed.format(kinds=joint.join(_KINDS[tongue][kind] for kind in found))]
    told += [wallet] if _WALLET.intersection(found) else []
    told += [card] if SecretKind.CARD_NUMBER in found else []
    told.append(never)
    return ("" if tongue == "zh" else " ").join(told)
