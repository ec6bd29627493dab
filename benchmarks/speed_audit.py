"""
The audit of a whole ledger, against what cannot be saved: fetching its logs, and reading its slots.

* Anvil: decoding, rules and heads, beside fetching and parsing the same logs in the same pieces; slots,
  beside the same batches of `eth_getStorageAt`; memory of a process that audits a quarter, and all.
* Ganache: all of it but slots, signatures and contents, fetching included, beside fetching alone.
* Signatures and contents, by the entry.
"""

import multiprocessing
import resource
from collections.abc import Iterator
from functools import partial

from speed_chains import anvil_ledger, client, ganache_desk
from speed_figures import Figure, in_turns, middle_ratio, seconds
from speed_talks import fill

from supportledger.chain.ledger import Ledger
from supportledger.chain.ranges import Ranges
from supportledger.chain.reader import Reader
from supportledger.chain.rpc import Rpc
from supportledger.desk import intents
from supportledger.desk.auditing.auditor import Auditor, Scope
from supportledger.desk.auditing.findings import Conclusion, Report, Stage
from supportledger.desk.bulk import Wish
from supportledger.desk.clerk import NewTicket
from supportledger.desk.desk import Desk
from supportledger.model.ids import Address, TicketId
from supportledger.ports import LedgerReader

RULES_RATIO = 3.5
SLOTS_RATIO = 1.5
GANACHE_RATIO = 2.0
MEMORY_RATIO = 1.3
SIGNATURE_US = 250.0
CONTENT_US = 500.0
EACH = 10
RULES = Scope(signatures=False, slots=False)
SLOTS = 100


