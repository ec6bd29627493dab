"""
Queues: where tickets wait for the agents who can answer them.

1. A queue says what comes in by itself: languages, products, channels, skills. What it does not name, it does
   not ask for; a queue that names nothing gets only what somebody files there.
2. Queues are tried by rank, then name; the first that fits gets the ticket, else `GENERAL`.
3. A queue with tickets is not removed: while it is closed for that, nothing comes in.

Nothing of it is on the ledger: what a queue offers is a policy's number, and the ledger's policy decides.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from supportledger.desk.agents import LANGUAGES, SKILLS
from supportledger.errors import Conflict, InputError, NotFound
from supportledger.model.agent import Agent
from supportledger.model.ids import TicketId
from supportledger.model.records import TicketQuery
from supportledger.ports.cabinet import Cabinet, Paper
from supportledger.ports.filing import GENERAL, Filing, Filings
from supportledger.ports.store import Store

KIND: Final = "queue"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)
_MOST: Final = 200
_LONGEST_TITLE: Final = 80
_MOST_WORDS: Final = 32
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Queue:
    """
    A queue as its desk has set it up.

    Args:
        name: Lower-case letters, digits and hyphens; 1 to 32.
        title: What people read, by language: `en`, `zh`.
        languages: BCP 47; `zh` fits `zh-Hant-TW`, too.
        products: As the desk names them.
        channels: Which way it came.
        skills: Of `desk.agents.SKILLS`; one of them is enough.
        rank: Lower ones are tried first.
        policy: Number of the policy that is offered to what comes in; None: the desk's usual one.
        is_closed: It is about to be removed: nothing comes in.
        version: How often it was written; 0 for one that is not kept yet.

    Raises:
        InputError: A part of it cannot be.
    """

    name: str
    title: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    rank: int = 100
    policy: int | None = None
    is_closed: bool = False
    version: int = 0

    def __post_init__(self) -> None:
        """Let nothing be kept that nobody could have meant."""
        if not _NAME.fullmatch(self.name):
            raise InputError(
                f"no queue is named {self.name[:80]!r}",
                hint="A name has 1 to 32 lower-case letters, digits and hyphens.",
            )
        for language, title in self.title.items():
            if not title.strip() or len(title) > _LONGEST_TITLE:
                raise InputError(f"the title in {language} has 1 to {_LONGEST_TITLE} characters")
        for words in (self.languages, self.products, self.channels, self.skills):
            if len(words) > _MOST_WORDS or not all(0 < len(word) <= _LONGEST_TITLE for word in words):
                raise InputError(f"a queue names at most {_MOST_WORDS} of each, in 1 to 80 characters")
        unknown = sorted(set(self.skills) - set(SKILLS))
        if unknown:
            raise InputError(f"there is no skill {unknown[0]!r}", hint=f"There are {', '.join(SKILLS)}.")
        if self.policy is not None and not 0 < self.policy < 1 << 16:
            raise InputError(f"no policy has the number {self.policy}")

    def titled(self, language: str) -> str:
        """Give its title in a language, else in English, else its name."""
        return self.title.get(language) or self.title.get("en") or self.name

    def takes(self, language: str, product: str, channel: str, skills: Collection[str]) -> bool:
        """Tell whether a ticket comes in by itself."""
        if self.is_closed or not (self.languages or self.products or self.channels or self.skills):
            return False
        return (
            (not self.languages or any(speaks(one, language) for one in self.languages))
            and (not self.products or product in self.products)
            and (not self.channels or channel in self.channels)
            and (not self.skills or not set(self.skills).isdisjoint(skills))
        )

    def suits(self, certificate: Agent) -> bool:
        """Tell whether an agent can answer what is here, by the skills and languages of their certificate."""
        skills, languages = names_of(certificate.skills, SKILLS), names_of(certificate.languages, LANGUAGES)
        return (not self.skills or not skills.isdisjoint(self.skills)) and (
            not self.languages or any(speaks(one, asked) for asked in self.languages for one in languages)
        )


def speaks(known: str, language: str) -> bool:
    """
    Tell whether whoever knows one language tag reads another.

    Source: RFC 4647 §3.3.1, basic filtering.
    """
    known, language = known.lower(), language.lower()
    return language == known or language.startswith(known + "-")


def names_of(bits: int, names: Iterable[str]) -> frozenset[str]:
    """Give the names of the bits that are set."""
    return frozenset(name for at, name in enumerate(names) if bits >> at & 1)


class Queues:
    """
    The queues of a desk.

    Args:
        cabinet: Where they are kept.
        filings: Where tickets are filed.
        store: Knows the tickets.
    """

    def __init__(self, cabinet: Cabinet, filings: Filings, store: Store) -> None:
        self._cabinet = cabinet
        self._filings = filings
        self._store = store

    def list(self) -> list[Queue]:
        """List all, in the order in which they are tried; `GENERAL` comes last."""
        found = [_queue(paper) for paper in self._cabinet.list(KIND, limit=_MOST)]
        general = next((one for one in found if one.name == GENERAL), Queue(GENERAL))
        named = (one for one in found if one.name != GENERAL)
        return [*sorted(named, key=lambda one: (one.rank, one.name)), general]

    def get(self, name: str) -> Queue:
        """
        Give one.

        Raises:
            NotFound: There is none of this name.
        """
        try:
            return _queue(self._cabinet.read(KIND, name))
        except NotFound:
            if name == GENERAL:
                return Queue(GENERAL)
            raise NotFound(f"there is no queue {name[:80]!r}") from None

    def save(self, queue: Queue) -> Queue:
        """
        Write a queue: a new one (version 0), or as it was last read.

        Raises:
            Conflict: Somebody else has written it meanwhile, or there are too many.
        """
        if not queue.version and len(self._cabinet.list(KIND, limit=_MOST)) >= _MOST:
            raise Conflict(f"there are {_MOST} queues, and no place for another")
        return _queue(self._cabinet.write(_paper(queue))[0])

    def remove(self, name: str) -> None:
        """
        Remove a queue that has no tickets, merged ones counted.

        Raises:
            Conflict: It has some, or is the general one.
            NotFound: There is none of this name.
        """
        if name == GENERAL:
            raise Conflict("the general queue stays: what fits nowhere else is there")
        queue = self.get(name)
        closed = self.save(replace(queue, is_closed=True))  # from here on nothing comes in
        number = self._store.count(TicketQuery(queues=frozenset({name}), merged=True))
        if number:
            self.save(replace(closed, is_closed=queue.is_closed))
            raise Conflict(f"the queue {name} has {number} tickets", hint="Move them to another queue first.")
        self._cabinet.remove(KIND, [name])

    def choose(
        self, *, language: str = "", product: str = "", channel: str = "", skills: Collection[str] = ()
    ) -> str:
        """Give the name of the queue that a ticket belongs to."""
        fits = (one.name for one in self.list() if one.takes(language, product, channel, skills))
        return next(fits, GENERAL)

    def of_agent(self, named: Collection[str] | None, certificate: Agent | None) -> frozenset[str] | None:
        """
        Give the queues whose tickets somebody sees.

        Args:
            named: Those that their account names; None for all.
            certificate: In force now; None for none. It decides where the account names no queue.

        Returns:
            Names; None for all.
        """
        if named is None:
            return None
        if named:
            return frozenset(named)
        if certificate is None:
            return frozenset()
        return frozenset(one.name for one in self.list() if one.suits(certificate))

    def move(self, tickets: Collection[TicketId], name: str) -> Sequence[Filing]:
        """
        File tickets in another queue, all of them or none.

        Raises:
            NotFound: There is no such queue.
            Conflict: It is about to be removed, or tickets are filed by somebody else again and again.
        """
        if self.get(name).is_closed:
            raise Conflict(f"the queue {name} is about to be removed", hint="Choose another one.")
        for attempt in range(_TRIES):
            filings = self._filings.filed(tickets).values()
            try:
                return self._filings.file(*(replace(one, queue=name) for one in filings))
            except Conflict:
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError  # pragma: no cover -- the loop returns or raises


_LISTS: Final = ("languages", "products", "channels", "skills")


def _paper(queue: Queue) -> Paper:
    data = asdict(replace(queue, title=dict(queue.title)))
    data |= {name: list(data[name]) for name in _LISTS}
    return Paper(KIND, data.pop("name"), data, data.pop("version"))


def _queue(paper: Paper) -> Queue:
    data: dict[str, Any] = dict(paper.data)
    data |= {name: tuple(data[name]) for name in _LISTS}
    return Queue(name=paper.id, version=paper.version, **data)
