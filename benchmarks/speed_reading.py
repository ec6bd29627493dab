"""
Reading a ticket of a thousand entries: replayed with every rule and head, against fetching its logs raw.

Then what verifying costs more, by the entry: its signature, and its content from the database on.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from speed_chains import client, ganache_desk
from speed_figures import Figure, in_turns, middle_ratio, seconds

from supportledger.chain.decoding import Decoder
from supportledger.desk import intents
from supportledger.desk.audit import Audit
from supportledger.desk.desk import Desk
from supportledger.desk.intents import Intent
from supportledger.model.ids import TicketId
from supportledger.proof.verdict import Conclusion
from supportledger.proof.verify import verify_ticket

REPLAY_RATIO = 2.0
SIGNATURE_US = 60.0
CONTENT_US = 150.0


def measure(quick: bool) -> Iterator[Figure]:  # noqa: FBT001 -- one signature for all sections
    """Make the ticket, and read it."""
    entries, rounds = (200, 5) if quick else (1_000, 15)
    with ganache_desk() as desk:
        ticket = _ticket_of(desk, entries)
        if desk.tickets.verify(ticket).verdict is not Conclusion.VERIFIED:
            raise RuntimeError("the ticket does not verify")
        yield _replay(desk, ticket, entries, rounds)
        yield from _verifying(desk, ticket, entries, rounds)


def _replay(desk: Desk, ticket: TicketId, entries: int, rounds: int) -> Figure:
    ledger = client(desk)
    request = {
        "address": str(ledger.deployment.ledger),
        "topics": [list(Decoder(ledger.contract.artifact.interface).entry_topics), str(ticket)],
        "fromBlock": "0x0",
        "toBlock": "latest",
    }
    pairs = in_turns(lambda: ledger.ticket(ticket), lambda: ledger.rpc.call("eth_getLogs", request), rounds)
    shown = f"{min(one for one, _ in pairs) * 1e3:.0f} ms, raw {min(raw for _, raw in pairs) * 1e3:.0f} ms"
    return Figure(f"{entries} entries replayed / raw logs", middle_ratio(pairs), REPLAY_RATIO, detail=shown)


def _verifying(desk: Desk, ticket: TicketId, entries: int, rounds: int) -> Iterator[Figure]:
    """Take the fastest of several rounds: everything slower is the machine's other business."""
    trusted = desk.store.deployment
    full = Audit(desk.ledger, desk.store, desk.privacy.erasures).evidence(ticket)
    bare = replace(full, signatures={}, contents={})
    base = _fastest(lambda: verify_ticket(bare, trusted), rounds)
    signed = _fastest(lambda: verify_ticket(replace(bare, signatures=full.signatures), trusted), rounds)
    content = _fastest(lambda: verify_ticket(replace(bare, contents=full.contents), trusted), rounds)
    read = _fastest(lambda: desk.store.contents(ticket), rounds)
    yield Figure("a signature, in microseconds", (signed - base) / entries * 1e6, SIGNATURE_US)
    yield Figure("a content, in microseconds", (read + content - base) / entries * 1e6, CONTENT_US)


def _fastest(work: Callable[[], object], rounds: int) -> float:
    return min(seconds(work) for _ in range(rounds))


def _ticket_of(desk: Desk, entries: int) -> TicketId:
    """Make a ticket with so many entries, all signed, in a block each as they come in life."""
    seen = desk.tickets.open("Where is my withdrawal?", signed=True)
    for intent in _talk(seen.ticket, entries - 1):
        seen = desk.tickets.do(intent.on(seen.state), signed=True)
    return seen.ticket


def _talk(ticket: TicketId, number: int) -> Iterator[Intent]:
    """Let the customer write and an agent answer in turns: nothing waits for long."""
    said = {"channel": "web", "language": "en"}
    for at in range(number):
        if at % 2:
            yield intents.reply(ticket, f"And now? ({at})", author="Zhang Wei", **said)
        else:
            yield intents.answer(ticket, f"One more confirmation. ({at})", author="Li", **said)
