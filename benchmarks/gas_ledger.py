"""
What each operation of the ledger costs: real transactions, in the states and with the inputs that a desk has.

The agent who answers is never the assignee, so that an answer writes all that an answer can write. What costs
differently from case to case is told by its dearest.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from gas_desk import (
    ADMIN,
    AGENTS,
    ANCHORER,
    CERTIFIER,
    DAY,
    HOUR,
    RELAYER,
    SERVICE,
    STRANGER,
    SUPERVISOR,
    Desk,
    Ticket,
)
from throwaway import Chain

from supportledger.model.ids import keccak
from supportledger.model.ticket import Action, Status

BATCH, ESCALATIONS = 50, 20
WORKING_HOURS = sum(((1 << 9) - 1) << (24 * day + 9) for day in range(5)) | 8 * 60 << 168
"""Monday to Friday from nine to six, eight hours east of UTC."""
HOURS, STRICTER, SPARE = 2, 3, 4
"""Policies besides the usual one."""

Row = tuple[str, int]


def measure(chain: Chain, artifact: Mapping[str, Any]) -> dict[str, int]:
    """Measure every operation; those of a batch per ticket, rounded up."""
    desk = Desk(chain, artifact)
    rows = {"deploy": desk.ledger.deployment.gas}
    for part in PARTS:
        rows |= dict(part(desk))
    rows["answer"] = max(rows["answer_first"], rows["answer_later"])
    return rows


def _organisation(desk: Desk) -> Iterator[Row]:
    yield "publish_policy", desk.publish().gas
    yield "publish_policy_hours", desk.publish(hours=WORKING_HOURS).gas
    desk.publish(first_response=HOUR // 2)
    desk.publish()
    yield "retire_policy", desk.send(SUPERVISOR, "retirePolicy", SPARE).gas
    yield "certify", max(desk.certify(who).gas for who in AGENTS)
    desk.certify(SERVICE, tier=0)
    spare = desk.people[SERVICE + 1]
    desk.certify(SERVICE + 1)
    yield "renew", desk.send(CERTIFIER, "renew", spare, desk.chain.now + 700 * DAY).gas
    yield "suspend", desk.send(CERTIFIER, "suspend", spare).gas
    yield "reinstate", desk.send(CERTIFIER, "reinstate", spare).gas
    yield "revoke", desk.send(CERTIFIER, "revoke", spare, desk.chain.now).gas


def _opening(desk: Desk) -> Iterator[Row]:
    yield "open", max(desk.open()[0] for _ in range(5))
    yield "open_hours", max(desk.open(HOURS)[0] for _ in range(5))
    yield "open_keyless", desk.open_keyless()[0]
    yield "open_signed", desk.send(RELAYER, "openSigned", *desk.opening(desk.customer())).gas
    yield f"open_batch_{BATCH}", _each(desk.open_many(BATCH)[0], BATCH)


def _conversation(desk: Desk) -> Iterator[Row]:
    """Let one ticket go through all that can happen to it."""
    first, second, third = AGENTS
    _, ticket = desk.open()
    yield "answer_first", desk.answer(first, ticket)
    replied = [desk.reply(ticket)]
    yield "answer_later", desk.answer(second, ticket)
    replied.append(desk.reply(ticket, contested=True))
    yield "note", desk.act(first, Action.NOTE, ticket)
    yield "assign", desk.act(third, Action.ASSIGN, ticket, int.from_bytes(desk.people[third], "big"))
    yield "hold", desk.act(first, Action.HOLD, ticket)
    yield "resume", desk.act(second, Action.RESUME, ticket)
    with desk.undone(ticket):
        answering = desk.act(second, Action.SOLVE, ticket)
    desk.answer(second, ticket)
    yield "solve", max(answering, desk.act(first, Action.SOLVE, ticket))
    with desk.undone(ticket):
        yield "reply", max(*replied, desk.reply(ticket))
    yield "rate", desk.act(ticket.customer, Action.RATE, ticket, 5)
    yield "close", desk.act(ticket.customer, Action.CLOSE, ticket)


def _seldom(desk: Desk) -> Iterator[Row]:
    _, ticket = desk.open()
    yield "repolicy", desk.act(SUPERVISOR, Action.REPOLICY, ticket, STRICTER)
    _, ticket = desk.open_keyless()
    yield "reply_keyless", desk.reply(ticket)
    yield "claim", desk.claim(AGENTS[0], ticket)


def _signed(desk: Desk) -> Iterator[Row]:
    """Relay alone what is also sent directly: from the same state, with the same commitment."""
    _, ticket = desk.open()
    extra = []
    for who, action, argument in (
        (AGENTS[0], Action.ANSWER, Status.PENDING),
        (ticket.customer, Action.REPLY, 0),
        (AGENTS[1], Action.ANSWER, Status.PENDING),
    ):
        signed = desk.signed(who, action, ticket, argument)
        sent = replace(signed, deadline=0, signature=b"")
        with desk.undone(ticket):
            relayed = desk.relay_one(ticket, signed)
        extra.append(relayed - desk.direct(who, ticket, sent))
        yield f"{str(action).lower()}_signed", relayed
    yield "signed_extra", max(extra)


def _batches(desk: Desk) -> Iterator[Row]:
    """Relay what one agent signed during a shift, on the tickets of as many customers."""
    agent = AGENTS[0]
    _, tickets = desk.open_many(BATCH)
    answers = [(one, [desk.signed(agent, Action.ANSWER, one, Status.PENDING)]) for one in tickets]
    with desk.undone(tickets[0]):
        yield f"answer_signed_{BATCH}", _each(desk.relay(answers), BATCH)
    with desk.undone(tickets[0]):
        accepted = desk.relay(answers[:-1])
    last, action = answers[-1]
    stale = Ticket(last.id, last.customer, last.state._replace(head=keccak(b"another head")))
    with desk.undone(tickets[0]):
        yield "item_skipped", desk.relay([*answers[:-1], (stale, action)], skipped=1) - accepted
    both = [(one, [*first, desk.signed(agent, Action.SOLVE, one, after=1)]) for one, first in answers]
    yield f"answer_solve_{BATCH}", _each(desk.relay(both), BATCH)


def _late(desk: Desk) -> Iterator[Row]:
    """Escalate what nobody answered in time; close what nobody reopened."""
    _, tickets = desk.open_many(ESCALATIONS + 2)
    *many, one, answered = tickets
    _, solved = desk.open()
    desk.act(AGENTS[0], Action.SOLVE, solved)
    desk.chain.travel(2 * HOUR)
    yield "escalate", desk.act(STRANGER, Action.ESCALATE, one, silent=True)
    done = desk.send(STRANGER, "escalateBatch", [(each.id, each.words) for each in many])
    desk.expect_skipped(done, 0)
    yield f"escalate_{ESCALATIONS}", _each(done.gas, ESCALATIONS)
    yield "answer_late", desk.answer(AGENTS[0], answered)
    desk.chain.travel(8 * DAY)
    yield "close_by_stranger", desk.act(STRANGER, Action.CLOSE, solved, silent=True)


def _anchors(desk: Desk) -> Iterator[Row]:
    log, previous, size = keccak(b"log"), (0, 0, bytes(32)), 137
    rows = []
    for number in range(3):
        root = keccak(b"root %d" % number)
        rows.append(desk.send(ANCHORER, "anchor", log, size, root, previous).gas)
        previous, size = (size, desk.chain.now, root), size + 4_211
    yield "anchor_first", rows[0]
    yield "anchor", max(rows[1:])


def _succession(desk: Desk) -> Iterator[Row]:
    yield "name_successor", desk.send(ADMIN, "nameSuccessor", desk.people[STRANGER]).gas


def _each(gas: int, number: int) -> int:
    return -(-gas // number)


PARTS: tuple[Callable[[Desk], Iterator[Row]], ...] = (
    _organisation,
    _opening,
    _conversation,
    _seldom,
    _signed,
    _batches,
    _late,
    _anchors,
    _succession,
)