def measure_anvil(quick: bool) -> Iterator[Figure]:  # noqa: FBT001 -- one signature for all sections
    """Audit a large ledger on Anvil."""
    tickets, rounds = (2_500, 3) if quick else (10_000, 7)
    with anvil_ledger() as ledger:
        first = fill(ledger, tickets // 4, EACH)
        quarter = ledger.height()
        made = [*first, *fill(ledger, tickets - tickets // 4, EACH)]
        yield _rules(ledger, tickets * EACH, rounds)
        yield _slots(ledger, made, rounds)
        yield _signatures(ledger, tickets * (EACH - 1), rounds)
        yield _memory(ledger, quarter)


def measure_ganache(quick: bool) -> Iterator[Figure]:  # noqa: FBT001 -- as above
    """Audit a ledger on Ganache, and a desk with its contents."""
    tickets, rounds = (200, 3) if quick else (1_000, 7)
    with ganache_desk() as desk:
        ledger = client(desk)
        fill(ledger, tickets, EACH)
        yield _whole(ledger, tickets * EACH, rounds)
    with ganache_desk() as desk:
        yield _contents(desk, tickets // 2, rounds)


def _fetch(ledger: Reader) -> int:
    """Fetch and parse all logs, in the pieces that the audit fetches them in."""
    ranges = Ranges(ledger.rpc, partial(ledger.contract.log_filter, []))
    return sum(len(part) for part in ranges.read(ledger.contract.since, ledger.height()))


def _audit(ledger: LedgerReader, scope: Scope, desk: Desk | None = None) -> Report:
    audited = Auditor(ledger, ledger.deployment, desk.store if desk else None).run(scope)
    audited.close()
    if audited.report.conclusion is not Conclusion.CLEAN:
        raise RuntimeError(f"the audit is {audited.report.conclusion}: {audited.report.findings[:3]}")
    return audited.report


def _rules(ledger: Ledger, entries: int, rounds: int) -> Figure:
    if _audit(ledger, RULES).figures.entries != entries:
        raise RuntimeError("entries are missing")
    pairs = in_turns(lambda: _audit(ledger, RULES), lambda: _fetch(ledger), rounds)
    added = [(audit - fetch, fetch) for audit, fetch in pairs]
    shown = f"{_us(min(pairs)[0], entries)} in all, fetched {_us(min(raw for _, raw in pairs), entries)}"
    return Figure(f"{entries} entries: rules / fetch, Anvil", middle_ratio(added), RULES_RATIO, detail=shown)


def _whole(ledger: Ledger, entries: int, rounds: int) -> Figure:
    pairs = in_turns(lambda: _audit(ledger, RULES), lambda: _fetch(ledger), rounds)
    shown = f"{_us(min(pairs)[0], entries)} in all, fetched {_us(min(raw for _, raw in pairs), entries)}"
    return Figure(
        f"{entries} entries: all / fetch, Ganache", middle_ratio(pairs), GANACHE_RATIO, detail=shown
    )


def _slots(ledger: Ledger, tickets: list[TicketId], rounds: int) -> Figure:
    """Take what the audit says that its slots took, with one process, and beside it the same requests."""
    calls = [ledger.contract.slot_call("tickets", ticket) for ticket in tickets]
    pairs = []
    for _ in range(rounds):
        figures = _audit(ledger, Scope(signatures=False, processes=1)).figures
        took = figures.seconds[str(Stage.SLOTS)]
        pairs.append((took, seconds(lambda: ledger.rpc.all(calls))))
    shown = f"{_us(min(pairs)[0], len(tickets))} a slot"
    return Figure(
        f"{len(tickets)} slots / batches of {SLOTS}", middle_ratio(pairs), SLOTS_RATIO, detail=shown
    )


def _signatures(ledger: Ledger, signed: int, rounds: int) -> Figure:
    pairs = in_turns(
        lambda: _audit(ledger, Scope(slots=False)), lambda: _audit(ledger, RULES), min(rounds, 3)
    )
    each = sorted((one - other) / signed * 1e6 for one, other in pairs)[len(pairs) // 2]
    return Figure(
        "a signature with its transaction, in us", each, SIGNATURE_US, detail=f"{signed} signatures"
    )


def _contents(desk: Desk, tickets: int, rounds: int) -> Figure:
    made = (
        NewTicket(f"My withdrawal {at} has been pending for six hours.", "Withdrawal")
        for at in range(tickets)
    )
    opened = [
        one.ticket for one in desk.tickets.open_many(made, by="customer") if not isinstance(one, Exception)
    ]
    desk.tickets.do_many(
        [Wish(intents.answer(one, "We look into it; thank you for writing.")) for one in opened]
    )
    ledger = client(desk)
    count = _audit(ledger, RULES, desk).figures.contents
    if count != 2 * tickets:
        raise RuntimeError(f"{count} contents instead of {2 * tickets}")
    pairs = in_turns(lambda: _audit(ledger, RULES, desk), lambda: _audit(ledger, RULES), rounds)
    each = sorted((one - other) / count * 1e6 for one, other in pairs)[len(pairs) // 2]
    return Figure("a content with its row, in us", each, CONTENT_US, detail=f"{count} contents")


def _memory(ledger: Ledger, quarter: int) -> Figure:
    """Let fresh processes audit a quarter of the ledger, and all, and compare the most that they held."""
    url, address, since = ledger.rpc.url, bytes(ledger.deployment.ledger), ledger.contract.since
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        some = pool.apply(_peak, (url, address, since, quarter))
        whole = pool.apply(_peak, (url, address, since, None))
    shown = f"{whole / 2**20:.0f} MB, a quarter {some / 2**20:.0f} MB"
    return Figure("memory of all / of a quarter", whole / some, MEMORY_RATIO, detail=shown)


def _peak(url: str, address: bytes, since: int, block: int | None) -> int:
    reader = Reader.attach(Rpc(url, timeout_s=120), Address(address), since=since)
    _audit(reader, Scope(block=block, signatures=False, slots=False, processes=1))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _us(took: float, number: int) -> str:
    return f"{took / number * 1e6:.1f} us"
