"""
API keys: how programs come in.

1. A key holds 256 random bits behind `slk_`; kept is only their hash.
2. It never does more than its maker could when they made it, nor more than their account may do now.
3. A key makes no keys: what leaks, stays what it was.
4. A key that signs with an identity which the server keeps is made by administrators alone.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Final

from supportledger.desk.people import papers
from supportledger.desk.people.accounts import LONGEST_NAME, Account
from supportledger.desk.people.people import People
from supportledger.desk.people.tokens import KEY_PREFIX, hashed, new_token
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Conflict, Denied, InputError, NotFound, NotSignedIn
from supportledger.model.ids import Address, TicketId
from supportledger.model.people import Right, Role
from supportledger.ports.cabinet import Cabinet, Paper

MOST_KEYS: Final = 50
_DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class ApiKey:
    """
    A key, as its owner sees it.

    Args:
        id: The hash of its secret: names it, and lets nobody in.
        person: Whose it is.
        label: What its owner calls it.
        scopes: What it may do at most.
        created_at: Unix seconds.
        expires_at: From then on it does not work; None for never.
        used_at: When it was last used, to the day; None for never.
        identity: Name of the identity that the server signs with for it; empty for none.
        address: Whose signatures these are; None for none.
    """

    id: str
    person: TicketId
    label: str
    scopes: frozenset[Right]
    created_at: int
    expires_at: int | None = None
    used_at: int | None = None
    identity: str = ""
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What a key is to be.

    Args:
        label: What its owner calls it.
        scopes: What it may do; at least one right.
        expires_at: From then on it does not work; None for never. Unix seconds.
        identity: Name of the identity that the server is to sign with for it; empty for none.
    """

    label: str
    scopes: Collection[Right]
    expires_at: int | None = None
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """
    A key that was made just now.

    Args:
        token: Its secret; shown once.
        key: The key.
    """

    token: str = field(repr=False)
    key: ApiKey


class ApiKeys:
    """
    Makes, reads and ends API keys.

    Args:
        cabinet: Where their hashes lie.
        people: Whose they are.
        address_of: Tells the address of an identity that the server keeps; raises NotFound for none.
    """

    def __init__(self, cabinet: Cabinet, people: People, address_of: Callable[[str], Address]) -> None:
        self._cabinet = cabinet
        self._people = people
        self._address_of = address_of

    def make(self, maker: Visitor, wanted: Wanted) -> Made:
        """
        Make a key.

        Args:
            maker: Who makes it, for themselves.
            wanted: What it is to be.

        Raises:
            Denied: They may not make keys, or not such a one.
            InputError: A value cannot be.
            Conflict: They have too many.
            NotFound: There is no such identity.
        """
        person = self._permitted(maker, wanted)
        self._check(person, wanted)
        token = new_token(KEY_PREFIX)
        address = self._address_of(wanted.identity) if wanted.identity else None
        data = {
            "label": wanted.label.strip(),
            "scopes": sorted(set(wanted.scopes)),
            "created_at": self._people.now,
            "used_at": None,
            "identity": wanted.identity,
            "address": str(address) if address else None,
        }
        paper = Paper(
            papers.KEY,
            hashed(token),
            data,
            group=person.hex(),
            owner=person,
            expires_at=wanted.expires_at,
        )
        return Made(token, read_key(self._cabinet.write(paper)[0]))

    def visitor(self, token: str, language: str = "") -> Visitor:
        """
        Tell who asks with a key.

        Args:
            token: As the program gave it.
            language: What it asks for; empty for the account's.

        Raises:
            NotSignedIn: There is no such key, it has expired, or its account is disabled.
        """
        try:
            paper = self._cabinet.read(papers.KEY, hashed(token))
            account = self._people.get(TicketId.parse(paper.group))
        except NotFound as error:
            raise NotSignedIn("this API key does not work", hint="Make a new one.") from error
        if account.disabled_at is not None:
            raise NotSignedIn("the account of this API key is disabled")
        return _visitor(account, read_key(self._used(paper)), language)

    def of(self, person: TicketId) -> list[ApiKey]:
        """List somebody's keys, the oldest first."""
        found = map(read_key, papers.whole_list(self._cabinet, papers.KEY, person.hex()))
        return sorted(found, key=lambda one: (one.created_at, one.id))

    def revoke(self, person: TicketId, name: str) -> None:
        """
        Let a key do nothing any more.

        Raises:
            NotFound: They have no such key.
        """
        if self._cabinet.read(papers.KEY, name).group != person.hex():
            raise NotFound("there is no such API key")
        self._cabinet.remove(papers.KEY, [name])

    def _permitted(self, maker: Visitor, wanted: Wanted) -> TicketId:
        maker.need(Right.KEYS)
        if maker.via != "session" or maker.person is None:
            raise Denied("only whoever is signed in makes API keys", hint="Sign in, and make it there.")
        beyond = sorted(set(wanted.scopes) - maker.rights)
        if beyond:
            raise Denied(f"a key cannot do what its maker may not: {', '.join(beyond)}")
        if wanted.identity and Role.ADMIN not in maker.roles:
            raise Denied("only administrators let a key sign with an identity of the server")
        return maker.person

    def _check(self, person: TicketId, wanted: Wanted) -> None:
        label = wanted.label.strip()
        if not 1 <= len(label) <= LONGEST_NAME or not label.isprintable():
            raise InputError("an API key needs a name", hint="Say what it is for.")
        if not wanted.scopes:
            raise InputError("an API key needs a scope", hint=f"There are {', '.join(Right)}.")
        if wanted.expires_at is not None and wanted.expires_at <= self._people.now:
            raise InputError("an API key cannot expire before it is made")
        if len(self.of(person)) >= MOST_KEYS:
            raise Conflict(f"there are {MOST_KEYS} API keys already", hint="End those that nobody uses.")

    def _used(self, paper: Paper) -> Paper:
        """Put down, once a day, that it is used."""
        day = self._people.now // _DAY_S * _DAY_S
        if paper.data["used_at"] == day:
            return paper
        try:
            return self._cabinet.write(replace(paper, data={**paper.data, "used_at": day}))[0]
        except Conflict:  # another request has put it down, or ended the key: the next one will see
            return paper


def read_key(paper: Paper) -> ApiKey:
    """Read a key from the cabinet."""
    data = paper.data
    return ApiKey(
        paper.id,
        TicketId.parse(paper.group),
        data["label"],
        frozenset(map(Right, data["scopes"])),
        data["created_at"],
        paper.expires_at,
        data["used_at"],
        data["identity"],
        Address.parse(data["address"]) if data["address"] else None,
    )


def _visitor(account: Account, key: ApiKey, language: str) -> Visitor:
    return Visitor(
        account.id,
        account.name,
        account.roles,
        key.scopes & account.rights,
        account.queues,
        key.address or account.address,
        "key",
        key.id,
        language or account.language,
        identity=key.identity if Role.ADMIN in account.roles else "",
    )
