"""Names of identities instead of addresses, for people."""

from functools import cached_property
from pathlib import Path

from supportledger.chain.identities import Identities
from supportledger.cli.blocks import Cell
from supportledger.errors import Error
from supportledger.model.ids import NOBODY, Address

FOLDER = "identities"


class Names:
    """
    Knows addresses by their names.

    Args:
        data_dir: Whose identities count; the local chain's are known everywhere.
    """

    def __init__(self, data_dir: Path) -> None:
        self._identities = Identities(data_dir / FOLDER)

    def of(self, address: Address) -> str | None:
        """Give the name of an address; None if it has none here."""
        return self._by_address.get(address)

    def short(self, address: Address) -> Cell:
        """Write an address where there is little room: its name, or its first and last digits."""
        if address == NOBODY:
            return Cell("–", "dim")
        text = str(address)
        return Cell(self.of(address) or f"{text[:8]}…{text[-4:]}")

    def full(self, address: Address) -> Cell:
        """Write an address so that it can be copied, with its name if it has one."""
        if address == NOBODY:
            return Cell("–", "dim")
        name = self.of(address)
        return Cell(f"{address} ({name})" if name else str(address))

    def address(self, who: str) -> Address:
        """
        Read an address, or the name of an identity.

        Raises:
            NotFound: Nobody has the name.
            InputError: It is neither.
        """
        return Address.parse(who) if who.lower().startswith("0x") else self._identities.get(who).address

    @cached_property
    def _by_address(self) -> dict[Address, str]:
        try:
            return {one.address: one.name for one in self._identities.list(local=True)}
        except Error:  # a damaged file is reported when it is used
            return {}
