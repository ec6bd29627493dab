"""
Relaying: how many signed actions a worker brings to the ledger, from the queue until they are final.

* On Anvil, the number itself, while actions go on being signed and kept.
* On Ganache, against the node taking as many openings, made and signed beforehand, in batches of requests.

`flow` is also the soak of `make test-long`, which goes on for minutes and kills the worker now and then.
"""

import multiprocessing
import random
import signal
import sqlite3
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from speed_chains import anvil_ledger, client, ganache_desk
from speed_figures import Figure, seconds
from speed_sending import push, signed_openings

from supportledger.chain.ledger import Ledger
from supportledger.desk import intents
from supportledger.desk.clerk import NewTicket
from supportledger.desk.desk import Desk
from supportledger.errors import Error
from supportledger.model.ids import TicketId
from supportledger.model.records import WAITING, DraftStatus
from supportledger.wiring.connecting import DATABASE, connect
from supportledger.workers.relayer import Pace
from supportledger.workers.staff import Duties, supervised
from supportledger.workers.telemetry import Telemetry, logger

LEAST = 500
RATIO = 0.8
BODY = "My withdrawal of 0.25 BTC has been pending for six hours. What is happening? 我的提币卡住了。"
QUEUE = 8_000
PART = 1_000
_FORKS = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Place:
    """A desk's data directory and its ledger."""

    data: Path
    rpc: str
    ledger: str

    def desk(self, *, waits: bool = True) -> Desk:
        """Open the desk."""
        return connect(self.data, rpc=self.rpc, ledger=self.ledger, confirmations=0, waits=waits)


@dataclass(frozen=True)
class Flow:
    """
    What a flow of actions came to.

    Args:
        actions: Brought to the ledger, until they were final.
        seconds: It took.
        kills: Times that the worker was killed.
    """

    actions: int
    seconds: float
    kills: int

    @property
    def rate(self) -> float:
        """Actions a second."""
        return self.actions / self.seconds


def measure_relaying(quick: bool) -> Iterator[Figure]:  # noqa: FBT001 -- one signature for all sections
    """Relay on both engines."""
    with anvil_ledger() as ledger, tempfile.TemporaryDirectory() as folder:
        done = flow(place_of(ledger, Path(folder)), 20 if quick else 60, at_once=2_000)
    shown = f"{done.actions} actions in {done.seconds:.0f} s"
    yield Figure("relayed actions a second, Anvil", done.rate, LEAST, at_least=True, detail=shown)
    with ganache_desk() as desk, tempfile.TemporaryDirectory() as folder:
        ledger = client(desk)
        ceiling = raw_rate(ledger, 400 if quick else 1_000)
        done = flow(place_of(ledger, Path(folder)), 20 if quick else 60, at_once=200)
    shown = f"{done.rate:.0f}/s, raw {ceiling:.0f}/s"
    yield Figure(
        "relayed / raw transactions, Ganache", done.rate / ceiling, RATIO, at_least=True, detail=shown
    )


def place_of(ledger: Ledger, data: Path) -> Place:
    """Name a ledger's place, with a data directory of its own."""
    return Place(data, ledger.rpc.url, str(ledger.deployment.ledger))


def raw_rate(ledger: Ledger, number: int) -> float:
    """Measure how many transactions, made and signed beforehand, the node takes a second."""
    calls = signed_openings(ledger, number, 0)
    return number / seconds(lambda: push(ledger, calls))


def flow(place: Place, for_s: float, *, at_once: int, kill_each_s: float | None = None) -> Flow:
    """
    Let actions flow for a while, from customers and agents through the queue to the ledger.

    Args:
        place: Where.
        for_s: How long they are measured; what then waits is brought to the ledger afterwards.
        at_once: Drafts in a round.
        kill_each_s: The worker is killed after so long, on average, and another begins; None: never.
    """
    chance, kills = random.Random(7), 0
    with place.desk() as desk:
        feeder = _begun(feed, place)
        _until(lambda: _count(place, WAITING) >= QUEUE)
        worker = _begun(labour, place, at_once)
        _until(lambda: _final(place) > 0)
        before, start = _final(place), time.monotonic()
        while time.monotonic() - start < for_s:
            if kill_each_s is None:
                time.sleep(1)
                continue
            time.sleep(chance.uniform(0, 2 * kill_each_s))
            worker.kill()
            worker.join()
            worker, kills = _begun(labour, place, at_once), kills + 1
        took, done = time.monotonic() - start, _final(place) - before
        feeder.terminate()
        feeder.join()
        _until(lambda: not desk.store.drafts(statuses=[*WAITING, DraftStatus.MINED], limit=1))
        worker.terminate()
        worker.join()
    return Flow(done, took, kills)


def feed(place: Place) -> None:
    """Keep the queue long: questions, and an answer to each."""
    asked: list[list[TicketId]] = []
    with place.desk() as desk:
        while True:
            if _count(place, WAITING) >= QUEUE:
                time.sleep(0.2)
            elif len(asked) > QUEUE // PART and _are_there(desk, asked[0]):
                _checked(desk.tickets.submit(intents.answer(one, BODY) for one in asked.pop(0)))
            else:
                written = desk.tickets.submit_openings(NewTicket(f"{BODY} ({at})") for at in range(PART))
                asked.append([one.ticket for one in written if not isinstance(one, Error)])


def _are_there(desk: Desk, tickets: Sequence[TicketId]) -> bool:
    return len(desk.store.known(tickets)) == len(tickets)


def _checked(written: Sequence[object]) -> None:
    if failed := [one for one in written if isinstance(one, Error)]:
        raise RuntimeError(f"{len(failed)} could not be written: {failed[0]}")


def labour(place: Place, at_once: int) -> None:
    """Work until killed, or asked to end."""
    duties = Duties(pace=Pace(at_once=at_once, lease_s=3, grace_s=0))
    with (place.data / "work.log").open("a") as log, place.desk(waits=False) as desk:
        supervisor = supervised(desk, place.data, duties, Telemetry(logger(log, as_json=True)))
        signal.signal(signal.SIGTERM, lambda *_: supervisor.stop())
        supervisor.run()


def _begun(work: Callable[..., None], *arguments: object) -> multiprocessing.process.BaseProcess:
    process = _FORKS.Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


def _final(place: Place) -> int:
    return _count(place, [DraftStatus.FINAL])


def _count(place: Place, statuses: Collection[DraftStatus]) -> int:
    """Count drafts, as the database does it fastest."""
    marks = ",".join("?" * len(statuses))
    with closing(sqlite3.connect(place.data / DATABASE)) as connection:
        query = f"SELECT count(*) FROM drafts WHERE status IN ({marks})"
        [number] = connection.execute(query, [str(one) for one in statuses]).fetchone()
    return int(number)


def _until(holds: Callable[[], bool], timeout_s: float = 300) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError("it did not come so far in time")
        time.sleep(0.2)
