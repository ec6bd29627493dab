"""A random walk over a ledger: whatever people may try, in any order, with time passing between."""

import random
from collections import Counter
from typing import Any, Final

from supportledger.chain.reader import Reader
from supportledger.model.acts import Act
from supportledger.model.entry import lane
from supportledger.model.ids import NOBODY, Address
from supportledger.model.records import Deployment
from supportledger.model.refusal import Refusal
from supportledger.model.ticket import Action, Lane, Status
from tests.chain.case import Case
from tests.chain.desk import Desk
from tests.chain.given import DAY, HOUR, PLAIN, certificate, variant
from tests.chain.people import (
    ADMIN,
    ALICE,
    ANN,
    BEN,
    BOB,
    CERTIFIER,
    EVE,
    SERVICE,
    STRANGER,
    SUPERVISOR,
    Person,
)

PEOPLE: Final = (ALICE, BOB, SERVICE, ANN, BEN, EVE, SUPERVISOR, STRANGER, ADMIN)
SECONDS: Final = (0, 0, 1, 60, 600, 1_800, HOUR + 1, 7 * HOUR, 2 * DAY)
ACTIONS: Final = tuple(action for action in Action if action != Action.OPEN)
STEPS_BETWEEN_LOOKS: Final = 25
MOST_TICKETS: Final = 10


