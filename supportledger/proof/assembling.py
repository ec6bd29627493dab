"""
Making proof files: from the evidence about a ticket and a block that shows its words, and from other files.

Source: docs/spec/proof-file.md.
"""

from dataclasses import replace

from supportledger.errors import InputError
from supportledger.model.entry import NOTHING
from supportledger.model.policy import PolicyTerms
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action, Auth, TicketState
from supportledger.proof import places
from supportledger.proof.choice import Choice
from supportledger.proof.evidence import Evidence, Signed, StateProof
from supportledger.proof.proof_file import ProofFile, policies_of
from supportledger.proof.proven_entry import ProvenEntry, acts_on_certificate, in_order
from supportledger.proof.shown_content import ShownContent
from supportledger.proof.shown_lines import ShownLines


def places_of(evidence: Evidence, lines: ShownLines | None = None) -> list[bytes]:
    """List the words that a block must show for a ticket's proof file, in the order of the file."""
    agents = sorted({one.actor for one in evidence.entries if acts_on_certificate(one)})
    return [
        places.ticket_place(evidence.ticket),
        *map(places.agent_place, agents),
        *map(places.policy_place, sorted(policies_of(evidence.entries))),
        *([places.anchor_place(lines.log)] if lines else []),
    ]


def assemble(
    evidence: Evidence,
    state: TicketState,
    block: StateProof,
    choice: Choice,
    lines: ShownLines | None = None,
) -> ProofFile:
    """
    Make a ticket's proof file.

    Args:
        evidence: Everything about the ticket, as of the block.
        state: That its entries make.
        block: Showing the words of `places_of`.
        choice: Which fields are shown.
        lines: Of its conversation.

    Raises:
        InputError: An entry is named that the ticket does not have, or a policy is not known.
    """
    choice.check(evidence.entries)
    return ProofFile(
        ledger=evidence.ledger,
        ticket=evidence.ticket,
        state=state,
        slot=state.hash(),
        entries=tuple(_entry(one, evidence, choice) for one in evidence.entries),
        policies={number: _terms(number, evidence) for number in policies_of(evidence.entries)},
        lines=lines,
        block=block,
    )


def redact(file: ProofFile, choice: Choice) -> ProofFile:
    """
    Make a file that shows less: a proof of the same ticket, as valid as before.

    Raises:
        InputError: An entry is named that the ticket does not have.
    """
    choice.check([one.record for one in file.entries])
    return replace(file, entries=tuple(_keeping(one, choice) for one in file.entries))


def shown_fields(file: ProofFile) -> int:
    """Count the fields that a file shows."""
    return sum(len(one.content.fields) for one in file.entries if one.content)


def _keeping(one: ProvenEntry, choice: Choice) -> ProvenEntry:
    if one.content is None:
        return one
    names = choice.names(one.record, one.content.names)
    return replace(one, content=one.content.keeping(names))


def _entry(record: EntryRecord, evidence: Evidence, choice: Choice) -> ProvenEntry:
    at = (record.block_number, record.log_index)
    fields = evidence.contents.get(record.index) if record.commitment != NOTHING else None
    return ProvenEntry(
        in_order(record),
        evidence.registry.agent(record.actor, at) if acts_on_certificate(record) else None,
        _signed(record, evidence.signatures.get(record.index)),
        ShownContent.of(fields, choice.names(record, fields.names)) if fields else None,
    )


def _signed(record: EntryRecord, signed: Signed | None) -> Signed | None:
    """Keep what can be verified again: a signature that recovers, a consent that may."""
    if signed is None:
        return None
    signature = signed.signature if record.auth is Auth.ECDSA else b""
    consent = signed.consent if record.action is Action.CLAIM and len(signed.consent) == 65 else b""
    return Signed(signature, signed.deadline, consent) if signature or consent else None


def _terms(number: int, evidence: Evidence) -> PolicyTerms:
    history = evidence.registry.policies.get(number)
    if history is None or history.latest is None:
        raise InputError(f"policy {number} is not known")
    return history.latest.terms
