"""Opening a ticket: who may, and what the first state is."""

import pytest

from supportledger.errors import Error
from supportledger.model.agent import UNCERTIFIED
from supportledger.model.entry import Outcome
from supportledger.model.ids import NOBODY, Address, Meta, entry_head, keccak
from supportledger.model.lifecycle import opening
from supportledger.model.refusal import (
    AgentNotInForce,
    CommitmentMissing,
    GateOnly,
    PolicyNotFound,
    PolicyWithdrawn,
    TermsMismatch,
)
from supportledger.model.ticket import Action, Auth, Status, TicketState
from tests.vectors.lifecycle_cases import (
    AGENT,
    COMMITMENT,
    CUSTOMER,
    DAY,
    GATE,
    HOURS,
    NO_PROMISE,
    OUT_OF_FORCE,
    POLICIES,
    STRANGER,
    TICKET,
    TIERS,
    T,
    an_opening,
)

KEYED, KEYLESS = (CUSTOMER, CUSTOMER), (AGENT, NOBODY)
PLAIN, GATED, HOURLY, PROMISELESS = 1, 4, 3, 2


def opened(
    number: int = PLAIN,
    people: tuple[Address, Address] = KEYED,
    auth: Auth = Auth.SENT,
    sender: Address = CUSTOMER,
    **given: object,
) -> Outcome:
    """Open a ticket."""
    asked, _, auth, context, sender = an_opening(number, people, auth, sender, **given)
    return opening(TICKET, asked, auth, context, sender)


class TestFirstState:
    def test_is_open_and_waits_for_an_answer(self) -> None:
        """A new ticket is Open, with one message that waits, and both sequences at 1."""
        t = opened().state
        expected = TicketState(
            customer=CUSTOMER,
            opened_at=T,
            respond_by=T + 3_600,
            policy=PLAIN,
            assignee=NOBODY,
            resolve_by=T + DAY,
            paused_at=0,
            status=Status.OPEN,
            level=0,
            version=1,
            flags=0,
            rating=0,
            unseen=1,
            staff_run=0,
            tier=1,
            escalated_at=0,
            settled_at=0,
            paused_total=0,
            entries=1,
            customer_seq=1,
            staff_seq=1,
            head=t.head,
        )
        assert expected == t

    def test_no_promise_is_no_deadline(self) -> None:
        """A duration of 0 makes a deadline of 0, which is never."""
        t = opened(PROMISELESS).state
        assert (0, 0) == (t.respond_by, t.resolve_by)
        assert 0 == NO_PROMISE.first_response

    def test_deadlines_count_business_hours(self) -> None:
        """A ticket opened at night in Shanghai is due after the office opens there."""
        t = opened(HOURLY).state
        nine = T + (2 * 3_600 + 46 * 60 + 40)  # 22:13:20 UTC is 06:13:20 in Shanghai
        assert nine + 3_600 == t.respond_by
        assert HOURS.hours is not None
        assert HOURS.hours.deadline(T, DAY) == t.resolve_by

    @pytest.mark.parametrize(
        ("people", "auth", "authority"),
        [
            (KEYED, Auth.SENT, POLICIES[PLAIN].hash),
            (KEYED, Auth.ECDSA, POLICIES[PLAIN].hash),
            (KEYLESS, Auth.RECORDED, keccak(POLICIES[PLAIN].hash + TIERS[0].authority)),
        ],
        ids=["sent", "signed", "keyless"],
    )
    def test_head_binds_the_promise(
        self, people: tuple[Address, Address], auth: Auth, authority: bytes
    ) -> None:
        """The first head ties the id to the terms; for a keyless customer to the agent's certificate too."""
        outcome = opened(people=people, auth=auth)
        meta = Meta(0, Action.OPEN, auth, 0, T).pack()
        head = entry_head(TICKET, meta, PLAIN, people[0], authority, COMMITMENT)
        assert (meta, PLAIN, authority, head) == (
            outcome.meta,
            outcome.argument,
            outcome.authority,
            outcome.state.head,
        )

    def test_keyless_ticket_has_no_customer(self) -> None:
        """The agent who records a message does not become the customer."""
        assert NOBODY == opened(people=KEYLESS, auth=Auth.RECORDED).state.customer


class TestRefused:
    @pytest.mark.parametrize(
        ("given", "refusal", "arguments"),
        [
            ({"committed": False}, CommitmentMissing, (Action.OPEN,)),
            ({"number": 0}, PolicyNotFound, (0,)),
            ({"retired": True}, PolicyWithdrawn, (PLAIN,)),
            ({"terms": 0}, TermsMismatch, (PLAIN, POLICIES[PLAIN].hash, bytes(32))),
            ({"terms": 2}, TermsMismatch, (PLAIN, POLICIES[PLAIN].hash, keccak(b"other"))),
        ],
        ids=lambda value: getattr(value, "__name__", str(value)),
    )
    def test_what_cannot_be_opened(
        self, given: dict[str, int], refusal: type[Error], arguments: tuple[object, ...]
    ) -> None:
        """Without a message, under no policy or a retired one, or under other terms than its opener saw."""
        with pytest.raises(refusal) as caught:
            opened(**given)
        assert arguments == caught.value.arguments

    @pytest.mark.parametrize("agent", [UNCERTIFIED, *OUT_OF_FORCE], ids=str)
    def test_keyless_needs_a_certificate_in_force(self, agent: object) -> None:
        """Only a certified agent records what a keyless customer writes."""
        with pytest.raises(AgentNotInForce):
            opened(people=KEYLESS, auth=Auth.RECORDED, agent=agent, time=T)

    @pytest.mark.parametrize("agent", TIERS, ids=lambda agent: f"tier {agent.tier}")
    def test_any_tier_records(self, agent: object) -> None:
        """A service of tier 0 may record, though it cannot answer."""
        assert Status.OPEN == opened(people=KEYLESS, auth=Auth.RECORDED, agent=agent).state.status


class TestGate:
    @pytest.mark.parametrize("auth", [Auth.ECDSA, Auth.ERC1271])
    def test_carries_a_signature(self, auth: Auth) -> None:
        """The gate may open with the customer's signature, whichever kind."""
        assert CUSTOMER == opened(GATED, auth=auth, sender=GATE).state.customer

    @pytest.mark.parametrize(
        ("people", "auth", "sender"),
        [
            (KEYED, Auth.ECDSA, STRANGER),
            (KEYED, Auth.SENT, CUSTOMER),
            (KEYED, Auth.SENT, GATE),
            (KEYLESS, Auth.RECORDED, GATE),
        ],
        ids=["another relayer", "the customer", "the gate itself", "keyless through the gate"],
    )
    def test_keeps_everybody_else_out(
        self, people: tuple[Address, Address], auth: Auth, sender: Address
    ) -> None:
        """Neither another sender, nor an opening without the customer's signature, passes the gate."""
        with pytest.raises(GateOnly) as caught:
            opened(GATED, people=people, auth=auth, sender=sender)
        assert (GATED, GATE) == caught.value.arguments

    def test_terms_are_checked_before_the_gate(self) -> None:
        """Of two reasons the first in the contract's order is given."""
        with pytest.raises(TermsMismatch):
            opened(GATED, terms=0)
