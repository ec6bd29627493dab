"""Accounts that are contracts: what the ledger takes from them, and what a question to them may cost."""

from dataclasses import replace

import pytest

from supportledger.errors import Error, InputError
from supportledger.model.acts import Act, Acts, Posted, SignedOpening
from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.ids import Address
from supportledger.model.refusal import SignatureInvalid
from supportledger.model.ticket import Action, Auth
from supportledger.proof import signed_acts, typed_data
from tests.conformance.ledger.contracts import MOODS, signature_of
from tests.conformance.ledger.world import World


def opening_by(world: World, account: Address) -> SignedOpening:
    """An opening that a contract signs."""
    opening = world.opening()._replace(opener=account, customer=account)
    deadline = world.ledger.now() + 3_600
    message = typed_data.Open(*opening, deadline)
    return SignedOpening(opening, deadline, signature_of(typed_data.digest(message, world.ledger.domain)))


def reply_by(world: World, account: Address, posted: Posted) -> Act:
    """A reply that a contract signs."""
    act = world.act(world.customer, posted.state, Action.REPLY, actor=account)
    act = replace(act, deadline=world.ledger.now() + 3_600)
    message = signed_acts.message(posted.ticket, posted.state, act)
    return replace(act, signature=signature_of(typed_data.digest(message, world.ledger.domain)))


def test_a_contract_opens_and_replies(world: World) -> None:
    """What it takes for its own is on record as accepted from a contract, and can be found again."""
    account = world.contract("honest")
    signed = opening_by(world, account)
    posted = world.ledger.open_signed(world.relayer, signed)
    assert (account, Auth.ERC1271) == (posted.state.customer, posted.entry.auth)
    reply = reply_by(world, account, posted)
    replied = world.ledger.act(world.relayer, posted.ticket, posted.state, reply)
    assert Auth.ERC1271 == replied.entry.auth
    found = world.ledger.signatures([posted.entry, replied.entry])
    assert [signed.signature, reply.signature] == [found[posted.ticket, at].signature for at in (0, 1)]
    assert replied.state == world.ledger.ticket(posted.ticket).state


def test_a_contract_records_for_a_customer_without_a_key(world: World) -> None:
    """Whoever signed, the customer did not: it is on record as recorded, by the certified contract."""
    account = world.contract("honest")
    posted = world.ledger.open_signed(world.relayer, world.signed_opening(keyless=True))
    until = world.ledger.now() + 86_400
    world.ledger.certify(world.certifier, account, Agent(0, until, AgentStatus.CERTIFIED, 0))
    replied = world.ledger.act(world.relayer, posted.ticket, posted.state, reply_by(world, account, posted))
    assert (account, Auth.RECORDED) == (replied.entry.actor, replied.entry.auth)
    assert replied.state == world.ledger.ticket(posted.ticket).state


def test_it_is_asked_before(world: World) -> None:
    """Whoever asks beforehand hears what the ledger hears; another digest or signature is no."""
    account, digest = world.contract("honest"), bytes(range(32))
    assert world.ledger.approves(account, digest, signature_of(digest))
    assert not world.ledger.approves(account, digest, bytes(65))
    assert not world.ledger.approves(account, bytes(32)[:-1] + b"\1", signature_of(digest))


@pytest.mark.parametrize("mood", sorted(set(MOODS) - {"honest", "fickle", "dear"}))
def test_whatever_else_it_answers_is_no(world: World, mood: str) -> None:
    """Only the magic value in a whole word is yes; neither gas nor time of anybody is lost by it."""
    account = world.contract(mood)
    assert not world.ledger.approves(account, bytes(32), b"anything")
    with pytest.raises(Error):
        world.ledger.open_signed(world.relayer, opening_by(world, account))


def test_accounts_without_code_say_nothing(world: World) -> None:
    """A wallet still to be deployed, an account with a key, a precompile, the ledger: none says yes."""
    digest, ledger = bytes(range(32)), world.ledger
    ghost, precompile = Address(b"\x77" * 20), Address(bytes(19) + b"\4")
    nobody = [ghost, world.customer.address, precompile, ledger.deployment.ledger]
    assert [False] * 4 == [ledger.approves(one, digest, signature_of(digest)) for one in nobody]


def test_it_may_change_its_mind(world: World) -> None:
    """What it said before binds nobody: the ledger asks it again, and refuses."""
    account = world.contract("fickle")
    signed = opening_by(world, account)
    assert world.ledger.approves(account, bytes(32), signed.signature)
    with pytest.raises(SignatureInvalid):
        world.ledger.open_signed(world.relayer, signed)


def test_it_may_not_take_all_gas(world: World) -> None:
    """One that says yes for a price is not asked at that price."""
    account = world.contract("dear")
    assert not world.ledger.approves(account, bytes(32), b"anything")
    with pytest.raises(Error):
        world.ledger.open_signed(world.relayer, opening_by(world, account))


def test_no_batch_asks_it(world: World) -> None:
    """It goes alone: a batch refuses its signature before anything is sent."""
    account = world.contract("honest")
    with pytest.raises(InputError):
        world.ledger.open_batch(world.relayer, [opening_by(world, account)])
    posted = world.ledger.open_signed(world.relayer, opening_by(world, account))
    reply = reply_by(world, account, posted)
    with pytest.raises(InputError):
        world.ledger.act_batch(world.relayer, [Acts(posted.ticket, posted.state, [reply])])
