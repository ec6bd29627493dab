from dataclasses import replace

import pytest

from supportledger.errors import InputError
from supportledger.model.acts import Act, Acts, Posted
from supportledger.model.refusal import (
    AgentNotInForce,
    ArgumentInvalid,
    DeadlineTooFar,
    OpenerInvalid,
    Refusal,
    SeenInvalid,
    SenderNotActor,
    SignatureExpired,
    SignatureInvalid,
    SignatureNotAllowed,
    TicketExists,
    TicketStale,
)
from supportledger.model.ticket import Action, Auth, Status
from supportledger.proof import typed_data
from tests.conformance.ledger.world import DAY, World, content


def test_a_relayer_opens_what_was_signed(world: World) -> None:
    """The customer has no ether: their signature opens the ticket, and can be found again."""
    signed = world.signed_opening()
    posted = world.ledger.open_signed(world.relayer, signed)
    assert (Auth.ECDSA, world.customer.address) == (posted.entry.auth, posted.state.customer)
    found = world.ledger.signatures([posted.entry])[posted.ticket, 0]
    assert (signed.signature, signed.deadline) == (found.signature, found.deadline)
    assert posted.state == world.ledger.ticket(posted.ticket).state


def test_a_service_signs_for_a_keyless_customer(world: World) -> None:
    """Then the ticket is recorded, not signed."""
    posted = world.ledger.open_signed(world.relayer, world.signed_opening(keyless=True))
    assert (Auth.RECORDED, True) == (posted.entry.auth, posted.state.is_keyless)
    assert posted.state == world.ledger.ticket(posted.ticket).state


def test_openings_are_refused(world: World) -> None:
    """Forged, expired, too far ahead, for somebody else, or a second time."""
    good = world.signed_opening()
    other = good.opening._replace(customer=world.keeper.address)
    now = world.ledger.now()
    for expected, wrong in (
        (SignatureInvalid, replace(good, signature=bytes(65))),
        (SignatureInvalid, replace(good, opening=good.opening._replace(commitment=content()))),
        (SignatureExpired, replace(good, deadline=now - 100)),
        (DeadlineTooFar, replace(good, deadline=now + 31 * DAY)),
        (OpenerInvalid, replace(good, opening=other)),
    ):
        with pytest.raises(expected):
            world.ledger.open_signed(world.relayer, wrong)
    world.ledger.open_signed(world.relayer, good)
    with pytest.raises(TicketExists):
        world.ledger.open_signed(world.relayer, good)


def test_one_bad_opening_stops_no_other(world: World) -> None:
    """In a batch, each opening has its own outcome."""
    openings = [world.signed_opening() for _ in range(4)]
    openings[1] = replace(openings[1], signature=openings[0].signature)
    outcomes = world.ledger.open_batch(world.relayer, openings)
    assert isinstance(outcomes[1], SignatureInvalid)
    for at in (0, 2, 3):
        posted = outcomes[at]
        assert isinstance(posted, Posted)
        assert posted.state == world.ledger.ticket(posted.ticket).state
        found = world.ledger.signatures([posted.entry])[posted.ticket, 0]
        assert openings[at].signature == found.signature


@pytest.mark.parametrize("signature", [b"", bytes(65), b"\x01" * 64, b"\x01" * 200], ids=len)
def test_a_batch_takes_signatures_of_keys_only(world: World, signature: bytes) -> None:
    """What no key makes is refused before anything is sent; only an act may do without a signature."""
    first, second = world.signed_opening(), world.signed_opening()
    with pytest.raises(InputError, match="key's signature"):
        world.ledger.open_batch(world.relayer, [first, replace(second, signature=signature)])
    one, two = world.ledger.open_signed(world.relayer, first), world.opened()
    if not signature:
        return
    acts = [world.act(world.customer, at.state, Action.REPLY) for at in (one, two)]
    good = world.sign(world.customer, one.ticket, one.state, acts[0])
    bad = replace(acts[1], signature=signature, deadline=good.deadline)
    groups = [Acts(one.ticket, one.state, [good]), Acts(two.ticket, two.state, [bad])]
    with pytest.raises(InputError, match="does not fit into a batch"):
        world.ledger.act_batch(world.relayer, groups)
    assert world.ledger.is_current(one.ticket, one.state)
    with pytest.raises(SignatureInvalid):
        world.ledger.act(world.relayer, two.ticket, two.state, bad)


def test_a_batch_takes_no_claim(world: World) -> None:
    """It is refused before anything is sent, with the consent too; alone it is done."""
    first, second = world.opened(), world.opened(keyless=True)
    note = world.act(world.agent, first.state, Action.NOTE)
    claim = claim_of(world, second)
    groups = [Acts(first.ticket, first.state, [note]), Acts(second.ticket, second.state, [claim])]
    with pytest.raises(InputError, match="Claim"):
        world.ledger.act_batch(world.agent, groups)
    assert world.ledger.is_current(first.ticket, first.state)
    claimed = world.ledger.act(world.agent, second.ticket, second.state, claim)
    assert world.customer.address == claimed.state.customer


