"""
The relayer: carries what waits to the ledger.

1. Drafts are taken under a lease, which is renewed as long as they are worked on; several relayers share the
   queue, and what a killed one held is free again after some seconds.
2. One round carries them, many in a transaction (`desk.relay`).
   Where more waits than one round carries, the next begins while the node works on the one before.
3. What still waits is given back, to be tried again after a while that doubles up to a minute.
4. A draft that was written a moment ago is left to whoever wrote it.
5. What only a person can put right is told (`hindrances`), and does not keep a relayer from being idle.
"""

import os
import secrets
import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final

from supportledger.desk.desk import Desk
from supportledger.desk.notices import Board, Notice, Topic
from supportledger.desk.relay import Carried
from supportledger.errors import Error
from supportledger.model.records import Draft, DraftStatus
from supportledger.model.refusal import TicketStale
from supportledger.workers.hindrances import Hindrances
from supportledger.workers.telemetry import Telemetry

_IN_ORDER: Final = (DraftStatus.SUBMITTED, DraftStatus.SIGNED, DraftStatus.STORED)
"""What may be on its way already comes first."""
_REST_S: Final = 0.2
_LONGEST_WAIT_S: Final = 60
_HANDS: Final = 2
"""Rounds at once: of two, one is sent."""
_TURNS_S: Final = 5.0
"""For so long one step begins further rounds."""


@dataclass(frozen=True, slots=True)
class Pace:
    """
    How a relayer works.

    Args:
        at_once: Drafts in a round.
        lease_s: How long a killed relayer's drafts are out of reach.
        grace_s: For how long a new draft is left to whoever wrote it; 0 where nobody sends by themselves.
    """

    at_once: int = 2_000
    lease_s: int = 10
    grace_s: int = 2


class Relayer:
    """
    Carries what waits.

    Args:
        desk: Whose ledger does not wait for finality.
        board: Where people are told.
        telemetry: Where it is counted.
        pace: How it works.
        clock: Seconds since 1970, instead of time.time.
    """

    def __init__(
        self,
        desk: Desk,
        board: Board,
        telemetry: Telemetry,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._desk = desk
        self._board = board
        self._telemetry = telemetry
        self._pace = pace or Pace()
        self._clock = clock
        self._holder: Final = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._tries: Counter[bytes] = Counter()
        self._hindrances = Hindrances(desk.cast, board)
        self._found_nothing = False

    @property
    def is_idle(self) -> bool:
        """As `role.Work.is_idle`; what only a person can put right is nothing to do."""
        return self._found_nothing and self._hindrances.hold(self._desk.store.drafts(statuses=_IN_ORDER))

    def step(self) -> float:
        """As `role.Work.step`."""
        ready = self._taken()
        if not ready:
            return _REST_S
        if len(ready) < self._pace.at_once:
            return self._told(self._carried(ready))
        return self._in_turns(ready)

    def _in_turns(self, ready: Sequence[Draft]) -> float:
        """Take the next round, and write down the one before, while one is sent: the node never waits."""
        until, rest = time.monotonic() + _TURNS_S, _REST_S
        failure: Error | None = None
        with ThreadPoolExecutor(_HANDS, "relayer") as hands:
            rounds = deque([hands.submit(self._carried, ready)])
            while rounds:
                try:
                    if not failure and time.monotonic() < until and (more := self._taken()):
                        rounds.append(hands.submit(self._carried, more))
                    rest = min(rest, self._told(rounds.popleft().result()))
                except Error as error:
                    failure = error
        if failure:
            raise failure
        return rest

    def _taken(self) -> list[Draft]:
        now = int(self._clock())
        claimed = self._desk.store.claim(
            self._holder,
            now=now,
            lease_s=self._pace.lease_s,
            statuses=_IN_ORDER,
            limit=self._pace.at_once,
        )
        self._found_nothing = not claimed
        return self._ready(claimed, now)

    def _told(self, carried: Sequence[Carried]) -> float:
        """Give back what waits, tell the rest, and say how long to rest."""
        self._give_back([one for one in carried if one.is_waiting])
        self._tell(carried)
        return 0.0 if any(not one.is_waiting for one in carried) else _REST_S

    def _ready(self, claimed: Sequence[Draft], now: int) -> list[Draft]:
        """Leave what is new to whoever wrote it."""
        grace = self._pace.grace_s
        young = [one for one in claimed if _is_young(one, now, grace)]
        if young:
            keys = [one.key for one in young]
            self._desk.store.release(self._holder, keys, due_at=now + grace)
        new = {one.key for one in young}
        return [one for one in claimed if one.key not in new]

    def _carried(self, drafts: Sequence[Draft]) -> list[Carried]:
        with self._held(drafts):
            try:
                return self._desk.relay.carry(drafts)
            except Error:
                soon = int(self._clock()) + 1
                self._desk.store.release(self._holder, [one.key for one in drafts], due_at=soon)
                raise

    @contextmanager
    def _held(self, drafts: Sequence[Draft]) -> Iterator[None]:
        """Renew the lease while a block runs, however long it takes."""
        done, keys = Event(), [one.key for one in drafts]

        def renew() -> None:
            lease_s = self._pace.lease_s
            while not done.wait(lease_s / 3):
                try:
                    self._desk.store.extend(self._holder, keys, now=int(self._clock()), lease_s=lease_s)
                except Error as error:
                    self._telemetry.log.warning("lease.not_renewed", code=error.code, message=error.message)

        thread = Thread(target=renew, name="leases", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _give_back(self, waiting: Sequence[Carried]) -> None:
        now, due = int(self._clock()), {}
        for one in waiting:
            key = one.draft.key
            if isinstance(one.problem, TicketStale):
                due[key] = 0
                continue
            self._tries[key] += 1
            due[key] = now + min(2 ** (self._tries[key] - 1), _LONGEST_WAIT_S)
        for at in sorted(set(due.values())):
            keys = [key for key, when in due.items() if when == at]
            self._desk.store.release(self._holder, keys, due_at=at)

    def _tell(self, carried: Sequence[Carried]) -> None:
        for one in carried:
            if not one.is_waiting:
                self._tries.pop(one.draft.key, None)
            if one.draft.status is DraftStatus.REJECTED:
                self._board.post(_rejection(one.draft))
        self._hindrances.took(carried)
        self._telemetry.out_of_funds(self._hindrances.is_poor)
        counts = Counter(str(one.draft.status) for one in carried)
        self._telemetry.count_actions(counts)
        problems = Counter(one.problem.code for one in carried if one.problem)
        self._telemetry.log.info("relayer.round", **counts, problems=dict(problems) or None)


def _is_young(draft: Draft, now: int, grace_s: int) -> bool:
    """Tell whether whoever wrote a draft may be sending it; a date in the future is a clock set back."""
    return draft.status is not DraftStatus.SUBMITTED and 0 <= now - draft.created_at < grace_s


def _rejection(draft: Draft) -> Notice:
    said = f"{draft.action} on ticket {draft.ticket.handle} was rejected: {draft.reason}"
    facts = {"key": "0x" + draft.key.hex(), "actor": str(draft.actor), "reason": draft.reason}
    return Notice(Topic.REJECTED, said, draft.ticket, facts)
