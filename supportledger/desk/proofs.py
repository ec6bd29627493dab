"""
Proof files: made from what the ledger shows and the store holds, for somebody who has neither.

Nothing is handed out that does not verify: a file that would be refused says now that the record is wrong.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from supportledger.desk.anchors import log_id
from supportledger.desk.audit import Audit
from supportledger.desk.cast import By
from supportledger.desk.conversations import LOG, Conversations
from supportledger.desk.reading import Named, Reading
from supportledger.desk.reads import SUPPORT, Reads
from supportledger.errors import ContentErased, NotFound, ReorgDetected
from supportledger.model.ids import TicketId
from supportledger.model.replay import replay
from supportledger.model.ticket import INTERNAL, Action
from supportledger.ports import LedgerReader, Store
from supportledger.proof.anchored import anchor_word
from supportledger.proof.assembling import assemble, places_of
from supportledger.proof.choice import Choice
from supportledger.proof.fields import Fields
from supportledger.proof.places import agent_place, ticket_place
from supportledger.proof.proof_file import ProofFile
from supportledger.proof.shown_lines import ShownLines
from supportledger.proof.trust import Trust
from supportledger.proof.verdict import Verdict
from supportledger.proof.verify import verify_proof

if TYPE_CHECKING:
    from supportledger.proof.absence import AbsenceFile

_TRIES: Final = 5
"""To read a ticket that changes while it is read."""
_MADE: Final = frozenset(range(1, 9)) - {5}
"""What a file must pass when it is made; signatures may be missing, and then the file says so."""


@dataclass(frozen=True, slots=True)
class Exported:
    """
    A proof file, and what a verifier who trusts its block will say of it.

    Args:
        file: What it says.
        data: Its bytes.
        verdict: On them.
        left_out: Lines of the conversation that it does not show, because no anchor covers them yet.
    """

    file: ProofFile
    data: bytes
    verdict: Verdict
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Absent:
    """
    A proof file of something that is not there, and what a verifier who trusts its block will say of it.

    Args:
        file: What it says.
        data: Its bytes.
        verdict: On them.
    """

    file: "AbsenceFile"
    data: bytes
    verdict: Verdict
    left_out: ClassVar[int] = 0
    """It shows no conversation."""


class Proofs:
    """
    Makes proof files of one ledger's tickets.

    Args:
        ledger: Whose node proves.
        store: Holds what was promised.
        reading: Finds tickets.
        audit: Gathers what is known of them.
        conversations: What was said between their entries.
        reads: Puts on record who is shown something.
    """

    def __init__(  # noqa: PLR0917 -- the parts of a desk, put together in one place
        self,
        ledger: LedgerReader,
        store: Store,
        reading: Reading,
        audit: Audit,
        conversations: Conversations,
        reads: Reads,
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._conversations = conversations
        self._reads = reads
        self._reading = reading
        self._audit = audit

    def export(
        self,
        ticket: Named,
        *,
        disclose: Iterable[str] = (),
        withhold: Iterable[str] = (),
        outward: bool = False,
        reason: str = SUPPORT,
        by: By = None,
    ) -> Exported:
        """
        Make the proof file of a ticket, as of the latest block.

        Args:
            ticket: Which.
            disclose: Fields to show: `body`, `3.body`, `3.all`, `all`; without any, and with nothing
                withheld, no field is shown.
            withhold: Fields not to show, whatever else was said.
            outward: It is for a customer, who is shown nothing that staff wrote for themselves, whatever they
                name.
            reason: Why somebody is shown it.
            by: Who asks.

        Raises:
            NotOnRecord: That it was asked for cannot be put on record.
            InputError: A field or entry is named that cannot be.
            NotFound: There is no such ticket.
            VerificationError: What is known of the ticket does not hold.
            RpcRefused: The node makes no proofs.
            ReorgDetected: The ticket changes faster than it can be read.
        """
        choice = Choice.parse(disclose, withhold)
        file = self._file(ticket, choice, INTERNAL if outward else frozenset())
        data = file.to_bytes()
        verdict = verify_proof(data, self._trust(), required=_MADE)
        verdict.raise_for_failure()
        said, shown = self._said(file.ticket), file.lines.lines if file.lines else ()
        if any(one.content.fields for one in file.entries if one.content):
            self._reads.record(file.ticket, "proof file", reason, by=by)
        return Exported(file, data, verdict, said - len(shown))

    def _said(self, ticket: TicketId) -> int:
        """Count the lines of a conversation; of one that was erased, none can be found any more."""
        try:
            return len(self._conversations.checked(ticket))
        except ContentErased:
            return 0

    def absence(self, digest: bytes) -> Absent:
        """
        Make the proof file of a promise that the desk has not kept.

        Args:
            digest: Of the signed action, as the receipt has it; 32 bytes.

        Raises:
            NotFound: No receipt was given for it.
            ReplayMismatch: The action came, or another in its place.
            DeadlineMismatch: There is still time.
            VerificationError: The receipt is worth nothing for another reason.
        """
        from supportledger.proof.absence import AbsenceFile, Promised  # noqa: PLC0415 -- tries, 150 ms
        from supportledger.proof.storage import read_header  # noqa: PLC0415 -- as above

        receipt, draft = self._store.receipt(digest), self._store.draft(digest)
        block = self._ledger.proof([ticket_place(draft.ticket), agent_place(receipt.signer)])
        slot = self._ledger.slots([draft.ticket], read_header(block.header).number)[0]
        state = self._ledger.ticket(draft.ticket).state if any(slot) else None
        promised = Promised(
            action=draft.action,
            actor=draft.actor,
            argument=draft.argument,
            sequence=draft.sequence,
            seen=draft.seen,
            commitment=draft.commitment,
            deadline=draft.deadline,
            signature=draft.signature,
            terms=draft.terms,
        )
        file = AbsenceFile(self._ledger.deployment, draft.ticket, state, slot, promised, receipt, block)
        data = file.to_bytes()
        verdict = verify_proof(data, self._trust())
        verdict.raise_for_failure()
        return Absent(file, data, verdict)

    def _file(self, ticket: Named, choice: Choice, hidden: frozenset[Action]) -> ProofFile:
        found = self._reading.find(ticket)
        for _ in range(_TRIES):
            evidence = self._audit.evidence(found)
            shown = choice.without(evidence.entries, hidden)
            deployment = self._ledger.deployment
            state = replay(found, evidence.entries, evidence.registry, deployment).state
            lines = self._lines(found, evidence.contents)
            block = self._ledger.proof(places_of(evidence, lines))
            file = assemble(evidence, state, block, shown, lines)
            if self._ledger.slots([found]) == [file.slot] and self._is_last(lines):
                return file
        raise ReorgDetected(f"ticket {found.handle} changes faster than it can be read")

    def _lines(self, ticket: TicketId, contents: Mapping[int, Fields]) -> ShownLines | None:
        """Give the conversation, if an anchor covers all that the ticket's entries say of it."""
        try:
            checkpoint, lines = self._conversations.anchored(ticket)
        except NotFound:
            return None
        counts = (fields.values().get("log.count") for fields in contents.values())
        named = max((one for one in counts if isinstance(one, int)), default=0)
        covers = bool(lines) and len(lines) >= named
        return ShownLines(log_id(LOG), checkpoint, tuple(lines)) if covers else None

    def _is_last(self, lines: ShownLines | None) -> bool:
        return lines is None or self._ledger.anchor_hash(lines.log) == anchor_word(lines.checkpoint)

    def _trust(self) -> Trust:
        here = self._ledger.deployment
        return Trust(
            here.chain_id, here.ledger, here.code_hash, lambda number: self._ledger.block(number).hash
        )
