"""
A customer without a key takes their own ticket over: they sign for it, and the desk's service claims it.

1. The ledger lets an agent claim, and only with the customer's own signature (`Claim`). The service is one,
   and can do nothing else with it.
2. Whose ticket it is, whoever calls this has decided: this asks who has signed, not who they are.
3. What was recorded for the customer and still waits comes first, whatever has signed it, a key or a
   contract: nobody records anything for them afterwards.

Source: LEDGER, "Keyless customers".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from supportledger.desk import intents
from supportledger.desk.cast import Cast, Part
from supportledger.desk.drafting import SIGNED_FOR_S
from supportledger.desk.intents import Consent
from supportledger.desk.signing.signing import Signing
from supportledger.errors import Conflict, InputError
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.records import WAITING
from supportledger.model.ticket import Action, Auth, Status
from supportledger.ports import LedgerReader, Store, Submission
from supportledger.proof import typed_data


@dataclass(frozen=True, slots=True)
class Wished:
    """
    What a customer signs to take a ticket over.

    Args:
        ticket: Which.
        customer: Whose it will be.
        deadline: Until when the signature counts; Unix seconds.
        typed_data: The request of `eth_signTypedData_v4`.
        digest: What is signed, in the end; 32 bytes.
    """

    ticket: TicketId
    customer: Address
    deadline: int
    typed_data: Mapping[str, Any] = field(repr=False)
    digest: bytes


class Claiming:
    """
    Lets customers take tickets over.

    Args:
        ledger: Where signatures are good.
        store: Knows the tickets, and what waits.
        cast: Has the service.
        signing: Signs for it.
    """

    def __init__(self, ledger: LedgerReader, store: Store, cast: Cast, signing: Signing) -> None:
        self._ledger = ledger
        self._store = store
        self._cast = cast
        self._signing = signing

    def prepare(self, ticket: TicketId, customer: Address) -> Wished:
        """
        Write down what a customer is to sign.

        Args:
            ticket: Theirs, and nobody's on the ledger.
            customer: Whose key it will belong to.

        Raises:
            NotFound: There is no such ticket.
            Conflict: It has a customer with a key, or is being claimed, or something recorded still waits.
        """
        self._check_claimable(ticket)
        deadline = self._signing.deadline()
        message = typed_data.Claim(ticket, customer, deadline)
        domain = self._ledger.domain
        request = typed_data.wallet_request(message, domain)
        return Wished(ticket, customer, deadline, request, typed_data.digest(message, domain))

    def take(self, ticket: TicketId, consent: Consent) -> Submission:
        """
        Take a customer's signature, and let the service claim the ticket for them.

        Args:
            ticket: Theirs, and nobody's on the ledger.
            consent: As `prepare` asked for it.

        Raises:
            NotFound: There is no such ticket, or no service here.
            Conflict: As `prepare`.
            InputError: The deadline has passed, or is none that was given here.
            SignatureMismatch: Somebody else signed, or nobody.
            RpcUnavailable: A contract is to be asked, and the node is away.
        """
        self._check_claimable(ticket)
        latest = self._signing.deadline()
        if not latest - SIGNED_FOR_S < consent.deadline <= latest:
            raise InputError("this signature is too old to be used", hint="Begin again, and sign anew.")
        message = typed_data.Claim(ticket, consent.customer, consent.deadline)
        digest = typed_data.digest(message, self._ledger.domain)
        self._signing.authenticate(consent.customer, digest, consent.signature)
        service = self._cast.behind(Part.SERVICE)
        return self._signing.sign_and_submit(intents.claim(ticket, consent), service)

    def is_claimable(self, ticket: TicketId) -> bool:
        """
        Tell whether a ticket can be taken over now, so that pages offer it only then.

        Raises:
            NotFound: There is no such ticket.
        """
        try:
            self._check_claimable(ticket)
        except Conflict:
            return False
        return True

    def _check_claimable(self, ticket: TicketId) -> None:
        waiting = self._store.drafts(ticket=ticket, statuses=WAITING)
        state = self._store.ticket(ticket).state
        if state.customer != NOBODY or state.status is Status.CLOSED:
            raise Conflict(
                f"ticket {ticket.handle} cannot be taken over: it has a customer with a key, or is closed",
                hint="Open a new one with your key.",
            )
        if any(one.action is Action.CLAIM for one in waiting):
            raise Conflict(f"ticket {ticket.handle} is being taken over already", hint="Wait a moment.")
        if any(one.auth is Auth.RECORDED or one.action is Action.REPLY for one in waiting):
            raise Conflict(
                f"what you wrote last on {ticket.handle} is not on the ledger yet",
                hint="Try again in a moment.",
            )
