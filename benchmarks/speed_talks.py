"""Ledgers full of talks, made quickly: openings sent in bulk, then signed acts, fifty in a transaction."""

import secrets
from collections.abc import Iterator, Sequence

from supportledger.chain.ledger import Ledger
from supportledger.chain.signer import KeySigner, local_signer
from supportledger.errors import Error
from supportledger.model.acts import Act, Acts, Posted
from supportledger.model.entry import Opening
from supportledger.model.ids import TicketId
from supportledger.model.ticket import Action, Status
from supportledger.proof import typed_data

PART = 2_000
"""Tickets whose acts are made and sent at once."""


def fill(ledger: Ledger, tickets: int, each: int) -> list[TicketId]:
    """Make so many tickets of so many entries: the customer and an agent take turns."""
    customer, terms = local_signer("customer"), ledger.policy(1).terms.hash
    fresh = (
        Opening(customer.address, customer.address, 1, terms, secrets.token_bytes(32)) for _ in range(tickets)
    )
    opened = _accepted(ledger.open_many(customer, fresh))
    for at in range(0, len(opened), PART):
        deadline = ledger.now() + 86_400
        groups = [
            Acts(one.ticket, one.state, list(_talk(ledger, one, each - 1, deadline)))
            for one in opened[at : at + PART]
        ]
        _accepted(ledger.act_batch(local_signer("relayer"), groups))
    return [one.ticket for one in opened]


def _talk(ledger: Ledger, opened: Posted, number: int, deadline: int) -> Iterator[Act]:
    customer, agent = local_signer("customer"), local_signer("agent")
    written, acted = opened.state.customer_seq, opened.state.staff_seq
    for at in range(number):
        if at % 2:
            act = Act(Action.REPLY, customer.address, 0, 0, secrets.token_bytes(32), deadline)
            yield _signed(ledger, customer, opened.ticket, act, written)
            written += 1
        else:
            argument = int(Status.PENDING)
            act = Act(Action.ANSWER, agent.address, argument, written, secrets.token_bytes(32), deadline)
            yield _signed(ledger, agent, opened.ticket, act, acted)
            acted += 1


def _signed(ledger: Ledger, signer: KeySigner, ticket: TicketId, act: Act, sequence: int) -> Act:
    message = typed_data.Action(
        ticket=ticket,
        action=str(act.action),
        argument=act.argument,
        actor=act.actor,
        sequence=sequence,
        seen=act.seen,
        commitment=act.commitment,
        deadline=act.deadline,
    )
    signature = signer.sign_message(message, ledger.domain)
    return Act(act.action, act.actor, act.argument, act.seen, act.commitment, act.deadline, signature)


def _accepted(outcomes: Sequence[Posted | Error]) -> list[Posted]:
    for one in outcomes:
        if isinstance(one, Error):
            raise one
    return [one for one in outcomes if isinstance(one, Posted)]
