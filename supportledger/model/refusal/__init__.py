"""
Why the ledger refuses: one exception for each error of the contract, with its arguments.

Each class has the name of its Solidity error and, as annotations, the error's arguments in order. A single
call raises it, a batch reports its encoding in `ItemSkipped`, and `model.lifecycle` raises the same.

Source: contracts/interfaces/ISupportLedger.sol; OpenZeppelin 5.1 AccessControl.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from supportledger.model import abi
from supportledger.model.refusal.base import Refusal
from supportledger.model.refusal.desk import (
    AdminInvalid,
    AdminTransferDelayed,
    AdminTransferRequired,
    AgentAddressInvalid,
    AgentNotFound,
    AgentStatusInvalid,
    AnchorNotGrowing,
    AnchorStale,
    EscalationTooFrequent,
    GateOnly,
    HoursInvalid,
    NumberTooLarge,
    PeriodInvalid,
    PeriodShortened,
    PoliciesExhausted,
    PolicyLooser,
    PolicyNotFound,
    PolicyTierMissing,
    PolicyWithdrawn,
    PolicyWordInvalid,
    RevocationInFuture,
    RoleConfirmationWrong,
    RoleMissing,
    SuccessorAlreadyNamed,
    SuccessorInvalid,
    TermsMismatch,
)
from supportledger.model.refusal.signature import (
    DeadlineTooFar,
    OpenerInvalid,
    SenderNotActor,
    SignatureExpired,
    SignatureInvalid,
    SignatureNotAllowed,
)
from supportledger.model.refusal.ticket import (
    ActionNotAllowed,
    ActionUnknown,
    AgentNotInForce,
    AlreadyClaimed,
    AlreadyRated,
    AnswersNothing,
    ArgumentInvalid,
    CommitmentMissing,
    CommitmentUnexpected,
    CustomerOnly,
    EscalatedRecently,
    KeylessCustomer,
    LevelsExhausted,
    MessagesWaiting,
    NothingOverdue,
    OwnTicket,
    RatingOver,
    ReopenWindowOpen,
    ReopenWindowPassed,
    SeenInvalid,
    StaffRunTooLong,
    SuccessorMismatch,
    SupervisorOnly,
    TicketExists,
    TicketNotFound,
    TicketStale,
    TierTooLow,
    TooManyWaiting,
)

__all__ = [
    "REFUSALS",
    "ActionNotAllowed",
    "ActionUnknown",
    "AdminInvalid",
    "AdminTransferDelayed",
    "AdminTransferRequired",
    "AgentAddressInvalid",
    "AgentNotFound",
    "AgentNotInForce",
    "AgentStatusInvalid",
    "AlreadyClaimed",
    "AlreadyRated",
    "AnchorNotGrowing",
    "AnchorStale",
    "AnswersNothing",
    "ArgumentInvalid",
    "CommitmentMissing",
    "CommitmentUnexpected",
    "CustomerOnly",
    "DeadlineTooFar",
    "EscalatedRecently",
    "EscalationTooFrequent",
    "GateOnly",
    "HoursInvalid",
    "KeylessCustomer",
    "LevelsExhausted",
    "MessagesWaiting",
    "NothingOverdue",
    "NumberTooLarge",
    "OpenerInvalid",
    "OwnTicket",
    "PeriodInvalid",
    "PeriodShortened",
    "PoliciesExhausted",
    "PolicyLooser",
    "PolicyNotFound",
    "PolicyTierMissing",
    "PolicyWithdrawn",
    "PolicyWordInvalid",
    "RatingOver",
    "Refusal",
    "ReopenWindowOpen",
    "ReopenWindowPassed",
    "RevocationInFuture",
    "RoleConfirmationWrong",
    "RoleMissing",
    "SeenInvalid",
    "SenderNotActor",
    "SignatureExpired",
    "SignatureInvalid",
    "SignatureNotAllowed",
    "StaffRunTooLong",
    "SuccessorAlreadyNamed",
    "SuccessorInvalid",
    "SuccessorMismatch",
    "SupervisorOnly",
    "TermsMismatch",
    "TicketExists",
    "TicketNotFound",
    "TicketStale",
    "TierTooLow",
    "TooManyWaiting",
    "decode",
]

REFUSALS: Final[Mapping[str, type[Refusal]]] = MappingProxyType(
    {cls.solidity: cls for cls in Refusal.__subclasses__()}
)
"""Every class by the name of the contract's error."""


def decode(data: bytes) -> Refusal | None:
    """Give the refusal that a revert or an `ItemSkipped` encodes; None if it is not one of the ledger's."""
    cls = _by_selector().get(data[:4])
    if cls is None or len(data) != 4 + abi.WORD * len(cls.parameters):
        return None
    words = (data[at : at + abi.WORD] for at in range(4, len(data), abi.WORD))
    return cls(*(parameter.read(word) for parameter, word in zip(cls.parameters, words, strict=True)))


@cache
def _by_selector() -> Mapping[bytes, type[Refusal]]:
    return {cls.selector(): cls for cls in REFUSALS.values()}