@pytest.mark.parametrize(("name", "bits"), [("argument", 160), ("seen", 32), ("deadline", 40)])
def test_what_has_no_place_in_a_call_is_refused(world: World, name: str, bits: int) -> None:
    """Before anything is sent, alone and in a batch; the largest that has one is for the ledger to judge."""
    posted = world.opened()
    note = world.act(world.agent, posted.state, Action.NOTE)
    act = replace(note, **{name: 1 << bits})
    with pytest.raises(InputError, match="does not fit into"):
        world.ledger.act(world.agent, posted.ticket, posted.state, act)
    with pytest.raises(InputError, match="does not fit into"):
        world.ledger.act_batch(world.agent, [Acts(posted.ticket, posted.state, [act])])
    assert world.ledger.is_current(posted.ticket, posted.state)
    largest = replace(note, **{name: (1 << bits) - 1})
    if name == "deadline":  # without a signature it says nothing
        assert isinstance(world.ledger.act(world.agent, posted.ticket, posted.state, largest), Posted)
        return
    with pytest.raises((ArgumentInvalid, SeenInvalid)):
        world.ledger.act(world.agent, posted.ticket, posted.state, largest)


def test_a_relayer_carries_what_was_signed(world: World) -> None:
    """Customer and agent act by signature; each signature can be found in its transaction."""
    posted = world.opened()
    reply = world.sign(
        world.customer,
        posted.ticket,
        posted.state,
        world.act(world.customer, posted.state, Action.REPLY),
    )
    replied = world.ledger.act(world.relayer, posted.ticket, posted.state, reply)
    answer = world.sign(
        world.agent,
        posted.ticket,
        replied.state,
        world.act(world.agent, replied.state, Action.ANSWER, Status.PENDING),
    )
    answered = world.ledger.act(world.relayer, posted.ticket, replied.state, answer)
    ticket = world.ledger.ticket(posted.ticket)
    found = world.ledger.signatures(ticket.entries)
    assert answered.state == ticket.state
    assert {1: reply.signature, 2: answer.signature} == {
        index: signed.signature for (_, index), signed in found.items()
    }


def test_a_signature_survives_a_newer_state(world: World) -> None:
    """The other lane's actions do not cancel it."""
    posted = world.opened()
    reply = world.sign(
        world.customer,
        posted.ticket,
        posted.state,
        world.act(world.customer, posted.state, Action.REPLY),
    )
    noted = world.do(world.agent, posted, Action.NOTE)
    assert isinstance(world.ledger.act(world.relayer, posted.ticket, noted.state, reply), Posted)


def test_what_an_actor_sends_in_a_batch_has_no_signature(world: World) -> None:
    """An agent's own acts go unsigned, beside what others signed; only these have signatures to be found."""
    posted = world.opened()
    answer = world.act(world.agent, posted.state, Action.ANSWER, Status.PENDING)
    after = posted.state._replace(customer_seq=1)
    reply = world.sign(world.customer, posted.ticket, after, world.act(world.customer, after, Action.REPLY))
    outcomes = world.ledger.act_batch(world.agent, [Acts(posted.ticket, posted.state, [answer, reply])])
    entries = [one.entry for one in outcomes if isinstance(one, Posted)]
    assert [Auth.SENT, Auth.ECDSA] == [entry.auth for entry in entries]
    found = world.ledger.signatures(entries)
    assert {(posted.ticket, 2): reply.signature} == {key: one.signature for key, one in found.items()}


def test_signatures_are_refused(world: World) -> None:
    """Replayed, altered, by somebody else, out of time, or where none is possible."""
    posted = world.opened()
    act = world.act(world.customer, posted.state, Action.REPLY)
    good = world.sign(world.customer, posted.ticket, posted.state, act)
    forged = replace(good, signature=world.sign(world.keeper, posted.ticket, posted.state, act).signature)
    escalate = world.act(world.keeper, posted.state, Action.ESCALATE)
    for expected, wrong in (
        (SignatureInvalid, replace(good, commitment=content())),
        (SignatureInvalid, forged),
        (SignatureExpired, replace(good, deadline=world.ledger.now() - 100)),
        (DeadlineTooFar, replace(good, deadline=world.ledger.now() + 31 * DAY)),
        (SignatureNotAllowed, replace(escalate, signature=bytes(65), deadline=good.deadline)),
    ):
        with pytest.raises(expected):
            world.ledger.act(world.relayer, posted.ticket, posted.state, wrong)
    replied = world.ledger.act(world.relayer, posted.ticket, posted.state, good)
    with pytest.raises(SignatureInvalid):
        world.ledger.act(world.relayer, posted.ticket, replied.state, good)


