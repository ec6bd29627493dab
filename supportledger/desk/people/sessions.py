"""
Who is signed in: sessions, each known by a secret that only its browser has.

1. A cookie holds 256 random bits; kept is only their hash, so that a copy of the database signs nobody in.
2. A session has a new secret whenever it can do more than before; one that was planted is worth nothing.
3. It ends when nobody uses it, after its whole time, when its owner or an administrator ends it, and with its
   account. What the account may do is read anew with each request.
4. As long as a step is outstanding, it gives no rights:

       enrol     the account was opened by an invitation and needs a way of signing in again
       code      the account has a second factor, which was not given yet
       second    the desk requires a second factor, and the account has none
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, Literal

from supportledger.desk.people import papers
from supportledger.desk.people.accounts import Account
from supportledger.desk.people.people import People
from supportledger.desk.people.tokens import csrf_token, hashed, new_token
from supportledger.desk.people.visitors import NOBODY_KNOWN, Visitor
from supportledger.errors import Conflict, Denied, NotFound, NotSignedIn
from supportledger.model.ids import TicketId
from supportledger.ports.cabinet import Cabinet, Paper

SecondFactor = Literal["off", "offered", "required"]
TOUCHED_EVERY_S: Final = 60
"""How exactly it is known when a session was last used."""
_LONGEST_AGENT: Final = 200


class Way(StrEnum):
    """How somebody has shown who they are."""

    WALLET = "wallet"
    PASSKEY = "passkey"
    LINK = "link"
    INVITATION = "invitation"
    CHAT = "chat"
    """Nobody in particular, who is known by their chat alone."""


class Step(StrEnum):
    """What is outstanding before a session gives rights."""

    DONE = ""
    ENROL = "enrol"
    CODE = "code"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """
    How long sessions last, in seconds.

    Args:
        staff_s: Of staff, in all.
        staff_idle_s: Of staff, when nobody uses them.
        customer_s: Of customers, used or not.
    """

    staff_s: int = 12 * 3_600
    staff_idle_s: int = 30 * 60
    customer_s: int = 30 * 86_400

    def of(self, account: Account) -> tuple[int, int]:
        """Give the whole time and the idle time of somebody's sessions."""
        if account.is_staff:
            return self.staff_s, min(self.staff_idle_s, self.staff_s)
        return self.customer_s, self.customer_s


@dataclass(frozen=True, slots=True)
class Session:
    """
    One session, as its owner sees it.

    Args:
        name: The hash of its secret: names it, and lets nobody in.
        person: Whose it is.
        ways: How they have shown who they are.
        step: What is outstanding.
        created_at: When they signed in; Unix seconds.
        seen_at: When it was last used, to the minute.
        ends_at: When it ends, used or not.
        agent: What their browser calls itself.
        is_unlocked: A key is unlocked in it.
    """

    name: str
    person: TicketId
    ways: frozenset[Way]
    step: Step
    created_at: int
    seen_at: int
    ends_at: int
    agent: str = ""
    is_unlocked: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """
    A session that was opened just now.

    Args:
        token: Its secret, for the cookie; shown once.
        session: The session.
    """

    token: str = field(repr=False)
    session: Session


