"""A cabinet that forgets: the same rules as the one on disk, for tests and for looking around."""
# ruff: noqa: D102 -- what a cabinet does is documented at the interface, `ports.cabinet.Cabinet`

from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import RLock

from supportledger.errors import NotFound
from supportledger.ports import Vault
from supportledger.ports.cabinet import Paper
from supportledger.store import paper_rules as rules
from supportledger.store.vault_memory import MemoryVault


class MemoryCabinet:
    """
    The `Cabinet` in dictionaries; its promises are written there, and all but the disk's are kept.

    Args:
        vault: Knows whose key was destroyed.
        now: Tells the time, in Unix seconds.
    """

    def __init__(self, vault: Vault | None = None, now: Callable[[], int] = rules.machine_time) -> None:
        self._vault = vault or MemoryVault()
        self._now = now
        self._lock = RLock()
        self._papers: dict[tuple[str, str], Paper] = {}
        self._spent: dict[tuple[str, int], tuple[int, int]] = {}  # the window's beginning, and how much

    def write(self, *papers: Paper) -> list[Paper]:
        with self._lock:
            texts = rules.all_checked(papers)
            told = [
                replace(one, data=rules.read_text(text)[0]) for one, text in zip(papers, texts, strict=True)
            ]
            self._vault.make({one.owner for one in told})
            before = dict(self._papers)
            try:
                return [self._one_written(one) for one in self._without_keys(told)]
            except BaseException:
                self._papers = before
                raise

    def _without_keys(self, papers: Sequence[Paper]) -> list[Paper]:
        """Let keys of papers that are written go first: they may change hands among them."""
        for paper in papers:
            if there := self._there(paper.kind, paper.id):
                self._papers[paper.kind, paper.id] = replace(there, keys=())
        return list(papers)

    def _one_written(self, paper: Paper) -> Paper:
        self._vault.keys([paper.owner]).of(paper.owner)
        there = self._there(paper.kind, paper.id)
        if paper.version != (there.version if there else 0):
            raise rules.changed(paper.kind)
        for key in paper.keys:
            if self._with_key(paper.kind, key) is not None:
                raise rules.key_taken(paper.kind)
        written = replace(paper, version=paper.version + 1)
        self._papers[paper.kind, paper.id] = written
        return _copied(written)

    def _there(self, kind: str, name: str) -> Paper | None:
        found = self._papers.get((kind, name))
        return None if found is None or self._is_gone(found) else found

    def _is_gone(self, paper: Paper) -> bool:
        erased = self._vault.keys([paper.owner]).erased
        return paper.owner in erased or rules.is_gone(paper.expires_at, self._now())

    def _with_key(self, kind: str, key: str) -> Paper | None:
        having = (one for one in self._papers.values() if one.kind == kind and key in one.keys)
        return next((one for one in having if not self._is_gone(one)), None)

    def read(self, kind: str, name: str) -> Paper:
        with self._lock:
            return _found(self._there(kind, name), rules.no_paper(kind))

    def find(self, kind: str, key: str) -> Paper:
        with self._lock:
            return _found(self._with_key(kind, key), rules.no_paper(kind))

    def list(
        self, kind: str, group: str | None = None, *, after: str = "", limit: int = 1_000
    ) -> list[Paper]:
        with self._lock:
            ordered = (one for _, one in sorted(self._papers.items()))
            listed = [
                _copied(one)
                for one in ordered
                if one.kind == kind
                and group in {None, one.group}
                and one.id > after
                and not self._is_gone(one)
            ]
            return listed[:limit]

    def take(self, kind: str, name: str) -> Paper:
        with self._lock:
            found = self.read(kind, name)
            del self._papers[kind, name]
            return found

    def remove(self, kind: str, names: Sequence[str]) -> None:
        with self._lock:
            for name in names:
                self._papers.pop((kind, name), None)

    def sweep(self, now: int) -> int:
        with self._lock:
            erased = self._vault.keys({one.owner for one in self._papers.values()}).erased
            kept = {
                place: one
                for place, one in self._papers.items()
                if not rules.is_gone(one.expires_at, now) and one.owner not in erased
            }
            swept = len(self._papers) - len(kept)
            self._papers = kept
            self._spent = {
                of: (start, used) for of, (start, used) in self._spent.items() if start + of[1] > now
            }
            return swept

    def spend(self, name: str, amount: int, *, limit: int, window_s: int, now: int) -> int:
        window = rules.window_of(now, window_s, amount, limit)
        with self._lock:
            start, used = self._spent.get((name, window_s), (window, 0))
            if start < window:
                start, used = window, 0
            granted = max(0, min(amount, limit - used))
            self._spent[name, window_s] = (start, used + granted)
            return granted


def _found(paper: Paper | None, otherwise: NotFound) -> Paper:
    if paper is None:
        raise otherwise
    return _copied(paper)


def _copied(paper: Paper) -> Paper:
    """Give a paper of the caller's own: what they change in it is not written."""
    data, keys = rules.read_text(rules.checked(paper))
    return replace(paper, data=data, keys=keys)
