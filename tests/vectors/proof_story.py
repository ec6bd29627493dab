"""
A ticket on a ledger in memory, told entry by entry, with everything that its proof file needs.

Salts, keys and times are fixed: the same story makes the same bytes, on every machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from supportledger.chain.memory import MemoryLedger
from supportledger.chain.signer import local_signer
from supportledger.model.acts import Act, Checkpoint, SignedOpening
from supportledger.model.entry import NOTHING, Opening, lane
from supportledger.model.ids import NOBODY, Address, TicketId, ticket_id
from supportledger.model.records import ReceiptRecord
from supportledger.model.ticket import Action, Lane, TicketState
from supportledger.proof import absence, typed_data
from supportledger.proof.absence import AbsenceFile, Promised
from supportledger.proof.anchored import AnchoredLine
from supportledger.proof.assembling import assemble, places_of
from supportledger.proof.choice import Choice
from supportledger.proof.commitment import commit, context
from supportledger.proof.conversation import FIRST, LOG_ID, Line, LogPlace
from supportledger.proof.evidence import Evidence
from supportledger.proof.fields import Fields, Value
from supportledger.proof.merkle import inclusion_proof, root
from supportledger.proof.proof_file import ProofFile
from supportledger.proof.shown_lines import ShownLines
from supportledger.proof.trust import Trust
from supportledger.wiring.local import furnish

DEADLINE_S = 600


def address(name: str) -> Address:
    """Give the account of somebody on the local chain."""
    return local_signer(name).address


def new_ledger(**given: Any) -> MemoryLedger:
    """Make a ledger with roles, policies and agents."""
    ledger = MemoryLedger(address("admin"), **given)
    furnish(ledger)
    return ledger


@dataclass
class ProofStory:
    """
    One ticket in the making.

    Args:
        ledger: Where it is.
        keyless: Its customer has no key.
        policy: That it is opened under.
        signed: Whether everybody signs, who can.
    """

    ledger: MemoryLedger = field(default_factory=new_ledger)
    keyless: bool = False
    policy: int = 1
    signed: bool = True
    contents: dict[int, Fields] = field(default_factory=dict)
    ticket: TicketId = field(init=False)
    state: TicketState = field(init=False)
    customer: str = "customer"

    def __post_init__(self) -> None:
        """Open it."""
        opener = "agent" if self.keyless else self.customer
        fields = self._fields(
            {"body": "Where is my withdrawal? 提现呢？", "kind": "question", "subject": "Help"}
        )
        place = context(*self._here, NOTHING, Action.OPEN, address(opener))
        terms = self.ledger.policy(self.policy).terms.hash
        customer = NOBODY if self.keyless else address(opener)
        opening = Opening(address(opener), customer, self.policy, terms, commit(fields, place))
        if self.signed and not self.keyless:
            deadline = self.ledger.now() + DEADLINE_S
            message = typed_data.Open(
                opening.opener, customer, self.policy, terms, opening.commitment, deadline
            )
            signature = local_signer(opener).sign_message(message, self.ledger.domain)
            posted = self.ledger.open_signed(
                local_signer("relayer"), SignedOpening(opening, deadline, signature)
            )
        else:
            posted = self.ledger.open(local_signer(opener), opening)
        self.ticket, self.state = posted.ticket, posted.state
        self.contents[0] = fields

    def act(
        self,
        action: Action,
        by: str,
        argument: int = 0,
        *,
        says: Mapping[str, Value] | None = None,
        wait: int = 60,
        signed: bool | None = None,
        seen: int | None = None,
    ) -> None:
        """Do something, a minute later, unless something else is said."""
        self.ledger.advance(wait)
        actor, index = address(by), self.state.entries
        order = lane(action, actor, self.state.customer)
        seen = (self.state.customer_seq if seen is None else seen) if order is Lane.STAFF else 0
        commitment = NOTHING
        if says is not None:
            fields = self._fields(says)
            commitment = commit(fields, context(*self._here, self.ticket, action, actor))
            self.contents[index] = fields
        act = Act(action, actor, argument, seen, commitment)
        signing = (self.signed if signed is None else signed) and order is not Lane.NONE
        recorded = action is Action.REPLY and self.state.is_keyless
        if (signing and not recorded) or action is Action.CLAIM:
            act = replace(act, deadline=self.ledger.now() + DEADLINE_S)
        if action is Action.CLAIM:
            claim = typed_data.Claim(self.ticket, address(self.customer), act.deadline)
            act = replace(act, consent=local_signer(self.customer).sign_message(claim, self.ledger.domain))
        if signing and not recorded:
            act = replace(act, signature=self._signature(act, by, order))
        sender = local_signer("relayer" if act.signature else by)
        self.state = self.ledger.act(sender, self.ticket, self.state, act).state

    def evidence(self) -> Evidence:
        """Give what is known of the ticket."""
        entries = self.ledger.entries(self.ticket)
        found = self.ledger.signatures(entries)
        return Evidence(
            ticket=self.ticket,
            ledger=self.ledger.deployment,
            entries=entries,
            registry=self.ledger.registry(),
            slot=self.state.hash(),
            state=self.state,
            signatures={index: signed for (_, index), signed in found.items()},
            contents=self.contents,
        )

    def file(
        self,
        disclose: Sequence[str] = ("all",),
        withhold: Sequence[str] = (),
        lines: ShownLines | None = None,
        block: int | None = None,
    ) -> ProofFile:
        """Make its proof file."""
        evidence = self.evidence()
        proof = self.ledger.proof(places_of(evidence, lines), block)
        return assemble(evidence, self.state, proof, Choice.parse(disclose, withhold), lines)

    def trust(self) -> Trust:
        """Trust the latest block of this ledger, and no other."""
        block, here = self.ledger.block(), self.ledger.deployment
        return Trust(here.chain_id, here.ledger, here.code_hash, {block.number: block.hash})

    def _signature(self, act: Act, by: str, order: Lane) -> bytes:
        message = typed_data.Action(
            ticket=self.ticket,
            action=str(act.action),
            argument=act.argument,
            actor=act.actor,
            sequence=self.state.sequence(order),
            seen=act.seen,
            commitment=act.commitment,
            deadline=act.deadline,
        )
        return local_signer(by).sign_message(message, self.ledger.domain)

    def _fields(self, values: Mapping[str, Value]) -> Fields:
        names = iter(sorted(values))
        index = len(self.contents)

        def salt(_size: int) -> bytes:
            return sha256(f"salt {index} {next(names)}".encode()).digest()

        return Fields.create(values, salt)

    @property
    def _here(self) -> tuple[int, Address]:
        return self.ledger.deployment.chain_id, self.ledger.deployment.ledger


def anchored_lines(
    story: ProofStory, count: int, others: int = 3, log: bytes = LOG_ID
) -> tuple[ShownLines, LogPlace]:
    """Anchor a conversation of some lines among those of others, and name its last line."""
    lines: list[Line] = []
    for number in range(1, count + 1):
        previous = lines[-1].hash if lines else FIRST
        said = sha256(f"line {number}".encode()).digest()
        lines.append(Line(story.ticket, number, previous, address(story.customer), said))
    data: list[bytes] = []
    for one in lines:
        data += [f"another {len(data)} {n}".encode() for n in range(others)]
        data.append(one.to_bytes())
    indexes = [data.index(one.to_bytes()) for one in lines]
    anchor = story.ledger.anchor(local_signer("anchorer"), log, Checkpoint(), len(data), root(data))
    shown = tuple(AnchoredLine(data[index], index, tuple(inclusion_proof(data, index))) for index in indexes)
    return ShownLines(log, anchor, shown), LogPlace(0, count, lines[-1].hash)


def long_story(**given: Any) -> ProofStory:
    """Every action there is: late, escalated, repolicied, held, solved, reopened, rated, closed."""
    story = ProofStory(**given)
    me, peer, boss = story.customer, "senior", "supervisor"
    story.act(Action.ASSIGN, "agent", int.from_bytes(address("agent")))
    story.act(Action.ESCALATE, "keeper", wait=4_000)
    story.act(Action.REPOLICY, boss, 2)
    story.act(Action.ASSIGN, boss, int.from_bytes(address(peer)))
    story.act(Action.ANSWER, peer, 2, says={"body": "It waits for a signature.", "kind": "answer"})
    if story.keyless:
        story.act(Action.CLAIM, "agent", int.from_bytes(address(me)))
    story.act(Action.REPLY, me, 1, says={"body": "Nothing came. 没有收到。", "kind": "reply", "createdAt": 7})
    story.act(Action.NOTE, "agent", says={"body": "She is right.", "kind": "note"})
    story.act(Action.HOLD, "agent", says={"body": "Waiting for the bank.", "kind": "hold"})
    story.act(Action.RESUME, "agent")
    story.act(Action.SOLVE, peer, says={"body": "Sent again.", "kind": "answer", "language": "en"})
    story.act(Action.REPLY, me, says={"body": "Half of it.", "kind": "reply"})
    story.act(Action.SOLVE, peer, says={"body": "And the rest.", "kind": "answer"}, signed=False)
    story.act(Action.RATE, me, 4)
    story.act(Action.CLOSE, me)
    return story


def never_relayed(
    *, opening: bool = False, includes: int = 600, wait: int = 700, came: bool = False, sequence: int = 1
) -> tuple[bytes, Trust]:
    """
    Promise an action and let time pass without it.

    Args:
        opening: It opens the ticket.
        includes: Seconds within which it was promised.
        wait: Seconds that have passed at the block.
        came: It came after all.
        sequence: That was signed.
    """
    ledger = new_ledger()
    domain, customer = ledger.domain, local_signer("customer")
    story = None if opening else ProofStory(ledger)
    deadline, now = ledger.now() + DEADLINE_S, ledger.now()
    commitment = sha256(b"what was written").digest()
    here = (ledger.deployment.chain_id, ledger.deployment.ledger)
    ticket = story.ticket if story else ticket_id(*here, customer.address, commitment)
    wanted = Promised(
        action=Action.REPLY if story else Action.OPEN,
        actor=customer.address,
        argument=0 if story else 1,
        sequence=sequence if story else 0,
        seen=0,
        commitment=commitment,
        deadline=deadline,
        signature=b"",
        terms=None if story else ledger.policy(1).terms.hash,
    )
    message = wanted.message(ticket)
    wanted = replace(wanted, signature=customer.sign_message(message, domain))
    digest = typed_data.digest(message, domain)
    signer = local_signer("service")
    promise = typed_data.Receipt(digest, now, now + includes)
    receipt = ReceiptRecord(digest, now, now + includes, signer.address, signer.sign_message(promise, domain))
    if came and story:
        act = Act(Action.REPLY, customer.address, 0, 0, commitment, deadline, wanted.signature)
        story.state = ledger.act(local_signer("relayer"), ticket, story.state, act).state
    ledger.advance(wait)
    ledger.grant(local_signer("admin"), LOG_ID, signer.address)
    block = ledger.proof(absence.places_of(ticket, signer.address))
    state = story.state if story else None
    slot = state.hash() if state else NOTHING
    file = AbsenceFile(ledger.deployment, ticket, state, slot, wanted, receipt, block)
    last, own = ledger.block(), ledger.deployment
    return file.to_bytes(), Trust(own.chain_id, own.ledger, own.code_hash, {last.number: last.hash})
