"""A desk with a story, on a ledger and a store in memory that can be made to lie."""

from supportledger.chain.memory import ANCHORER_ROLE
from supportledger.chain.signer import local_signer
from supportledger.desk import intents
from supportledger.desk.auditing.auditor import Auditor, Scope
from supportledger.errors import RpcRefused, RpcUnavailable
from supportledger.model.acts import Checkpoint
from supportledger.model.records import EntryRecord
from supportledger.wiring.memory import memory_desk
from tests.unit.desk.frail import FrailLedger


class LyingLedger(FrailLedger):
    """
    A ledger whose node lies to those who read everything.

    * `tell`: changes the events that are listed
    * `claim`: changes the words of slots
    * `refused`: names of what is answered by an error
    * `lost`: what is answered by silence, in the same way
    """

    def __init__(self):
        super().__init__()
        self.tell = None
        self.claim = None
        self.refused = set()
        self.silent = set()

    def events(self, first=None, last=None):
        self._answer("events")
        for part in super().events(first, last):
            yield self.tell(part) if self.tell else part

    def slots(self, tickets, block=None):
        self._answer("slots")
        words = super().slots(tickets, block)
        return (
            [self.claim(ticket, word) for ticket, word in zip(tickets, words, strict=True)]
            if self.claim
            else words
        )

    def signatures(self, entries):
        self._answer("signatures")
        return super().signatures(entries)

    def agents(self, addresses, block=None):
        self._answer("agents")
        return super().agents(addresses, block)

    def _answer(self, name):
        if name in self.silent:
            raise RpcUnavailable("the node is away")
        if name in self.refused:
            raise RpcRefused(f"{name}: pruned")


class World:
    """A desk, and what was done there."""

    def __init__(self):
        self.ledger = LyingLedger()
        self.desk = memory_desk(self.ledger)
        self.store = self.desk.store
        self.first = self.talk("Where is my withdrawal?")
        self.second = self.talk("My card was declined.", signed=True)

    def talk(self, question, *, signed=False):
        """Open a ticket, answer, reply, answer, solve."""
        tickets = self.desk.tickets
        ticket = tickets.open(question, signed=signed).ticket
        for intent in (
            intents.answer(ticket, "We look into it."),
            intents.reply(ticket, "And now?"),
            intents.answer(ticket, "It has arrived."),
            intents.solve(ticket),
        ):
            self.ledger.advance(60)
            tickets.do(intent, signed=signed)
        return ticket

    def keep_log(self, *lines):
        """Append lines to a log of the desk, and anchor it."""
        logs = self.desk.logs
        if "revisions" not in logs.names():
            logs.create("revisions")
        logs.append("revisions", lines)
        return logs.anchor("revisions")

    def anchor(self, size=3):
        """Anchor a log that the desk does not hold."""
        admin, anchorer = local_signer("admin"), local_signer("relayer")
        self.ledger.grant(admin, ANCHORER_ROLE, anchorer.address)
        return self.ledger.anchor(anchorer, b"\x07" * 32, Checkpoint(), size, b"\x01" * 32)

    def audit(self, *, store=True, saved=None, **scope):
        """Audit everything."""
        kept, logs = (self.store, self.desk.logs) if store else (None, None)
        auditor = Auditor(self.ledger, self.store.deployment, kept, files=self.desk.files, logs=logs)
        return auditor.run(Scope(**scope), saved)

    def report(self, **more):
        """Give the report of an audit."""
        return self.audit(**more).report

    def found(self, **more):
        """Give class, ticket and entry of all that an audit finds."""
        return [(str(one.anomaly), one.ticket, one.entry) for one in self.report(**more).findings]


def altered(index, ticket, **changes):
    """Make a teller that changes one entry's event."""

    def tell(events):
        return [
            one._replace(**changes)
            if isinstance(one, EntryRecord) and (one.ticket, one.index) == (ticket, index)
            else one
            for one in events
        ]

    return tell
