"""
What each role can and cannot do: the table that the README repeats, held against the contract.

`CALLS` lists every function that changes something, with a call that is right but for its sender, and who may
send it. `ACTS` does the same for the actions on a ticket.
"""

from collections.abc import Callable
from typing import Any, Final

import pytest

from supportledger.errors import Error
from supportledger.model import refusal
from supportledger.model.acts import Checkpoint
from supportledger.model.ids import keccak
from supportledger.model.ticket import Action, Flag, Status
from tests.chain.desk import Desk
from tests.chain.expect import refuses, shown
from tests.chain.given import DAY, HOUR, PLAIN, certificate, role_of
from tests.chain.people import (
    ADMIN,
    ALICE,
    ANCHORER,
    ANN,
    BOB,
    CERTIFIER,
    EVE,
    EVERYBODY,
    GATE,
    STRANGER,
    SUPERVISOR,
    Person,
)

ANYONE: Final = frozenset(person.name for person in EVERYBODY)
AGENTS: Final = frozenset({"service", "ann", "ben", "eve"})
ANSWERERS: Final = AGENTS - {"service"}
LOG: Final = keccak(b"log")

Call = Callable[[Desk, Person], bytes]


def call(name: str, *values: Any) -> Call:
    """A call of a function."""
    return lambda desk, _: desk.driver.input(name, *values)


def fresh(desk: Desk, action: int, by: Person, argument: int = 0) -> bytes:
    """An action on a new ticket of BOB, as its sender would send it."""
    t = desk.open(BOB)
    return desk.driver.act_sent(t.id, t.state, t.plan(action, by, argument=argument))


def escalation(desk: Desk, _: Person) -> bytes:
    """A batch of one late ticket."""
    t = desk.open(BOB)
    desk.later(2 * HOUR)
    return desk.driver.escalate_batch([(t.id, t.state)])


def signed_note(desk: Desk, _: Person) -> bytes:
    """An action that EVE signed."""
    t = desk.open(BOB)
    return desk.driver.act_signed(t.id, t.state, desk.sign(t, t.plan(Action.NOTE, EVE), EVE))


def approved_note(desk: Desk, _: Person) -> bytes:
    """The same, carried as a contract's would be."""
    t = desk.open(BOB)
    return desk.driver.act_approved(t.id, t.state, desk.sign(t, t.plan(Action.NOTE, EVE), EVE))


def renewal(desk: Desk, _: Person) -> bytes:
    """The extension of a certificate that ends."""
    desk.certify(STRANGER, certificate(until=desk.now + 10))
    return desk.driver.input("renew", STRANGER.address, desk.now + 20)


def suspended(desk: Desk, _: Person) -> bytes:
    """The end of a suspension."""
    desk.suspend(ANN)
    return desk.driver.input("reinstate", ANN.address)


def late(desk: Desk, by: Person) -> bytes:
    """The one action that is everybody's."""
    t = desk.open(BOB)
    desk.later(2 * HOUR)
    return desk.driver.act_sent(t.id, t.state, t.plan(Action.ESCALATE, by))


