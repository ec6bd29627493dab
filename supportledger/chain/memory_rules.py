"""
The contract's rules beside the tickets': what a certificate becomes, and which signatures count.

Source: contracts/ledger/Agents.sol, Anchors.sol, Signatures.sol, Tickets.sol.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from supportledger.errors import SignatureMismatch
from supportledger.model import abi
from supportledger.model.acts import Act, Checkpoint, SignedOpening
from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.changes import CertificateChange, Verb
from supportledger.model.events import LedgerEvent
from supportledger.model.ids import NOBODY, Address, TicketId, keccak
from supportledger.model.refusal import (
    AgentAddressInvalid,
    AgentNotFound,
    AgentStatusInvalid,
    DeadlineTooFar,
    OpenerInvalid,
    PeriodInvalid,
    PeriodShortened,
    RevocationInFuture,
    SenderNotActor,
    SignatureExpired,
    SignatureInvalid,
    SignatureNotAllowed,
)
from supportledger.model.ticket import Action, Auth, TicketState
from supportledger.proof import signed_acts, typed_data
from supportledger.proof.typed_data import Domain, Message

LONGEST_DEADLINE: Final = 30 * 86_400
Approval = Callable[[bytes, bytes], bool]
"""What the contract of an account says of a digest and a signature (ERC-1271)."""
NO_WALLETS: Final[Mapping[Address, Approval]] = {}
"""A batch asks no contracts."""


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where and when a signature is judged.

    Args:
        domain: Where it is good.
        now: Time of the block.
        wallets: Which accounts are contracts that are asked.
    """

    domain: Domain
    now: int
    wallets: Mapping[Address, Approval] = field(default_factory=dict)


def certified(current: Agent, account: Address, asked: Agent, now: int) -> Agent:
    """
    Give or change a certificate: a suspension is lifted by reinstating, a revocation never.

    Raises:
        Refusal: The ledger would refuse.
    """
    if account == NOBODY:
        raise AgentAddressInvalid(account)
    if current.status not in {AgentStatus.NONE, AgentStatus.CERTIFIED}:
        raise AgentStatusInvalid(account, current.status)
    begin = asked.from_ or now
    if begin < now or asked.until <= begin:
        raise PeriodInvalid(begin, asked.until)
    if asked.until < current.until:
        raise PeriodShortened(current.until, asked.until)
    return replace(asked, from_=begin, status=AgentStatus.CERTIFIED)


def renewed(current: Agent, account: Address, until: int) -> Agent:
    """
    Extend a certificate.

    Raises:
        Refusal: The ledger would refuse.
    """
    _check_unrevoked(current, account)
    if until <= current.until:
        raise PeriodShortened(current.until, until)
    return replace(current, until=until)


def changed(current: Agent, account: Address, before: AgentStatus, after: AgentStatus) -> Agent:
    """
    Suspend or reinstate.

    Raises:
        Refusal: The ledger would refuse.
    """
    _check_unrevoked(current, account)
    if current.status != before:
        raise AgentStatusInvalid(account, current.status)
    return replace(current, status=after)


def revoked(current: Agent, account: Address, since: int, now: int) -> Agent:
    """
    End a certificate; one that had run out is not stretched by it.

    Raises:
        Refusal: The ledger would refuse.
    """
    _check_unrevoked(current, account)
    if since > now:
        raise RevocationInFuture(since, now)
    return replace(current, until=min(current.until, since), status=AgentStatus.REVOKED)


def check_certificate(current: Agent, change: CertificateChange, now: int) -> None:
    """
    Let a change of a certificate pass that the ledger would take.

    Raises:
        Refusal: The ledger would refuse.
    """
    account, result = change.account, change.result
    match change.verb:
        case Verb.CERTIFY:
            certified(current, account, result, now)
        case Verb.SUSPEND:
            changed(current, account, AgentStatus.CERTIFIED, AgentStatus.SUSPENDED)
        case Verb.REINSTATE:
            changed(current, account, AgentStatus.SUSPENDED, AgentStatus.CERTIFIED)
        case Verb.REVOKE:
            revoked(current, account, result.until, now)


