"""How far somebody who follows the feed has read, so that nothing is missed after a restart."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from supportledger.errors import NotFound
from supportledger.ports.cabinet import Cabinet, Paper

KIND: Final = "bookmark"


class Bookmark:
    """
    The place of one follower, which all processes that follow for it share.

    Args:
        cabinet: Where it is kept.
        name: Of the follower.
    """

    def __init__(self, cabinet: Cabinet, name: str) -> None:
        self._cabinet = cabinet
        self._name = name

    def read(self) -> Paper:
        """Give the place: its data is empty, and its version 0, before anything was read."""
        try:
            return self._cabinet.read(KIND, self._name)
        except NotFound:
            return Paper(KIND, self._name, {})

    def move(self, since: Paper, data: Mapping[str, Any]) -> Paper:
        """
        Write a new place.

        Args:
            since: The place as it was read.
            data: What it is now.

        Raises:
            Conflict: Somebody else has moved it meanwhile, and has done the same work.
        """
        return self._cabinet.write(replace(since, data=data))[0]
