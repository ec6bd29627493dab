"""From settings to workers: who does what in this process."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from supportledger.channels.post import HttpPost
from supportledger.desk.desk import Desk
from supportledger.desk.figures.keeping import Keeping
from supportledger.desk.filing.bookmarks import Bookmark
from supportledger.desk.filing.indexing import NAME, Indexing
from supportledger.desk.notices import Board
from supportledger.desk.signing.leftovers import Leftovers
from supportledger.desk.webhooks.deliverer import Deliverer
from supportledger.workers.anchorer import EVERY_S, Anchorer
from supportledger.workers.counter import Counter
from supportledger.workers.courier import Courier
from supportledger.workers.dispatcher import Dispatcher, LogOutlet
from supportledger.workers.health import Record
from supportledger.workers.indexer import Indexer, Watch
from supportledger.workers.keeper import Keeper, Thresholds
from supportledger.workers.librarian import Librarian
from supportledger.workers.relayer import Pace, Relayer
from supportledger.workers.role import Role, Work
from supportledger.workers.supervisor import Supervisor
from supportledger.workers.telemetry import Telemetry


@dataclass(frozen=True, slots=True)
class Duties:
    """
    What a process is to do.

    Args:
        roles: Which.
        thresholds: How long before a deadline people are warned.
        pace: How the relayer works.
        clock: This machine's; seconds since 1970.
        anchor_every_s: How old the last anchor of a log is when it gets another; 0: never.
        is_loopback_told: Programs on this machine may be told what happens.
        patience_s: How long a node may be behind what was read before its shorter chain is believed.
    """

    roles: Collection[Role] = tuple(Role)
    thresholds: Thresholds = field(default_factory=Thresholds)
    pace: Pace = field(default_factory=Pace)
    clock: Callable[[], float] = time.time
    patience_s: float = 10.0
    anchor_every_s: int = EVERY_S
    is_loopback_told: bool = False


def supervised(desk: Desk, data_dir: Path, duties: Duties, telemetry: Telemetry) -> Supervisor:
    """
    Put together who does the work.

    Args:
        desk: Whose ledger does not wait for finality.
        data_dir: Where it is noted how they are.
        duties: What they do.
        telemetry: Where it is told.
    """
    board = Board()
    watch = Watch(board, telemetry)
    desk.index.watcher, desk.index.patience_s = watch.followed, duties.patience_s
    works: Mapping[Role, Work] = {
        Role.RELAYER: Relayer(desk, board, telemetry, duties.pace, duties.clock),
        Role.INDEX: Counter(Indexer(desk, watch), Keeping(desk.ledger, desk.store)),
        Role.KEEPER: Keeper(desk, board, telemetry, duties.thresholds),
        Role.ANCHORER: Anchorer(desk, board, telemetry, duties.anchor_every_s),
        Role.LIBRARIAN: _librarian(desk),
        Role.COURIER: _courier(desk, telemetry, is_loopback_told=duties.is_loopback_told),
        Role.DISPATCHER: Dispatcher(board, [LogOutlet(telemetry)], telemetry),
    }
    wanted = set(duties.roles)
    if wanted:  # whoever has something to tell needs somebody who tells it
        wanted.add(Role.DISPATCHER)
    chosen = {role: work for role, work in works.items() if role in wanted}
    return Supervisor(chosen, Record(data_dir), telemetry)


def _librarian(desk: Desk) -> Librarian:
    store = desk.store
    indexing = Indexing(store, store.filings, store.feed, Bookmark(store.cabinet, NAME))
    return Librarian(indexing, store.cabinet, store.feed, desk.clock, Leftovers(store, desk.files))


def _courier(desk: Desk, telemetry: Telemetry, *, is_loopback_told: bool) -> Courier:
    store, post = desk.store, HttpPost(is_loopback_allowed=is_loopback_told)
    deliverer = Deliverer(store.cabinet, store.feed, post, desk.clock, is_loopback_allowed=is_loopback_told)
    return Courier(deliverer, telemetry)
