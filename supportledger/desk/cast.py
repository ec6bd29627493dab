"""
Who plays which part: the identity that acts when nobody in particular was named.

1. whoever is named in the call, by name or as a signer
2. whoever was named for the whole run (`--as`)
3. the identity with the name of the part: on the local chain all of them are there

The relayer and the service that promises to relay work behind the scene: for them 2 does not count.
"""

from enum import StrEnum
from typing import Protocol

from supportledger.errors import NotFound
from supportledger.model.ids import NOBODY, Address
from supportledger.ports import Signer

By = str | Signer | None
"""Somebody's name, somebody's key, or whoever fits."""


class Part(StrEnum):
    """What somebody does here, and the name of the identity that does it unless another is named."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SERVICE = "service"
    """Records what keyless customers write, and promises to relay what was signed; cannot answer."""
    RELAYER = "relayer"
    KEEPER = "keeper"
    CERTIFIER = "certifier"
    SUPERVISOR = "supervisor"
    ANCHORER = "anchorer"
    ADMIN = "admin"


class Keys(Protocol):
    """The identities at hand."""

    def signer(self, name: str) -> Signer:
        """
        Give what signs in a name.

        Raises:
            NotFound: Nobody has the name.
            Denied: Its passphrase is wrong.
        """

    def address(self, name: str) -> Address:
        """
        Tell the address behind a name, without opening its key.

        Raises:
            NotFound: Nobody has the name.
        """

    def name(self, address: Address) -> str | None:
        """Tell the name of an address; None if it is nobody's here."""


class Cast:
    """
    Finds who acts.

    Args:
        keys: The identities at hand.
        named: Acts in this run unless a call names somebody else.
    """

    def __init__(self, keys: Keys, named: str | None = None) -> None:
        self.keys = keys
        self._named = named

    def actor(self, part: Part, by: By = None) -> Signer:
        """
        Give who acts in a part.

        Raises:
            NotFound: Nobody has the name.
            Denied: The passphrase of the identity is wrong.
        """
        if by is None or isinstance(by, str):
            return self.keys.signer(by or self._named or part)
        return by

    def reader(self, by: By = None) -> Address:
        """
        Tell who reads, without opening a key; nobody's address if neither the call nor the run names anybody.

        Raises:
            NotFound: Nobody has the name.
        """
        if by is not None and not isinstance(by, str):
            return by.address
        name = by or self._named
        return self.keys.address(name) if name else NOBODY

    def behind(self, part: Part) -> Signer:
        """
        Give who works behind the scene.

        Raises:
            NotFound: There is no identity of that name.
        """
        return self.keys.signer(part)

    def understudy(self, part: Part) -> Signer | None:
        """Give who works behind the scene, if anybody does."""
        try:
            return self.keys.signer(part)
        except NotFound:
            return None

    def of(self, address: Address) -> Signer | None:
        """Give the key of an address, if it is at hand."""
        name = self.keys.name(address)
        return self.keys.signer(name) if name else None

    def address(self, who: Address | str) -> Address:
        """
        Read an address, or the name of an identity.

        Raises:
            NotFound: It is neither.
            InputError: It is an address with a wrong checksum.
        """
        if isinstance(who, Address):
            return who
        return Address.parse(who) if who.lower().startswith("0x") else self.keys.address(who)

    def name(self, address: Address) -> str | None:
        """Tell the name of an address; None if it is nobody's here."""
        return self.keys.name(address)
