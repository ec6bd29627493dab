"""
Why a certificate was suspended or revoked: sealed here, by its transaction; the ledger has no place for it.

A reason says something of a person. Who may see it, the doors decide: certifiers, auditors, and the agent.
"""

from collections.abc import Mapping
from typing import Final

from supportledger.errors import InputError
from supportledger.model.ids import Address
from supportledger.ports.cabinet import Cabinet, Paper

REASON: Final = "agent_reason"
"""The kind of such papers."""
LONGEST: Final = 500


class Reasons:
    """
    Keeps them.

    Args:
        cabinet: Where they lie.
    """

    def __init__(self, cabinet: Cabinet) -> None:
        self._cabinet = cabinet

    def check(self, reason: str) -> str:
        """
        Let a reason pass, before anything is done for it, without what surrounds it.

        Raises:
            InputError: It is too long.
        """
        plain = reason.strip()
        if len(plain) > LONGEST:
            raise InputError(f"a reason has at most {LONGEST} characters", hint="Say it in fewer words.")
        return plain

    def keep(self, account: Address, transaction: bytes, reason: str) -> None:
        """
        Keep why something was done; nothing where nobody said why.

        Args:
            account: To whose certificate.
            transaction: By which it was done.
            reason: As `check` gave it.
        """
        if reason:
            self._cabinet.write(Paper(REASON, transaction.hex(), {"reason": reason}, group=str(account)))

    def of(self, account: Address) -> Mapping[bytes, str]:
        """Give all that was said of a certificate, by transaction."""
        found = self._cabinet.list(REASON, str(account))
        return {bytes.fromhex(one.id): str(one.data["reason"]) for one in found}
