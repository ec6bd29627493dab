"""A key, here or elsewhere."""

from typing import Any, Protocol

from supportledger.model.ids import Address
from supportledger.proof.typed_data import Domain, Message


class Signer(Protocol):
    """An address, and what it puts its name to. Safe under threads."""

    @property
    def address(self) -> Address:
        """Whose signatures these are."""

    def sign_message(self, message: Message, domain: Domain) -> bytes:
        """
        Sign one of the ledger's messages; 65 bytes, as `proof.signature` has them.

        Raises:
            Denied: The signer refuses, or its key is well known and the chain is not the local one.
        """

    def sign_transaction(self, transaction: Any) -> Any:
        """
        Sign a transaction, in the form of the chain that the ledger lives on.

        Raises:
            Denied: As `sign_message`.
        """