class Sessions:
    """
    Opens, reads and ends sessions.

    Args:
        cabinet: Where they lie.
        people: Whose they are.
        lifetimes: How long they last.
        second_factor: Whether staff need one.
    """

    def __init__(
        self,
        cabinet: Cabinet,
        people: People,
        lifetimes: Lifetimes = Lifetimes(),
        second_factor: SecondFactor = "offered",
    ) -> None:
        self._cabinet = cabinet
        self._people = people
        self._lifetimes = lifetimes
        self._second_factor = second_factor

    def open(self, account: Account, way: Way, *, agent: str = "", replaces: str = "") -> Opened:
        """
        Sign somebody in, who has shown who they are.

        Args:
            account: Theirs.
            way: How they have shown it.
            agent: What their browser calls itself.
            replaces: The secret that the browser had until now; it is worth nothing from here on.

        Raises:
            Denied: The account is disabled.
        """
        if account.disabled_at is not None:
            raise Denied("this account is disabled", hint="Ask an administrator of the desk.")
        if replaces:
            self.sign_out(replaces)
        whole_s, _ = self._lifetimes.of(account)
        now = self._people.now
        data = {
            "ways": [way.value],
            "is_coded": False,
            "created_at": now,
            "ends_at": now + whole_s,
            "agent": "".join(filter(str.isprintable, agent))[:_LONGEST_AGENT],
        }
        return self._write(account, data)

    def advance(self, token: str, *, way: Way | None = None, is_coded: bool = False) -> Opened:
        """
        Let a session do more, because its owner has shown more, under a new secret.

        A key that was unlocked is forgotten: it was sealed under the secret before.

        Args:
            token: The secret before, which is worth nothing from here on.
            way: Another way in which they have shown who they are.
            is_coded: They have given their second factor.

        Raises:
            NotSignedIn: The session has ended.
        """
        try:
            paper = self._cabinet.take(papers.SESSION, hashed(token))
            account = self._people.get(TicketId.parse(paper.group))
        except NotFound as error:
            raise NotSignedIn("this session has ended") from error
        ways = {*paper.data["ways"], *([way.value] if way else [])}
        coded = is_coded or paper.data["is_coded"]
        kept = {name: paper.data[name] for name in ("created_at", "ends_at", "agent")}
        return self._write(account, kept | {"ways": sorted(ways), "is_coded": coded})

    def visitor(self, token: str, language: str = "") -> Visitor:
        """
        Tell who asks; whoever has no session that holds is nobody known.

        Args:
            token: What the cookie says.
            language: What the browser asks for; empty for the account's.
        """
        try:
            paper, account = self._read(token)
        except NotSignedIn:  # a cookie outlives its session: that is somebody who is not signed in
            return NOBODY_KNOWN.speaking(language)
        step = Step(paper.data["step"])
        is_done = step is Step.DONE
        return Visitor(
            account.id,
            account.name,
            account.roles if is_done else frozenset(),
            account.rights if is_done else frozenset(),
            account.queues if is_done else frozenset(),
            account.address,
            "session",
            paper.id,
            language or account.language,
            step.value,
            paper.data.get("identity", ""),
            paper.data["created_at"],
        )

    def session(self, token: str) -> Session:
        """
        Give the session of a secret.

        Raises:
            NotSignedIn: It has ended, or there never was one.
        """
        return read_session(self._read(token)[0])

    def owner(self, token: str) -> Account:
        """
        Give the account of a session, whatever is outstanding.

        Raises:
            NotSignedIn: It has ended, or there never was one.
        """
        return self._read(token)[1]

    def csrf(self, token: str) -> str:
        """Derive what the forms of a session carry."""
        return csrf_token(token)

    def of(self, person: TicketId) -> list[Session]:
        """List somebody's sessions, the one used last first."""
        found = map(read_session, papers.whole_list(self._cabinet, papers.SESSION, person.hex()))
        return sorted(found, key=lambda one: (-one.seen_at, one.name))

    def end(self, person: TicketId, name: str) -> None:
        """
        End one of somebody's sessions.

        Raises:
            NotFound: They have no such session.
        """
        if self._cabinet.read(papers.SESSION, name).group != person.hex():
            raise NotFound("there is no such session")
        self._cabinet.remove(papers.SESSION, [name])

    def end_all(self, person: TicketId, *, keep: str = "") -> int:
        """End all sessions of somebody but one, and tell how many they were."""
        return papers.remove_all(self._cabinet, papers.SESSION, person.hex(), keep=keep)

    def sign_out(self, token: str) -> None:
        """End the session of a secret, if there is one; a key that was unlocked in it is forgotten."""
        self._cabinet.remove(papers.SESSION, [hashed(token)])

    def _read(self, token: str) -> tuple[Paper, Account]:
        try:
            paper = self._cabinet.read(papers.SESSION, hashed(token))
            account = self._people.get(TicketId.parse(paper.group))
        except NotFound as error:
            raise NotSignedIn("nobody is signed in here") from error
        if account.disabled_at is not None:
            raise NotSignedIn("this account is disabled", hint="Ask an administrator of the desk.")
        return self._touched(paper, account), account

    def _touched(self, paper: Paper, account: Account) -> Paper:
        """Put down that it is used, at most once a minute."""
        now = self._people.now
        if now - paper.data["seen_at"] < TOUCHED_EVERY_S:
            return paper
        ends = self._expiry(account, paper.data["ends_at"], now)
        try:
            return self._cabinet.write(replace(paper, data={**paper.data, "seen_at": now}, expires_at=ends))[
                0
            ]
        except Conflict:  # another request has put it down, or ended it: the next one will see
            return paper

    def _write(self, account: Account, data: Mapping[str, Any]) -> Opened:
        token, now = new_token(), self._people.now
        step = self._step(account, data["ways"], is_coded=data["is_coded"])
        paper = Paper(
            papers.SESSION,
            hashed(token),
            {**data, "step": step.value, "seen_at": now},
            group=account.id.hex(),
            owner=account.id,
            expires_at=self._expiry(account, data["ends_at"], now),
        )
        return Opened(token, read_session(self._cabinet.write(paper)[0]))

    def _expiry(self, account: Account, ends_at: int, now: int) -> int:
        return min(int(ends_at), now + self._lifetimes.of(account)[1])

    def _step(self, account: Account, ways: Collection[str], *, is_coded: bool) -> Step:
        if set(ways) == {Way.INVITATION}:
            return Step.ENROL
        if is_coded:
            return Step.DONE
        if self._has_factor(account):
            return Step.CODE
        is_enough = Way.PASSKEY in ways or not account.is_staff
        return Step.DONE if is_enough or self._second_factor != "required" else Step.SECOND

    def _has_factor(self, account: Account) -> bool:
        try:
            return bool(self._cabinet.read(papers.FACTOR, account.id.hex()).data["is_confirmed"])
        except NotFound:
            return False


def read_session(paper: Paper) -> Session:
    """Read a session from the cabinet."""
    data = paper.data
    return Session(
        paper.id,
        TicketId.parse(paper.group),
        frozenset(map(Way, data["ways"])),
        Step(data["step"]),
        data["created_at"],
        data["seen_at"],
        data["ends_at"],
        data["agent"],
        bool(data.get("sealed") or data.get("identity")),
    )
