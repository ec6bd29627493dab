"""
The verdict on a proof file of whatever kind: what is read, which steps are run, what must have been checked.

Nothing but verdicts leaves here. What goes wrong inside a step on values that no ledger has is that step's
failure.

Source: docs/spec/verification.md.
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final, NoReturn, Protocol

from supportledger import errors
from supportledger.errors import BundleFormatError, InputError, VerificationError
from supportledger.model.ids import TicketId
from supportledger.proof.absence import AbsenceCase, AbsenceFile
from supportledger.proof.proof_case import Check, ProofCase
from supportledger.proof.proof_file import ABSENCE, VERSION, ProofFile, opened
from supportledger.proof.trust import Trust
from supportledger.proof.verdict import ABSENCE_STEPS, PROOF_STEPS, STEPS, Verdict, run_steps

FAILURES: Final[Mapping[int, type[VerificationError]]] = MappingProxyType(
    {
        2: errors.LedgerMismatch,
        3: errors.ReplayMismatch,
        4: errors.HeadMismatch,
        5: errors.SignatureMismatch,
        6: errors.StateMismatch,
        7: errors.StorageMismatch,
        8: errors.BlockMismatch,
        9: errors.CommitmentMismatch,
        10: errors.AuthorityMismatch,
        11: errors.DeadlineMismatch,
        12: errors.AnchorMismatch,
    }
)
"""What a step raises when values make no sense to it."""


class Case(Protocol):
    """A file that could be read, and the checks of its steps."""

    @property
    def ticket(self) -> TicketId:
        """Which ticket it is about."""

    def checks(self) -> Mapping[int, Check]:
        """Give the check of every step but the first."""

    def reach(self) -> str:
        """Say up to when the verdict holds."""


def judge(data: bytes, trust: Trust, required: Collection[int] | None) -> Verdict:
    """
    Check a proof file; as `verify.verify_proof`.

    Args:
        data: The file's bytes.
        trust: The verifier's.
        required: Steps that must have been checked; None: those of the file's kind.
    """
    try:
        case, usual = _case(data, trust)
    except BundleFormatError as malformed:
        refusals = {number: partial(_raise, malformed) for number in STEPS}
        return Verdict(None, run_steps(refusals), frozenset(PROOF_STEPS if required is None else required))
    checks = {number: partial(_guarded, number, check) for number, check in case.checks().items()}
    steps = run_steps({1: partial(_read, len(data)), **checks})
    return Verdict(case.ticket, steps, frozenset(usual if required is None else required), case.reach())


def _case(data: bytes, trust: Trust) -> tuple[Case, Collection[int]]:
    found = opened(data)
    if found["kind"] == ABSENCE:
        return AbsenceCase(AbsenceFile.from_json(found), trust), ABSENCE_STEPS
    return ProofCase(ProofFile.from_json(found), trust), PROOF_STEPS


def _guarded(number: int, check: Callable[[], str]) -> str:
    try:
        return check()
    except InputError as cause:
        raise FAILURES[number](cause.message) from cause


def _read(size: int) -> str:
    return f"a proof file of version {VERSION}, {size} bytes"


def _raise(failure: VerificationError) -> NoReturn:
    raise failure
