"""What a desk answers about mergers, as JSON; made by scripts/client.py."""

from typing import TypedDict

from supportledger.client.answers.shared import Prepared


class Notes(TypedDict):
    """The notes of a change, each to be signed; bring them back together, in this order."""

    prepared: "list[Prepared]"
