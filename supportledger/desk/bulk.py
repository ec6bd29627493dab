"""
Many things at once, with the same promises as one: kept before they are sent, and outcomes recorded.

* Openings are written, committed to and kept by hundreds, while the node works on the hundred before.
* Signed actions share transactions, and go in rounds of some hundreds. Those on one ticket follow each other,
  each signed for the place in its lane that the one before leaves. What no batch carries, a claim or the word
  of a contract's wallet, goes alone, and so does what follows it on its ticket.
* What cannot be, or is refused, is an outcome like any other, and stops nobody else.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, takewhile
from typing import Final, TypeVar

from supportledger.desk.cast import By, Cast, Part
from supportledger.desk.clerk import Clerk, NewTicket, Now
from supportledger.desk.drafting import after, queued, to_act, to_opening
from supportledger.desk.intents import Intent
from supportledger.desk.posting import Outcome, Posting, nothing_lost
from supportledger.desk.promises import Promises
from supportledger.desk.reading import Reading
from supportledger.errors import Error
from supportledger.model.acts import Acts, Posted
from supportledger.model.ids import TicketId
from supportledger.model.records import WAITING, Draft
from supportledger.model.refusal import TicketStale
from supportledger.model.ticket import TicketState
from supportledger.ports import Ledger, Signer, Store, Submission
from supportledger.proof.signed_acts import goes_alone

T = TypeVar("T")
Progress = Callable[[int], None]

PART: Final = 100
"""Drafts that are kept at once: as many as the ledger's client sends at once."""
ROUND: Final = 400
"""Signed actions that are sent at once, in as many transactions as they need."""
RUN: Final = 50
"""Of them, on one ticket: they share a transaction."""


@dataclass(frozen=True, slots=True)
class Wish:
    """
    A thing to do, and who does it.

    Args:
        intent: What.
        by: Who; None: whoever fits.
    """

    intent: Intent
    by: By = None


