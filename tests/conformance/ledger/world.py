"""A ledger with the people around it, whichever kind of ledger it is."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

from supportledger.chain.memory import ANCHORER_ROLE, CERTIFIER_ROLE, MemoryLedger
from supportledger.chain.signer import KeySigner, local_signer
from supportledger.chain.wellknown import LocalName
from supportledger.model.acts import Act, Posted, SignedOpening
from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.entry import Opening, lane
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.lifecycle import SUPERVISOR_ROLE
from supportledger.model.policy import PolicyTerms
from supportledger.model.ticket import Action, Lane, Status, TicketState
from supportledger.ports import Ledger
from supportledger.proof import typed_data

DAY = 86_400
TERMS = PolicyTerms(3_600, 7_200, 3 * DAY, 600, 7 * DAY, 2 * DAY, 2, 1)
STRICTER = replace(TERMS, first_response=1_800, tier=2)


def content() -> bytes:
    """Give a commitment that nobody has used."""
    return os.urandom(32)


@dataclass
class World:
    """A ledger, its clock, and who acts on it."""

    ledger: Ledger
    advance: Callable[[int], int]
    contract: Callable[[str], Address]
    """Puts an account there that is a contract, in a mood."""
    people: dict[str, KeySigner] = field(default_factory=dict)

    def __getattr__(self, name: str) -> KeySigner:
        """Give a person by name."""
        if name not in LocalName.__members__:
            raise AttributeError(name)
        return self.people.setdefault(name, local_signer(name))

    @property
    def is_memory(self) -> bool:
        """Whether there is no chain at all."""
        return isinstance(self.ledger, MemoryLedger)

    @cached_property
    def policy(self) -> int:
        """A published promise, which also sets up the desk."""
        for role, who in (
            (CERTIFIER_ROLE, self.certifier),
            (SUPERVISOR_ROLE, self.supervisor),
            (ANCHORER_ROLE, self.anchorer),
        ):
            self.ledger.grant(self.admin, role, who.address)
        self.certify(self.agent, 1)
        self.certify(self.service, 0)
        return self.ledger.publish_policy(self.supervisor, TERMS)[0]

    def certify(self, who: KeySigner, tier: int, days: int = 365) -> Agent:
        until = self.ledger.now() + days * DAY
        self.ledger.certify(self.certifier, who.address, Agent(0, until, AgentStatus.CERTIFIED, tier))
        return self.ledger.agent(who.address)

    def opening(self, *, keyless: bool = False) -> Opening:
        opener = self.service if keyless else self.customer
        customer = NOBODY if keyless else opener.address
        return Opening(opener.address, customer, self.policy, TERMS.hash, content())

    def signed_opening(self, *, keyless: bool = False, seconds: int = 3_600) -> SignedOpening:
        opening = self.opening(keyless=keyless)
        deadline = self.ledger.now() + seconds
        message = typed_data.Open(*opening, deadline)
        signer = self.service if keyless else self.customer
        return SignedOpening(opening, deadline, signer.sign_message(message, self.ledger.domain))

    def opened(self, *, keyless: bool = False) -> Posted:
        return self.ledger.open(self.service if keyless else self.customer, self.opening(keyless=keyless))

    def do(self, who: KeySigner, posted: Posted, action: Action, argument: int = 0, **more: object) -> Posted:
        act = self.act(who, posted.state, action, argument, **more)
        return self.ledger.act(who, posted.ticket, posted.state, act)

    def act(
        self, who: KeySigner, state: TicketState, action: Action, argument: int = 0, **more: object
    ) -> Act:
        """Make an act with a new commitment where one is possible, having read everything."""
        is_staff = lane(action, who.address, state.customer) is Lane.STAFF
        defaults = {
            "actor": who.address,
            "seen": state.customer_seq if is_staff else 0,
            "commitment": bytes(32) if action is Action.ESCALATE else content(),
        }
        return Act(action, argument=argument, **{**defaults, **more})  # type: ignore[arg-type]

    def sign(
        self, who: KeySigner, ticket: TicketId, state: TicketState, act: Act, until: int | None = None
    ) -> Act:
        """Sign an act for the present sequence of its lane, until then, or for an hour."""
        deadline = self.ledger.now() + 3_600 if until is None else until
        message = typed_data.Action(
            ticket=ticket,
            action=str(act.action),
            argument=act.argument,
            actor=act.actor,
            sequence=state.sequence(lane(act.action, act.actor, state.customer)),
            seen=act.seen,
            commitment=act.commitment,
            deadline=deadline,
        )
        return replace(act, deadline=deadline, signature=who.sign_message(message, self.ledger.domain))

    def answered(self, posted: Posted, status: Status = Status.PENDING) -> Posted:
        return self.do(self.agent, posted, Action.ANSWER, status)
