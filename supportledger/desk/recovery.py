"""
Finishing what an earlier run has kept and not seen done: killed, without a node, or without ether.

It is one worker's round after another (`desk.relay`), for whoever does not want to wait for a worker. That a
worker carries the same at the same time does no harm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from supportledger.desk.relay import Carried, Relay, WaitsForAnother
from supportledger.errors import Error, RpcUnavailable
from supportledger.model.records import WAITING, Draft, EntryRecord
from supportledger.model.refusal import TicketStale
from supportledger.ports import Store

_AT_ONCE: Final = 2_000
_TRIES: Final = 4
"""In a row in which nothing came to the ledger, since tickets changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """
    What became of a draft that was waiting.

    Args:
        draft: As it is now.
        result: On the ledger now; or why it is not: final if the draft is rejected, else it still waits.
    """

    draft: Draft
    result: EntryRecord | Error


class Recovery:
    """Goes on with drafts that wait."""

    def __init__(self, store: Store, relay: Relay) -> None:
        self._store = store
        self._relay = relay

    def waiting(self) -> list[Draft]:
        """List the drafts that wait, in the order in which they were kept."""
        return self._store.drafts(statuses=WAITING)

    def run(self) -> list[Recovered]:
        """
        Finish all of them.

        Raises:
            RpcUnavailable: The node is away; what was not finished waits.
        """
        drafts = self.waiting()
        parts = (drafts[at : at + _AT_ONCE] for at in range(0, len(drafts), _AT_ONCE))
        return [_recovered(one) for part in parts for one in self._finished(part)]

    def _finished(self, drafts: Sequence[Draft]) -> list[Carried]:
        found: dict[bytes, Carried] = {}
        rest, tries = list(drafts), _TRIES
        while rest and tries:
            carried = self._relay.carry(rest)
            found |= {one.draft.key: one for one in carried}
            tries = _TRIES if any(not one.is_waiting for one in carried) else tries - 1
            rest = [one.draft for one in carried if _is_worth_another_round(one)]
        return [found[one.key] for one in drafts]


def _is_worth_another_round(one: Carried) -> bool:
    return one.is_waiting and isinstance(one.problem, WaitsForAnother | TicketStale)


def _recovered(one: Carried) -> Recovered:
    if isinstance(one.problem, RpcUnavailable):
        raise one.problem
    result = one.problem or one.entry
    assert result is not None  # noqa: S101 -- without a problem, there is an entry
    return Recovered(one.draft, result)
