"""What a desk answers about contacts, as JSON; made by scripts/client.py."""

from typing import Literal, TypedDict

from supportledger.client.answers.shared import Meta

ContactKind = Literal["mail", "phone", "site", "telegram", "x", "discord", "chain"]


class OfficialContact(TypedDict):
    """A contact that is the desk's, or was."""

    kind: "ContactKind"
    value: str
    since: int
    until: int | None


class PageOfficialContact(TypedDict):
    """A page of a list."""

    data: "list[OfficialContact]"
    meta: "Meta"


class Said(TypedDict):
    """What can be said of a contact; never that it is safe."""

    word: str
    kind: "ContactKind | None"
    value: str
    official: "OfficialContact | None"
