"""The keys that a desk's own papers are sealed with: the desk's own, and those of people."""

from collections.abc import Collection
from typing import Final

from supportledger.errors import StoreCorrupt
from supportledger.model.ids import TicketId
from supportledger.ports import Keys, Vault
from supportledger.ports.cabinet import DESK
from supportledger.proof.seal import TicketSeal


class Seals:
    """
    Gives seals, and remembers one: the desk's own, which is never erased.

    Rotating the desk key wraps it anew and leaves it as it is. Seals of people are looked up each time, so
    that nothing is opened whose key was destroyed.

    Args:
        vault: Has them.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault: Final = vault
        self._desk: TicketSeal | None = None

    @property
    def desk(self) -> TicketSeal:
        """The seal of what belongs to nobody else; made when it is first needed."""
        if self._desk is None:
            self._desk = self._vault.make([DESK]).of(DESK)
        return self._desk

    def made(self, owners: Collection[TicketId]) -> Keys:
        """Give the keys of owners, and make those that are missing."""
        others = {one for one in owners if one != DESK}
        return self._with_desk(self._vault.make(others) if others else Keys())

    def known(self, owners: Collection[TicketId]) -> Keys:
        """Give the keys of owners, as far as there are any."""
        others = {one for one in owners if one != DESK}
        return self._with_desk(self._vault.keys(others) if others else Keys())

    def _with_desk(self, keys: Keys) -> Keys:
        return Keys({**keys.seals, DESK: self.desk}, keys.erased)

    def hashed(self, use: str, text: str) -> bytes:
        """Give what tells a text from others, and only with the desk's key what it says; 32 bytes."""
        return self.desk.mark(use, text.encode("utf-8", "surrogatepass"))


def altered(what: str) -> StoreCorrupt:
    """Say that a row does not open, or says what cannot be."""
    return StoreCorrupt(f"{what} was altered in the database", hint="restore a backup")
