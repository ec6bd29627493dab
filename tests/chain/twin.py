"""The contract's Python twin: what it decides of each call, and what it knows besides tickets."""

from dataclasses import dataclass, field
from typing import Final

from supportledger.model import refusal as refusals
from supportledger.model.acts import Act
from supportledger.model.agent import UNCERTIFIED, Agent
from supportledger.model.entry import Context, Opening, Outcome, lane
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.lifecycle import opening as twin_opening
from supportledger.model.lifecycle import transition as twin_transition
from supportledger.model.policy import Policy
from supportledger.model.ticket import Action, Auth, Lane, TicketState

KNOWN_TO_THE_LEDGER_ONLY: Final = (
    refusals.TicketExists,
    refusals.TicketNotFound,
    refusals.TicketStale,
    refusals.SignatureInvalid,
    refusals.SignatureExpired,
    refusals.DeadlineTooFar,
    refusals.SignatureNotAllowed,
    refusals.SenderNotActor,
    refusals.OpenerInvalid,
)
"""Refusals about slots, senders and signatures, which the twin, a pure function, does not see."""


@dataclass
class Twin:
    """What the ledger knows besides tickets, as the tests have told it."""

    agents: dict[Address, Agent] = field(default_factory=dict)
    policies: dict[int, Policy] = field(default_factory=dict)
    supervisors: set[Address] = field(default_factory=set)
    successor: Address = NOBODY
    wallets: set[Address] = field(default_factory=set)
    """Contracts that sign by ERC-1271."""

    def copy(self) -> "Twin":
        return Twin(
            dict(self.agents),
            dict(self.policies),
            set(self.supervisors),
            self.successor,
            set(self.wallets),
        )

    def auth(self, t: TicketState | None, act: Act) -> Auth:
        """How the ledger will say that it knows the actor."""
        if t is not None and act.action == Action.REPLY and t.customer == NOBODY:
            return Auth.RECORDED
        if not any(act.signature[:32]):  # nothing, or `r` is zero, which says the same
            return Auth.SENT
        return Auth.ERC1271 if act.actor in self.wallets else Auth.ECDSA

    def context(self, t: TicketState, act: Act, auth: Auth, time: int) -> Context:
        """What the contract loads for this action."""
        staff = lane(act.action, act.actor, t.customer) == Lane.STAFF or auth == Auth.RECORDED
        assigns = act.action == Action.ASSIGN
        assignee = Address((act.argument & (1 << 160) - 1).to_bytes(20, "big"))
        return Context(
            time,
            self.policies.get(t.policy),
            self.agents.get(act.actor, UNCERTIFIED) if staff else UNCERTIFIED,
            assignee=self.agents.get(assignee, UNCERTIFIED) if assigns else UNCERTIFIED,
            supervisor=act.action in (Action.ASSIGN, Action.REPOLICY) and act.actor in self.supervisors,
            proposed=self.policies.get(act.argument) if act.action == Action.REPOLICY else None,
            successor=self.successor if act.action == Action.CLOSE else NOBODY,
        )

    def act(self, t: TicketState, act: Act, time: int) -> Outcome:
        """
        Decide as the contract should.

        Raises:
            Refusal: It should refuse.
        """
        auth = self.auth(t, act)
        return twin_transition(t, act.entry(auth), self.context(t, act, auth, time))

    def open(self, ticket: TicketId, o: Opening, auth: Auth, sender: Address, time: int) -> Outcome:
        """As `act`, for a new ticket."""
        agent = self.agents.get(o.opener, UNCERTIFIED) if auth == Auth.RECORDED else UNCERTIFIED
        return twin_opening(ticket, o, auth, Context(time, self.policies.get(o.policy), agent), sender)