class Walk:
    """
    Rebuilds from events alone, by the package, every ticket, certificate and policy.

    `Desk` holds every step against the twin already; this looks from outside. The last steps are noted on
    whatever exception ends the walk.
    """

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk: Final = desk
        self.random: Final = random.Random(seed)
        self.cases: list[Case] = []
        self.accepted: Counter[Action] = Counter()
        self.steps: list[str] = []
        deployment = Deployment(desk.driver.node.chain_id, desk.driver.address, bytes(32))
        self.reader: Final = Reader(desk.driver.node.rpc, deployment)

    def go(self, steps: int) -> None:
        """Walk, and look now and then."""
        ways = (
            (self.opens, 3),
            (self.acts, 24),
            (self.acts_in_a_batch, 6),
            (self.escalates_all, 1),
            (self.time_passes, 8),
            (self.changes_a_certificate, 2),
            (self.changes_the_desk, 2),
            (self.acts_while_the_certificate_changes, 1),
        )
        chosen = self.random.choices([way for way, _ in ways], [weight for _, weight in ways], k=steps)
        try:
            for number, way in enumerate(chosen):
                self.steps.append(way.__name__)
                way()
                if number % STEPS_BETWEEN_LOOKS == 0:
                    self.rebuilds_everything()
            self.rebuilds_everything()
        except Exception as error:
            error.add_note("after " + ", ".join(self.steps[-20:]))
            raise

    # ---- what people may try

    def time_passes(self) -> None:
        self.desk.later(self.random.choice(SECONDS))

    def opens(self) -> None:
        if len(self.cases) == MOST_TICKETS:
            self.cases.pop(0)
        who, keyless = self.random.choice(PEOPLE), self.random.random() < 0.3
        policy = self.random.randint(1, max(self.desk.twin.policies))
        o = self.desk.opening(None if keyless else who, opener=who, policy=policy)
        what = self.desk.sign_opening(o, who) if self.random.random() < 0.5 else o
        try:
            self.cases.append(self.desk.opened(what, sender=who))
        except Refusal as refusal:
            self.steps.append(f"refused: {refusal}")

    def acts(self) -> None:
        if not self.cases:
            return
        case = self.random.choice(self.cases)
        act, by = self._act(case)
        if act.action == Action.CLAIM or (act.action != Action.ESCALATE and self.random.random() < 0.5):
            act = self._signed(case, act, by)
        self.steps.append(f"{act.action} by {by.name}")
        try:
            case.send(act, sender=by)
            self.accepted[act.action] += 1
        except Refusal as refusal:
            self.steps.append(f"refused: {refusal}")

    def acts_in_a_batch(self) -> None:
        groups: list[tuple[Case, list[Act]]] = []
        for case in self.random.sample(self.cases, min(len(self.cases), 3)):
            acts: list[Act] = []
            ahead = {Lane.CUSTOMER: 0, Lane.STAFF: 0}
            for _ in range(self.random.randint(1, 4)):
                act, by = self._act(case)
                order = lane(act.action, by.address, case.state.customer)
                if order != Lane.NONE:
                    # As if all before it were accepted: some will be right, others not.
                    sequence = case.state.sequence(order) + ahead[order]
                    acts.append(self._signed(case, act, by, sequence=sequence))
                    ahead[order] += 1
            groups.append((case, acts))
        self.desk.batch(groups)

    def escalates_all(self) -> None:
        self.desk.escalate_batch(self.cases, self.random.choice(PEOPLE))

    def changes_a_certificate(self) -> None:
        agent = self.random.choice([SERVICE, ANN, BEN, EVE])
        what = self.random.choice(["certify", "suspend", "reinstate", "reinstate", "renew", "revoke"])
        if what == "revoke" and agent is not BEN:
            return  # it is final, and somebody has to go on
        values: dict[str, tuple[Any, ...]] = {
            "certify": (certificate(self.random.randint(0, 2)),),
            "renew": (self.desk.now + 90 * DAY,),
            "revoke": (self.desk.now - HOUR,),
        }
        try:
            getattr(self.desk, what)(agent, *values.get(what, ()))
        except Refusal as refusal:
            self.steps.append(f"refused: {refusal}")

    def changes_the_desk(self) -> None:
        what, number = self.random.choice(["grant", "grant", "withdraw", "publish", "retire", "name"]), 0
        try:
            if what in {"grant", "withdraw"}:
                getattr(self.desk, what)("supervisor", self.random.choice([SUPERVISOR, SUPERVISOR, EVE]))
            elif what == "publish":
                number = self.random.randint(1, 6)
                self.desk.publish(variant(PLAIN, first_response=HOUR // number, levels=1 + number))
            elif what == "retire":
                self.desk.retire(self.random.randint(4, 10))
            else:
                self.desk.name_successor(Address(bytes(19) + b"\x01"))
        except Refusal as refusal:
            self.steps.append(f"refused: {refusal}")

    def acts_while_the_certificate_changes(self) -> None:
        """In one block, in whichever order the node takes them: what is rebuilt tells which it was."""
        if not self.cases:
            return
        case, driver = self.random.choice(self.cases), self.desk.driver
        note = driver.act_sent(case.id, case.state, case.plan(Action.NOTE, ANN))
        self.desk.driver.node.send_all(
            [
                (CERTIFIER.address, driver.address, driver.input("suspend", ANN.address)),
                (ANN.address, driver.address, note),
                (CERTIFIER.address, driver.address, driver.input("reinstate", ANN.address)),
            ],
            self.desk.now,
        )
        case.before, case.state = case.state, self.reader.ticket(case.id).state
        self.desk.twin.agents[ANN.address] = self.reader.agent(ANN.address)

    # ---- what is always so

    def rebuilds_everything(self) -> None:
        """17: events alone give every slot, every certificate, every policy, every supervisor."""
        registry, twin = self.reader.registry(), self.desk.twin
        for case in self.cases:
            rebuilt = self.reader.ticket(case.id)  # compares with the slot, or raises
            assert case.state == rebuilt.state
            assert self.desk.driver.view("ticketHash", case.id) == rebuilt.state.hash()
            assert case.state.entries == len(rebuilt.entries)
        assert twin.agents == {account: registry.agent_now(account) for account in twin.agents}
        assert twin.policies == {number: one.latest for number, one in registry.policies.items()}
        supervisors = {account for account, history in registry.supervisors.items() if history.latest}
        assert twin.supervisors == supervisors
        assert twin.successor == (registry.successor.latest or NOBODY)

    # ---- drawing

    def _act(self, case: Case) -> tuple[Act, Person]:
        """Anything by anybody, with a leaning towards what may be accepted."""
        draw, state = self.random.choice, case.state
        action = draw(ACTIONS)
        if state.customer == NOBODY and self.random.random() < 0.2:
            action = Action.CLAIM
        likely: Person = draw([ANN, EVE, BEN])
        if action in (Action.REPLY, Action.CLOSE, Action.RATE):
            likely = next((person for person in PEOPLE if person.address == state.customer), SERVICE)
        elif action == Action.REPOLICY:
            likely = SUPERVISOR
        by = draw(PEOPLE) if self.random.random() < 0.15 else likely
        arguments = {
            Action.ANSWER: [Status.OPEN, Status.PENDING, Status.ON_HOLD],
            Action.REPLY: [0, 0, 1],
            Action.RATE: [1, 5],
            Action.ASSIGN: [by.word, ANN.word],
            Action.REPOLICY: [state.policy, 2, *range(5, 12)],
            Action.CLAIM: [ALICE.word, BOB.word],
            Action.CLOSE: [0, 0, 0, 1],
        }
        argument = int(draw(arguments.get(action, [0])))
        if self.random.random() < 0.05:
            argument = self.random.getrandbits(160)
        staff = lane(action, by.address, state.customer) == Lane.STAFF
        behind = draw([0, 0, 0, 1]) if staff else 0
        seen = max(0, state.customer_seq - behind) if staff else 0
        return case.plan(action, by, argument=argument, seen=seen, deadline=self.desk.now + HOUR), by

    def _signed(self, case: Case, act: Act, by: Person, **changes: Any) -> Act:
        signed = self.desk.sign(case, act, by, **changes)
        if act.action != Action.CLAIM:
            return signed
        return self.desk.consent(case, signed, ALICE if act.argument == ALICE.word else BOB)
