"""What a desk answers about desk, as JSON; made by scripts/client.py."""

from typing import TypedDict


class DeskStatus(TypedDict):
    """How the desk is: its own word, for others to compare."""

    name: str
    chain_id: int
    ledger: str
    code_hash: str
    is_ready: bool
    store: bool
    index: bool
    node: bool