def test_one_bad_act_stops_no_other(world: World) -> None:
    """Many tickets in one transaction, several acts on one; what is refused is skipped with its reason."""
    first, second, third = (world.opened() for _ in range(3))
    answer = world.sign(
        world.agent,
        first.ticket,
        first.state,
        world.act(world.agent, first.state, Action.ANSWER, Status.PENDING),
    )
    after = first.state._replace(staff_seq=2)
    solve = world.sign(world.agent, first.ticket, after, world.act(world.agent, first.state, Action.SOLVE))
    note = world.sign(
        world.agent, second.ticket, second.state, world.act(world.agent, second.state, Action.NOTE)
    )
    own = world.act(world.relayer, second.state, Action.NOTE)
    foreign = world.act(world.keeper, second.state, Action.NOTE)
    outcomes = world.ledger.act_batch(
        world.relayer,
        [
            Acts(first.ticket, first.state, [answer, answer, solve]),
            Acts(second.ticket, second.state, [own, foreign, note]),
            Acts(third.ticket, first.state, [note]),
        ],
    )
    expected = [Posted, SignatureInvalid, Posted, Refusal, SenderNotActor, Posted, TicketStale]
    assert [True] * 7 == [isinstance(one, kind) for one, kind in zip(outcomes, expected, strict=True)]
    solved, noted = outcomes[2], outcomes[5]
    assert isinstance(solved, Posted)
    assert isinstance(noted, Posted)
    assert Status.SOLVED == solved.state.status
    for one in (solved, noted):
        assert one.state == world.ledger.ticket(one.ticket).state
    found = world.ledger.signatures(world.ledger.ticket(first.ticket).entries)
    assert {1: answer.signature, 2: solve.signature} == {
        index: signed.signature for (_, index), signed in found.items()
    }


@pytest.mark.parametrize("by_signature", [False, True])
def test_a_keyless_ticket_is_claimed(world: World, by_signature: bool) -> None:
    """With the customer's consent it becomes theirs; without it, it does not."""
    posted = world.opened(keyless=True)
    act, sender = claim_of(world, posted), world.agent
    if by_signature:
        signed = world.sign(world.agent, posted.ticket, posted.state, act, until=act.deadline)
        act, sender = signed, world.relayer
    with pytest.raises(SignatureInvalid):
        world.ledger.act(sender, posted.ticket, posted.state, replace(act, consent=b""))
    claimed = world.ledger.act(sender, posted.ticket, posted.state, act)
    assert world.customer.address == claimed.state.customer
    found = world.ledger.signatures([claimed.entry])[posted.ticket, 1]
    assert (act.consent, act.signature) == (found.consent, found.signature)
    assert isinstance(world.do(world.customer, claimed, Action.REPLY), Posted)


def test_a_claim_is_refused_for_what_is_wrong_first(world: World) -> None:
    """State, actor, deadline, consent, and only then the rules."""
    posted = world.opened(keyless=True)
    good = claim_of(world, posted)
    late = world.ledger.now() - 100
    far = world.ledger.now() + 31 * DAY
    other = world.keeper.sign_message(
        typed_data.Claim(posted.ticket, world.customer.address, good.deadline), world.ledger.domain
    )
    for expected, wrong in (
        (SignatureInvalid, replace(good, consent=other)),
        (SignatureInvalid, claim_of(world, world.opened(keyless=True))),
        (SignatureExpired, replace(good, deadline=late, consent=b"")),
        (DeadlineTooFar, replace(good, deadline=far)),
        (SignatureInvalid, replace(good, actor=world.keeper.address, consent=b"")),
        (AgentNotInForce, replace(good, actor=world.keeper.address)),
    ):
        sender = world.keeper if wrong.actor == world.keeper.address else world.agent
        with pytest.raises(expected):
            world.ledger.act(sender, posted.ticket, posted.state, wrong)
    noted = world.do(world.agent, posted, Action.NOTE)
    with pytest.raises(TicketStale):
        world.ledger.act(world.agent, posted.ticket, posted.state, replace(good, consent=b""))
    forged = world.sign(world.keeper, posted.ticket, noted.state, good, until=good.deadline)
    with pytest.raises(SignatureInvalid) as caught:
        world.ledger.act(world.relayer, posted.ticket, noted.state, forged)
    assert (world.agent.address, 2) == caught.value.arguments


def claim_of(world: World, posted: Posted) -> Act:
    """A claim for the customer, who consents, not signed by its agent."""
    deadline = world.ledger.now() + 3_600
    argument = int.from_bytes(world.customer.address, "big")
    act = world.act(world.agent, posted.state, Action.CLAIM, argument, deadline=deadline)
    message = typed_data.Claim(posted.ticket, world.customer.address, deadline)
    return replace(act, consent=world.customer.sign_message(message, world.ledger.domain))
