"""
A proof file, judged step by step: what a ticket's evidence is judged by, and the steps that a file adds.

Source: docs/spec/verification.md.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from supportledger.errors import AnchorMismatch, CommitmentMismatch, Inconclusive, InputError, StorageMismatch
from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.entry import NOTHING
from supportledger.model.ids import Address, TicketId
from supportledger.model.instant import format_instant
from supportledger.model.policy import Policy
from supportledger.model.ticket import Action
from supportledger.proof import places
from supportledger.proof.anchored import anchor_word, check_anchored
from supportledger.proof.commitment import context
from supportledger.proof.conversation import LOG_ID, LogPlace
from supportledger.proof.deadlines import check_deadlines
from supportledger.proof.evidence import Evidence, StateProof
from supportledger.proof.proof_file import ProofFile
from supportledger.proof.proven_entry import ProvenEntry
from supportledger.proof.shown_content import ShownContent
from supportledger.proof.signed_entries import entries_named
from supportledger.proof.storage import ProvenBlock, prove
from supportledger.proof.surroundings import known
from supportledger.proof.ticket_case import TicketCase, counted, wrong_content
from supportledger.proof.trust import Trust

Check = Callable[[], str]


class BlockCase:
    """
    The steps that every proof file has in common: 2, 7 and 8.

    Args:
        proof: The block, with the words that it is to show.
        wanted: Place of each word, and its name for messages.
        trust: The verifier's.
    """

    def __init__(self, proof: StateProof, wanted: Sequence[tuple[bytes, str]], trust: Trust) -> None:
        self._proof = proof
        self._wanted = wanted
        self._trust = trust
        self.is_trusted = False

    @cached_property
    def _outcome(self) -> ProvenBlock | StorageMismatch:
        try:
            return prove(self._proof, self._trust.deployment, self._wanted)
        except StorageMismatch as mismatch:
            return mismatch

    @property
    def block(self) -> ProvenBlock | None:
        """What the block shows; None if its proofs do not hold."""
        return self._outcome if isinstance(self._outcome, ProvenBlock) else None

    def proven(self) -> ProvenBlock:
        """
        Give what the block shows (V7).

        Raises:
            StorageMismatch: Its proofs do not hold.
        """
        if isinstance(self._outcome, StorageMismatch):
            raise self._outcome
        return self._outcome

    def check_block(self) -> str:
        """8."""
        header = self.proven().header
        said = self._trust.check_block(header.number, header.hash)
        self.is_trusted = True
        return said


class ProofCase:
    """One proof file of a ticket, and what each step leaves for those that stand on it."""

    def __init__(self, file: ProofFile, trust: Trust) -> None:
        self.file = file
        self._trust = trust
        self._block = BlockCase(file.block, _wanted(file), trust)
        self._certificates = _certificates(file, self._block.block)
        self._case = TicketCase(self._evidence(), trust.deployment)

    @property
    def ticket(self) -> TicketId:
        """Which ticket it is about."""
        return self.file.ticket

    def checks(self) -> Mapping[int, Check]:
        """Give the check of every step but the first."""
        return {
            2: self._case.check_ledger,
            3: self._case.check_replay,
            4: self._case.check_heads,
            5: self._case.check_signatures,
            6: self._case.check_slot,
            7: self._check_words,
            8: self._block.check_block,
            9: self._check_contents,
            10: self._check_authority,
            11: self._check_deadlines,
            12: self._check_lines,
        }

    def reach(self) -> str:
        """Say up to when the verdict holds."""
        if self._block.block is None:
            return self._case.reach()
        return (
            self._case.reach() if self._block.is_trusted else f"if the block is trusted: {self._case.reach()}"
        )

    def _evidence(self) -> Evidence:
        file, block = self.file, self._block.block
        return Evidence(
            ticket=file.ticket,
            ledger=file.ledger,
            entries=[one.record for one in file.entries],
            registry=known(file.entries, file.policies, self._certificates),
            slot=file.slot,
            state=file.state,
            signatures={one.record.index: one.signed for one in file.entries if one.signed is not None},
            as_of=(block.header.number, block.header.time) if block else None,
        )

    def _check_words(self) -> str:
        """7."""
        block, file = self._block.proven(), self.file
        if block.words[0] != file.slot:
            raise StorageMismatch(
                f"block {block.header.number} shows {block.words[0].hex()} in the ticket's slot, not"
                f" {file.slot.hex()}"
            )
        retired = self._check_policies(block)
        if len(self._certificates) < len(file.agents):
            raise StorageMismatch(f"block {block.header.number} shows no certificate of somebody who acted")
        others = counted(len(block.words) - 1, "other word", "other words")
        note = f"; retired by now: policy {', '.join(map(str, retired))}" if retired else ""
        shown = f"block {block.header.number}, {format_instant(block.header.time)}, shows the ticket's slot"
        return f"{shown}; {others}{note}"

    def _check_policies(self, block: ProvenBlock) -> list[int]:
        """Check that policies are what they were, and list those that are retired."""
        file = self.file
        at = 1 + len(file.agents)
        retired = []
        for (number, terms), word in zip(sorted(file.policies.items()), block.words[at:], strict=False):
            shown = int.from_bytes(word, "big")
            if shown not in {terms.word, Policy(terms, retired=True).word}:
                raise StorageMismatch(f"block {block.header.number} shows another policy {number}")
            if shown != terms.word:
                retired.append(number)
        return retired

    def _check_contents(self) -> str:
        """9."""
        committed = [one for one in self.file.entries if one.record.commitment != NOTHING]
        contents = [self._checked_content(one, one.content) for one in committed if one.content is not None]
        missing = [one.record.index for one in committed if one.content is None]
        shown = sum(len(one.fields) for one in contents)
        withheld = sum(len(one.withheld) for one in contents)
        said = counted(len(contents), "content matches", "contents match")
        said += f"; {counted(shown, 'field shown', 'fields shown')}; {withheld} withheld"
        if missing:
            raise Inconclusive(f"{said}; not held: that of {entries_named(missing)}")
        return said

    def _checked_content(self, one: ProvenEntry, content: ShownContent) -> ShownContent:
        record = one.record
        ticket = NOTHING if record.action is Action.OPEN else self.file.ticket
        place = context(self._trust.chain_id, self._trust.ledger, ticket, record.action, record.actor)
        try:
            content.verify(place, record.commitment)
        except (CommitmentMismatch, InputError) as mismatch:
            raise wrong_content(record, mismatch.message) from mismatch
        return content

    def _check_authority(self) -> str:
        """10."""
        if self._block.block is None:
            raise Inconclusive("what certificates are now is not shown: depends on 7")
        return self._case.check_authority()

    def _check_deadlines(self) -> str:
        """11."""
        records = [one.record for one in self.file.entries]
        return check_deadlines(records, self.file.policies, self.file.state)

    def _check_lines(self) -> str:
        """12."""
        lines, places_named = self.file.lines, list(self._places())
        if lines is None:
            raise Inconclusive("no anchored lines were given")
        if lines.log != LOG_ID:
            raise AnchorMismatch("the lines are of another log than that of conversations")
        if self._block.proven().words[-1] != anchor_word(lines.checkpoint):
            raise AnchorMismatch("the checkpoint is not the one that is anchored at the block")
        return check_anchored(self.file.ticket, lines.lines, lines.checkpoint, places_named)

    def _places(self) -> Iterator[LogPlace]:
        """Give what disclosed contents say of the conversation that they follow."""
        for one in self.file.entries:
            values = {field.name: field.value for field in one.content.fields} if one.content else {}
            place = LogPlace.of(one.record.index, values)
            if place is not None:
                yield place


def _wanted(file: ProofFile) -> list[tuple[bytes, str]]:
    """List the words that a file's block must show, in the order in which the file has them (V7.3)."""
    return [
        (places.ticket_place(file.ticket), f"ticket {file.ticket.handle}"),
        *((places.agent_place(one), f"certificate of {one}") for one in file.agents),
        *((places.policy_place(number), f"policy {number}") for number in sorted(file.policies)),
        *([(places.anchor_place(file.lines.log), "the log's anchor")] if file.lines else []),
    ]


def _certificates(file: ProofFile, block: ProvenBlock | None) -> dict[Address, Agent]:
    """Read what certificates are at the block, as far as it shows any."""
    found: dict[Address, Agent] = {}
    for account, word in zip(file.agents, block.words[1:] if block else (), strict=False):
        try:
            certificate = Agent.unpack(int.from_bytes(word, "big"))
        except InputError:
            continue
        if certificate.status is not AgentStatus.NONE:
            found[account] = certificate
    return found
