"""
From a draft to the ledger: keep, send, record, in this order, for every action.

1. A draft is in the store, with its content, before anything of it is sent.
2. A ticket that has changed meanwhile is read again, and the draft carried over to the new state, as long as
   nobody else has taken its place in its lane.
3. What the ledger accepted is recorded; what it refuses is kept as rejected, with the reason; what could not
   be sent stays as it is, and `desk.recovery` goes on with it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from supportledger.desk.cast import Cast, Part
from supportledger.desk.drafting import position, to_act, to_opening
from supportledger.desk.finding import became
from supportledger.desk.reading import Reading
from supportledger.errors import (
    ChainError,
    Conflict,
    Denied,
    Error,
    InputError,
    NotFound,
    TransactionReverted,
)
from supportledger.model.acts import Posted, SignedOpening
from supportledger.model.entry import lane
from supportledger.model.ids import TicketId
from supportledger.model.incident import SecretKind
from supportledger.model.records import Draft, DraftStatus, EntryRecord, ReceiptRecord
from supportledger.model.refusal import TicketStale
from supportledger.model.ticket import Action, TicketState
from supportledger.ports import Ledger, Signer, Store, Submission

_TRIES: Final = 4
"""To act on a ticket that changes while it is acted on."""
_KEPT: Final = "What was written is kept: do not write it again, `supportledger action recover` sends it."
_FINAL: Final = (InputError, NotFound, Denied, Conflict, TransactionReverted)
"""What sending again does not cure."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    An action that the ledger accepted.

    Args:
        posted: Its entry, the ticket after it, and its cost.
        draft: As it was sent.
        receipt: The promise to relay it, if it was signed.
        removed: Secrets that were in it, and are kept nowhere: the ticket is a security incident.
    """

    posted: Posted
    draft: Draft
    receipt: ReceiptRecord | None = None
    removed: tuple[SecretKind, ...] = ()

    @property
    def ticket(self) -> TicketId:
        """The ticket."""
        return self.posted.ticket

    @property
    def handle(self) -> str:
        """The ticket's name for people."""
        return self.ticket.handle

    @property
    def state(self) -> TicketState:
        """The ticket after it."""
        return self.posted.state

    @property
    def entry(self) -> EntryRecord:
        """The entry that it became."""
        return self.posted.entry

    @property
    def gas_used(self) -> int:
        """By its transaction, which may carry other entries too."""
        return self.posted.gas_used


class Posting:
    """Brings drafts to the ledger."""

    def __init__(self, ledger: Ledger, store: Store, reading: Reading, cast: Cast) -> None:
        self._ledger = ledger
        self._store = store
        self._reading = reading
        self._cast = cast

    def post(self, submission: Submission, sender: Signer | None, state: TicketState | None) -> Outcome:
        """
        Keep a draft, send it, and record what became of it.

        Args:
            submission: The draft with all that belongs to it.
            sender: Sends it and pays; None: the relayer, who carries what is signed.
            state: The ticket that it acts on; None for an opening.

        Raises: As `carry`.
        """
        kept = self._store.keep([submission])[0]
        draft = replace(submission.draft, status=kept.status)  # one that was refused may be tried again
        posted = self.carry(draft, sender or self._cast.behind(Part.RELAYER), state)
        return Outcome(posted, draft, submission.receipt, submission.removed)

    def carry(self, draft: Draft, sender: Signer, state: TicketState | None) -> Posted:
        """
        Send a draft that is kept, and record what became of it.

        Raises:
            Refusal: The ledger refuses; the draft is kept as rejected.
            Conflict: Somebody else acted first; likewise.
            ChainError: It could not be sent, or its fate is not known; the draft waits.
        """
        try:
            with nothing_lost():
                posted = self.deliver(draft, sender, state)
        except Error as error:
            found = self.found_after_all(draft) if is_final(error) else None
            if found is None:
                self.settle([(draft, error)])
                raise
            posted = found
        self.settle([(draft, posted)])
        return posted

    def found_after_all(self, draft: Draft) -> Posted | None:
        """Look whether a draft that was refused is on the ledger already: a worker may have carried it."""
        try:
            found = self._reading.fresh(draft.ticket)
        except (NotFound, ChainError):  # the refusal stands, and says more
            return None
        entry = became(draft, found.entries)
        return None if entry is None else Posted(entry, found.state, 0)

    def settle(self, results: Sequence[tuple[Draft, Posted | Error]]) -> None:
        """Write down what became of drafts, and what the ledger then says of their tickets."""
        advanced = [later for draft, result in results if (later := _after(draft, result))]
        posted = [result for _, result in results if isinstance(result, Posted)]
        self._store.advance(advanced)
        self._reading.record([one.entry for one in posted], {one.ticket: one.state for one in posted})

    def deliver(self, draft: Draft, sender: Signer, state: TicketState | None) -> Posted:
        """
        Send a draft that is kept, and leave the recording to the caller.

        Raises: As `carry`.
        """
        if draft.action is Action.OPEN or state is None:
            return self._open(draft, sender)
        act = to_act(draft)
        for _ in range(_TRIES):
            check_place(draft, state)
            try:
                return self._ledger.act(sender, draft.ticket, state, act)
            except TicketStale:
                state = self._reading.fresh(draft.ticket).state
        raise Conflict(f"ticket {draft.ticket.handle} changes too fast", hint="Try again.")

    def _open(self, draft: Draft, sender: Signer) -> Posted:
        opening = to_opening(draft)
        if isinstance(opening, SignedOpening):
            return self._ledger.open_signed(sender, opening)
        return self._ledger.open(sender, opening)


def is_final(error: Error) -> bool:
    """Tell whether sending again cannot help."""
    return isinstance(error, _FINAL)


def check_place(draft: Draft, state: TicketState) -> None:
    """
    Let a draft act on a newer state only while its place in its lane is free.

    Raises:
        Conflict: Somebody else acted first.
    """
    order = lane(draft.action, draft.actor, state.customer)
    if position(order, state) != draft.sequence and order:
        raise Conflict(
            f"somebody else acted on ticket {draft.ticket.handle} while this {draft.action} was made",
            hint="Read the ticket again, and decide anew.",
        )


def _after(draft: Draft, result: Posted | Error) -> Draft | None:
    """Say what a draft has become; None if it waits as before."""
    if isinstance(result, Posted):
        entry = result.entry
        return replace(
            draft, status=DraftStatus.FINAL, transaction=entry.transaction, index=entry.index, reason=""
        )
    if is_final(result):
        return replace(draft, status=DraftStatus.REJECTED, reason=f"{result.code}: {result.message}")
    return None


@contextmanager
def nothing_lost() -> Iterator[None]:
    """Say of an error that sending again may cure that what was to be sent is kept."""
    try:
        yield
    except Error as error:
        if not is_final(error):
            error.hint = f"{error.hint} {_KEPT}".strip()
        raise
