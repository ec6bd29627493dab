"""Endpoints: programs of others that are told what happens, and the secrets that they know us by."""

import re
import secrets
from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import Any, Final

from supportledger.errors import InputError
from supportledger.ports.cabinet import Paper

KIND: Final = "endpoint"
_WANTED: Final = re.compile(r"[a-z]{1,32}\.(?:\*|[a-z][a-z_-]{0,31})", re.ASCII)
_MOST_WANTED: Final = 50
_LONGEST_NOTE: Final = 200
SECRET_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    A program that is told what happens.

    Args:
        id: Its name for programs.
        url: Where it is told, as `Target` has it.
        wants: Kinds of happenings: `ticket.answered`, or `ticket.*`; empty for all.
        note: What people should know of it.
        secrets: What it knows us by, the newest first; the second one only for a while.
        old_until: Until when the second secret is used; Unix seconds.
        since: The happening behind which it is told.
        created_at: Unix seconds.
        failing_since: Since when nothing has reached it; None when the last thing did. Unix seconds.
        disabled: Why it is told nothing; empty while it is told.
        version: How often it was written.
    """

    id: str
    url: str
    wants: tuple[str, ...] = ()
    note: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    old_until: int = 0
    since: int = 0
    created_at: int = 0
    failing_since: int | None = None
    disabled: str = ""
    version: int = 0

    def is_told(self, kind: str) -> bool:
        """Tell whether it wants to know of a kind of happening."""
        return not self.wants or any(
            kind == one or (one.endswith(".*") and kind.startswith(one[:-1])) for one in self.wants
        )

    def secrets_at(self, now: int) -> tuple[str, ...]:
        """Give the secrets that are signed with at an instant."""
        return self.secrets if now < self.old_until else self.secrets[:1]


def new_secret() -> str:
    """Make a secret, as Standard Webhooks writes it."""
    return "whsec_" + b64encode(secrets.token_bytes(SECRET_SIZE)).decode()


def check_about(wants: tuple[str, ...], note: str) -> None:
    """
    Let an endpoint want what there can be.

    Raises:
        InputError: It wants something else, or too much is said of it.
    """
    wrong = [one for one in wants if not _WANTED.fullmatch(one)]
    if wrong or len(wants) > _MOST_WANTED:
        raise InputError(
            f"nothing that happens is called {wrong[0][:40]!r}" if wrong else "that is too many kinds",
            hint="Kinds are like ticket.answered, or ticket.* for all about tickets.",
        )
    if len(note) > _LONGEST_NOTE:
        raise InputError(f"a note has at most {_LONGEST_NOTE} characters")


def to_paper(endpoint: Endpoint) -> Paper:
    """Write an endpoint as the cabinet keeps it."""
    names = ("url", "note", "old_until", "since", "created_at", "failing_since", "disabled")
    data: dict[str, Any] = {name: getattr(endpoint, name) for name in names}
    data |= {"wants": list(endpoint.wants), "secrets": list(endpoint.secrets)}
    return Paper(KIND, endpoint.id, data, endpoint.version)


def from_paper(paper: Paper) -> Endpoint:
    """Read an endpoint."""
    data: dict[str, Any] = {**paper.data, "wants": (), "secrets": ()}
    read = Endpoint(id=paper.id, version=paper.version, **data)
    return replace(read, wants=tuple(paper.data["wants"]), secrets=tuple(paper.data["secrets"]))
