"""What a desk answers about people, as JSON; made by scripts/client.py."""

from typing import Literal, TypedDict

from supportledger.client.answers.shared import Meta, Right

Role = Literal["customer", "agent", "supervisor", "certifier", "auditor", "admin"]


class Invited(TypedDict):
    """An invitation; its link is shown once."""

    person: "Person"
    link: str
    expires_at: int
    is_sent: bool


class Me(TypedDict):
    """Who asks."""

    name: str
    roles: "list[Role]"
    rights: "list[Right]"
    queues: list[str] | None
    address: str | None
    via: str
    on_chain: dict[str, str]


class PagePerson(TypedDict):
    """A page of a list."""

    data: "list[Person]"
    meta: "Meta"


class Person(TypedDict):
    """One of the staff."""

    id: str
    name: str
    roles: "list[Role]"
    queues: list[str] | None
    mail: str
    address: str | None
    language: str
    disabled_at: int | None