class Bulk:
    """Opens many tickets, and does many signed things."""

    def __init__(  # noqa: PLR0917 -- the rooms of a desk, put together in one place
        self,
        ledger: Ledger,
        store: Store,
        cast: Cast,
        clerk: Clerk,
        posting: Posting,
        reading: Reading,
        promises: Promises,
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._cast = cast
        self._clerk = clerk
        self._posting = posting
        self._reading = reading
        self._promises = promises

    def open_many(
        self,
        tickets: Iterable[NewTicket],
        *,
        by: By = None,
        signed: bool = False,
        keyless: bool = False,
        progress: Progress | None = None,
    ) -> list[Outcome | Error]:
        """As `Tickets.open_many`."""
        now = self._clerk.now(signed=signed)
        opener = self._clerk.opener(by, keyless=keyless)
        sender = self._cast.behind(Part.RELAYER) if signed else opener
        offered = self._promises.offered()

        def submission(new: NewTicket) -> Submission:
            who = self._clerk.opener(new.by or by, keyless=keyless) if signed else opener
            plain = new if new.policy is not None else replace(new, policy=offered)
            return self._clerk.opening(plain, who, now, keyless=keyless)

        written: list[Submission | Error] = []
        kept = self._kept((_attempt(partial(submission, new)) for new in tickets), written)
        openings = (to_opening(one.draft) for one in kept)
        with nothing_lost():
            results = self._ledger.open_many(sender, openings, progress=progress)
        return self._settled(written, results)

    def submit(self, wishes: Iterable[Wish | Intent], *, by: By = None) -> list[Draft | Error]:
        """As `Tickets.submit`."""
        return [one for wanted in _rounds(map(_wish, wishes)) for one in self._submit(wanted, by)]

    def submit_openings(self, tickets: Iterable[NewTicket], *, by: By = None) -> list[Draft | Error]:
        """As `Tickets.submit_openings`."""
        now, offered = self._clerk.now(signed=True), self._promises.offered()

        def submission(new: NewTicket) -> Submission:
            plain = new if new.policy is not None else replace(new, policy=offered)
            opener = self._clerk.opener(new.by or by, keyless=False)
            return self._clerk.opening(plain, opener, now, keyless=False)

        written: list[Submission | Error] = []
        for _ in self._kept((_attempt(partial(submission, new)) for new in tickets), written):
            pass
        return [one.draft if isinstance(one, Submission) else one for one in written]

    def _submit(self, wishes: Sequence[Wish], by: By) -> list[Draft | Error]:
        now, places = self._clerk.now(signed=True), _by_ticket(wishes)
        waiting = {ticket: self._store.drafts(ticket=ticket, statuses=WAITING) for ticket in places}
        states = self._reading.current(list(places))  # read later: what was mined meanwhile counts once
        written: dict[int, Submission | Error] = {}
        for ticket, some in places.items():
            behind = queued(states[ticket], waiting[ticket])
            found = self._write([wishes[at] for at in some], behind, by, now)
            written |= zip(some, found, strict=True)
        self._store.keep([one for at in sorted(written) if isinstance(one := written[at], Submission)])
        ordered = (written[at] for at in sorted(written))
        return [one.draft if isinstance(one, Submission) else one for one in ordered]

    def do_many(
        self, wishes: Iterable[Wish | Intent], *, by: By = None, progress: Progress | None = None
    ) -> list[Outcome | Error]:
        """As `Tickets.do_many`."""
        outcomes: list[Outcome | Error] = []
        relayer = self._cast.behind(Part.RELAYER)
        for wanted in _rounds(map(_wish, wishes)):
            outcomes += self._round(wanted, by, relayer)
            if progress:
                progress(len(outcomes))
        return outcomes

    def _round(self, wishes: Sequence[Wish], by: By, relayer: Signer) -> list[Outcome | Error]:
        now = self._clerk.now(signed=True)
        places = _by_ticket(wishes)
        states = self._reading.current(list(places))
        written = {
            ticket: list(self._write([wishes[at] for at in some], states[ticket], by, now))
            for ticket, some in places.items()
        }
        good = {ticket: list(_good(some)) for ticket, some in written.items()}
        together = {ticket: list(takewhile(_fits_a_batch, some)) for ticket, some in good.items()}
        groups = [
            Acts(ticket, states[ticket], [to_act(one.draft) for one in some])
            for ticket, some in together.items()
            if some
        ]
        self._store.keep([one for some in good.values() for one in some])
        with nothing_lost():
            results = iter(self._ledger.act_batch(relayer, groups) if groups else [])
        fresh = [
            self._carried(one, next(results), relayer)
            if at < len(together[ticket])
            else self._alone(one, relayer)
            for ticket, some in good.items()
            for at, one in enumerate(some)
        ]
        outcomes = self._settled([one for some in written.values() for one in some], fresh)
        order = [at for some in places.values() for at in some]
        return [one for _, one in sorted(zip(order, outcomes, strict=True), key=lambda pair: pair[0])]

    def _write(
        self, wishes: Sequence[Wish], state: TicketState, by: By, now: Now
    ) -> Iterator[Submission | Error]:
        """Write what is to be done to one ticket."""
        for wish in wishes:
            one = _attempt(partial(self._act, wish, state, by, now))
            if isinstance(one, Submission):
                state = after(one.draft, state)
            yield one

    def _act(self, wish: Wish, state: TicketState, by: By, now: Now) -> Submission:
        actor = self._clerk.actor(wish.intent, state, wish.by or by)
        return self._clerk.act(wish.intent, state, actor, now)

    def _carried(self, one: Submission, result: Posted | Error, relayer: Signer) -> Posted | Error:
        """Send again alone what came too late for the state that it was presented with."""
        return self._alone(one, relayer) if isinstance(result, TicketStale) else result

    def _alone(self, one: Submission, relayer: Signer) -> Posted | Error:
        """Send in a transaction of its own, on the ticket as it is by then."""

        def deliver() -> Posted:
            with nothing_lost():
                state = self._reading.fresh(one.draft.ticket).state
                return self._posting.deliver(one.draft, relayer, state)

        return _attempt(deliver)

    def _kept(
        self, submissions: Iterable[Submission | Error], written: list[Submission | Error]
    ) -> Iterator[Submission]:
        for part in _parts(submissions, PART):
            good = list(_good(part))
            self._store.keep(good)
            written += part
            yield from good

    def _settled(
        self, written: Sequence[Submission | Error], results: Sequence[Posted | Error]
    ) -> list[Outcome | Error]:
        """Record what became of those that were sent, and give it in the place of each."""
        pairs = list(zip(_good(written), results, strict=True))
        self._posting.settle([(one.draft, result) for one, result in pairs])
        outcomes = iter(
            result if isinstance(result, Error) else Outcome(result, one.draft, one.receipt, one.removed)
            for one, result in pairs
        )
        return [one if isinstance(one, Error) else next(outcomes) for one in written]


def _wish(one: Wish | Intent) -> Wish:
    return Wish(one) if isinstance(one, Intent) else one


def _by_ticket(wishes: Sequence[Wish]) -> dict[TicketId, list[int]]:
    """Tell where in a list the things to do to each ticket are."""
    places: dict[TicketId, list[int]] = {}
    for at, wish in enumerate(wishes):
        places.setdefault(wish.intent.ticket, []).append(at)
    return places


def _rounds(wishes: Iterable[Wish]) -> Iterator[list[Wish]]:
    """Cut things to do into rounds in which no ticket has more of them than fit into a transaction."""
    wanted: list[Wish] = []
    runs: Counter[TicketId] = Counter()
    for wish in wishes:
        if len(wanted) == ROUND or runs[wish.intent.ticket] == RUN:
            yield wanted
            wanted, runs = [], Counter()
        wanted.append(wish)
        runs[wish.intent.ticket] += 1
    if wanted:
        yield wanted


def _fits_a_batch(one: Submission) -> bool:
    return not goes_alone(to_act(one.draft), one.draft.key)


def _good(written: Iterable[Submission | Error]) -> Iterator[Submission]:
    return (one for one in written if isinstance(one, Submission))


def _attempt(make: Callable[[], T]) -> T | Error:
    try:
        return make()
    except Error as error:
        return error


def _parts(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part
