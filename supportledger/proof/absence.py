"""
The second kind of proof file: something was promised, and is not there.

The desk's receipt says by when a signed action is on the ledger. A later block whose slot is empty, or whose
state still waits for the action's sequence, shows that it never came: the desk accepted it and did not relay.

Source: docs/spec/proof-file.md, P8; docs/spec/verification.md, V13.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from supportledger.errors import (
    AuthorityMismatch,
    BundleFormatError,
    DeadlineMismatch,
    Inconclusive,
    InputError,
    LedgerMismatch,
    ReplayMismatch,
    SignatureMismatch,
    StateMismatch,
    StorageMismatch,
)
from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.entry import NOTHING, lane
from supportledger.model.ids import Address, TicketId, ticket_id
from supportledger.model.instant import format_instant
from supportledger.model.records import Deployment, ReceiptRecord
from supportledger.model.ticket import Action, Lane, TicketState
from supportledger.proof import canonical, places, typed_data
from supportledger.proof.evidence import StateProof
from supportledger.proof.json_values import chosen, hexed, integer, members, octets
from supportledger.proof.proof_case import BlockCase, Check
from supportledger.proof.proof_file import (
    ABSENCE,
    FORMAT,
    SUFFIX,
    VERSION,
    block_from_json,
    block_to_json,
    ledger_from_json,
    ledger_to_json,
    opened,
    ticket_from_json,
    ticket_to_json,
)
from supportledger.proof.proven_entry import ACTIONS
from supportledger.proof.signature import SIGNATURE_SIZE
from supportledger.proof.trust import Trust
from supportledger.proof.typed_data import Domain, Message

_WORD: Final = 32
_COUNTS: Final = (1, 0, 0)
"""What the block shows besides the ticket: the certificate of whoever promised."""
_MEMBERS: Final = {"block", "format", "kind", "ledger", "promised", "receipt", "ticket", "version"}
_PROMISED: Final = {
    "action",
    "actor",
    "argument",
    "commitment",
    "deadline",
    "seen",
    "sequence",
    "signature",
    "terms",
}


@dataclass(frozen=True, slots=True)
class Promised:
    """
    The signed action that the desk accepted.

    Args:
        action: What was to be done.
        actor: Who signed; for Open, the customer.
        argument: As the action has it; for Open, the policy.
        sequence: Of the actor's lane; 0 for Open.
        seen: Staff: the customer sequence they had read up to.
        commitment: Of its content; 32 bytes.
        deadline: Of the signature; Unix seconds.
        signature: Of the actor.
        terms: Open: hash of the promise that was signed; None otherwise.
    """

    action: Action
    actor: Address
    argument: int
    sequence: int
    seen: int
    commitment: bytes
    deadline: int
    signature: bytes
    terms: bytes | None = None

    def message(self, ticket: TicketId) -> Message:
        """Give what was signed."""
        if self.terms is not None:
            return typed_data.Open(
                self.actor, self.actor, self.argument, self.terms, self.commitment, self.deadline
            )
        return typed_data.Action(
            ticket=ticket,
            action=str(self.action),
            argument=self.argument,
            actor=self.actor,
            sequence=self.sequence,
            seen=self.seen,
            commitment=self.commitment,
            deadline=self.deadline,
        )

    def to_json(self) -> dict[str, object]:
        """Give it as data."""
        return {
            "action": str(self.action),
            "actor": hexed(self.actor),
            "argument": hexed(self.argument.to_bytes(_WORD, "big")),
            "commitment": hexed(self.commitment),
            "deadline": self.deadline,
            "seen": self.seen,
            "sequence": self.sequence,
            "signature": hexed(self.signature),
            "terms": None if self.terms is None else hexed(self.terms),
        }

    @classmethod
    def from_json(cls, data: object) -> Self:
        """
        Read one.

        Raises:
            BundleFormatError: It is malformed.
        """
        parts = members(data, _PROMISED, "promised")
        action = Action(chosen(parts["action"], ACTIONS, "an action"))
        terms = None if parts["terms"] is None else octets(parts["terms"], "terms", _WORD)
        found = cls(
            action=action,
            actor=Address(octets(parts["actor"], "an actor", 20)),
            argument=int.from_bytes(octets(parts["argument"], "an argument", _WORD), "big"),
            sequence=integer(parts["sequence"], 32, "a sequence"),
            seen=integer(parts["seen"], 32, "seen"),
            commitment=octets(parts["commitment"], "a commitment", _WORD),
            deadline=integer(parts["deadline"], 53, "a deadline"),
            signature=octets(parts["signature"], "a signature", SIGNATURE_SIZE),
            terms=terms,
        )
        is_open = action is Action.OPEN
        if (terms is not None) != is_open or (is_open and (found.sequence or found.seen)):
            raise BundleFormatError("an opening has terms and no sequence, anything else the other way round")
        return found


@dataclass(frozen=True, slots=True)
class AbsenceFile:
    """
    What a file of this kind says; nothing of it is believed.

    Args:
        ledger: The contract that it speaks of.
        ticket: The ticket.
        state: Of the ticket at the block; None where there is no ticket.
        slot: What the ticket's slot holds at the block; 32 bytes.
        promised: The action.
        receipt: The desk's, without the digest, which follows from the action.
        block: The header, and the words of the ticket and of the receipt's signer.
    """

    ledger: Deployment
    ticket: TicketId
    state: TicketState | None
    slot: bytes
    promised: Promised
    receipt: ReceiptRecord
    block: StateProof

    @property
    def name(self) -> str:
        """What the file is called, unless somebody says otherwise."""
        return f"{self.ticket.handle}.{ABSENCE}{SUFFIX}"

    def to_json(self) -> dict[str, object]:
        """Give it as data."""
        return {
            "block": block_to_json(self.block, _COUNTS),
            "format": FORMAT,
            "kind": ABSENCE,
            "ledger": ledger_to_json(self.ledger),
            "promised": self.promised.to_json(),
            "receipt": {
                "includeBy": self.receipt.include_by,
                "receivedAt": self.receipt.received_at,
                "signature": hexed(self.receipt.signature),
                "signer": hexed(self.receipt.signer),
            },
            "ticket": ticket_to_json(self.ticket, self.state, self.slot),
            "version": VERSION,
        }

    def to_bytes(self) -> bytes:
        """Write the file."""
        return canonical.to_bytes(self.to_json())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """
        Read a file, believing nothing.

        Raises:
            BundleFormatError: It is not a file of this kind and version.
        """
        found = opened(data)
        if found["kind"] != ABSENCE:
            raise BundleFormatError("the file proves a ticket, not an absence")
        return cls.from_json(found)

    @classmethod
    def from_json(cls, found: Mapping[str, object]) -> Self:
        """
        Read the data of an opened file.

        Raises:
            BundleFormatError: It is not one of this kind.
        """
        parts = members(found, _MEMBERS, "the file")
        ledger, promised = ledger_from_json(parts["ledger"]), Promised.from_json(parts["promised"])
        ticket, state, slot = ticket_from_json(parts["ticket"])
        given = members(parts["receipt"], {"includeBy", "receivedAt", "signature", "signer"}, "receipt")
        receipt = ReceiptRecord(
            digest=_digest(promised, ticket, ledger),
            received_at=integer(given["receivedAt"], 53, "receivedAt"),
            include_by=integer(given["includeBy"], 53, "includeBy"),
            signer=Address(octets(given["signer"], "the receipt's signer", 20)),
            signature=octets(given["signature"], "the receipt's signature", SIGNATURE_SIZE),
        )
        block = block_from_json(parts["block"], _COUNTS)
        return cls(ledger, ticket, state, slot, promised, receipt, block)


def _digest(promised: Promised, ticket: TicketId, ledger: Deployment) -> bytes:
    try:
        return typed_data.digest(promised.message(ticket), Domain(ledger.chain_id, ledger.ledger))
    except InputError as cause:
        raise BundleFormatError(f"nobody can have signed this: {cause.message}") from cause


def places_of(ticket: TicketId, signer: Address) -> list[bytes]:
    """List the words that a block must show, in the order of the file."""
    return [places.ticket_place(ticket), places.agent_place(signer)]


class AbsenceCase:
    """One file of this kind, and the checks of its steps."""

    def __init__(self, file: AbsenceFile, trust: Trust) -> None:
        self.file = file
        self._trust = trust
        wanted = zip(places_of(file.ticket, file.receipt.signer), ("the ticket", "the signer"), strict=True)
        self._block = BlockCase(file.block, list(wanted), trust)

    @property
    def ticket(self) -> TicketId:
        """Which ticket it is about."""
        return self.file.ticket

    def checks(self) -> Mapping[int, Check]:
        """Give the check of every step but the first."""
        return {
            2: self._check_ledger,
            3: self._check_absent,
            4: _without_entries,
            5: self._check_signatures,
            6: self._check_slot,
            7: self._check_words,
            8: self._block.check_block,
            9: _without_entries,
            10: self._check_signer,
            11: self._check_overdue,
            12: _without_entries,
        }

    def reach(self) -> str:
        """Say up to when the verdict holds."""
        if self._block.block is None:
            return ""
        header = self._block.block.header
        return f"as of block {header.number}, {format_instant(header.time)}; later entries: unknown"

    def _check_ledger(self) -> str:
        """2."""
        if self.file.ledger != self._trust.deployment:
            raise LedgerMismatch(f"expected {self._trust.deployment}, found {self.file.ledger}")
        return str(self._trust.deployment)

    def _check_absent(self) -> str:
        """3: the ticket has no place yet that the action could have taken (V13.3)."""
        promised, state = self.file.promised, self.file.state
        if promised.action is Action.OPEN:
            return self._check_unopened()
        if state is None:
            return "there is no ticket that the action could be on"
        order = lane(promised.action, promised.actor, state.customer)
        if order is Lane.NONE:
            raise ReplayMismatch(f"nobody can be promised a {promised.action} by {promised.actor}")
        now = state.sequence(order)
        if now > promised.sequence:
            raise ReplayMismatch(
                f"the ticket is at sequence {now}, past the promised {promised.sequence}:"
                " the action came, or another in its place"
            )
        return f"the ticket is at sequence {now} and waits for the promised {promised.sequence}"

    def _check_unopened(self) -> str:
        here, promised = self._trust, self.file.promised
        own = ticket_id(here.chain_id, here.ledger, promised.actor, promised.commitment)
        if own != self.file.ticket:
            raise ReplayMismatch(f"opener and commitment make the id {own}")
        if self.file.state is not None:
            raise ReplayMismatch("the ticket was opened")
        return "the ticket was never opened"

    def _check_signatures(self) -> str:
        """5."""
        file, domain = self.file, Domain(self._trust.chain_id, self._trust.ledger)
        message, receipt = file.promised.message(file.ticket), file.receipt
        promise = typed_data.Receipt(
            typed_data.digest(message, domain), receipt.received_at, receipt.include_by
        )
        for what, said, signature, signer in (
            ("the action", message, file.promised.signature, file.promised.actor),
            ("the receipt", promise, receipt.signature, receipt.signer),
        ):
            try:
                typed_data.verify(said, domain, signature, signer)
            except SignatureMismatch as mismatch:
                raise SignatureMismatch(f"{what}: {mismatch.message}") from mismatch
        return f"the action is signed by {file.promised.actor}, the receipt by {receipt.signer}"

    def _check_slot(self) -> str:
        """6."""
        file = self.file
        actual = NOTHING if file.state is None else file.state.hash()
        if file.slot != actual:
            raise StateMismatch(f"the state hashes to {actual.hex()}, the slot holds {file.slot.hex()}")
        return "the state hashes to what the slot holds" if file.state else "the slot is empty"

    def _check_words(self) -> str:
        """7."""
        block = self._block.proven()
        if block.words[0] != self.file.slot:
            raise StorageMismatch(f"block {block.header.number} shows another word in the ticket's slot")
        return f"block {block.header.number}, {format_instant(block.header.time)}, shows the ticket's slot"

    def _check_signer(self) -> str:
        """10: the desk had certified whoever promised (V13.6)."""
        if self._block.block is None:
            raise Inconclusive("what certificates are now is not shown: depends on 7")
        at, signer = self.file.receipt.received_at, self.file.receipt.signer
        found = Agent.unpack(int.from_bytes(self._block.block.words[1], "big"))
        if found.status is AgentStatus.NONE or not found.from_ <= at < found.until:
            raise AuthorityMismatch(
                f"{signer} was not certified at {format_instant(at)}: {found.status}, from"
                f" {format_instant(found.from_)} until {format_instant(found.until)}"
            )
        note = "" if found.status is AgentStatus.CERTIFIED else f"; {found.status} by now"
        return f"{signer} was certified when it promised{note}"

    def _check_overdue(self) -> str:
        """11: the block is past the promise (V13.7)."""
        if self._block.block is None:
            raise Inconclusive("the time of the block is not shown: depends on 7")
        time, by = self._block.block.header.time, self.file.receipt.include_by
        if time <= by:
            raise DeadlineMismatch(
                f"promised until {format_instant(by)}, and the block is of {format_instant(time)}",
                hint="Export again from a later block.",
            )
        return f"promised until {format_instant(by)}, not there at {format_instant(time)}"


def _without_entries() -> str:
    raise Inconclusive("a proof of absence has no entries")
