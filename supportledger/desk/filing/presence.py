"""
Who looks at a ticket just now, and who writes an answer, so that two do not answer at once.

1. Whoever looks says so now and then; who has not for `GONE_S` seconds is gone.
2. The same is written at most every `AGAIN_S` seconds, and something else at most every `CHANGE_S`.

It is a courtesy, not a lock: the ledger accepts the first of two answers, and the second learns of it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from supportledger.errors import Conflict, NotFound
from supportledger.model.ids import TicketId
from supportledger.ports import Clock
from supportledger.ports.cabinet import Cabinet, Paper

KIND: Final = "presence"
GONE_S: Final = 20
AGAIN_S: Final = 10
CHANGE_S: Final = 2
_MOST: Final = 50
_MOST_EVERYWHERE: Final = 500


@dataclass(frozen=True, slots=True)
class Present:
    """
    Somebody who has a ticket open.

    Args:
        person: Their account.
        name: What others see of them.
        is_typing: They write an answer.
        at: When they last said so; Unix seconds.
    """

    person: TicketId
    name: str
    is_typing: bool
    at: int


class Presence:
    """
    Who is where.

    Args:
        cabinet: Where it is kept while it is true.
        clock: This machine's.
    """

    def __init__(self, cabinet: Cabinet, clock: Clock) -> None:
        self._cabinet = cabinet
        self._clock = clock

    def here(self, ticket: TicketId, person: TicketId, name: str, *, is_typing: bool = False) -> None:
        """Say that somebody has a ticket open."""
        now = self._now()
        present = Present(person, name, is_typing, now)
        try:
            before = self._cabinet.read(KIND, _id(ticket, person))
        except NotFound:
            self._write(ticket, present, 0)
            return
        rest = AGAIN_S if _present(before).is_typing == is_typing else CHANGE_S
        if now - _present(before).at >= rest:
            self._write(ticket, present, before.version)

    def gone(self, ticket: TicketId, person: TicketId) -> None:
        """Say that somebody has closed a ticket."""
        self._cabinet.remove(KIND, [_id(ticket, person)])

    def at(self, ticket: TicketId, *, but: TicketId | None = None) -> list[Present]:
        """
        List who has a ticket open, whoever writes first.

        Args:
            ticket: Which.
            but: Whoever asks, who knows of themselves.
        """
        found = map(_present, self._cabinet.list(KIND, str(ticket), limit=_MOST))
        others = (one for one in found if one.person != but)
        return sorted(others, key=lambda one: (not one.is_typing, one.name))

    def everywhere(self) -> Mapping[TicketId, list[Present]]:
        """Tell who has which ticket open, for lists of tickets: whoever comes last may be left out."""
        found: dict[TicketId, list[Present]] = {}
        for paper in self._cabinet.list(KIND, limit=_MOST_EVERYWHERE):
            found.setdefault(TicketId.parse(paper.group), []).append(_present(paper))
        return found

    def _write(self, ticket: TicketId, present: Present, version: int) -> None:
        data = {
            "person": str(present.person),
            "name": present.name,
            "typing": present.is_typing,
            "at": present.at,
        }
        paper = Paper(
            KIND,
            _id(ticket, present.person),
            data,
            version,
            group=str(ticket),
            expires_at=self._now() + GONE_S,
        )
        try:
            self._cabinet.write(paper)
        except Conflict:  # another window of theirs has just said the same
            return

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _id(ticket: TicketId, person: TicketId) -> str:
    return hashlib.sha256(ticket + person).hexdigest()


def _present(paper: Paper) -> Present:
    data = paper.data
    return Present(TicketId.parse(data["person"]), str(data["name"]), bool(data["typing"]), int(data["at"]))