def sender_of(event: LedgerEvent) -> Address:
    """Tell who has sent what an event tells of, as far as it says so; nobody for a successor."""
    for name in ("actor", "certifier", "by", "supervisor", "anchorer"):
        if hasattr(event, name):
            found: Address = getattr(event, name)
            return found
    return NOBODY


def checkpoint_hash(checkpoint: Checkpoint) -> bytes:
    """Hash a checkpoint into the word of its log; zero before the first."""
    if checkpoint == Checkpoint():
        return bytes(32)
    return keccak(abi.uint(checkpoint.size) + abi.bytes32(checkpoint.root) + abi.uint(checkpoint.time))


def authenticate_opening(signed: SignedOpening, place: Place) -> Auth:
    """
    Tell how the ledger knows who opens; that a keyless customer did not sign, whoever else did.

    Args:
        signed: The opening.
        place: Where and when, and which contracts are asked.

    Raises:
        Refusal: The ledger would refuse.
    """
    o = signed.opening
    if o.customer not in {o.opener, NOBODY}:
        raise OpenerInvalid(o.opener, o.customer)
    _check_deadline(signed.deadline, place.now)
    message = typed_data.Open(o.opener, o.customer, o.policy, o.terms, o.commitment, signed.deadline)
    auth = _check_signed(message, place, signed.signature, o.opener, 0)
    return Auth.RECORDED if o.customer == NOBODY else auth


def authenticate(sender: Address, ticket: TicketId, t: TicketState, act: Act, place: Place) -> Auth:
    """
    Tell how the ledger knows who acts, from a transaction of *sender*.

    Args:
        sender: Who sends it.
        ticket: Which.
        t: Its present state.
        act: What is done.
        place: As `authenticate_opening`.

    Raises:
        Refusal: The ledger would refuse.
    """
    auth = Auth.SENT
    if act.signature:
        auth = _check_act(ticket, t, act, place)
    elif act.actor != sender:
        raise SenderNotActor(sender, act.actor)
    if act.action is Action.CLAIM:
        _check_consent(ticket, act, place)
    return auth


def _check_act(ticket: TicketId, t: TicketState, act: Act, place: Place) -> Auth:
    message = signed_acts.message(ticket, t, act)
    if message.sequence == signed_acts.NO_SEQUENCE:
        raise SignatureNotAllowed(act.action)
    _check_deadline(act.deadline, place.now)
    return _check_signed(message, place, act.signature, act.actor, message.sequence)


def _check_consent(ticket: TicketId, act: Act, place: Place) -> None:
    customer = Address(act.argument.to_bytes(20, "big"))
    _check_deadline(act.deadline, place.now)
    _check_signed(typed_data.Claim(ticket, customer, act.deadline), place, act.consent, customer, 0)


def _check_deadline(deadline: int, now: int) -> None:
    if now > deadline:
        raise SignatureExpired(deadline, now)
    if deadline > now + LONGEST_DEADLINE:
        raise DeadlineTooFar(deadline, now + LONGEST_DEADLINE)


def _check_signed(message: Message, place: Place, signature: bytes, signer: Address, sequence: int) -> Auth:
    """Ask the key first, and then the account's contract, if it is one."""
    try:
        typed_data.verify(message, place.domain, signature, signer)
    except SignatureMismatch as error:
        contract = place.wallets.get(signer)
        if contract is None or not contract(typed_data.digest(message, place.domain), signature):
            raise SignatureInvalid(signer, sequence) from error
        return Auth.ERC1271
    return Auth.ECDSA


def _check_unrevoked(current: Agent, account: Address) -> None:
    if current.status is AgentStatus.NONE:
        raise AgentNotFound(account)
    if current.status is AgentStatus.REVOKED:
        raise AgentStatusInvalid(account, current.status)
