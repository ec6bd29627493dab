"""
Payment card numbers, told from other long numbers by issuer, length, check digit and the words beside them.

Source: ISO/IEC 7812-1 (issuer ranges, Luhn's formula); GB 11643-1999 (Chinese identity numbers).
"""

import re
from collections.abc import Iterator
from itertools import combinations, takewhile
from typing import Final

from supportledger.assist.guard.findings import Certainty, Finding
from supportledger.assist.guard.folding import fold
from supportledger.model.incident import SecretKind

_NUMBER: Final = re.compile(r"(?<![0-9a-z_+#/-])(?<![0-9][.,])[0-9](?:[ .-]?[0-9]){13,22}(?![0-9a-z_])")
"""Digits in groups, with perhaps a year or a code behind them."""
_GROUPS: Final = frozenset(
    {(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 4, 4, 4, 2), (4, 4, 4, 4, 1), (4, 6, 5), (4, 6, 4), (6, 13), (6, 10)}
    | {(4, 4, 4, 1), (6, 12), (8, 8), (5, 5, 6), (6, 6, 4), (6, 6, 7), (4, 4, 4, 3)}
)
_GROUP: Final = re.compile("[0-9]+")
_LEAST_DIGITS: Final = 14
_ISSUERS: Final = (
    (("4",), (16, 19)),  # Visa
    (tuple(str(one) for one in range(51, 56)), (16,)),  # Mastercard
    (tuple(str(one) for one in range(2221, 2721)), (16,)),
    (("34", "37"), (15,)),  # American Express
    (("62", "81"), (16, 17, 18, 19)),  # UnionPay
    (("6011", "644", "645", "646", "647", "648", "649", "65"), (16, 19)),  # Discover
    (("300", "301", "302", "303", "304", "305", "3095", "36", "38", "39"), (14, 16)),  # Diners Club
    (tuple(str(one) for one in range(3528, 3590)), (16,)),  # JCB
    (("2200", "2201", "2202", "2203", "2204"), (16, 19)),  # Mir
    (("5018", "5020", "5038", "5893", "6304", "6759", "6761", "6762", "6763"), (16, 18, 19)),  # Maestro
    (("60", "82"), (16,)),  # RuPay
)
_BEFORE: Final = 40
_CARD: Final = re.compile(
    r"card|visa|master|amex|debit|credit|卡|karte|tarjeta|carte|cart[aã]o|carta|카드|カード|карт|kart"
)
_OTHER: Final = re.compile(
    fold(
        r"order|invoice|track|parcel|phone|mobile|tel|reference|ref\b|imei|uid|(?<![a-z])id(?![a-z])|ticket|case|"
        r"serial|iban|订单|訂單|单号|單號|流水|快递|快遞|电话|電話|手机|手機|编号|編號|工单|"
        r"身份证|身份證|注文|電話|주문|전화|pedido|commande|bestell"
    )
)
_IDENTITY: Final = re.compile(
    r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{4}"
)
_IDENTITY_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ROUND: Final = "000000"


def cards(text: str) -> Iterator[Finding]:
    """
    Find card numbers.

    Args:
        text: Folded, in lower case.
    """
    for found in _NUMBER.finditer(text):
        before = text[max(0, found.start() - _BEFORE) : found.start()]
        for start, end in _candidates(found):
            number = re.sub("[ .-]", "", text[start:end])
            if _is_card(number) and not _is_other(number, before):
                yield Finding(SecretKind.CARD_NUMBER, start, end, Certainty.VERIFIED)


def _candidates(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Give what is grouped as cards are: one group alone, all digits apart, or some groups in a row."""
    groups = [(one.start() + found.start(), one.end() + found.start()) for one in _GROUP.finditer(found[0])]
    sizes = [end - start for start, end in groups]
    apart = len(list(takewhile(lambda size: size == 1, sizes)))
    yield from ((groups[0][0], groups[last][1]) for last in range(_LEAST_DIGITS - 1, apart))
    for first, last in combinations(range(len(groups) if apart < _LEAST_DIGITS else 0), 2):
        if tuple(sizes[first : last + 1]) in _GROUPS:
            yield groups[first][0], groups[last][1]
    for start, end in groups:
        if end - start >= _LEAST_DIGITS and found.string[start - 1 : start] not in {".", "-"}:
            yield start, end


def _is_card(number: str) -> bool:
    has_issuer = any(len(number) in sizes and number.startswith(prefixes) for prefixes, sizes in _ISSUERS)
    return has_issuer and _luhn(number) and not number.endswith(_ROUND)


def _luhn(number: str) -> bool:
    digits = [int(one) for one in reversed(number)]
    doubled = (sum(divmod(2 * one, 10)) for one in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_other(number: str, before: str) -> bool:
    """Tell whether it is called another number, nearer than a card's, or is a person's identity number."""
    if _IDENTITY.fullmatch(number) and _is_identity(number):
        return True
    card, other = (
        max((one.end() for one in names.finditer(before)), default=-1) for names in (_CARD, _OTHER)
    )
    return other > card


def _is_identity(number: str) -> bool:
    total = sum(int(one) * weight for one, weight in zip(number, _IDENTITY_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1]
