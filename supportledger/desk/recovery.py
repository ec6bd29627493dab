"""
Finishing what an earlier run has kept and not seen done: killed, without a node, or without ether.

1. What is on the ledger already is recorded as it is: found by ticket, action, actor and commitment, and
   where there is no commitment, by its place in the lane.
2. What can not come any more is rejected: its place is taken, or its signature has expired.
3. The rest is sent, by the relayer if it is signed, else by its actor, if the key is at hand; else it waits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from supportledger.desk.bulk import Bulk
from supportledger.desk.cast import Cast, Part
from supportledger.desk.finding import became
from supportledger.desk.posting import Posting
from supportledger.desk.reading import Reading
from supportledger.errors import Denied, Error, NotFound, RpcUnavailable
from supportledger.model.acts import Posted
from supportledger.model.records import WAITING, Draft, DraftStatus, EntryRecord
from supportledger.model.refusal import SignatureExpired
from supportledger.model.ticket import Action
from supportledger.ports import Ledger, Signer, Store

_SLOTS: Final = 500


@dataclass(frozen=True, slots=True)
class Recovered:
    """
    What became of a draft that was waiting.

    Args:
        draft: As it was found.
        result: On the ledger now; or why it is not: final if the draft is rejected, else it still waits.
    """

    draft: Draft
    result: EntryRecord | Error


class Recovery:
    """Goes on with drafts that wait."""

    def __init__(  # noqa: PLR0917 -- the rooms of a desk, put together in one place
        self, ledger: Ledger, store: Store, cast: Cast, posting: Posting, reading: Reading, bulk: Bulk
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._cast = cast
        self._posting = posting
        self._reading = reading
        self._bulk = bulk

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
        if not drafts:
            return []
        now = self._ledger.now()
        results = self._openings([one for one in drafts if one.action is Action.OPEN], now)
        for draft in drafts:
            if draft.key not in results:
                results[draft.key] = self._act(draft, now)
        return [Recovered(draft, results[draft.key]) for draft in drafts]

    def _openings(self, drafts: Sequence[Draft], now: int) -> dict[bytes, EntryRecord | Error]:
        """Send those whose ticket is not there, those of one sender together."""
        slots = [slot for part in _parts(drafts) for slot in self._ledger.slots([one.ticket for one in part])]
        results: dict[bytes, EntryRecord | Error] = {}
        missing: dict[bytes, tuple[Signer, list[Draft]]] = {}
        for draft, slot in zip(drafts, slots, strict=True):
            if slot != bytes(32):
                results[draft.key] = self._is_there(draft, self._reading.fresh(draft.ticket).entries[0])
                continue
            sender = self._sender(draft, now)
            if isinstance(sender, Error):
                results[draft.key] = sender
            else:
                missing.setdefault(sender.address, (sender, []))[1].append(draft)
        for sender, some in missing.values():
            for draft, result in zip(some, self._bulk.send_openings(some, sender), strict=True):
                results[draft.key] = result.entry if isinstance(result, Posted) else result
        return results

    def _act(self, draft: Draft, now: int) -> EntryRecord | Error:
        try:
            found = self._reading.fresh(draft.ticket)
        except NotFound as error:
            return error
        entry = became(draft, found.entries)
        if entry is not None:
            return self._is_there(draft, entry)
        sender = self._sender(draft, now)
        if isinstance(sender, Error):
            return sender
        try:
            return self._posting.carry(draft, sender, found.state).entry
        except RpcUnavailable:
            raise
        except Error as error:
            return error

    def _is_there(self, draft: Draft, entry: EntryRecord) -> EntryRecord:
        done = replace(draft, status=DraftStatus.FINAL, transaction=entry.transaction, index=entry.index)
        self._store.advance([done])
        return entry

    def _sender(self, draft: Draft, now: int) -> Signer | Error:
        """Give who sends a draft, or why nobody can."""
        if draft.deadline and draft.deadline < now:
            expired = SignatureExpired(draft.deadline, now)
            self._posting.settle([(draft, expired)])
            return expired
        try:
            sender = self._cast.behind(Part.RELAYER) if draft.signature else self._cast.of(draft.actor)
        except Error as error:  # no such identity, or its passphrase is wrong
            return error
        return sender or Denied(
            f"the key of {draft.actor} is not at hand", hint="Recover where it is, or let them do it again."
        )


def _parts(drafts: Sequence[Draft]) -> Iterator[Sequence[Draft]]:
    return (drafts[at : at + _SLOTS] for at in range(0, len(drafts), _SLOTS))
