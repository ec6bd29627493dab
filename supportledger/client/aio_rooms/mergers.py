"""What a desk is asked about mergers; made by scripts/client.py."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class Mergers:
    """
    Asks a desk about mergers.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Awaitable[Any]]) -> None:
        self._ask = ask

    async def prepare_merge(
        self, name: str, *, ticket: str, if_match: str = "", key: str = ""
    ) -> answers.Notes:
        """Write down both notes of a merger, for whoever merges to sign; nothing is merged yet."""
        found: answers.Notes = await self._ask(
            Ask(
                "POST",
                f"/tickets/{part(name)}/merge/prepare",
                body={"ticket": ticket},
                if_match=if_match,
                key=key,
            )
        )
        return found

    async def merge(
        self,
        name: str,
        *,
        signed: Sequence[Mapping[str, Any]],
        ticket: str,
        if_match: str = "",
        key: str = "",
    ) -> answers.Filed:
        """Let a ticket go on in another, with both notes signed elsewhere."""
        found: answers.Filed = await self._ask(
            Ask(
                "POST",
                f"/tickets/{part(name)}/merge/signed",
                body={"signed": signed, "ticket": ticket},
                if_match=if_match,
                key=key,
            )
        )
        return found

    async def prepare_unmerge(self, name: str, *, if_match: str = "", key: str = "") -> answers.Notes:
        """Write down the notes of setting a ticket apart, to be signed; nothing is changed yet."""
        found: answers.Notes = await self._ask(
            Ask("POST", f"/tickets/{part(name)}/unmerge/prepare", if_match=if_match, key=key)
        )
        return found

    async def unmerge(
        self, name: str, *, signed: Sequence[Mapping[str, Any]], if_match: str = "", key: str = ""
    ) -> answers.Filed:
        """Set a merged ticket apart again, with the notes signed elsewhere."""
        found: answers.Filed = await self._ask(
            Ask(
                "POST",
                f"/tickets/{part(name)}/unmerge/signed",
                body={"signed": signed},
                if_match=if_match,
                key=key,
            )
        )
        return found
