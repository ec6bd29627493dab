"""A key that is somewhere else: the desk's clerk writes for it, and learns what it is to sign."""

from typing import Any, Never

from supportledger.errors import Denied
from supportledger.model.ids import Address
from supportledger.proof.typed_data import Domain, Message


class Elsewhere:
    """
    An address whose key is not here, as `ports.Signer`: it signs nothing, and remembers what it was asked.

    Args:
        address: Whose signature is awaited.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self.asked: list[Message] = []

    @property
    def address(self) -> Address:
        """As `Signer.address`."""
        return self._address

    def sign_message(self, message: Message, domain: Domain) -> bytes:  # noqa: ARG002 -- the port's
        """Remember what is to be signed; the signature is missing, so the draft has none."""
        self.asked.append(message)
        return b""

    def sign_transaction(self, transaction: Any) -> Never:  # noqa: ARG002 -- the port's
        """
        Refuse: the relayer sends what is signed elsewhere.

        Raises:
            Denied: Always.
        """
        raise Denied(f"the key of {self._address} is not at hand")
