"""
Tickets that belong together: linked, which changes nothing else, and merged, which lets one go on in another.

1. What is merged leaves the lists; its customer's words go on in the target (`goes_on`).
2. Only tickets of one customer are merged: whoever owns the target reads what goes on there.
3. Neither ledger nor conversation is touched: both tickets get a note, signed by whoever merges.
4. Merging is undone while the customer has written nothing in the target since.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from supportledger.desk import intents
from supportledger.desk.intents import Intent
from supportledger.errors import Conflict, InputError, NotFound
from supportledger.model.ids import NOBODY, TicketId
from supportledger.model.ticket import Status, TicketState
from supportledger.ports import Clock
from supportledger.ports.cabinet import Cabinet, Paper
from supportledger.ports.filing import Filing, Filings
from supportledger.ports.store import Store

KIND: Final = "merge"
MOST_LINKS: Final = 50
_TRIES: Final = 5
_LONGEST_CHAIN: Final = 100


@dataclass(frozen=True, slots=True)
class Merged:
    """
    What was merged, or set apart again, and the notes that are to be signed about it.

    Args:
        source: As it is filed now.
        target: As it is filed now.
        notes: One on each ticket; whoever has merged signs them.
    """

    source: Filing
    target: Filing
    notes: tuple[Intent, ...]


class Linking:
    """
    Links and merges tickets.

    Args:
        cabinet: Where it is kept what was there when tickets were merged.
        filings: Where tickets are filed.
        store: Knows the tickets.
        clock: This machine's.
    """

    def __init__(self, cabinet: Cabinet, filings: Filings, store: Store, clock: Clock) -> None:
        self._cabinet = cabinet
        self._filings = filings
        self._store = store
        self._clock = clock

    # -- links -----------------------------------------------------------------------------------------------

    def link(self, one: TicketId, other: TicketId) -> None:
        """
        Let two tickets name each other; what is linked already stays so.

        Raises:
            InputError: It is one ticket.
            NotFound: One of them is not there.
            Conflict: One has too many links.
        """
        _check_two(one, other)
        self._state(one), self._state(other)
        self._change(one, other, lambda filing, to: replace(filing, linked=_with(filing.linked, to)))

    def unlink(self, one: TicketId, other: TicketId) -> None:
        """Let two tickets name each other no longer; those that do not are no error."""
        _check_two(one, other)
        self._change(one, other, lambda filing, to: replace(filing, linked=_without(filing.linked, to)))

    # -- merging ---------------------------------------------------------------------------------------------

    def goes_on(self, ticket: TicketId) -> TicketId:
        """Give the ticket where a matter goes on: the last target, or the ticket itself."""
        for _ in range(_LONGEST_CHAIN):
            target = self._filing(ticket).merged_into
            if target is None:
                return ticket
            ticket = target
        raise Conflict(
            f"ticket {ticket.handle} is merged in a circle", hint="Restore the store from a backup."
        )

    def merge(self, source: TicketId, target: TicketId) -> Merged:
        """
        Let one ticket go on in another.

        Raises:
            InputError: It is one ticket.
            NotFound: One of them is not there.
            Conflict: One is closed or merged already, or they are not of one customer.
        """
        states, filings = self._mergeable(source, target)
        self._remember(source, target, states)
        written = self._filings.file(
            replace(filings[0], merged_into=target, linked=_with(filings[0].linked, target)),
            replace(filings[1], linked=_with(filings[1].linked, source)),
        )
        return Merged(written[0], written[1], _merged_notes(source, target))

    def merging_notes(self, source: TicketId, target: TicketId) -> tuple[Intent, ...]:
        """
        Give the notes of a merger that is still to be made, for those who sign them first.

        Raises: As `merge`.
        """
        self._mergeable(source, target)
        return _merged_notes(source, target)

    def undo(self, source: TicketId) -> Merged:
        """
        Set a merged ticket apart again.

        Raises:
            NotFound: It was not merged.
            Conflict: The customer has written in the target since, or the target was merged itself.
        """
        filing, there = self._separable(source)
        target = there.ticket
        written = self._filings.file(
            replace(filing, merged_into=None, linked=_without(filing.linked, target)),
            replace(there, linked=_without(there.linked, source)),
        )
        self._cabinet.remove(KIND, [str(source)])
        return Merged(written[0], written[1], _apart_notes(source, target))

    def undoing_notes(self, source: TicketId) -> tuple[Intent, ...]:
        """
        Give the notes of setting a ticket apart, for those who sign them first.

        Raises: As `undo`.
        """
        return _apart_notes(source, self._separable(source)[1].ticket)

    # -- inside ----------------------------------------------------------------------------------------------

    def _mergeable(
        self, source: TicketId, target: TicketId
    ) -> tuple[tuple[TicketState, TicketState], tuple[Filing, Filing]]:
        _check_two(source, target)
        states = self._state(source), self._state(target)
        filings = self._filing(source), self._filing(target)
        _check_open(states)
        _check_free(filings)
        _check_one_customer(states, filings)
        return states, filings

    def _separable(self, source: TicketId) -> tuple[Filing, Filing]:
        """Give a merged ticket and its target as they are filed, if they can be set apart."""
        filing, paper = self._filing(source), self._remembered(source)
        target = filing.merged_into
        if target is None or str(target) != paper.data["target"]:
            raise NotFound(f"ticket {source.handle} is not merged")
        there = self._filing(target)
        self._check_nothing_followed(target, there, paper)
        return filing, there

    def _change(self, one: TicketId, other: TicketId, change: Callable[[Filing, TicketId], Filing]) -> None:
        """Change two filings together, as often as somebody else is faster."""
        for attempt in range(_TRIES):
            here, there = self._filing(one), self._filing(other)
            changed = change(here, other), change(there, one)
            if changed == (here, there):
                return
            try:
                self._filings.file(*changed)
            except Conflict:
                if attempt == _TRIES - 1:
                    raise
            else:
                return

    def _filing(self, ticket: TicketId) -> Filing:
        return self._filings.filed([ticket])[ticket]

    def _state(self, ticket: TicketId) -> TicketState:
        return self._store.ticket(ticket).state

    def _remember(self, source: TicketId, target: TicketId, states: tuple[TicketState, TicketState]) -> None:
        """Keep what was there, first: without it, a merger that was broken off could not be undone."""
        data: dict[str, Any] = {
            "target": str(target),
            "written": states[1].customer_seq,
            "at": int(self._clock.now().timestamp()),
        }
        try:
            version = self._cabinet.read(KIND, str(source)).version
        except NotFound:
            version = 0
        self._cabinet.write(Paper(KIND, str(source), data, version))

    def _remembered(self, source: TicketId) -> Paper:
        try:
            return self._cabinet.read(KIND, str(source))
        except NotFound:
            raise NotFound(f"ticket {source.handle} is not merged") from None

    def _check_nothing_followed(self, target: TicketId, there: Filing, paper: Paper) -> None:
        if there.merged_into is not None:
            raise Conflict(
                f"ticket {target.handle} was merged itself since", hint="Undo the later merger first."
            )
        if self._state(target).customer_seq != paper.data["written"]:
            raise Conflict(
                f"the customer has written in ticket {target.handle} since",
                hint="Link the tickets, and go on in the one where the customer writes.",
            )


def _merged_notes(source: TicketId, target: TicketId) -> tuple[Intent, ...]:
    return (
        intents.note(source, f"Merged: this goes on in ticket {target.handle}."),
        intents.note(target, f"Merged: what ticket {source.handle} is about goes on here."),
    )


def _apart_notes(source: TicketId, target: TicketId) -> tuple[Intent, ...]:
    return (
        intents.note(source, f"No longer merged: this does not go on in ticket {target.handle}."),
        intents.note(target, f"No longer merged: ticket {source.handle} goes on by itself."),
    )


def _check_two(one: TicketId, other: TicketId) -> None:
    if one == other:
        raise InputError("a ticket is neither linked to itself nor merged into itself")


def _check_open(states: tuple[TicketState, TicketState]) -> None:
    if any(state.status is Status.CLOSED for state in states):
        raise Conflict("a closed ticket is not merged", hint="Link the tickets instead.")


def _check_free(filings: tuple[Filing, Filing]) -> None:
    for filing in filings:
        if filing.merged_into is not None:
            raise Conflict(
                f"ticket {filing.ticket.handle} goes on in {filing.merged_into.handle}",
                hint="Merge with the ticket where the matter goes on, or undo that first.",
            )


def _check_one_customer(states: tuple[TicketState, TicketState], filings: tuple[Filing, Filing]) -> None:
    by_key = states[0].customer == states[1].customer != NOBODY
    by_account = filings[0].person is not None and filings[0].person == filings[1].person
    if not by_key and not by_account:
        raise Conflict(
            "these tickets are not known to be of one customer, who would read what goes on",
            hint="Link the tickets instead.",
        )


def _with(linked: tuple[TicketId, ...], ticket: TicketId) -> tuple[TicketId, ...]:
    if ticket in linked:
        return linked
    if len(linked) >= MOST_LINKS:
        raise Conflict(f"a ticket is linked to at most {MOST_LINKS} others")
    return (*linked, ticket)


def _without(linked: tuple[TicketId, ...], ticket: TicketId) -> tuple[TicketId, ...]:
    return tuple(one for one in linked if one != ticket)
