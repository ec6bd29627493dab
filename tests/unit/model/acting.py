"""Do one thing to a ticket, as the tests of the lifecycle need it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from supportledger.model.agent import UNCERTIFIED
from supportledger.model.entry import Outcome
from supportledger.model.lifecycle import transition
from supportledger.model.refusal import Refusal
from supportledger.model.ticket import Action, Auth, TicketState
from tests.vectors.lifecycle_cases import CUSTOMER, STRANGER, SUPERVISOR, TIERS, case

AS_CUSTOMER = {"actor": CUSTOMER, "agent": UNCERTIFIED}
AS_STRANGER = {"actor": STRANGER, "agent": UNCERTIFIED}
AS_SUPERVISOR = {"actor": SUPERVISOR, "agent": UNCERTIFIED, "supervisor": True}
AS_RECORDER = {"agent": TIERS[0], "auth": Auth.RECORDED}


def outcome(t: TicketState, action: Action, **by: object) -> Outcome:
    """Do it, with what the action usually carries unless it is said otherwise."""
    return transition(*case(t, action, **by))


def after(t: TicketState, action: Action, **by: object) -> TicketState:
    """Do it, and give the ticket."""
    return outcome(t, action, **by).state


@contextmanager
def refused(refusal: type[Refusal] | tuple[type[Refusal], ...], *arguments: object) -> Iterator[None]:
    """Expect a refusal; with these arguments, if any are given."""
    with pytest.raises(refusal) as caught:
        yield
    assert arguments in ((), caught.value.arguments)


def changed(before: TicketState, later: TicketState) -> dict[str, object]:
    """Give what an action has changed besides what every action changes."""
    always = {"head", "entries", "customer_seq", "staff_seq", "staff_run"}
    return {
        name: new
        for name, old, new in zip(TicketState._fields, before, later, strict=True)
        if old != new and name not in always
    }
