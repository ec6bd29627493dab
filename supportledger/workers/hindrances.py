"""
What holds actions up until a person puts it right: an account without ether, a key that is elsewhere.

1. Each is told once, with the action, who pays for it, and what is missing; again only after it was gone.
2. An action that follows a held-up one on its ticket is held up with it.
3. Where all that waits is held up, there is nothing to do.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final

from supportledger.desk.cast import Cast, Part
from supportledger.desk.notices import Board, Notice, Topic
from supportledger.desk.relay import Carried, Hindered, WaitsForAnother
from supportledger.errors import Error, InsufficientFunds
from supportledger.model.records import Draft

_FOR_PEOPLE: Final = (InsufficientFunds, Hindered)


class Hindrances:
    """
    Knows what is held up.

    Args:
        cast: Who acts, by name.
        board: Where people are told.
    """

    def __init__(self, cast: Cast, board: Board) -> None:
        self._cast = cast
        self._board = board
        self._held_up: dict[bytes, Draft] = {}
        self._told: set[tuple[str, str]] = set()

    def took(self, carried: Sequence[Carried]) -> None:
        """Note what became of a round, and tell what is new."""
        moved = {one.draft.ticket for one in carried if not one.is_waiting}
        self._held_up = {key: one for key, one in self._held_up.items() if one.ticket not in moved}
        able = {self._payer(one.draft) for one in carried if one.problem is None}
        self._told = {(code, payer) for code, payer in self._told if payer not in able}
        news: defaultdict[tuple[str, str], list[Carried]] = defaultdict(list)
        for one in carried:
            self._held_up.pop(one.draft.key, None)
            if one.is_waiting and isinstance(one.problem, (*_FOR_PEOPLE, WaitsForAnother)):
                self._held_up[one.draft.key] = one.draft
            if one.is_waiting and isinstance(one.problem, _FOR_PEOPLE):
                news[one.problem.code, self._payer(one.draft)].append(one)
        for (code, payer), some in news.items():
            if (code, payer) not in self._told:
                self._told.add((code, payer))
                self._board.post(_notice(payer, some))

    @property
    def is_poor(self) -> bool:
        """Some account cannot pay."""
        return any(code == InsufficientFunds.code for code, _ in self._told)

    def hold(self, waiting: Collection[Draft]) -> bool:
        """Tell whether all of these are held up."""
        return all(one.key in self._held_up for one in waiting)

    def _payer(self, draft: Draft) -> str:
        if draft.signature:
            return Part.RELAYER.value
        return self._cast.name(draft.actor) or str(draft.actor)


def _notice(payer: str, held_up: Sequence[Carried]) -> Notice:
    [first, *others] = held_up
    problem, draft = first.problem, first.draft
    assert isinstance(problem, Error)  # noqa: S101 -- only those with one are told
    which = f"{draft.action} on ticket {draft.ticket.handle}"
    more = f" and {len(others)} more actions wait" if others else " waits"
    said = f"{which}{more}, to be sent by {payer}: {problem.message}. {problem.hint} Nothing is lost."
    topic = Topic.OUT_OF_FUNDS if isinstance(problem, InsufficientFunds) else Topic.HELD_UP
    facts = {"key": "0x" + draft.key.hex(), "payer": payer, "actions": len(held_up), "code": problem.code}
    return Notice(topic, said, draft.ticket, facts)
