"""What contracts sign (ERC-1271): asked before it is kept, asked again by the ledger, never promised."""

import pytest

from supportledger.chain.signer import local_signer
from supportledger.desk import intents
from supportledger.desk.clerk import NewTicket
from supportledger.desk.desk import Desk
from supportledger.errors import Conflict, NotFound, RpcUnavailable, SignatureMismatch
from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import WAITING, DraftStatus
from supportledger.model.ticket import Auth
from supportledger.proof.signature import sign_digest
from supportledger.proof.verdict import Conclusion
from tests.unit.desk.frail import FrailLedger

SAFE = Address(b"\x5a" * 20)
SIGNATURE = b"two owners" * 13
STRANGER = bytes(31) + b"\7"


@pytest.fixture
def said(ledger: FrailLedger) -> dict[str, bool]:
    """What the contract says, until it says something else."""
    answer = {"yes": True}
    ledger.wallets[SAFE] = lambda _, signature: answer["yes"] and signature == SIGNATURE
    return answer


@pytest.fixture
def ticket(desk: Desk, said: dict[str, bool]) -> TicketId:
    """A ticket whose customer is a contract."""
    prepared = desk.signing.prepare(NewTicket("Where is my withdrawal?"), SAFE)
    desk.signing.submit(prepared.id, SIGNATURE)
    carry(desk)
    return prepared.ticket


def carry(desk: Desk) -> None:
    """Let the workers do their part."""
    desk.relay.carry(desk.store.drafts(statuses=WAITING))


def test_a_contract_opens_a_ticket_and_replies(desk: Desk, ticket: TicketId) -> None:
    """Both are on the ledger as accepted from a contract, and the ticket verifies."""
    prepared = desk.signing.prepare(intents.reply(ticket, "And?"), SAFE)
    draft = desk.signing.submit(prepared.id, SIGNATURE)
    assert Auth.ERC1271 is draft.auth
    carry(desk)
    view = desk.tickets.get(ticket)
    assert [(SAFE, Auth.ERC1271)] * 2 == [(one.actor, one.auth) for one in view.records]
    assert Conclusion.VERIFIED is desk.tickets.verify(ticket).verdict


def test_a_contract_is_an_agent(desk: Desk, ledger: FrailLedger, said: dict[str, bool]) -> None:
    """A certified contract answers, and records a ticket for a customer without a key."""
    until = ledger.now() + 86_400
    ledger.certify(local_signer("certifier"), SAFE, Agent(0, until, AgentStatus.CERTIFIED, 1))
    found = desk.tickets.open("Where is my withdrawal?").ticket
    prepared = desk.signing.prepare(intents.answer(found, "It is on its way"), SAFE)
    draft = desk.signing.submit(prepared.id, SIGNATURE)
    carry(desk)
    assert DraftStatus.FINAL is desk.signing.fate(draft.key).status
    assert Auth.ERC1271 is desk.tickets.get(found).records[1].auth


def test_a_contract_records_for_a_customer_without_a_key(
    desk: Desk, ledger: FrailLedger, said: dict[str, bool]
) -> None:
    """It goes alone, as what contracts sign does; the ledger calls it recorded, and a claim waits for it."""
    until = ledger.now() + 86_400
    ledger.certify(local_signer("certifier"), SAFE, Agent(0, until, AgentStatus.CERTIFIED, 0))
    found = desk.tickets.open("Where is my withdrawal?", keyless=True).ticket
    prepared = desk.signing.prepare(intents.reply(found, "They called again"), SAFE)
    draft = desk.signing.submit(prepared.id, SIGNATURE)
    assert Auth.ERC1271 is draft.auth
    with pytest.raises(NotFound):
        desk.receipts.get(draft.key)
    with pytest.raises(Conflict, match="not on the ledger yet"):
        desk.claiming.prepare(found, local_signer("customer").address)
    carry(desk)
    assert DraftStatus.FINAL is desk.signing.fate(draft.key).status
    assert (SAFE, Auth.RECORDED) == ((last := desk.tickets.get(found).records[1]).actor, last.auth)
    assert Conclusion.VERIFIED is desk.tickets.verify(found).verdict
    assert desk.claiming.is_claimable(found)


@pytest.mark.parametrize(
    ("signature", "why"),
    [
        (b"", "has not signed"),
        (b"x" * 4_097, "at most"),
        (SIGNATURE + bytes.fromhex("6492") * 16, "ERC-6492"),
        (b"another", "not signed by"),
        (sign_digest(STRANGER, bytes(32)), "not signed by"),
    ],
)
def test_what_it_does_not_confirm_is_not_kept(
    desk: Desk, said: dict[str, bool], signature: bytes, why: str
) -> None:
    """Nothing, too much, of a wallet that is not there, and what it says no to."""
    prepared = desk.signing.prepare(NewTicket("Where is my withdrawal?"), SAFE)
    with pytest.raises(SignatureMismatch, match=why):
        desk.signing.submit(prepared.id, signature)
    assert [] == desk.store.drafts(statuses=WAITING)


def test_nothing_is_asked_for_somebody_elses(desk: Desk, ledger: FrailLedger, ticket: TicketId) -> None:
    """A contract that takes anything signs for itself only."""
    ledger.wallets[SAFE] = lambda *_: True
    prepared = desk.signing.prepare(intents.answer(ticket, "It is on its way"), local_signer("agent").address)
    with pytest.raises(SignatureMismatch):
        desk.signing.submit(prepared.id, SIGNATURE)


def test_it_changes_its_mind(desk: Desk, said: dict[str, bool], ticket: TicketId) -> None:
    """The ledger refuses what the contract does not stand by; that is told, and breaks no promise."""
    prepared = desk.signing.prepare(intents.reply(ticket, "And?"), SAFE)
    draft = desk.signing.submit(prepared.id, SIGNATURE)
    with pytest.raises(NotFound):
        desk.receipts.get(draft.key)
    said["yes"] = False
    assert draft == desk.signing.submit(prepared.id, SIGNATURE)
    carry(desk)
    fate = desk.signing.fate(draft.key)
    assert (DraftStatus.REJECTED, True) == (fate.status, "did not sign this" in fate.reason)
    assert 1 == desk.tickets.state(ticket).entries


def test_a_node_that_is_away_takes_nothing(desk: Desk, ledger: FrailLedger, ticket: TicketId) -> None:
    """Whether it has signed is not known then; the signature may be brought again."""
    asked = ledger.wallets[SAFE]

    def away(*_: bytes) -> bool:
        raise RpcUnavailable("the node is away")

    ledger.wallets[SAFE] = away
    prepared = desk.signing.prepare(intents.reply(ticket, "And?"), SAFE)
    with pytest.raises(RpcUnavailable):
        desk.signing.submit(prepared.id, SIGNATURE)
    ledger.wallets[SAFE] = asked
    assert DraftStatus.SIGNED is desk.signing.submit(prepared.id, SIGNATURE).status


def test_contracts_do_not_crowd_out_the_rest(desk: Desk, said: dict[str, bool]) -> None:
    """A few go in a round, one by one; what keys signed goes in the same round, and the rest in the next."""
    for _ in range(7):
        prepared = desk.signing.prepare(NewTicket("Again"), SAFE)
        desk.signing.submit(prepared.id, SIGNATURE)
    own = desk.signing.sign_and_submit(NewTicket("Mine"), local_signer("customer")).draft
    carry(desk)
    waiting = desk.store.drafts(statuses=WAITING)
    assert (2, False) == (len(waiting), own.key in {one.key for one in waiting})
    carry(desk)
    assert [] == desk.store.drafts(statuses=WAITING)
