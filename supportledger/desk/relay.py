"""
Carrying drafts to the ledger: the work of one round, for whatever drafts it is given.

1. For what may have been sent before, the ledger is asked first: what is on it already is recorded as it is,
   and never sent again.
2. What can not come any more is rejected: its place is taken, its signature has expired, or its ticket was
   refused. What must wait for another draft waits.
3. The rest is called submitted, and only then sent: what was signed by the relayer, fifty in a transaction;
   what was not, by its actor, if the key is at hand.
4. What contracts signed, and claims, go one by one, a few in a round: each waits for its block, and must not
   keep the rest from theirs.
5. Before a refusal is believed, the ledger is asked again: somebody else may have carried the same draft.
6. What the node could not take, or did not answer for, waits; so does what came too late for the state that
   it was presented with.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from supportledger.desk.cast import Cast, Part
from supportledger.desk.drafting import after, position, to_act, to_opening
from supportledger.desk.finding import became
from supportledger.desk.posting import Posting, is_final
from supportledger.desk.reading import Reading
from supportledger.desk.sync import Index
from supportledger.errors import (
    ConfigError,
    Conflict,
    Denied,
    Error,
    InsufficientFunds,
    NotFound,
    TransactionReverted,
)
from supportledger.model.acts import Acts, Posted, SignedOpening
from supportledger.model.entry import lane
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import Draft, DraftStatus, EntryRecord
from supportledger.model.refusal import SignatureExpired, TicketStale
from supportledger.model.ticket import Action, Auth, Lane, TicketState
from supportledger.ports import Ledger, Signer, Store

RUN: Final = 50
"""Drafts on one ticket that share a transaction."""
_SLOTS: Final = 500
_FEW: Final = 20
_PLAIN_SIGNATURE: Final = 65
_APPROVED: Final = 5
"""Drafts that contracts signed, and claims, in a round."""


@dataclass(frozen=True, slots=True)
class Carried:
    """
    What became of a draft in a round.

    Args:
        draft: As it is now.
        problem: Why it is rejected, or why it still waits; None when it is on the ledger.
        entry: What it became there.
    """

    draft: Draft
    problem: Error | None = None
    entry: EntryRecord | None = None

    @property
    def is_waiting(self) -> bool:
        """It is to be carried again."""
        return self.draft.status in {DraftStatus.STORED, DraftStatus.SIGNED, DraftStatus.SUBMITTED}


class WaitsForAnother(Conflict):
    """A draft follows another one that is not on the ledger yet."""

    retryable = True


@dataclass(slots=True)
class _Plan:
    """What is to be sent."""

    openings: list[Draft] = field(default_factory=list)
    groups: dict[TicketId, list[Draft]] = field(default_factory=dict)
    singles: list[Draft] = field(default_factory=list)
    states: dict[TicketId, TicketState] = field(default_factory=dict)

    @property
    def drafts(self) -> list[Draft]:
        """All of it."""
        return [*self.openings, *(one for some in self.groups.values() for one in some), *self.singles]


class Relay:
    """Carries drafts."""

    def __init__(  # noqa: PLR0917 -- the rooms of a desk, put together in one place
        self,
        ledger: Ledger,
        store: Store,
        cast: Cast,
        posting: Posting,
        reading: Reading,
        index: Index,
    ) -> None:
        self._round = partial(_Round, ledger, store, cast, posting, reading, index)

    def carry(self, drafts: Sequence[Draft]) -> list[Carried]:
        """
        Carry drafts as far as they come.

        Args:
            drafts: In the order in which they were kept; each once.

        Returns:
            One for each, in order.

        Raises:
            RpcUnavailable: The node is away; all of them wait.
            StoreError: The store is; likewise.
        """
        return self._round().run(drafts)


class _Round:
    """One call of `carry`."""

    def __init__(  # noqa: PLR0917 -- as above
        self,
        ledger: Ledger,
        store: Store,
        cast: Cast,
        posting: Posting,
        reading: Reading,
        index: Index,
    ) -> None:
        self._index = index
        self._ledger = ledger
        self._store = store
        self._cast = cast
        self._posting = posting
        self._reading = reading
        self._now = ledger.now()
        self._done: dict[bytes, EntryRecord | Posted | Error] = {}
        self._approved = 0

    def run(self, drafts: Sequence[Draft]) -> list[Carried]:
        plan = self._planned(drafts)
        self._store.advance(
            [
                replace(one, status=DraftStatus.SUBMITTED)
                for one in plan.drafts
                if one.status is not DraftStatus.SUBMITTED
            ]
        )
        self._send_openings(plan.openings)
        self._send_groups(plan)
        for draft in plan.singles:
            self._send_alone(draft, plan.states[draft.ticket])
        sent = {one.key for one in plan.drafts}
        return self._settled(drafts, sent)

    # -- what is there already, and what is to be sent -------------------------------------------------------

    def _planned(self, drafts: Sequence[Draft]) -> _Plan:
        plan = _Plan(states=self._states(drafts))
        expected = dict(plan.states)
        runs: defaultdict[TicketId, int] = defaultdict(int)
        for draft in drafts:
            if draft.action is Action.OPEN:
                self._plan_opening(draft, plan)
            elif draft.ticket not in expected:
                self._done[draft.key] = self._without_ticket(draft)
            elif runs[draft.ticket] < RUN:
                runs[draft.ticket] += 1
                expected[draft.ticket] = self._plan_act(draft, expected[draft.ticket], plan)
            else:
                self._done[draft.key] = WaitsForAnother("its ticket has many actions waiting")
        return plan

    def _states(self, drafts: Sequence[Draft]) -> dict[TicketId, TicketState]:
        """
        Give the states of the tickets that exist.

        What was never sent is believed to be new, and the store about its ticket as long as the two fit
        together; if they are wrong, the ledger refuses it as stale or there already, and it is looked up.
        """
        by_ticket: defaultdict[TicketId, list[Draft]] = defaultdict(list)
        for draft in drafts:
            by_ticket[draft.ticket].append(draft)
        new = {ticket: some for ticket, some in by_ticket.items() if not any(map(_was_sent, some))}
        known = self._store.known(list(new))
        found = {ticket: record.state for ticket, record in known.items() if _fit(new[ticket], record.state)}
        fresh = {ticket for ticket, some in new.items() if some[0].action is Action.OPEN}
        unsure = [one for one in by_ticket if one not in found and (one not in fresh or one in known)]
        if len(unsure) > _FEW:  # one look at all that is new costs less than one at each ticket
            self._index.follow()
        slots = self._slots(unsure)
        return found | self._reading.current([one for one in unsure if slots[one] != bytes(32)])

    def _slots(self, tickets: Sequence[TicketId]) -> Mapping[TicketId, bytes]:
        found: dict[TicketId, bytes] = {}
        for at in range(0, len(tickets), _SLOTS):
            part = tickets[at : at + _SLOTS]
            found |= zip(part, self._ledger.slots(part), strict=True)
        return found

    def _plan_opening(self, draft: Draft, plan: _Plan) -> None:
        if draft.ticket in plan.states:
            self._done[draft.key] = self._entries(draft.ticket, plan)[0]
        elif problem := self._hindrance(draft):
            self._done[draft.key] = problem
        else:
            plan.openings.append(draft)

    def _plan_act(self, draft: Draft, state: TicketState, plan: _Plan) -> TicketState:
        """Plan one, and give the ticket as it will be when all that is planned has come."""
        order = lane(draft.action, draft.actor, state.customer)
        place = position(order, state)
        if place > draft.sequence or (order is Lane.NONE and draft.status is DraftStatus.SUBMITTED):
            entry = became(draft, self._entries(draft.ticket, plan))
            if entry is not None or order is not Lane.NONE:
                self._done[draft.key] = entry or _taken(draft)
                return state
        if place < draft.sequence:
            self._done[draft.key] = WaitsForAnother("an action signed before it is not on the ledger yet")
            return state
        if problem := self._hindrance(draft):
            self._done[draft.key] = problem
            return state
        if _goes_with_others(draft) and all(one.ticket != draft.ticket for one in plan.singles):
            plan.groups.setdefault(draft.ticket, []).append(draft)
        else:
            plan.singles.append(draft)
        return after(draft, state)

    def _without_ticket(self, draft: Draft) -> Error:
        """Say what an action on a ticket that is not there is to do."""
        openings = [one for one in self._store.drafts(ticket=draft.ticket) if one.action is Action.OPEN]
        if openings and all(one.status is not DraftStatus.REJECTED for one in openings):
            return WaitsForAnother("its ticket is not on the ledger yet")
        return NotFound(f"ticket {draft.ticket.handle} was never opened")

    def _hindrance(self, draft: Draft) -> Error | None:
        """Say why a draft cannot be sent, if it cannot."""
        if draft.deadline and draft.deadline < self._now:
            return SignatureExpired(draft.deadline, self._now)
        try:
            sender = self._sender(draft)
        except Error as error:  # no such identity, or its passphrase is wrong
            return _waiting(error)
        return self._crowd(draft) if sender else _waiting(_no_key(draft))

    def _crowd(self, draft: Draft) -> Error | None:
        """Let only a few drafts into a round that contracts signed, or may have consented to."""
        if draft.auth is not Auth.ERC1271 and not draft.consent:
            return None
        self._approved += 1
        is_full = self._approved > _APPROVED
        return WaitsForAnother("others that go alone go before it") if is_full else None

    def _sender(self, draft: Draft) -> Signer | None:
        return self._cast.behind(Part.RELAYER) if draft.signature else self._cast.of(draft.actor)

    # -- sending ---------------------------------------------------------------------------------------------

    def _send_openings(self, drafts: Sequence[Draft]) -> None:
        signed = [one for one in drafts if _goes_with_others(one)]
        if signed:
            openings = [one for draft in signed if isinstance(one := to_opening(draft), SignedOpening)]
            relayer = self._cast.behind(Part.RELAYER)
            self._attempt(signed, lambda: self._ledger.open_batch(relayer, openings))
        by_actor: dict[Address, list[Draft]] = {}
        for draft in drafts:
            if draft.auth is Auth.ERC1271:
                self._send_alone(draft, None)
            elif not _goes_with_others(draft):
                by_actor.setdefault(draft.actor, []).append(draft)
        for some in by_actor.values():
            self._send_plain_openings(some)

    def _send_plain_openings(self, drafts: Sequence[Draft]) -> None:
        sender = self._sender(drafts[0])
        if sender is None:
            return
        self._attempt(drafts, lambda: self._ledger.open_many(sender, map(to_opening, drafts)))

    def _send_groups(self, plan: _Plan) -> None:
        if not plan.groups:
            return
        relayer = self._cast.behind(Part.RELAYER)
        groups = [Acts(one, plan.states[one], [*map(to_act, some)]) for one, some in plan.groups.items()]
        drafts = [one for some in plan.groups.values() for one in some]
        self._attempt(drafts, lambda: self._ledger.act_batch(relayer, groups))
        reverted = [one for one in drafts if isinstance(self._done.get(one.key), TransactionReverted)]
        for draft in reverted:  # a transaction failed as a whole: each of its items is judged alone
            self._send_alone(draft, plan.states[draft.ticket])

    def _attempt(self, drafts: Sequence[Draft], send: Callable[[], Sequence[Posted | Error]]) -> None:
        try:
            results: Iterable[Posted | Error] = send()
        except Error as error:
            results = [error] * len(drafts)
        self._done |= {draft.key: result for draft, result in zip(drafts, results, strict=True)}

    def _send_alone(self, draft: Draft, state: TicketState | None) -> None:
        sender = self._sender(draft)
        if sender is None:
            return
        try:
            if state is not None and draft.ticket in self._moved():
                state = self._reading.fresh(draft.ticket).state
            self._done[draft.key] = self._posting.deliver(draft, sender, state)
        except Error as error:
            self._done[draft.key] = error

    def _moved(self) -> set[TicketId]:
        """Name tickets that this round has changed already."""
        return {one.ticket for one in self._done.values() if isinstance(one, Posted)}

    # -- what became of them ---------------------------------------------------------------------------------

    def _settled(self, drafts: Sequence[Draft], sent: set[bytes]) -> list[Carried]:
        """Write down what became of all of them."""
        carried = [self._judged(draft, draft.key in sent) for draft in drafts]
        posted = [one for one in self._done.values() if isinstance(one, Posted)]
        self._reading.record([one.entry for one in posted], {one.ticket: one.state for one in posted})
        self._write(
            [after.draft for before, after in zip(drafts, carried, strict=True) if after.draft != before]
        )
        return carried

    def _judged(self, draft: Draft, was_sent: bool) -> Carried:  # noqa: FBT001 -- said where it is called
        result = self._done.get(draft.key) or _waiting(_no_key(draft))
        if isinstance(result, Error) and was_sent and _ends(result):
            result = self._posting.found_after_all(draft) or result
        if isinstance(result, Error):
            status = DraftStatus.SUBMITTED if was_sent else draft.status
            if _ends(result):
                status = DraftStatus.REJECTED
            return Carried(replace(draft, status=status, reason=_said(result)), result)
        entry = result.entry if isinstance(result, Posted) else result
        status = DraftStatus.FINAL if self._ledger.waits else DraftStatus.MINED
        done = replace(draft, status=status, transaction=entry.transaction, index=entry.index, reason="")
        return Carried(done, entry=entry)

    def _write(self, drafts: Sequence[Draft]) -> None:
        """Write how far drafts have come; what another process has brought further stays as it is."""
        try:
            self._store.advance(drafts)
        except Conflict:
            for draft in drafts:
                self._write_one(draft)

    def _write_one(self, draft: Draft) -> None:
        there = self._store.draft(draft.key)
        if there.leads_to(draft.status):
            self._store.advance([draft])

    def _entries(self, ticket: TicketId, plan: _Plan) -> Sequence[EntryRecord]:
        """Give a ticket's entries: those of the store, if it has all of them."""
        known = self._store.entries(ticket)
        is_whole = len(known) == plan.states[ticket].entries
        return known if is_whole else self._reading.fresh(ticket).entries


