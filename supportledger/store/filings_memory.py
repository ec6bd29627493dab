"""Filings that are forgotten with the process: the same rules as those on disk."""
# ruff: noqa: D102 -- what filings do is documented at the interface, `ports.filing.Filings`

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from threading import RLock

from supportledger.model.ids import TicketId
from supportledger.model.records import TicketQuery, TicketRecord
from supportledger.ports import Vault
from supportledger.ports.filing import Filing
from supportledger.store import filing_rules as rules
from supportledger.store.vault_memory import MemoryVault

Listed = Callable[[TicketQuery, Collection[TicketId]], list[TicketRecord]]
"""Lists those of some tickets that a query wants."""


class MemoryFilings:
    """
    The `Filings` in dictionaries; its promises are written there, and all but the disk's are kept.

    Args:
        listed: Asks the store that they belong to.
        vault: Knows which tickets were erased.
    """

    def __init__(self, listed: Listed = lambda _query, _among: [], vault: Vault | None = None) -> None:
        self._vault = vault or MemoryVault()
        self._listed = listed
        self._lock = RLock()
        self._filed: dict[TicketId, Filing] = {}
        self._words: dict[TicketId, set[str]] = {}

    def file(self, *filings: Filing) -> list[Filing]:
        rules.check_all(filings)
        with self._lock:
            before = dict(self._filed)
            try:
                return [self._one_filed(one) for one in filings]
            except BaseException:
                self._filed = before
                raise

    def _one_filed(self, filing: Filing) -> Filing:
        if filing.version != self.of(filing.ticket).version:
            raise rules.changed(filing.ticket)
        written = replace(filing, version=filing.version + 1)
        self._filed[filing.ticket] = written
        return written

    def of(self, ticket: TicketId) -> Filing:
        """Give where one ticket is filed."""
        return self._filed.get(ticket, Filing(ticket))

    def filed(self, tickets: Collection[TicketId]) -> dict[TicketId, Filing]:
        with self._lock:
            return {ticket: self.of(ticket) for ticket in tickets}

    def index(self, ticket: TicketId, words: Collection[str]) -> None:
        with self._lock:
            if not self._vault.keys([ticket]).erased:
                self._words.setdefault(ticket, set()).update(words)

    def forget(self, ticket: TicketId) -> None:
        with self._lock:
            self._words.pop(ticket, None)

    def search(self, words: Sequence[str], query: TicketQuery) -> list[TicketRecord]:
        wanted = set(words)
        with self._lock:
            found = [ticket for ticket, known in self._words.items() if wanted and wanted <= known]
        return self._listed(query, found)
