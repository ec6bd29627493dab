"""
Sending: the library with everything it does, against transactions that were signed before; and batches.

* Opening: content written, committed to, kept on disk, sent, and seen included; against the node taking as
  many openings, made and signed beforehand, in the same batches of requests.
* Signed actions: fifty in a transaction against one in a transaction, both made and signed beforehand.
"""

import secrets
from collections.abc import Iterator, Sequence
from statistics import median

from speed_chains import anvil_ledger, client, ganache_desk
from speed_figures import Figure, in_turns, middle_ratio

from supportledger.chain import fees
from supportledger.chain.bulk import CHUNK
from supportledger.chain.calls import OPEN_GAS
from supportledger.chain.ledger import Ledger
from supportledger.chain.rpc import Call, Fault
from supportledger.chain.signer import KeySigner, local_signer
from supportledger.chain.transaction import Transaction
from supportledger.desk.clerk import NewTicket
from supportledger.desk.desk import Desk
from supportledger.errors import Error
from supportledger.model.acts import Act, Acts, Posted, SignedOpening
from supportledger.model.entry import Opening
from supportledger.model.ids import TicketId
from supportledger.model.ticket import Action, Status, TicketState
from supportledger.proof import typed_data

OPENING_RATIO = 0.8
GANACHE_RATIO = 1.4
ANVIL_RATIO = 3.0
BODY = "My withdrawal of 0.25 BTC has been pending for six hours. What is happening? 我的提币卡住了。"
Present = tuple[TicketId, TicketState]


def measure_opening(quick: bool) -> Iterator[Figure]:  # noqa: FBT001 -- one signature for all sections
    """Open tickets through the library, and raw."""
    tickets, rounds = (200, 3) if quick else (2_000, 5)
    with ganache_desk() as desk:
        ledger = client(desk)
        raw = iter([signed_openings(ledger, tickets, number) for number in range(rounds)])
        _open(desk, CHUNK)  # what is loaded and prepared once
        pairs = in_turns(lambda: push(ledger, next(raw)), lambda: _open(desk, tickets), rounds)
    shown = f"{tickets} tickets: {_rate(tickets, pairs, 1)}, raw {_rate(tickets, pairs, 0)}"
    yield Figure(
        "opening / raw transactions", middle_ratio(pairs), OPENING_RATIO, at_least=True, detail=shown
    )


def measure_ganache(quick: bool) -> Iterator[Figure]:  # noqa: FBT001 -- as above
    """Send signed answers on Ganache."""
    with ganache_desk() as desk:
        yield _batches(client(desk), "Ganache", GANACHE_RATIO, *((100, 3) if quick else (400, 5)))


def measure_anvil(quick: bool) -> Iterator[Figure]:  # noqa: FBT001 -- as above
    """Send signed answers on Anvil."""
    with anvil_ledger() as ledger:
        yield _batches(ledger, "Anvil", ANVIL_RATIO, *((500, 3) if quick else (2_000, 5)))


def _batches(ledger: Ledger, name: str, target: float, size: int, rounds: int) -> Figure:
    present = _new_tickets(ledger, 2 * size * rounds)
    parts = iter([_answers(ledger, present[at : at + size]) for at in range(0, len(present), size)])
    pairs = in_turns(lambda: _one_each(ledger, next(parts)), lambda: _in_batches(ledger, next(parts)), rounds)
    shown = f"{size} answers: {_rate(size, pairs, 1)}, one each {_rate(size, pairs, 0)}"
    return Figure(
        f"50 signed in a transaction / one, {name}", middle_ratio(pairs), target, at_least=True, detail=shown
    )


def _rate(number: int, pairs: Sequence[tuple[float, float]], side: int) -> str:
    return f"{number / median(pair[side] for pair in pairs):.0f}/s"


# -- opening -------------------------------------------------------------------------------------------------


