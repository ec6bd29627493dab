"""
What people type for a ticket: an id, a handle, or the beginning of one.

A handle is the first 80 bits of the id in base32 (RFC 4648 alphabet, a-z and 2-7, read in either case),
grouped by four.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from supportledger.errors import AmbiguousId, InputError, NotFound
from supportledger.model.ids import TicketId

HANDLE_LENGTH: Final = 16
HEX_LENGTH: Final = 64
_NAMED: Final = 5
"""Tickets that are named when several fit."""
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)
_BASE32 = re.compile(r"[a-z2-7]+", re.ASCII)
_BASE32_DIGITS = {digit: value for value, digit in enumerate("abcdefghijklmnopqrstuvwxyz234567")}


@dataclass(frozen=True, slots=True)
class IdRange:
    """All ids that start with the same bits: from *low* to *high*, both included."""

    low: TicketId
    high: TicketId

    def __contains__(self, ticket: TicketId) -> bool:
        """Tell whether an id starts with these bits."""
        return self.low <= ticket <= self.high

    @classmethod
    def of_bits(cls, bits: int, length: int) -> Self:
        """Take the first *length* bits, as an integer."""
        rest = 256 - length
        low = bits << rest
        return cls(TicketId(low.to_bytes(32, "big")), TicketId((low | (1 << rest) - 1).to_bytes(32, "big")))


@dataclass(frozen=True, slots=True)
class TicketPrefix:
    """
    A handle or the beginning of an id, which names a ticket only together with the tickets there are.

    Text without `0x` or `-` may read both as hexadecimal and as base32; then both readings count, and
    `select` calls it ambiguous rather than guess.

    Args:
        text: What was typed, for messages.
        ranges: Where ids that fit it lie; one or two.
    """

    text: str
    ranges: tuple[IdRange, ...]

    def __contains__(self, ticket: TicketId) -> bool:
        """Tell whether an id fits."""
        return any(ticket in one for one in self.ranges)

    def select(self, tickets: Iterable[TicketId]) -> TicketId:
        """
        Find the one ticket that fits.

        Raises:
            NotFound: None does.
            AmbiguousId: More than one does.
        """
        found = sorted({ticket for ticket in tickets if ticket in self})
        if not found:
            raise NotFound(f"no ticket {self.text}", hint="List the tickets to see their handles.")
        if len(found) > 1:
            handles = ", ".join(ticket.handle for ticket in found[:_NAMED])
            others = ", …" if len(found) >= _NAMED else ""
            raise AmbiguousId(
                f"{self.text} fits more than one ticket: {handles}{others}",
                [str(ticket) for ticket in found[:_NAMED]],
                hint="Give more characters of the id.",
            )
        return found[0]


def parse_ticket(text: str) -> TicketId | TicketPrefix:
    """
    Read what a person typed for a ticket: its id, its handle, or the beginning of either.

    A full id is 64 hexadecimal digits, with or without `0x`. After `0x` fewer digits are the beginning of an
    id. Otherwise up to 16 base32 characters, in any case and with or without dashes, are a handle or its
    beginning.

    Returns:
        A `TicketId` when the text says all; else a `TicketPrefix` to look for.

    Raises:
        InputError: It can be neither.
    """
    given = text.strip().lower()
    digits = given.removeprefix("0x")
    if len(digits) == HEX_LENGTH and _HEX.fullmatch(digits):
        return TicketId.parse(digits)
    ranges = tuple(_readings(given, digits))
    if not ranges:
        raise InputError(
            f"not a ticket: {text[:80]!r}",
            hint="Give a handle like abcd-efgh-ijkl-mnop, 0x and 64 digits, or the beginning of one.",
        )
    return TicketPrefix(text.strip(), ranges)


def _readings(given: str, digits: str) -> Iterable[IdRange]:
    if len(digits) < HEX_LENGTH and _HEX.fullmatch(digits):
        yield IdRange.of_bits(int(digits, 16), 4 * len(digits))
    characters = given.replace("-", "")
    if not given.startswith("0x") and len(characters) <= HANDLE_LENGTH and _BASE32.fullmatch(characters):
        bits = 0
        for character in characters:
            bits = bits << 5 | _BASE32_DIGITS[character]
        yield IdRange.of_bits(bits, 5 * len(characters))
