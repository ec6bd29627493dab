"""
The verifier: the numbered steps, over evidence that is given. It reads nothing by itself.

 1. the file is well-formed
 2. the ledger is the one that the verifier named
 3. events are contiguous and replay to the state
 4. every head follows from its predecessor
 5. signatures recover to the actors
 6. the state hashes to the value in the slot
 7. the slot is proven under the block's state root
 8. the block is trusted
 9. contents match their commitments
10. every agent's authority was in force, and not revoked since an earlier time
11. deadlines, lateness and escalations follow from the policy
12. anchored lines are included, none missing

`verify_ticket` checks 2 to 6, 9 and 10, of what was read from a node and a store; `verify_proof` all, of a
file.

Source: EVIDENCE, "Verification is a numbered list".
"""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, NoReturn

from supportledger.errors import Inconclusive
from supportledger.model.records import Deployment
from supportledger.proof.evidence import Evidence
from supportledger.proof.ticket_case import TicketCase
from supportledger.proof.verdict import TICKET_STEPS, Verdict, run_steps

if TYPE_CHECKING:
    from supportledger.proof.trust import Trust


def verify_ticket(
    evidence: Evidence, trusted: Deployment, *, required: Collection[int] = TICKET_STEPS
) -> Verdict:
    """
    Check everything that is known of one ticket.

    Args:
        evidence: What was read; none of it is believed.
        trusted: The ledger that the verifier means: never taken from the evidence.
        required: Steps that must have been checked for the verdict to be "verified".

    Returns:
        Always a verdict; `Verdict.raise_for_failure` raises what it says.
    """
    case = TicketCase(evidence, trusted)
    checks: dict[int, Callable[[], str]] = {
        1: _unchecked("there is no file: the evidence was read from a node and a store"),
        2: case.check_ledger,
        3: case.check_replay,
        4: case.check_heads,
        5: case.check_signatures,
        6: case.check_slot,
        7: _unchecked("the slot was read from a node, without a proof of it"),
        8: _unchecked("no block hash was given to trust"),
        9: case.check_contents,
        10: case.check_authority,
        11: _unchecked("not compared by itself; step 3 applies the same rules"),
        12: _unchecked("no anchored lines were given"),
    }
    return Verdict(evidence.ticket, run_steps(checks), frozenset(required), case.reach())


def verify_proof(data: bytes, trust: "Trust", *, required: Collection[int] | None = None) -> Verdict:
    """
    Check a proof file, needing nothing but the file and what is trusted.

    Args:
        data: The file's bytes; none of them are believed.
        trust: Which ledger is meant, and which blocks are on its chain.
        required: Steps that must have been checked for the verdict to be "verified"; None: `PROOF_STEPS`, or
            `ABSENCE_STEPS` for a file that proves an absence.

    Returns:
        Always a verdict; `Verdict.raise_for_failure` raises what it says.
    """
    from supportledger.proof.judging import judge  # noqa: PLC0415 -- tries cost 150 ms, and tickets need none

    return judge(data, trust, required)


def _unchecked(why: str) -> Callable[[], str]:
    def check() -> NoReturn:
        raise Inconclusive(why)

    return check
