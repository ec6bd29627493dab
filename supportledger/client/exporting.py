"""
An export as it comes: a ticket on each line, and where to go on behind each part.

Source: JSON Lines, jsonlines.org.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from supportledger.errors import DeliveryError

LINES: Final = "application/jsonl"


@dataclass
class Cursor:
    """
    How far somebody has taken tickets out; it moves on while they come.

    Args:
        text: To be kept for the next time: what came before it need not come again. Empty: the beginning.
        is_end: There is no more for now.
    """

    text: str = ""
    is_end: bool = False

    def query(self) -> dict[str, str]:
        """Say where to begin."""
        return {"cursor": self.text} if self.text else {}

    def take(self, line: str) -> Mapping[str, Any] | None:
        """
        Take a line; give the ticket that it is, if it is one.

        Raises:
            DeliveryError: It is none of an export.
        """
        try:
            said = json.loads(line)
        except ValueError as error:
            raise DeliveryError("the desk's export is broken off within a line") from error
        if not isinstance(said, dict):
            raise DeliveryError("the desk's export has a line that is no ticket")
        if "cursor" not in said:
            return said
        self.text, self.is_end = str(said["cursor"]), bool(said["end_of_stream"])
        return None
