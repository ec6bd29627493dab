"""The port of the desk's own papers: who works here, who is signed in, how tickets are filed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from supportledger.model.ids import TicketId

DESK: TicketId = TicketId(b"\xff" * 32)
"""Stands for the desk itself where papers belong to nobody else."""


@dataclass(frozen=True, slots=True)
class Paper:
    """
    One thing that a desk keeps: an account, a session, a saved view.

    Args:
        kind: What it is, in a word: account, session, macro …
        id: Its name, unique within its kind; 1 to 128 printable ASCII characters.
        data: What it says; JSON values only.
        version: How often it was written; 0 for one that is not there yet.
        keys: What else it is found by, each unique within its kind; they are never stored in clear.
        group: What it is listed under, as `list` asks for it; not secret.
        owner: Whose key it is sealed with: a person's id, so that erasing the person erases their papers.
        expires_at: From then on it counts as gone; None for never. Unix seconds.
    """

    kind: str
    id: str
    data: Mapping[str, Any] = field(repr=False)
    version: int = 0
    keys: tuple[str, ...] = field(default=(), repr=False)
    group: str = ""
    owner: TicketId = DESK
    expires_at: int | None = None


class Cabinet(Protocol):
    """
    Small papers that change: each is sealed, has a version, and may expire.

    * A call that returns has been written to disk as a whole; one that raises has changed nothing.
    * It is safe under threads, and several processes may share it.
    * What has expired is gone for every call, swept or not.
    * Papers whose owner's key was destroyed (`Vault.erase`) are gone, too.

    Raises, anywhere: StoreError, when the database cannot do what was asked.
    """

    def write(self, *papers: Paper) -> list[Paper]:
        """
        Write papers, all of them or none: each new (version 0) or as it was last read.

        Returns:
            The papers with their new versions, in order.

        Raises:
            Conflict: Somebody else has written one meanwhile, or another paper has one of its keys.
            ContentErased: The key of its owner was destroyed.
            InputError: A kind, an id or a value cannot be, or one is there twice. Kinds have 1 to 32 visible
                ASCII characters, groups up to 128 printable ones; data is 1 MiB of JSON at most.
        """

    def read(self, kind: str, name: str) -> Paper:
        """
        Give one paper.

        Raises:
            NotFound: It is not there, or has expired.
        """

    def find(self, kind: str, key: str) -> Paper:
        """
        Give the paper that has a key.

        Raises:
            NotFound: None has it.
        """

    def list(
        self, kind: str, group: str | None = None, *, after: str = "", limit: int = 1_000
    ) -> list[Paper]:
        """
        List papers of a kind by id, ascending.

        Args:
            kind: Which kind.
            group: Of this group only; None for all.
            after: Behind this id.
            limit: At most this many.
        """

    def take(self, kind: str, name: str) -> Paper:
        """
        Remove a paper and give it: of all who try at once, one succeeds.

        Raises:
            NotFound: It is not there, has expired, or somebody else has taken it.
        """

    def remove(self, kind: str, names: Sequence[str]) -> None:
        """Remove papers; those that are not there are no error."""

    def sweep(self, now: int) -> int:
        """Remove for good what has expired, or can be opened by nobody, and tell how many papers it was."""

    def spend(self, name: str, amount: int, *, limit: int, window_s: int, now: int) -> int:
        """
        Count what somebody uses up, for limits that all processes share.

        Args:
            name: Who, or what is limited.
            amount: How much to add.
            limit: What a window allows.
            window_s: Seconds; windows begin at multiples of it.
            now: Unix seconds.

        Returns:
            How much of *amount* is granted: less than it once the limit is reached, down to 0.
        """
