"""
Both sides of every call: the contract's on a chain, and its Python twin's.

A test does something through `Desk` or `Case`. Before it returns, each call has been held against the twin:
the same refusal with the same arguments, or the same four words returned and hashed into the slot, and the
same event. What a test asserts besides is what it is about, in figures of its own.

* `Case.changed` is what the last action changed: exactly these fields, to exactly these values.
* `refuses(error)` holds when the ledger refuses with this error and these arguments.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from supportledger.chain.interface import Interface
from supportledger.model import refusal as refusals
from supportledger.model.acts import Act, Acts, Checkpoint, SignedOpening
from supportledger.model.agent import Agent
from supportledger.model.entry import NOTHING, Opening, Outcome, lane
from supportledger.model.ids import NOBODY, Address, Meta, TicketId, keccak, ticket_id
from supportledger.model.policy import Policy, PolicyTerms
from supportledger.model.records import EntryRecord
from supportledger.model.refusal import Refusal
from supportledger.model.ticket import Action, Auth, TicketState
from supportledger.proof import typed_data
from supportledger.proof.signature import sign_digest
from tests.chain import people
from tests.chain.case import Case
from tests.chain.expect import shown
from tests.chain.given import HOUR, PLAIN_NUMBER, certificate, role_of
from tests.chain.ledger_driver import Done, LedgerDriver
from tests.chain.people import ADMIN, ALICE, ANCHORER, CERTIFIER, RELAYER, STRANGER, SUPERVISOR, Person
from tests.chain.twin import KNOWN_TO_THE_LEDGER_ONLY, Twin


@dataclass(frozen=True, slots=True)
class Contracted:
    """A contract that acts as people do, but has no key."""

    name: str
    address: Address
    interface: Interface

    @property
    def word(self) -> int:
        return int.from_bytes(self.address, "big")


Actor = Person | Contracted


class Desk:
    """The contract and its twin, with a clock that the test moves."""

    def __init__(self, driver: LedgerDriver, now: int) -> None:
        self.driver: Final = driver
        self.now = now
        self.twin = Twin()
        self.domain: Final = typed_data.Domain(driver.node.chain_id, driver.address)
        self._contents = 0

    def fork(self) -> "Desk":
        """The same for one test."""
        other = Desk(self.driver, self.now)
        other.twin = self.twin.copy()
        return other

    # ---- time

    def at(self, time: int) -> None:
        """Let it be this second."""
        self.driver.node.mine(time)
        self.now = time

    def later(self, seconds: int) -> None:
        """Let time pass."""
        self.at(self.now + seconds)

    # ---- tickets

    def content(self) -> bytes:
        """The commitment to a content that nobody wrote before."""
        self._contents += 1
        return keccak(b"content %d" % self._contents)

    def opening(
        self,
        customer: "Actor | None" = ALICE,
        *,
        opener: "Actor | None" = None,
        policy: int = PLAIN_NUMBER,
        terms: bytes | None = None,
        commitment: bytes | None = None,
    ) -> Opening:
        """A new ticket, as its opener asks for it; without a customer it is keyless."""
        known = self.twin.policies.get(policy)
        return Opening(
            opener=(opener or customer or people.SERVICE).address,
            customer=customer.address if customer else NOBODY,
            policy=policy,
            terms=terms if terms is not None else known.terms.hash if known else NOTHING,
            commitment=self.content() if commitment is None else commitment,
        )

    def open(self, customer: Person = ALICE, **more: Any) -> Case:
        """Open a ticket as its customer."""
        return self.opened(self.opening(customer, **more), sender=customer)

    def open_keyless(self, by: Person = people.SERVICE, **more: Any) -> Case:
        """Record a ticket of somebody without a key."""
        return self.opened(self.opening(None, opener=by, **more), sender=by)

    def sign_opening(
        self,
        o: Opening,
        key: Person,
        deadline: int | None = None,
        domain: typed_data.Domain | None = None,
    ) -> SignedOpening:
        """Sign an opening."""
        until = self.now + HOUR if deadline is None else deadline
        message = typed_data.Open(o.opener, o.customer, o.policy, o.terms, o.commitment, until)
        return SignedOpening(o, until, typed_data.sign(message, domain or self.domain, key.key))

    def opened(self, what: Opening | SignedOpening, *, sender: Person | Address = RELAYER) -> Case:
        """Open a ticket by whichever function fits, and hold it against the twin."""
        o = what.opening if isinstance(what, SignedOpening) else what
        address = sender.address if isinstance(sender, Person) else sender
        data = self.driver.opening(what)
        name = self.driver.interface.by_selector[data[:4]].name
        ticket = ticket_id(self.domain.chain_id, self.domain.ledger, o.opener, o.commitment)
        auth = self._opening_auth(what)
        outcome, done = self._both(
            lambda: self.twin.open(ticket, o, auth, address, self.now),
            lambda: self.driver.send(address, data, self.now),
        )
        assert (ticket, outcome.state) == self.driver.opened(name, done.returned)
        case = Case(self, ticket, outcome.state)
        self._logged(case, _event(ticket, Action.OPEN, o.opener, o.commitment, outcome), done)
        self._holds(case)
        return case

    def apply(self, case: Case, act: Act, sender: Person, *, through: str, state: TicketState) -> None:
        """Send an action, and hold it against the twin."""
        make = {
            "act": self.driver.act_sent,
            "actSigned": self.driver.act_signed,
            "actApproved": self.driver.act_approved,
            "": self.driver.act,
        }[through]
        data = make(case.id, state, act)
        name = self.driver.interface.by_selector[data[:4]].name
        outcome, done = self._both(
            lambda: self.twin.act(state, act, self.now),
            lambda: self.driver.send(sender.address, data, self.now),
        )
        assert outcome.state == self.driver.acted(name, done.returned)
        case.before, case.state = case.state, outcome.state
        self._logged(case, _event(case.id, act.action, act.actor, act.commitment, outcome), done)
        self._holds(case)

    # ---- signatures

    def digest(self, case: Case, act: Act, **changes: Any) -> bytes:
        """What an actor signs for an action that comes next in their lane."""
        order = lane(act.action, act.actor, case.state.customer)
        message = typed_data.Action(
            ticket=case.id,
            action=str(act.action),
            argument=act.argument,
            actor=act.actor,
            sequence=case.state.sequence(order) if order else 0,
            seen=act.seen,
            commitment=act.commitment,
            deadline=act.deadline,
        )
        domain = changes.pop("domain", self.domain)
        return typed_data.digest(replace(message, **changes), domain)

    def sign(self, case: Case, act: Act, key: Person, **changes: Any) -> Act:
        """Sign an action; *changes* are to what is signed, not to what is sent."""
        act = replace(act, deadline=act.deadline or self.now + HOUR)
        return replace(act, signature=sign_digest(key.key, self.digest(case, act, **changes)))

    def consent(self, case: Case, act: Act, signer: Person, **changes: Any) -> Act:
        """Add a customer's consent to a claim."""
        domain = changes.pop("domain", self.domain)
        claim = typed_data.Claim(case.id, signer.address, act.deadline)
        return replace(act, consent=typed_data.sign(replace(claim, **changes), domain, signer.key))

    # ---- batches

    def batch(
        self, groups: Sequence[tuple[Case, Sequence[Act]]], sender: Person = RELAYER
    ) -> list[Refusal | None]:
        """Send many actions on many tickets; give for each why it was skipped, if it was."""
        return self.batch_of(
            [Acts(case.id, case.state, acts) for case, acts in groups], [c for c, _ in groups], sender
        )

    def batch_of(
        self, groups: Sequence[Acts], cases: Sequence[Case], sender: Person = RELAYER
    ) -> list[Refusal | None]:
        """The same with the states that are presented; the cases become what follows."""
        done = self.driver.send(sender.address, self.driver.act_batch(groups), self.now)
        returned = self.driver.states("actBatch", done.returned)
        assert len(groups) == len(returned)
        results: list[Refusal | None] = []
        entries = iter(done.entries)
        for group, case, last in zip(groups, cases, returned, strict=True):
            stale = group.state.hash() != case.state.hash()
            state = group.state
            for act in group.acts:
                reason = self._skipped(done, len(results))
                results.append(reason)
                if stale:
                    expected = refusals.TicketStale(case.id, case.state.hash(), group.state.hash())
                    assert shown(expected) == shown(reason)
                    continue
                outcome = self._twin_of_item(state, act, reason)
                if outcome is None:
                    continue
                assert _event(case.id, act.action, act.actor, act.commitment, outcome) == _core(next(entries))
                case.before, case.state, state = case.state, outcome.state, outcome.state
            assert state == last
        for case in cases:
            self._holds(case)
        assert [] == list(entries)
        assert set(done.skipped) == {at for at, reason in enumerate(results) if reason}
        return results

    def open_batch(self, openings: Sequence[SignedOpening], sender: Person = RELAYER) -> list[Case | Refusal]:
        """Open many tickets; give each, or why it was skipped."""
        done = self.driver.send(sender.address, self.driver.opening_batch(openings), self.now)
        results: list[Case | Refusal] = []
        entries = iter(done.entries)
        returned = self.driver.tickets(done.returned)
        for at, (signed, opened) in enumerate(zip(openings, returned, strict=True)):
            o = signed.opening
            ticket = ticket_id(self.domain.chain_id, self.domain.ledger, o.opener, o.commitment)
            reason = self._skipped(done, at)
            outcome = self._twin_of(
                lambda: self.twin.open(ticket, o, self._opening_auth(signed), sender.address, self.now),  # noqa: B023 -- called at once
                reason,
            )
            if outcome is None:
                assert opened is None
                assert reason is not None
                results.append(reason)
                continue
            assert (ticket, outcome.state) == opened
            assert _event(ticket, Action.OPEN, o.opener, o.commitment, outcome) == _core(next(entries))
            results.append(Case(self, ticket, outcome.state))
            self._holds(results[-1])
        assert [] == list(entries)
        return results

    def escalate_batch(
        self, cases: Sequence[Case], sender: Person = STRANGER, states: Sequence[TicketState] | None = None
    ) -> list[Refusal | None]:
        """Escalate many tickets; give for each why it was skipped, if it was."""
        presented = [case.state for case in cases] if states is None else list(states)
        tickets = [(case.id, state) for case, state in zip(cases, presented, strict=True)]
        done = self.driver.send(sender.address, self.driver.escalate_batch(tickets), self.now)
        returned = self.driver.states("escalateBatch", done.returned)
        entries = iter(done.entries)
        results = []
        for at, (case, state, last) in enumerate(zip(cases, presented, returned, strict=True)):
            reason = self._skipped(done, at)
            results.append(reason)
            if state.hash() != case.state.hash():
                expected = refusals.TicketStale(case.id, case.state.hash(), state.hash())
                assert shown(expected) == shown(reason)
                assert state == last
                continue
            act = Act(Action.ESCALATE, sender.address)
            outcome = self._twin_of_item(state, act, reason)
            assert (outcome.state if outcome else state) == last
            if outcome:
                assert _event(case.id, act.action, act.actor, NOTHING, outcome) == _core(next(entries))
                case.before, case.state = case.state, outcome.state
        for case in cases:
            self._holds(case)
        assert [] == list(entries)
        return results

    # ---- certificates, policies, anchors, roles

    def do(self, by: Person | Address, name: str, *values: Any) -> Done:
        """Call any function."""
        sender = by.address if isinstance(by, Person) else by
        return self.driver.send(sender, self.driver.input(name, *values), self.now)

    def certify(self, account: Person | Address, asked: Agent | None = None, by: Person = CERTIFIER) -> Agent:
        address = account.address if isinstance(account, Person) else account
        return self._agent(by, "certify", address, (asked or certificate()).word)

    def renew(self, account: Person, until: int, by: Person = CERTIFIER) -> Agent:
        return self._agent(by, "renew", account.address, until)

    def suspend(self, account: Person, by: Person = CERTIFIER) -> Agent:
        return self._agent(by, "suspend", account.address)

    def reinstate(self, account: Person, by: Person = CERTIFIER) -> Agent:
        return self._agent(by, "reinstate", account.address)

    def revoke(self, account: Person, since: int | None = None, by: Person = CERTIFIER) -> Agent:
        return self._agent(by, "revoke", account.address, self.now if since is None else since)

    def publish(self, terms: PolicyTerms, by: Person = SUPERVISOR) -> int:
        """Publish a policy, and give its number."""
        words = (terms.word, terms.hours_word, terms.gate, terms.text_hash)
        done = self.do(by, "publishPolicy", *words)
        (event,) = done.events
        (number,) = self.driver.interface["publishPolicy"].result(done.returned)
        assert (number, by.address, terms) == (event.policy, event.supervisor, event.terms)  # type: ignore[union-attr]
        stored = self.driver.view("policyOf", number)
        assert (*words, terms.hash) == stored
        self.twin.policies[number] = Policy(terms)
        return int(number)

    def retire(self, number: int, by: Person = SUPERVISOR) -> None:
        (event,) = self.do(by, "retirePolicy", number).events
        assert (number, by.address) == (event.policy, event.supervisor)  # type: ignore[union-attr]
        self.twin.policies[number] = replace(self.twin.policies[number], retired=True)
        assert self.twin.policies[number].word == self.driver.view("policyOf", number)[0]

    def anchor(
        self, log: bytes, previous: Checkpoint, size: int, root: bytes, by: Person = ANCHORER
    ) -> Checkpoint:
        done = self.driver.send(by.address, self.driver.anchor(log, previous, size, root), self.now)
        (event,) = done.events
        expected = (log, by.address, size, root, self.now)
        assert expected == (event.log, event.anchorer, event.size, event.root, event.time)  # type: ignore[union-attr]
        return Checkpoint(size, root, self.now)

    def name_successor(self, address: Address, by: Person = ADMIN) -> None:
        (event,) = self.do(by, "nameSuccessor", address).events
        assert address == event.successor  # type: ignore[union-attr]
        self.twin.successor = address
        assert address == self.driver.view("successor")

    def grant(self, role: str, account: Person, by: Person = ADMIN) -> None:
        self.do(by, "grantRole", role_of(role), account.address)
        if role == "supervisor":
            self.twin.supervisors.add(account.address)

    def withdraw(self, role: str, account: Person, by: Person = ADMIN) -> None:
        self.do(by, "revokeRole", role_of(role), account.address)
        if role == "supervisor":
            self.twin.supervisors.discard(account.address)

    # ---- contracts that take part

    def contract(self, name: str, compiled: Any, *values: Any) -> Contracted:
        """Deploy one of contracts/testing; its signatures are ERC-1271."""
        interface = Interface(compiled.abi)
        data = bytes.fromhex(compiled.bytecode) + interface.constructor.encode(values)
        receipt = self.driver.node.send(STRANGER.address, None, data, self.now)
        address = Address(bytes.fromhex(receipt["contractAddress"][2:]))
        self.twin.wallets.add(address)
        return Contracted(name, address, interface)

    def tell(self, contract: Contracted, name: str, *values: Any, sender: Person = STRANGER) -> bytes:
        """Call one of them, and give what it returned."""
        data = contract.interface[name].call(*values)
        returned = self.driver.node.call(sender.address, contract.address, data)
        receipt = self.driver.node.send(sender.address, contract.address, data, self.now)
        assert "0x1" == receipt["status"]
        return returned

    # ---- inside

    def _agent(self, by: Person, name: str, account: Address, *values: Any) -> Agent:
        (event,) = self.do(by, name, account, *values).events
        stored = Agent.unpack(self.driver.view("agentWord", account))
        expected = (account, by.address, stored, self.now)
        assert expected == (event.agent, event.certifier, event.certificate, event.time)  # type: ignore[union-attr]
        self.twin.agents[account] = stored
        return stored

    def _both(self, twin: Callable[[], Outcome], ledger: Callable[[], Done]) -> tuple[Outcome, Done]:
        """Ask the contract, then the twin whether it was right."""
        try:
            done = ledger()
        except KNOWN_TO_THE_LEDGER_ONLY:
            raise
        except Refusal as actual:
            self._agrees(twin, actual)
            raise
        return self._accepted(twin), done

    @staticmethod
    def _accepted(twin: Callable[[], Outcome]) -> Outcome:
        """The twin's outcome of what the contract accepted; its refusal must not pass for the contract's."""
        try:
            return twin()
        except Refusal as refused:
            raise AssertionError(f"the ledger accepted what its twin refuses: {shown(refused)}") from refused

    def _agrees(self, twin: Callable[[], Outcome], reason: Refusal) -> None:
        """The twin refuses for the same reason."""
        assert shown(self._refusal_of(twin)) == shown(reason), "the twin says otherwise"

    def _twin_of_item(self, state: TicketState, act: Act, reason: Refusal | None) -> Outcome | None:
        return self._twin_of(lambda: self.twin.act(state, act, self.now), reason)

    def _twin_of(self, twin: Callable[[], Outcome], reason: Refusal | None) -> Outcome | None:
        """The twin's outcome of an item; None when both refuse it."""
        if isinstance(reason, KNOWN_TO_THE_LEDGER_ONLY):
            return None
        if reason is None:
            return self._accepted(twin)
        self._agrees(twin, reason)
        return None

    @staticmethod
    def _refusal_of(twin: Callable[[], Outcome]) -> Refusal | None:
        try:
            twin()
        except Refusal as refused:
            return refused
        return None

    def _skipped(self, done: Done, item: int) -> Refusal | None:
        if item not in done.skipped:
            return None
        reason = refusals.decode(done.skipped[item])
        assert reason is not None, f"nobody knows the reason 0x{done.skipped[item].hex()}"
        return reason

    def _opening_auth(self, what: Opening | SignedOpening) -> Auth:
        o = what.opening if isinstance(what, SignedOpening) else what
        if o.customer == NOBODY:
            return Auth.RECORDED
        if not isinstance(what, SignedOpening):
            return Auth.SENT
        return Auth.ERC1271 if o.opener in self.twin.wallets else Auth.ECDSA

    @staticmethod
    def _logged(case: Case, expected: tuple[object, ...], done: Done) -> None:
        """One event, and what it must say."""
        (case.event,), (case.name,) = done.entries, done.names
        assert expected == _core(case.event)

    def _holds(self, case: Case) -> None:
        """The slot holds the hash of the state."""
        assert case.state.hash() == self.driver.view("ticketHash", case.id)


def _event(
    ticket: TicketId, action: Action, actor: Address, commitment: bytes, o: Outcome
) -> tuple[object, ...]:
    """What the event must say, by the twin."""
    meta = Meta.unpack(o.meta)
    assert action == meta.action
    return ticket, meta.index, action, meta.auth, actor, o.argument, meta.seen, meta.time, commitment


def _core(e: EntryRecord) -> tuple[object, ...]:
    """What the event says."""
    return e.ticket, e.index, e.action, e.auth, e.actor, e.argument, e.seen, e.time, e.commitment
