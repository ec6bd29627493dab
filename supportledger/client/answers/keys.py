"""What a desk answers about keys, as JSON; made by scripts/client.py."""

from typing import TypedDict

from supportledger.client.answers.shared import Meta, Right


class Key(TypedDict):
    """An API key, without its secret."""

    id: str
    label: str
    scopes: "list[Right]"
    created_at: int
    expires_at: int | None
    used_at: int | None
    identity: str


class KeyMade(TypedDict):
    """A key with its secret, which is shown once."""

    secret: str
    key: "Key"


class PageKey(TypedDict):
    """A page of a list."""

    data: "list[Key]"
    meta: "Meta"
