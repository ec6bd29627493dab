"""
From an intent to a draft: everything that is decided before anything is kept or sent.

1. The lane and what was read follow from the ticket's state.
2. The content is salted and committed to at its place.
3. Who does not send the action themselves signs it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from supportledger.desk.intents import Intent
from supportledger.model.acts import Act, SignedOpening
from supportledger.model.entry import NOTHING, Opening, lane
from supportledger.model.ids import NOBODY, Address, TicketId, ticket_id
from supportledger.model.records import Deployment, Draft, DraftStatus, unsigned_key
from supportledger.model.ticket import Action, Auth, Lane, TicketState
from supportledger.ports import Signer
from supportledger.proof import typed_data
from supportledger.proof.commitment import commit, context
from supportledger.proof.fields import Fields, Value
from supportledger.proof.typed_data import Domain

SIGNED_FOR_S: Final = 86_400
"""How long a signature made here can be recorded, unless its action says otherwise."""


@dataclass(frozen=True, slots=True)
class Pen:
    """
    Writes drafts for one ledger.

    Args:
        deployment: Which ledger.
        domain: Where signatures for it are good.
    """

    deployment: Deployment
    domain: Domain

    def opening(
        self,
        opener: Signer,
        said: Mapping[str, Value],
        *,
        policy: tuple[int, bytes],
        keyless: bool,
        now: int,
        signed_until: int = 0,
    ) -> tuple[Draft, Fields]:
        """
        Draft the opening of a ticket.

        Args:
            opener: The customer, or the agent who records a keyless one.
            said: The content.
            policy: Number and hash of the promise.
            keyless: The customer has no key.
            now: Unix seconds.
            signed_until: Deadline of the signature; 0: the opener sends it.

        Raises:
            InputError: The content cannot be.
        """
        number, terms = policy
        fields = Fields.create({**said, "createdAt": now})
        commitment = commit(fields, self._place(bytes(32), Action.OPEN, opener.address))
        ticket = ticket_id(self.deployment.chain_id, self.deployment.ledger, opener.address, commitment)
        customer = NOBODY if keyless else opener.address
        key, signature = self._unsigned(ticket, Action.OPEN, opener.address, number, commitment, 0), b""
        if signed_until:
            message = typed_data.Open(opener.address, customer, number, terms, commitment, signed_until)
            key, signature = self._signed(opener, message)
        draft = Draft(
            key=key,
            ticket=ticket,
            action=Action.OPEN,
            auth=_opening_auth(keyless=keyless, signed=bool(signature)),
            actor=opener.address,
            argument=number,
            seen=0,
            sequence=0,
            commitment=commitment,
            created_at=now,
            customer=customer,
            terms=terms,
            deadline=signed_until,
            signature=signature,
            status=_status(signature),
        )
        return draft, fields

    def act(
        self, intent: Intent, state: TicketState, actor: Signer, *, now: int, signed_until: int = 0
    ) -> tuple[Draft, Fields | None]:
        """
        Draft what somebody wants to do to a ticket.

        Args:
            intent: What.
            state: The ticket as the actor saw it.
            actor: Who.
            now: Unix seconds.
            signed_until: Deadline of the signature; 0: the actor sends it.

        Raises:
            InputError: The content cannot be, the action cannot be signed, or no call can carry it.
        """
        order = lane(intent.action, actor.address, state.customer)
        fields = Fields.create({**intent.values, "createdAt": now}) if intent.values else None
        place = self._place(intent.ticket, intent.action, actor.address)
        commitment = commit(fields, place) if fields else NOTHING
        seen = _seen(intent, state, order)
        sequence = position(order, state)
        deadline = intent.consent.deadline if intent.consent else signed_until
        key, signature = (
            self._unsigned(
                intent.ticket, intent.action, actor.address, intent.argument, commitment, sequence
            ),
            b"",
        )
        if signed_until:
            message = typed_data.Action(
                ticket=intent.ticket,
                action=str(intent.action),
                argument=intent.argument,
                actor=actor.address,
                sequence=state.sequence(order),
                seen=seen,
                commitment=commitment,
                deadline=deadline,
            )
            key, signature = self._signed(actor, message)
        draft = Draft(
            key=key,
            ticket=intent.ticket,
            action=intent.action,
            auth=_auth(intent, state, signature),
            actor=actor.address,
            argument=intent.argument,
            seen=seen,
            sequence=sequence,
            commitment=commitment,
            created_at=now,
            deadline=deadline,
            signature=signature,
            consent=intent.consent.signature if intent.consent else b"",
            status=_status(signature),
        )
        to_act(draft).pack()  # refused here, it stops none that would share its transaction
        return draft, fields

    def _place(self, ticket: bytes, action: Action, actor: Address) -> bytes:
        return context(self.deployment.chain_id, self.deployment.ledger, ticket, action, actor)

    def _signed(self, signer: Signer, message: typed_data.Message) -> tuple[bytes, bytes]:
        return typed_data.digest(message, self.domain), signer.sign_message(message, self.domain)

    @staticmethod
    def _unsigned(  # noqa: PLR0917 -- in the order in which they are hashed
        ticket: TicketId, action: Action, actor: Address, argument: int, commitment: bytes, sequence: int
    ) -> bytes:
        return unsigned_key(
            ticket, action, actor, argument=argument, commitment=commitment, sequence=sequence
        )


def position(order: Lane, state: TicketState) -> int:
    """Tell where in its order an action on this state stands; without a lane, it is the ticket's own."""
    return state.entries if order is Lane.NONE else state.sequence(order)