CALLS: Final[dict[str, tuple[Call, frozenset[str], Callable[[Person], Error]]]] = {
    name: (data, who, why)
    for who, why, calls in [
        (
            frozenset({"certifier"}),
            lambda by: refusal.RoleMissing(by.address, role_of("certifier")),
            {
                "certify": call("certify", BOB.address, certificate().word),
                "renew": renewal,
                "suspend": call("suspend", ANN.address),
                "reinstate": suspended,
                "revoke": call("revoke", ANN.address, 1),
            },
        ),
        (
            frozenset({"supervisor"}),
            lambda by: refusal.RoleMissing(by.address, role_of("supervisor")),
            {
                "publishPolicy": call("publishPolicy", PLAIN.word, 0, bytes(20), bytes(32)),
                "retirePolicy": call("retirePolicy", 2),
            },
        ),
        (
            frozenset({"anchorer"}),
            lambda by: refusal.RoleMissing(by.address, role_of("anchorer")),
            {"anchor": lambda desk, _: desk.driver.anchor(LOG, Checkpoint(), 1, LOG)},
        ),
        (
            frozenset({"admin"}),
            lambda by: refusal.RoleMissing(by.address, role_of("admin")),
            {
                "nameSuccessor": call("nameSuccessor", BOB.address),
                "grantRole": call("grantRole", role_of("anchorer"), BOB.address),
                "revokeRole": call("revokeRole", role_of("anchorer"), ANCHORER.address),
                "beginDefaultAdminTransfer": call("beginDefaultAdminTransfer", BOB.address),
                "cancelDefaultAdminTransfer": call("cancelDefaultAdminTransfer"),
                "changeDefaultAdminDelay": call("changeDefaultAdminDelay", DAY),
                "rollbackDefaultAdminDelay": call("rollbackDefaultAdminDelay"),
            },
        ),
        (
            frozenset(),
            lambda by: refusal.AdminInvalid(by.address),
            {"acceptDefaultAdminTransfer": call("acceptDefaultAdminTransfer")},
        ),
        (
            AGENTS,
            lambda by: refusal.AgentNotInForce(by.address, 0, 0, 0),
            {"openKeyless": lambda desk, by: desk.driver.opening(desk.opening(None, opener=by))},
        ),
        (
            ANYONE,
            lambda _: AssertionError("nobody is refused"),
            {
                "renounceRole": lambda desk, by: desk.driver.input(
                    "renounceRole", role_of("anchorer"), by.address
                ),
                "open": lambda desk, by: desk.driver.opening(desk.opening(by)),
                "openSigned": lambda desk, _: desk.driver.opening(desk.sign_opening(desk.opening(), ALICE)),
                "openBatch": lambda desk, _: desk.driver.opening_batch(
                    [desk.sign_opening(desk.opening(), ALICE)]
                ),
                "act": late,
                "actSigned": signed_note,
                "actApproved": approved_note,
                "actBatch": lambda desk, _: desk.driver.act_batch([]),
                "escalateBatch": escalation,
            },
        ),
    ]
    for name, data in calls.items()
}


@pytest.mark.parametrize("name", CALLS)
def test_lets_those_who_are_listed_and_refuses_all_others(desk, name):
    """Every function, by everybody: whoever is not listed is refused for who they are."""
    data, allowed, why = CALLS[name]
    node = desk.driver.node
    for person in EVERYBODY:
        snapshot, now, twin = node.rpc.call("evm_snapshot"), desk.now, desk.twin.copy()
        made = data(desk, person)
        if person.name in allowed:
            desk.driver.send(person.address, made, desk.now)
        else:
            with refuses(why(person)):
                desk.driver.send(person.address, made, desk.now)
        node.rpc.call("evm_revert", snapshot)
        desk.now, desk.twin = now, twin


def test_lists_every_function_that_changes_anything(desk):
    """A new function fails here until somebody says who may call it."""
    found = {one["name"] for one in desk.driver.abi if mutates(one)}
    assert found == set(CALLS)


def mutates(entry: dict[str, Any]) -> bool:
    """Whether a part of the ABI is a function that may change something."""
    return entry["type"] == "function" and entry["stateMutability"] not in {"view", "pure"}


def test_lists_nothing_that_pauses_or_upgrades(desk):
    """There is no word for it in the interface, and no function that takes ether."""
    words = ("pause", "upgrade", "delete", "withdraw", "migrate", "block", "kill", "destroy", "initialize")
    names = [one.get("name", "").lower() for one in desk.driver.abi if one["type"] == "function"]
    assert [] == [name for name in names for word in words if word in name]
    payable = [one["type"] for one in desk.driver.abi if one.get("stateMutability") == "payable"]
    assert [] == payable
    assert {"fallback", "receive"} & {one["type"] for one in desk.driver.abi} == set()


ACTS: Final[dict[Action, tuple[int, frozenset[str]]]] = {
    Action.REPLY: (0, frozenset({"bob"})),
    Action.ANSWER: (2, ANSWERERS),
    Action.NOTE: (0, AGENTS),
    Action.HOLD: (0, AGENTS),
    Action.SOLVE: (0, ANSWERERS),
    Action.CLOSE: (0, frozenset({"bob"})),
    Action.ASSIGN: (EVE.word, frozenset({"supervisor", "eve"})),
    Action.REPOLICY: (1, frozenset({"supervisor"})),
    Action.ESCALATE: (0, ANYONE),
    Action.RESUME: (0, AGENTS),
    Action.RATE: (5, frozenset({"bob"})),
    Action.CLAIM: (ALICE.word, AGENTS),
}


def prepared(desk: Desk, action: Action) -> Any:
    """A ticket on which the action is possible."""
    if action == Action.CLAIM:
        return desk.open_keyless()
    t = desk.open(BOB)
    if action == Action.RESUME:
        t.hold()
    if action == Action.RATE:
        t.solve()
    if action == Action.ESCALATE:
        desk.later(2 * HOUR)
    return t


