"""What a desk answers about export, as JSON; made by scripts/client.py."""

from typing import TypedDict

from supportledger.client.answers.shared import Ticket


class Exported(TypedDict):
    """A part of an export."""

    cursor: str
    end_of_stream: bool
    data: "list[Ticket]"
