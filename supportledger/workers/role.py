"""What a worker can do: one role, in steps that can be ended between any two of them."""

from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """What a worker does."""

    RELAYER = "relayer"
    """Carries what waits to the ledger."""
    INDEX = "index"
    """Follows the chain into the store, and calls final what is."""
    KEEPER = "keeper"
    """Warns before promises are broken, and puts on record that they were."""
    ANCHORER = "anchorer"
    """Fixes the desk's own logs on the ledger, and finishes erasures."""
    LIBRARIAN = "librarian"
    """Keeps the words that tickets are found by, and clears away what is over."""
    COURIER = "courier"
    """Tells programs of others what happens."""
    DISPATCHER = "dispatcher"
    """Tells people."""


class Work(Protocol):
    """
    One role at work.

    * A step that is killed at any instant does no harm, nor does one that another process does as well.
    """

    def step(self) -> float:
        """
        Do what there is to do now.

        Returns:
            For how many seconds there will be nothing to do; 0: go on at once.

        Raises:
            Error: It could not be done now; the next step tries again.
        """

    @property
    def is_idle(self) -> bool:
        """The last step has found nothing to do, and nothing that waits."""
