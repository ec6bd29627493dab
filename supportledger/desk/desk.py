"""The desk: all that can be done, by subject."""

from collections.abc import Callable
from typing import Self

from supportledger.desk.actions import Actions
from supportledger.desk.agents import Agents
from supportledger.desk.anchors import Anchors
from supportledger.desk.audit import Audit
from supportledger.desk.bulk import Bulk
from supportledger.desk.cast import Cast
from supportledger.desk.clerk import Clerk
from supportledger.desk.contents import Files
from supportledger.desk.conversations import Conversations
from supportledger.desk.door import Door
from supportledger.desk.erasures import Erasures
from supportledger.desk.filing.browsing import Browsing
from supportledger.desk.handing_over import HandingOver
from supportledger.desk.logs import Logs
from supportledger.desk.policies import Policies
from supportledger.desk.posting import Posting
from supportledger.desk.privacy import Privacy
from supportledger.desk.promises import Promises
from supportledger.desk.proofs import Proofs
from supportledger.desk.reading import Reading
from supportledger.desk.reads import Reads
from supportledger.desk.reasons import Reasons
from supportledger.desk.receipts import Receipts
from supportledger.desk.recovery import Recovered, Recovery
from supportledger.desk.relay import Relay
from supportledger.desk.service import Service
from supportledger.desk.signing.claiming import Claiming
from supportledger.desk.signing.sending import Sending
from supportledger.desk.signing.signing import Signing
from supportledger.desk.sync import Followed, Index
from supportledger.desk.tickets import Tickets
from supportledger.model.records import Draft
from supportledger.ports import Clock, Guard, Ledger, LogStore, Store


class Desk:
    """
    A support desk on one ledger, with its store.

    * `tickets`: open, act, read, verify
    * `browsing`: lists and tickets as the store has them, for those who must not wait for the chain
    * `signing`: act without waiting for the chain
    * `agents`, `policies`: who may act, and what is promised
    * `sending`: certificates and promises as transactions of somebody's own wallet
    * `service`: what is due, and what is late
    * `proofs`: a ticket's record, for somebody who has neither node nor store
    * `receipts`, `anchors`: promises to relay, and checkpoints of logs
    * `actions`: how far what was done has come to the ledger
    * `index`, `relay`: following the chain, and carrying what waits; the work of the workers
    * `logs`, `conversations`: append-only logs, and what is said between a ticket's entries
    * `reads`: who was shown what, of which ticket, and why
    * `privacy`, `handing_over`: erasing what was written, legal holds; and giving people what is held of them

    Args:
        ledger: Checked to be one.
        store: Bound to it.
        cast: Who acts.
        clock: This machine's.
        files: Where attachments are kept.
        logs: Where logs are kept.
        guard: Takes secrets out of what people write.
        closing: What else is to be let go of when the desk closes.
    """

    def __init__(  # noqa: PLR0917 -- the ports, put together in one place
        self,
        ledger: Ledger,
        store: Store,
        cast: Cast,
        clock: Clock,
        files: Files,
        logs: LogStore,
        guard: Guard,
        closing: Callable[[], None] = lambda: None,
    ) -> None:
        self.ledger = ledger
        self.store = store
        self.cast = cast
        self.clock = clock
        self.files = files
        self._closing = closing
        promises = Promises(ledger)
        self.index = Index(ledger, store, promises)
        reading = Reading(ledger, store, promises, self.index)
        self.receipts = Receipts(ledger, store, cast)
        self.anchors = Anchors(ledger, cast)
        self.logs = Logs(ledger.deployment, logs, self.anchors)
        door = Door(guard)
        self.reads = Reads(ledger.deployment, logs, self.logs, clock, door, cast, store.vault)
        self.conversations = Conversations(
            ledger.deployment, logs, self.logs, clock, door, self.reads, store.vault
        )
        clerk = Clerk(ledger, cast, clock, promises, self.receipts, files, self.conversations, door)
        self.browsing = Browsing(store, self.conversations, promises, self.reads)
        self.signing = Signing(ledger, store, cast, clerk, clock, promises, self.receipts)
        self.claiming = Claiming(ledger, store, cast, self.signing)
        posting = Posting(ledger, store, reading, cast)
        bulk = Bulk(ledger, store, cast, clerk, posting, reading, promises)
        self.actions = Actions(store, reading)
        self.relay = Relay(ledger, store, cast, posting, reading, self.index)
        self._recovery = Recovery(store, self.relay)
        erasures = Erasures(logs, self.logs, self.anchors)
        audit = Audit(ledger, store, erasures)
        self.privacy = Privacy(ledger, store, files, cast, reading, self.logs, erasures, door)
        self.tickets = Tickets(ledger, cast, clerk, posting, reading, bulk, self._recovery, audit, self.reads)
        self.proofs = Proofs(ledger, store, reading, audit, self.conversations, self.reads)
        self.handing_over = HandingOver(store, files, reading, self.conversations, self.reads, erasures)
        reasons = Reasons(store.cabinet)
        self.agents = Agents(ledger, cast, reasons)
        self.sending = Sending(ledger, store.cabinet, reasons, clock)
        self.policies = Policies(ledger, cast)
        self.service = Service(ledger, store, cast, clerk, posting, reading, promises)

    def sync(self) -> Followed:
        """Follow the chain into the store; what others did is then in lists, too."""
        return self.index.follow()

    def settle(self) -> None:
        """Put in order what earlier runs have kept beside the logs; quick when that was done."""
        self.conversations.settle()
        self.reads.settle()

    def waiting(self) -> list[Draft]:
        """List what an earlier run has kept and not seen done; `recover` finishes it."""
        return self._recovery.waiting()

    def recover(self) -> list[Recovered]:
        """Finish what an earlier run has kept and not seen done."""
        return self._recovery.run()

    def close(self) -> None:
        """Let go of the database and the node."""
        self.store.close()
        self._closing()

    def __enter__(self) -> Self:
        """Close when the block ends."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self.close()