def _open(desk: Desk, number: int) -> None:
    made = (NewTicket(f"{BODY} ({at})", "Withdrawal", more={"language": "en"}) for at in range(number))
    _check(desk.tickets.open_many(made, by="customer"), number)


def signed_openings(ledger: Ledger, number: int, account: int) -> list[Call]:
    """Make and sign openings, each round's by an account of its own, so that nonces stay good."""
    signer = local_signer(10 + account)
    offer = fees.offer(*ledger.rpc.batch(fees.CALLS))
    nonce = int(ledger.rpc.call("eth_getTransactionCount", str(signer.address), "pending"), 16)
    to, terms, calls = ledger.deployment.ledger, ledger.policy(1).terms.hash, []
    for at in range(number):
        data = ledger.contract.artifact.interface["open"].call(terms, secrets.token_bytes(32), 1)
        made = Transaction(
            ledger.deployment.chain_id, nonce + at, offer.tip, 10 * offer.max_fee, OPEN_GAS, to, data, 0
        )
        calls.append(Call("eth_sendRawTransaction", ("0x" + signer.sign_transaction(made).raw.hex(),)))
    return calls


def push(ledger: Ledger, calls: Sequence[Call]) -> None:
    """Give transactions that were made beforehand to the node."""
    for at in range(0, len(calls), CHUNK):
        answers = ledger.rpc.batch(calls[at : at + CHUNK])
        if any(isinstance(answer, Fault) for answer in answers):
            raise RuntimeError("the node refused a raw transaction")


# -- signed actions ------------------------------------------------------------------------------------------


def _new_tickets(ledger: Ledger, number: int) -> list[Present]:
    """Open tickets by signature, fifty in a transaction."""
    relayer, customer = local_signer("relayer"), local_signer("customer")
    terms, deadline = ledger.policy(1).terms.hash, ledger.now() + 86_400
    signed = []
    for _ in range(number):
        opening = Opening(customer.address, customer.address, 1, terms, secrets.token_bytes(32))
        signature = customer.sign_message(typed_data.Open(*opening, deadline), ledger.domain)
        signed.append(SignedOpening(opening, deadline, signature))
    outcomes = ledger.open_batch(relayer, signed)
    return [(one.ticket, one.state) for one in outcomes if isinstance(one, Posted)]


def _answers(ledger: Ledger, present: Sequence[Present]) -> list[tuple[TicketId, TicketState, Act]]:
    agent, deadline = local_signer("agent"), ledger.now() + 86_400
    return [(ticket, state, _answer(ledger, agent, ticket, state, deadline)) for ticket, state in present]


def _answer(ledger: Ledger, agent: KeySigner, ticket: TicketId, state: TicketState, deadline: int) -> Act:
    commitment = secrets.token_bytes(32)
    message = typed_data.Action(
        ticket=ticket,
        action="Answer",
        argument=Status.PENDING,
        actor=agent.address,
        sequence=state.staff_seq,
        seen=state.customer_seq,
        commitment=commitment,
        deadline=deadline,
    )
    signature = agent.sign_message(message, ledger.domain)
    return Act(
        Action.ANSWER, agent.address, Status.PENDING, state.customer_seq, commitment, deadline, signature
    )


def _one_each(ledger: Ledger, acts: Sequence[tuple[TicketId, TicketState, Act]]) -> None:
    _check(ledger.act_many(local_signer("relayer"), acts), len(acts))


def _in_batches(ledger: Ledger, acts: Sequence[tuple[TicketId, TicketState, Act]]) -> None:
    groups = [Acts(ticket, state, [act]) for ticket, state, act in acts]
    _check(ledger.act_batch(local_signer("relayer"), groups), len(acts))


def _check(outcomes: Sequence[object], number: int) -> None:
    failed = [one for one in outcomes if isinstance(one, Error)]
    if failed or len(outcomes) != number:
        raise RuntimeError(f"{len(failed)} of {number} failed: {failed[:1]}")
