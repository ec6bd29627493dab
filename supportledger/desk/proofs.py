"""
Proof files: made from what the ledger shows and the store holds, for somebody who has neither.

Nothing is handed out that does not verify: a file that would be refused says now that the record is wrong.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from supportledger.desk.audit import Audit
from supportledger.desk.reading import Named, Reading
from supportledger.errors import ReorgDetected
from supportledger.model.replay import replay
from supportledger.ports import LedgerReader, Store
from supportledger.proof.assembling import assemble, places_of
from supportledger.proof.choice import Choice
from supportledger.proof.places import agent_place, ticket_place
from supportledger.proof.proof_file import ProofFile
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
    """

    file: ProofFile
    data: bytes
    verdict: Verdict


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


class Proofs:
    """
    Makes proof files of one ledger's tickets.

    Args:
        ledger: Whose node proves.
        store: Holds what was promised.
        reading: Finds tickets.
        audit: Gathers what is known of them.
    """

    def __init__(self, ledger: LedgerReader, store: Store, reading: Reading, audit: Audit) -> None:
        self._ledger = ledger
        self._store = store
        self._reading = reading
        self._audit = audit

    def export(
        self, ticket: Named, *, disclose: Iterable[str] = (), withhold: Iterable[str] = ()
    ) -> Exported:
        """
        Make the proof file of a ticket, as of the latest block.

        Args:
            ticket: Which.
            disclose: Fields to show: `body`, `3.body`, `3.all`, `all`; without any, and with nothing
                withheld, no field is shown.
            withhold: Fields not to show, whatever else was said.

        Raises:
            InputError: A field or entry is named that cannot be.
            NotFound: There is no such ticket.
            VerificationError: What is known of the ticket does not hold.
            RpcRefused: The node makes no proofs.
            ReorgDetected: The ticket changes faster than it can be read.
        """
        choice = Choice.parse(disclose, withhold)
        file = self._file(ticket, choice)
        data = file.to_bytes()
        verdict = verify_proof(data, self._trust(), required=_MADE)
        verdict.raise_for_failure()
        return Exported(file, data, verdict)

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

    def _file(self, ticket: Named, choice: Choice) -> ProofFile:
        found = self._reading.find(ticket)
        for _ in range(_TRIES):
            evidence = self._audit.evidence(found)
            deployment = self._ledger.deployment
            state = replay(found, evidence.entries, evidence.registry, deployment).state
            block = self._ledger.proof(places_of(evidence))
            file = assemble(evidence, state, block, choice)
            if self._ledger.slots([found]) == [file.slot]:
                return file
        raise ReorgDetected(f"ticket {found.handle} changes faster than it can be read")

    def _trust(self) -> Trust:
        here = self._ledger.deployment
        return Trust(
            here.chain_id, here.ledger, here.code_hash, lambda number: self._ledger.block(number).hash
        )