@pytest.mark.parametrize("action", ACTS, ids=str)
def test_lets_those_who_are_listed_and_refuses_all_others_with_a_reason(desk, action):
    """Every action, by everybody; the twin says the same of each."""
    argument, allowed = ACTS[action]
    node = desk.driver.node
    reasons = {
        refusal.CustomerOnly,
        refusal.AgentNotInForce,
        refusal.TierTooLow,
        refusal.OwnTicket,
        refusal.SupervisorOnly,
    }
    assert set(ACTS) == set(Action) - {Action.OPEN}
    for person in EVERYBODY:
        snapshot, now = node.rpc.call("evm_snapshot"), desk.now
        t = prepared(desk, action)
        refused: Error | None = None
        try:
            if action == Action.CLAIM:
                t.claim(ALICE, by=person)
            else:
                t.act(action, person, argument=argument)
        except refusal.Refusal as error:
            refused = error
        assert (person.name in allowed) == (refused is None), f"{person.name}: {shown(refused)}"
        assert refused is None or type(refused) in reasons
        node.rpc.call("evm_revert", snapshot)
        desk.now = now


def test_cannot_answer_or_close_or_move_anything(desk):
    """With every role granted to the admin: a supervisor's two actions, and those of any stranger."""
    for role in ("certifier", "supervisor", "anchorer"):
        desk.grant(role, ADMIN)
    t = desk.open()
    for act in (t.answer, t.note, t.hold, t.solve):
        with refuses(refusal.AgentNotInForce(ADMIN.address, 0, 0, 0)):
            act(ADMIN)
    for act in (t.reply, t.close):
        with refuses(refusal.CustomerOnly(ADMIN.address, ALICE.address)):
            act(ADMIN)
    with refuses(refusal.NothingOverdue(t.state.respond_by, t.state.resolve_by)):
        t.escalate(ADMIN)
    t.assign(ANN, by=ADMIN).repolicy(1, ADMIN)
    desk.certify(ADMIN, by=ADMIN)
    t.answer(ADMIN)
    assert (Status.PENDING, ADMIN.address) == (t.state.status, t.state.assignee)


def test_can_stop_answers_but_no_clock(desk):
    """An admin who takes all roles away leaves tickets that grow late, are escalated, closed and rated."""
    t = desk.open()
    for role, who in (("certifier", CERTIFIER), ("supervisor", SUPERVISOR), ("anchorer", ANCHORER)):
        desk.withdraw(role, who)
    with refuses(refusal.SupervisorOnly(SUPERVISOR.address)):
        t.assign(ANN)
    desk.later(2 * HOUR)
    t.escalate().reply().close().rate(1)
    assert (1, Flag.LATE_FIRST, 1) == (t.state.level, t.state.flags, t.state.rating)


def test_takes_two_steps_and_two_days(desk):
    """Begun by the admin, accepted by the next one, and not before two days have gone by."""
    desk.do(ADMIN, "beginDefaultAdminTransfer", BOB.address)
    due = desk.now + 2 * DAY
    desk.at(due)
    with refuses(refusal.AdminTransferDelayed(due)):
        desk.do(BOB, "acceptDefaultAdminTransfer")
    desk.later(1)
    with refuses(refusal.AdminInvalid(GATE.address)):
        desk.do(GATE, "acceptDefaultAdminTransfer")
    desk.do(BOB, "acceptDefaultAdminTransfer")
    with refuses(refusal.RoleMissing(ADMIN.address, role_of("admin"))):
        desk.grant("certifier", ADMIN)
    desk.grant("certifier", ALICE, by=BOB)


def test_cannot_be_granted_or_taken_otherwise(desk):
    """There is one admin, who hands over by the rules or not at all."""
    for name in ("grantRole", "revokeRole"):
        with refuses(refusal.AdminTransferRequired()):
            desk.do(ADMIN, name, role_of("admin"), BOB.address)
    with refuses(refusal.RoleConfirmationWrong()):
        desk.do(BOB, "renounceRole", role_of("certifier"), CERTIFIER.address)
    assert desk.driver.view("hasRole", role_of("certifier"), CERTIFIER.address)
    assert ADMIN.address == desk.driver.view("owner")


def test_keeps_none(desk):
    """Nothing is payable: a transfer is refused."""
    tried = {"from": "0x" + ADMIN.address.hex(), "to": "0x" + desk.driver.address.hex(), "value": "0x1"}
    answer = desk.driver.node.rpc.call("eth_getBalance", tried["to"], "latest")
    with pytest.raises(Error):
        desk.driver.node.rpc.call("eth_call", tried, "latest")
    assert "0x0" == answer
