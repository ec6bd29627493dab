"""
Official contacts as lines of the log `contacts`: which addresses, numbers and names are the desk's own.

A line is public: it is shown as it is, with the proof of its place, to whoever asks about a contact.

Source: docs/spec/anchored-log.md, L11.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from supportledger.errors import BundleFormatError
from supportledger.model.ids import Address
from supportledger.proof import field_json

LOG: Final = "contacts"
"""The one log that has such lines."""
LINE_TYPE: Final = "supportledger.contact.v1"
_LIMIT: Final = 4_096
_TIME: Final = re.compile(r"0|[1-9][0-9]{0,11}", re.ASCII)
_MEMBERS: Final = {"actor", "kind", "since", "step", "time", "type", "until", "value"}
LONGEST_VALUE: Final = 512


class ContactKind(StrEnum):
    """What a contact is."""

    MAIL = "mail"
    PHONE = "phone"
    SITE = "site"
    TELEGRAM = "telegram"
    X = "x"
    DISCORD = "discord"
    CHAIN = "chain"
    """An address on a chain."""


class ContactStep(StrEnum):
    """What a line says of a contact."""

    ADDED = "added"
    """It is the desk's own, from one instant on, and perhaps until another."""
    REVOKED = "revoked"
    """It was the desk's own until an instant."""


@dataclass(frozen=True, slots=True)
class ContactLine:
    """
    One line of the log (L11.1).

    Args:
        step: What it says.
        kind: Of contact.
        value: As it is compared (L11.3).
        time: When it was said, by the desk's clock; Unix seconds.
        actor: Who vouches for it; nobody's address for whoever works on the desk's machine.
        since: First second at which it is the desk's; Unix seconds.
        until: First second at which it is no longer; None for no end. Unix seconds.
    """

    step: ContactStep
    kind: ContactKind
    value: str
    time: int
    actor: Address
    since: int
    until: int | None = None

    def to_bytes(self) -> bytes:
        """Write it as it stands in the log (L11.2)."""
        return field_json.canonical(
            {
                "actor": field_json.actor_to_json(self.actor),
                "kind": str(self.kind),
                "since": str(self.since),
                "step": str(self.step),
                "time": str(self.time),
                "type": LINE_TYPE,
                "until": "" if self.until is None else str(self.until),
                "value": self.value,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """
        Read what `to_bytes` wrote.

        Raises:
            BundleFormatError: It is anything else, by as little as one byte.
        """
        content = field_json.read(data) if len(data) <= _LIMIT else None
        if not isinstance(content, dict) or content.keys() != _MEMBERS or content["type"] != LINE_TYPE:
            raise BundleFormatError("this is no line of the log of contacts")
        if not all(isinstance(value, str) for value in content.values()):
            raise BundleFormatError("all that a line of the log of contacts says is text")
        line = cls._from_json(content)
        if line.to_bytes() != data:
            raise BundleFormatError("a line is not in its canonical form")
        return line

    @classmethod
    def _from_json(cls, content: Mapping[str, str]) -> Self:
        times = content["time"], content["since"], content["until"] or "0"
        if not all(map(_TIME.fullmatch, times)):
            raise BundleFormatError("the times of a line are written in decimal")
        try:
            step, kind = ContactStep(content["step"]), ContactKind(content["kind"])
        except ValueError as cause:
            raise BundleFormatError("a line says something that no such line says") from cause
        value = content["value"]
        if not 0 < len(value) <= LONGEST_VALUE:
            raise BundleFormatError("a contact is too long, or empty")
        actor = Address(field_json.actor_from_json(content["actor"]))
        until = int(content["until"]) if content["until"] else None
        return cls(step, kind, value, int(content["time"]), actor, int(content["since"]), until)
