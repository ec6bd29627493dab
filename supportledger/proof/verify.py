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

`verify_ticket` checks 2 to 6, 9 and 10.

Source: EVIDENCE, "Verification is a numbered list".
"""

from collections.abc import Callable, Collection
from typing import NoReturn

from supportledger.errors import Inconclusive
from supportledger.model.records import Deployment
from supportledger.proof.evidence import Evidence
from supportledger.proof.ticket_case import TicketCase
from supportledger.proof.verdict import TICKET_STEPS, Verdict, run_steps


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


def _unchecked(why: str) -> Callable[[], str]:
    def check() -> NoReturn:
        raise Inconclusive(why)

    return check
