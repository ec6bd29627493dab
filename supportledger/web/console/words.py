"""What things are called on pages: statuses, actions, roles, and ids that are too long to read."""

from enum import Enum
from typing import Final

from supportledger.language import mark, translated
from supportledger.model.agent import AgentStatus
from supportledger.model.people import Role
from supportledger.model.records import DraftStatus
from supportledger.model.ticket import Action, Clock, Flag, Status

_NAMED: Final[tuple[tuple[Enum, str], ...]] = (
    (Status.OPEN, mark("Open")),
    (Status.PENDING, mark("Waits for the customer")),
    (Status.ON_HOLD, mark("On hold")),
    (Status.SOLVED, mark("Solved")),
    (Status.CLOSED, mark("Closed")),
    (Action.OPEN, mark("Question")),
    (Action.REPLY, mark("Reply")),
    (Action.ANSWER, mark("Answer")),
    (Action.NOTE, mark("Internal note")),
    (Action.ASSIGN, mark("Given to")),
    (Action.HOLD, mark("Put on hold")),
    (Action.RESUME, mark("Waits no longer")),
    (Action.SOLVE, mark("Solved")),
    (Action.CLOSE, mark("Closed")),
    (Action.RATE, mark("Rated")),
    (Action.ESCALATE, mark("Escalated")),
    (Action.REPOLICY, mark("More was promised")),
    (Action.CLAIM, mark("The customer has a key now")),
    (DraftStatus.STORED, mark("Stored, not sent yet")),
    (DraftStatus.SIGNED, mark("Signed, not sent yet")),
    (DraftStatus.SUBMITTED, mark("Sent to the chain")),
    (DraftStatus.MINED, mark("On the chain, not final yet")),
    (DraftStatus.FINAL, mark("Final on the chain")),
    (DraftStatus.REJECTED, mark("Rejected")),
    (Clock.RESPONSE, mark("Answer")),
    (Clock.RESOLUTION, mark("Solution")),
    (Flag.LATE_FIRST, mark("The first answer was late")),
    (Flag.LATE_NEXT, mark("A later answer was late")),
    (Flag.LATE_RESOLVE, mark("The solution was late")),
    (Flag.CONTESTED, mark("The customer says that an answer never arrived")),
    (AgentStatus.NONE, mark("Never certified")),
    (AgentStatus.CERTIFIED, mark("Certified")),
    (AgentStatus.SUSPENDED, mark("Suspended")),
    (AgentStatus.REVOKED, mark("Revoked")),
    (Role.CUSTOMER, mark("Customer")),
    (Role.AGENT, mark("Agent")),
    (Role.SUPERVISOR, mark("Supervisor")),
    (Role.CERTIFIER, mark("Certifier")),
    (Role.AUDITOR, mark("Auditor")),
    (Role.ADMIN, mark("Administrator")),
)
_BY_NAME: Final = {(type(one), one.name): text for one, text in _NAMED}
"""By kind and name: members of different kinds with one number are the same to a mapping."""
_ENDS: Final = 6


def word(language: str, one: Enum) -> str:
    """Call something by its name in a language."""
    return translated(language, _BY_NAME[type(one), one.name])


def short(text: object) -> str:
    """Shorten an id or an address; the whole belongs beside it."""
    whole = str(text)
    return whole if len(whole) <= 2 * _ENDS + 3 else f"{whole[: _ENDS + 2]}…{whole[-_ENDS:]}"