def _was_sent(draft: Draft) -> bool:
    return draft.status is DraftStatus.SUBMITTED


def _fit(drafts: Sequence[Draft], state: TicketState) -> bool:
    """Tell whether drafts follow a state of their ticket, each the one before."""
    for draft in drafts:
        if position(lane(draft.action, draft.actor, state.customer), state) != draft.sequence:
            return False
        state = after(draft, state)
    return True


def _goes_with_others(draft: Draft) -> bool:
    """Tell whether a draft may share a transaction: what an account has signed, and nobody else."""
    is_plain = draft.auth is not Auth.ERC1271 and len(draft.signature) == _PLAIN_SIGNATURE
    return is_plain and not draft.consent


def _taken(draft: Draft) -> Conflict:
    return Conflict(
        f"somebody else acted on ticket {draft.ticket.handle} while this {draft.action} was made",
        hint="Read the ticket again, and decide anew.",
    )


def _no_key(draft: Draft) -> Denied:
    return Denied(
        f"the key of {draft.actor} is not at hand",
        hint="Run `supportledger action recover` where it is, or let them do it again.",
    )


class Hindered(ConfigError):  # noqa: N818 -- as in supportledger.errors
    """Something at this end hinders a draft, and may be put right."""


def _waiting(error: Error) -> Error:
    return Hindered(error.message, hint=error.hint)


def _ends(error: Error) -> bool:
    """Tell whether a draft is never to be sent again."""
    return is_final(error) and not isinstance(error, TicketStale | WaitsForAnother | InsufficientFunds)


def _said(error: Error) -> str:
    return f"{error.code}: {error.message}"
