"""How tickets are filed, for figures: looked up together, and remembered for a minute."""

from collections.abc import Callable, Collection, Mapping
from threading import Lock
from typing import Final

from supportledger.model.ids import TicketId
from supportledger.ports.filing import Filing

FRESH_S: Final = 60
"""For so long figures may still count a ticket as it was filed before."""
_AT_ONCE: Final = 10_000

Look = Callable[[Collection[TicketId]], Mapping[TicketId, Filing]]
"""As `Filings.filed`."""


class Filed:
    """
    Remembers filings.

    Args:
        look: Looks filings up.
        monotonic: Seconds by a clock that never goes back.
    """

    def __init__(self, look: Look, monotonic: Callable[[], float]) -> None:
        self._look = look
        self._monotonic = monotonic
        self._lock = Lock()
        self._since = float("-inf")
        self._known: dict[TicketId, Filing] = {}

    def of(self, tickets: Collection[TicketId]) -> Mapping[TicketId, Filing]:
        """Give the filings of tickets, and perhaps of others."""
        with self._lock:
            now = self._monotonic()
            if now - self._since >= FRESH_S:
                self._known, self._since = {}, now
            wanted = [one for one in tickets if one not in self._known]
            for start in range(0, len(wanted), _AT_ONCE):
                self._known |= self._look(wanted[start : start + _AT_ONCE])
            return self._known
