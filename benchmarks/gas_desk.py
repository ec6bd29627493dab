"""
A desk on a chain whose every step is told in gas.

Commitments and credentials are fixed but random-looking, keys are the local chain's, times are real: the
inputs have as many non-zero bytes as those that a desk sends.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from throwaway import CHAIN_ID, Chain, Done, deploy

from supportledger.chain.calls import Calls
from supportledger.chain.wellknown import private_key
from supportledger.model.acts import Act, Acts
from supportledger.model.ids import NOBODY, TicketId, keccak
from supportledger.model.ticket import STATE_SIZE, Action, Lane, Status, TicketState
from supportledger.proof import typed_data
from supportledger.proof.signature import shorten

HOUR, DAY = 3600, 86400
ADMIN, CERTIFIER, SUPERVISOR, ANCHORER, RELAYER, STRANGER = range(6)
AGENTS = (6, 7, 8)
SERVICE = 9
FIRST_CUSTOMER = 20
POLICY = 1
"""Policy that every ticket has unless a measurement is about another."""
STAFF = frozenset(Action) - {Action.REPLY, Action.CLOSE, Action.RATE, Action.ESCALATE}
"""Actions whose actor says how far they have read."""


@dataclass(slots=True)
class Ticket:
    """
    A ticket as it is now.

    Args:
        id: Its name.
        customer: Number of the customer's account.
        state: What the ledger returned last.
    """

    id: TicketId
    customer: int
    state: TicketState

    @property
    def words(self) -> bytes:
        """Its state as a call presents it."""
        return self.state.pack()


class Desk:
    """
    A ledger with roles granted.

    Args:
        chain: Where it is deployed.
        artifact: Its `abi` and `bytecode`.
    """

    def __init__(self, chain: Chain, artifact: Mapping[str, Any]) -> None:
        self.chain = chain
        self.people = chain.accounts
        self.ledger = deploy(chain, self.people[ADMIN], artifact, self.people[ADMIN])
        self._domain = typed_data.Domain(CHAIN_ID, self.ledger.address)
        self._calls = Calls(self.ledger.interface, self._domain)
        self._commitments = count()
        self._customers = count()
        for role, who in (("CERTIFIER", CERTIFIER), ("SUPERVISOR", SUPERVISOR), ("ANCHORER", ANCHORER)):
            self.send(ADMIN, "grantRole", keccak(f"{role}_ROLE".encode()), self.people[who])

    def send(self, who: int, function: str, *values: Any) -> Done:
        """Call a function in a transaction."""
        return self.ledger.send(self.people[who], function, *values)

    def commitment(self) -> bytes:
        """Give 32 bytes that look random, and are others each time."""
        return keccak(b"commitment %d" % next(self._commitments))

    def customer(self) -> int:
        """Give the account that was a customer least recently."""
        return FIRST_CUSTOMER + next(self._customers) % (len(self.people) - FIRST_CUSTOMER)

    def certify(self, who: int, tier: int = 2) -> Done:
        """Certify an agent for a year."""
        until, credential = self.chain.now + 365 * DAY, keccak(b"credential %d" % who)[:12]
        word = until << 176 | tier << 160 | 0x121 << 128 | 0x3 << 96 | int.from_bytes(credential, "big")
        return self.send(CERTIFIER, "certify", self.people[who], word)

    def publish(self, hours: int = 0, first_response: int = HOUR) -> Done:
        """Publish a policy with every kind of promise."""
        word = 0
        for duration in (first_response, 4 * HOUR, 3 * DAY, HOUR, 7 * DAY, 2 * DAY):
            word = word << 32 | duration
        word = word << 64 | 3 << 56 | 1 << 48 | (2 if hours else 0) << 40
        return self.send(SUPERVISOR, "publishPolicy", word, hours, NOBODY, keccak(b"the promise in words"))

    def open(self, policy: int = POLICY) -> tuple[int, Ticket]:
        """Open a ticket as a new customer."""
        customer = self.customer()
        done = self.send(customer, "open", self._terms(policy), self.commitment(), policy)
        return done.gas, _opened(done.returned, customer)

    def open_keyless(self) -> tuple[int, Ticket]:
        """Record a ticket as an agent."""
        done = self.send(SERVICE, "openKeyless", POLICY, self._terms(POLICY), self.commitment())
        return done.gas, _opened(done.returned, SERVICE)

    def opening(self, customer: int) -> tuple[tuple[Any, ...], bytes]:
        """Sign an opening."""
        who = self.people[customer]
        values = (who, who, POLICY, self._terms(POLICY), self.commitment(), self.chain.now + DAY)
        return values, typed_data.sign(typed_data.Open(*values), self._domain, private_key(customer))

    def short_opening(self, customer: int) -> tuple[Any, ...]:
        """Sign an opening for a batch."""
        values, signature = self.opening(customer)
        return values, *shorten(signature)

    def open_many(self, number: int) -> tuple[int, list[Ticket]]:
        """Open tickets that their customers signed, in one transaction."""
        customers = [self.customer() for _ in range(number)]
        done = self.send(RELAYER, "openBatch", [self.short_opening(one) for one in customers])
        self.expect_skipped(done, 0)
        size = 32 + STATE_SIZE
        opened = [done.returned[at : at + size] for at in range(64, len(done.returned), size)]
        return done.gas, [_opened(one, who) for one, who in zip(opened, customers, strict=True)]

    def act(
        self, who: int, action: Action, ticket: Ticket, argument: int = 0, *, silent: bool = False
    ) -> int:
        """
        Act directly, having read everything, and keep the ticket's new state.

        Args:
            who: The actor.
            action: What they do.
            ticket: To which.
            argument: As LEDGER lists it.
            silent: They commit to nothing.
        """
        commitment = bytes(32) if silent else self.commitment()
        seen = ticket.state.customer_seq if action in STAFF else 0
        return self.direct(who, ticket, Act(action, self.people[who], argument, seen, commitment))

    def direct(self, who: int, ticket: Ticket, act: Act) -> int:
        """Do what somebody asks for."""
        return self._step(who, ticket, act)

    def answer(self, who: int, ticket: Ticket) -> int:
        """Answer all that waits."""
        return self.act(who, Action.ANSWER, ticket, Status.PENDING)

    def reply(self, ticket: Ticket, *, contested: bool = False) -> int:
        """Write as the ticket's customer, or for one who is keyless."""
        return self.act(ticket.customer, Action.REPLY, ticket, int(contested))

    @contextmanager
    def undone(self, ticket: Ticket) -> Iterator[None]:
        """Let nothing of what happens inside remain."""
        state = ticket.state
        with self.chain.undone():
            yield
        ticket.state = state

    def signed(self, who: int, action: Action, ticket: Ticket, argument: int = 0, *, after: int = 0) -> Act:
        """
        Sign an action.

        Args:
            who: The actor.
            action: Reply, or something that staff do.
            ticket: On which.
            argument: As LEDGER lists it.
            after: How many of the same lane come before it in the batch.
        """
        lane = Lane.STAFF if action in STAFF else Lane.CUSTOMER
        seen = ticket.state.customer_seq if action in STAFF else 0
        actor, commitment, deadline = self.people[who], self.commitment(), self.chain.now + DAY
        sequence = ticket.state.sequence(lane) + after
        message = typed_data.Action(
            ticket.id, str(action), argument, actor, sequence, seen, commitment, deadline
        )
        signature = typed_data.sign(message, self._domain, private_key(who))
        return Act(action, actor, argument, seen, commitment, deadline, signature)

    def relay_one(self, ticket: Ticket, act: Act) -> int:
        """Carry one signed action."""
        return self._step(RELAYER, ticket, act)

    def claim(self, who: int, ticket: Ticket) -> int:
        """Give a keyless ticket its customer, whose consent the agent sends along."""
        new, deadline = self.customer(), self.chain.now + DAY
        message = typed_data.Claim(ticket.id, self.people[new], deadline)
        consent = typed_data.sign(message, self._domain, private_key(new))
        customer, seen = int.from_bytes(self.people[new], "big"), ticket.state.customer_seq
        agent, commitment = self.people[who], self.commitment()
        act = Act(Action.CLAIM, agent, customer, seen, commitment, deadline, consent=consent)
        return self._step(who, ticket, act)

    def relay(self, groups: Sequence[tuple[Ticket, Sequence[Act]]], *, skipped: int = 0) -> int:
        """Carry signed actions in one transaction."""
        batch = [Acts(ticket.id, ticket.state, acts) for ticket, acts in groups]
        done = self._call(RELAYER, self._calls.act_batch(batch))
        self.expect_skipped(done, skipped)
        return done.gas

    def expect_skipped(self, done: Done, skipped: int) -> None:
        """Make sure that a batch did what is measured."""
        found = done.topics.count(self.ledger.interface.events["ItemSkipped"].topic)
        if found != skipped:
            raise AssertionError(f"{found} items of a batch were skipped, not {skipped}")

    def _step(self, who: int, ticket: Ticket, act: Act) -> int:
        done = self._call(who, self._calls.act(ticket.id, ticket.state, act))
        ticket.state = TicketState.unpack(done.returned)
        if self.ledger.read("ticketHash", ticket.id) != (ticket.state.hash(),):
            raise AssertionError(f"{act.action} returned another state than it stored")
        return done.gas

    def _call(self, who: int, data: bytes) -> Done:
        return self.chain.send(self.people[who], self.ledger.address, data)

    def _terms(self, policy: int) -> bytes:
        ((*_, terms),) = self.ledger.read("policyOf", policy)
        return bytes(terms)


def _opened(returned: bytes, customer: int) -> Ticket:
    return Ticket(TicketId(returned[:32]), customer, TicketState.unpack(returned[32:]))