def after(draft: Draft, state: TicketState) -> TicketState:
    """Count a draft in its lane, so that another one can be signed before this one is mined."""
    order = lane(draft.action, draft.actor, state.customer)
    if draft.action is Action.CLAIM:
        state = state._replace(customer=Address(draft.argument.to_bytes(20, "big")))
    if order is Lane.CUSTOMER:
        return state._replace(customer_seq=state.customer_seq + 1)
    return state if order is Lane.NONE else state._replace(staff_seq=state.staff_seq + 1)


def queued(state: TicketState, waiting: Sequence[Draft]) -> TicketState:
    """Count what waits in the lanes of a ticket, so that what is signed now comes after it."""
    for draft in waiting:
        order = lane(draft.action, draft.actor, state.customer)
        if draft.signature and position(order, state) == draft.sequence:
            state = after(draft, state)
    return state


def to_opening(draft: Draft) -> Opening | SignedOpening:
    """Give what a draft of an opening asks of the ledger."""
    opening = Opening(
        opener=draft.actor,
        customer=draft.customer or NOBODY,
        policy=draft.argument,
        terms=draft.terms or b"",
        commitment=draft.commitment,
    )
    return SignedOpening(opening, draft.deadline, draft.signature) if draft.signature else opening


def to_act(draft: Draft) -> Act:
    """Give what any other draft asks of the ledger."""
    return Act(
        action=draft.action,
        actor=draft.actor,
        argument=draft.argument,
        seen=draft.seen,
        commitment=draft.commitment,
        deadline=draft.deadline,
        signature=draft.signature,
        consent=draft.consent,
    )


def _seen(intent: Intent, state: TicketState, order: Lane) -> int:
    if order is not Lane.STAFF:
        return 0
    return state.customer_seq if intent.seen is None else intent.seen


def _opening_auth(*, keyless: bool, signed: bool) -> Auth:
    if keyless:
        return Auth.RECORDED
    return Auth.ECDSA if signed else Auth.SENT


def _auth(intent: Intent, state: TicketState, signature: bytes) -> Auth:
    if intent.action is Action.REPLY and state.customer == NOBODY:
        return Auth.RECORDED
    return Auth.ECDSA if signature else Auth.SENT


def _status(signature: bytes) -> DraftStatus:
    return DraftStatus.SIGNED if signature else DraftStatus.STORED
