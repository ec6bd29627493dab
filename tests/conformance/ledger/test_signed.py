from dataclasses import replace

import pytest

from supportledger.model.acts import Acts, Posted
from supportledger.model.refusal import (
    DeadlineTooFar,
    OpenerInvalid,
    Refusal,
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
    openings[1] = replace(openings[1], signature=bytes(65))
    outcomes = world.ledger.open_batch(world.relayer, openings)
    assert isinstance(outcomes[1], SignatureInvalid)
    for at in (0, 2, 3):
        posted = outcomes[at]
        assert isinstance(posted, Posted)
        assert posted.state == world.ledger.ticket(posted.ticket).state
        found = world.ledger.signatures([posted.entry])[posted.ticket, 0]
        assert openings[at].signature == found.signature


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
    deadline = world.ledger.now() + 3_600
    consent = world.customer.sign_message(
        typed_data.Claim(posted.ticket, world.customer.address, deadline), world.ledger.domain
    )
    argument = int.from_bytes(world.customer.address, "big")
    act = world.act(world.agent, posted.state, Action.CLAIM, argument)
    with pytest.raises(SignatureInvalid):
        world.ledger.act(world.agent, posted.ticket, posted.state, act)
    act = replace(act, consent=consent, deadline=deadline)
    sender = world.agent
    if by_signature:
        message = world.sign(world.agent, posted.ticket, posted.state, act, seconds=3_600)
        consent = world.customer.sign_message(
            typed_data.Claim(posted.ticket, world.customer.address, message.deadline), world.ledger.domain
        )
        act, sender = replace(message, consent=consent), world.relayer
    claimed = world.ledger.act(sender, posted.ticket, posted.state, act)
    assert world.customer.address == claimed.state.customer
    found = world.ledger.signatures([claimed.entry])[posted.ticket, 1]
    assert (act.consent, act.signature) == (found.consent, found.signature)
    assert isinstance(world.do(world.customer, claimed, Action.REPLY), Posted)
