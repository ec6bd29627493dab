"""What a desk answers about agents, as JSON; made by scripts/client.py."""

from typing import TypedDict

from supportledger.client.answers.shared import Meta


class Certificate(TypedDict):
    """A certificate, as the ledger has it."""

    account: str
    status: str
    in_force: bool
    since: int
    until: int
    tier: int
    skills: list[str]
    languages: list[str]


class Change(TypedDict):
    """What became of a certificate once."""

    certifier: str
    status: str
    until: int
    tier: int
    block_number: int
    reason: str


class History(TypedDict):
    """A certificate with all that became of it."""

    account: str
    status: str
    in_force: bool
    since: int
    until: int
    tier: int
    skills: list[str]
    languages: list[str]
    changes: "list[Change]"


class PageCertificate(TypedDict):
    """A page of a list."""

    data: "list[Certificate]"
    meta: "Meta"
