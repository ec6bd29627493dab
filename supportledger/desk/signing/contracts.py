"""
What a contract may be asked to take for its signature (ERC-1271): something, not too long, once it exists.

Source: ERC-1271; ERC-6492, whose signatures are of wallets that are still to be deployed.
"""

from typing import Final

from supportledger.errors import SignatureMismatch
from supportledger.model.ids import Address

LONGEST: Final = 4_096
"""Bytes of a signature; that of twenty owners has 1,300, that of a passkey in a contract about 700."""
_UNDEPLOYED: Final = bytes.fromhex("6492") * 16
"""What a signature of a wallet ends with that is still to be deployed."""


def check_askable(signature: bytes, account: Address) -> None:
    """
    Let only signatures reach a contract that could be one.

    Args:
        signature: As it was brought; no key of the account has made it.
        account: Whose contract is to be asked.

    Raises:
        SignatureMismatch: There is none, it is too long, or the wallet is still to be deployed.
    """
    if not signature:
        raise SignatureMismatch(f"{account} has not signed", hint="Sign it, and bring the signature.")
    if len(signature) > LONGEST:
        raise SignatureMismatch(f"a signature has at most {LONGEST} bytes")
    if signature.endswith(_UNDEPLOYED):
        raise SignatureMismatch(
            f"the wallet {account} is not deployed yet: such signatures (ERC-6492) do not count here",
            hint="Deploy it on the chain of the ledger: most wallets do that with their first transaction.",
        )
