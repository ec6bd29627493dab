"""What a desk answers about sessions, as JSON; made by scripts/client.py."""

from typing import Literal, TypedDict

from supportledger.client.answers.shared import Meta

Way = Literal["wallet", "passkey", "link", "invitation", "chat"]


class PageSessionShape(TypedDict):
    """A page of a list."""

    data: "list[SessionShape]"
    meta: "Meta"


class SessionShape(TypedDict):
    """A session, without its secret."""

    id: str
    ways: "list[Way]"
    created_at: int
    seen_at: int
    ends_at: int
    agent: str
    is_unlocked: bool
    is_this: bool
