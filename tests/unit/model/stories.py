"""
A ticket's events as the chain would give them, made by applying actions one after the other.

The ledger here is `model.lifecycle` itself; that the contract decides the same is shown by the vectors.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from supportledger.model.agent import UNCERTIFIED
from supportledger.model.entry import Context, Entry, Opening, Outcome
from supportledger.model.history import History, Position, Registry
from supportledger.model.ids import NOBODY, Address, TicketId, ticket_id
from supportledger.model.lifecycle import opening, transition
from supportledger.model.policy import Policy
from supportledger.model.records import Deployment, EntryRecord
from supportledger.model.replay import Replay, replay
from supportledger.model.ticket import Action, Auth, Lane, TicketState
from tests.vectors.lifecycle_cases import (
    AGENT,
    COLLEAGUE,
    CUSTOMER,
    GATED,
    PLAIN,
    STRICT,
    SUCCESSOR,
    SUPERVISOR,
    TIERS,
    T,
)

DEPLOYMENT = Deployment(1337, Address(b"\x1e" * 20), b"\xc0" * 32)
MESSAGE = b"\x5a" * 32
_BEGIN = [Position(1, index) for index in range(8)]
REGISTRY = Registry(
    agents={
        AGENT: History([(_BEGIN[0], TIERS[1])]),
        COLLEAGUE: History([(_BEGIN[1], TIERS[2])]),
        CUSTOMER: History([(_BEGIN[6], TIERS[2])]),
    },
    policies={
        1: History([(_BEGIN[2], Policy(PLAIN))]),
        2: History([(_BEGIN[3], Policy(STRICT))]),
        3: History([(_BEGIN[4], Policy(GATED))]),
    },
    supervisors={SUPERVISOR: History([(_BEGIN[5], True)])},
    successor=History([(_BEGIN[7], SUCCESSOR)]),
)

Commit = Callable[["Story", Action, Address], bytes]


@dataclass
class Story:
    """A ticket in the making; every entry is mined in a block of its own, a minute after the last."""

    keyless: bool = False
    auth: Auth = Auth.SENT
    policy: int = 1
    registry: Registry = REGISTRY
    commit: Commit = lambda _story, _action, _actor: MESSAGE
    ticket: TicketId = field(init=False)
    state: TicketState = field(init=False)
    entries: list[EntryRecord] = field(default_factory=list)
    sequences: list[int] = field(default_factory=list)
    """Value of each entry's lane before it."""
    now: int = T

    def __post_init__(self) -> None:
        """Open it."""
        opener, auth = (AGENT, Auth.RECORDED) if self.keyless else (CUSTOMER, self.auth)
        self.ticket = TicketId(bytes(32))
        commitment = self.commit(self, Action.OPEN, opener)
        self.ticket = ticket_id(DEPLOYMENT.chain_id, DEPLOYMENT.ledger, opener, commitment)
        policy = self.registry.policy(self.policy, self.place)
        customer = NOBODY if self.keyless else opener
        asked = Opening(opener, customer, self.policy, policy.terms.hash, commitment)
        agent = self.registry.agent(opener, self.place) if self.keyless else UNCERTIFIED
        done = opening(self.ticket, asked, auth, Context(T, policy, agent), policy.terms.gate)
        self._mined(Entry(Action.OPEN, auth, opener, self.policy, 0, commitment), done, 0)

    @property
    def place(self) -> Position:
        """Where the next event will be."""
        return Position(100 + len(self.entries), 0)

    def act(
        self,
        action: Action,
        actor: Address | None = None,
        argument: int = 0,
        *,
        auth: Auth | None = None,
        seen: int | None = None,
        committed: bool = True,
        wait: int = 60,
    ) -> "Story":
        """Apply an action after *wait* seconds; by the customer or the agent, as it fits."""
        t, self.now = self.state, self.now + wait
        customers = action in {Action.REPLY, Action.RATE, Action.CLOSE} and not t.is_keyless
        actor = actor or (t.customer if customers else AGENT)
        staff = action not in {Action.REPLY, Action.RATE, Action.CLOSE, Action.ESCALATE}
        commitment = self.commit(self, action, actor) if committed else bytes(32)
        recorded = action == Action.REPLY and t.is_keyless
        entry = Entry(
            action,
            Auth.RECORDED if recorded else self.auth if auth is None else auth,
            actor,
            argument,
            (t.customer_seq if staff else 0) if seen is None else seen,
            commitment,
        )
        lane = Lane.STAFF if staff else Lane.CUSTOMER
        self._mined(entry, transition(t, entry, self._context(entry, recorded or staff)), t.sequence(lane))
        return self

    def _context(self, e: Entry, certified: bool) -> Context:
        assignee = Address((e.argument % (1 << 160)).to_bytes(20))
        return Context(
            self.now,
            self.registry.policy(self.state.policy, self.place),
            self.registry.agent(e.actor, self.place) if certified else UNCERTIFIED,
            assignee=self.registry.agent(assignee, self.place),
            supervisor=self.registry.is_supervisor(e.actor, self.place),
            proposed=self.registry.policy(e.argument, self.place),
            successor=self.registry.successor_at(self.place),
        )

    def _mined(self, e: Entry, done: Outcome, sequence: int) -> None:
        place = self.place
        self.entries.append(
            EntryRecord(
                ticket=self.ticket,
                index=len(self.entries),
                action=e.action,
                auth=e.auth,
                actor=e.actor,
                argument=done.argument,
                seen=e.seen,
                time=self.now,
                commitment=e.commitment,
                transaction=len(self.entries).to_bytes(32),
                block_number=place.block_number,
                log_index=place.log_index,
            )
        )
        self.sequences.append(sequence)
        self.state = done.state

    def replayed(self) -> Replay:
        """Replay it from its events alone."""
        return replay(self.ticket, self.entries, self.registry, DEPLOYMENT)

    def tampered(self, index: int, **changes: object) -> list[EntryRecord]:
        """Give its events with one of them altered."""
        return [one._replace(**changes) if at == index else one for at, one in enumerate(self.entries)]


def whole_story(**given: object) -> Story:
    """Every action there is, on one ticket: late, escalated, repolicied, held, solved, reopened, rated."""
    story = Story(**given)
    story.act(Action.ASSIGN, argument=int.from_bytes(AGENT), committed=False)
    story.act(Action.ESCALATE, auth=Auth.SENT, committed=False, wait=4_000)
    story.act(Action.REPOLICY, SUPERVISOR, 2, committed=False)
    story.act(Action.ASSIGN, SUPERVISOR, int.from_bytes(COLLEAGUE), committed=False)
    story.act(Action.ANSWER, COLLEAGUE, 2)
    if story.keyless:
        story.act(Action.CLAIM, argument=int.from_bytes(CUSTOMER), committed=False)
    story.act(Action.REPLY, argument=1)
    story.act(Action.NOTE, committed=False)
    story.act(Action.HOLD)
    story.act(Action.RESUME, committed=False)
    story.act(Action.SOLVE, COLLEAGUE)
    story.act(Action.REPLY)
    story.act(Action.SOLVE, COLLEAGUE)
    story.act(Action.RATE, argument=4)
    story.act(Action.CLOSE, argument=int.from_bytes(SUCCESSOR), committed=False)
    return story
