"""The people of a desk: kept, found, changed, disabled and erased."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from supportledger.desk.people import papers
from supportledger.desk.people.accounts import (
    CUSTOMERS,
    STAFF,
    Account,
    account_paper,
    by_address,
    by_mail,
    checked,
    mail_address,
    new_account,
    read_account,
)
from supportledger.errors import InputError, NotFound
from supportledger.model.ids import Address, TicketId
from supportledger.model.people import Role
from supportledger.ports import Clock, Vault
from supportledger.ports.cabinet import Cabinet, Paper

_WAYS_IN = (papers.SESSION, papers.KEY, papers.INVITATION, papers.LINK, papers.CHALLENGE)
"""What lets somebody in, and ends with their account."""
_OWN = (*_WAYS_IN, papers.PASSKEY, papers.FACTOR)


class People:
    """
    Everybody who has an account.

    Args:
        cabinet: Where accounts lie.
        vault: Where the keys lie that they are sealed with.
        clock: Tells the time.
    """

    def __init__(self, cabinet: Cabinet, vault: Vault, clock: Clock) -> None:
        self._cabinet = cabinet
        self._vault = vault
        self._clock = clock

    def add(
        self,
        name: str,
        roles: Collection[Role],
        *,
        queues: Collection[str] | None = None,
        mail: str = "",
        address: Address | None = None,
        language: str = "en",
    ) -> Account:
        """
        Keep a new account.

        Args:
            name: What others see.
            roles: At least one.
            queues: Whose tickets they see; None for all.
            mail: Where they are written to; empty when unknown.
            address: Whose signatures are theirs; None when they have no key.
            language: The language that they read.

        Raises:
            InputError: A value cannot be.
            Conflict: Somebody else has the mail address or the address.
        """
        seen = None if queues is None else frozenset(queues)
        made = new_account(name, roles, self.now, queues=seen, mail=mail, address=address, language=language)
        return self._write(made)

    def get(self, person: TicketId) -> Account:
        """
        Give an account.

        Raises:
            NotFound: There is none, or it was erased.
        """
        return read_account(self._cabinet.read(papers.ACCOUNT, person.hex()))

    def by_mail(self, mail: str) -> Account:
        """
        Give the account with a mail address.

        Raises:
            NotFound: Nobody has it.
            InputError: It is no mail address.
        """
        return read_account(self._cabinet.find(papers.ACCOUNT, by_mail(mail_address(mail))))

    def by_address(self, address: Address) -> Account:
        """
        Give the account whose signatures are made by an address.

        Raises:
            NotFound: Nobody has it.
        """
        return read_account(self._cabinet.find(papers.ACCOUNT, by_address(address)))

    def find(self, text: str) -> Account:
        """
        Find one of the staff, as people name each other: by name, mail, address or the start of an id.

        Raises:
            NotFound: Nobody is called so.
            InputError: More than one is.
        """
        wanted = text.strip().casefold().removeprefix("0x")
        found = [one for one in self.staff() if wanted and _is_called(one, wanted)]
        if not found:
            raise NotFound(
                f"nobody is called {text[:80]!r}", hint="`supportledger staff list` shows who there is."
            )
        if len(found) > 1:
            raise InputError(
                f"{len(found)} people are called {text[:80]!r}", hint="Name one by mail address or id."
            )
        return found[0]

    def staff(self) -> list[Account]:
        """List everybody who is more than a customer, by name."""
        found = papers.whole_list(self._cabinet, papers.ACCOUNT, STAFF)
        return sorted(map(read_account, found), key=lambda one: (one.name.casefold(), one.id))

    def customers(self, *, after: str = "", limit: int = 100) -> list[Account]:
        """List customers by id, behind one in hexadecimal."""
        found = self._cabinet.list(papers.ACCOUNT, CUSTOMERS, after=after, limit=limit)
        return list(map(read_account, found))

    def who(self, persons: Collection[TicketId]) -> Mapping[TicketId, str]:
        """Tell the names of people; who was erased is not among them."""
        names = {}
        for person in set(persons):
            try:
                names[person] = self.get(person).name
            except NotFound:  # erased: that they have no name is the answer
                continue
        return names

    def set_roles(self, person: TicketId, roles: Collection[Role], queues: Collection[str] | None) -> Account:
        """
        Say what somebody is to the desk, from now on.

        Whoever gains a role or a queue signs in anew: nothing that knew them with less lets in with more.

        Raises:
            NotFound: They have no account.
            InputError: A value cannot be.
        """
        seen = None if queues is None else frozenset(queues)
        gained: list[bool] = []

        def changed(before: Account) -> Account:
            gained.append(bool(set(roles) - before.roles) or _sees_more(before.queues, seen))
            return replace(before, roles=frozenset(roles), queues=seen)

        made = self._change(person, changed)
        if any(gained):
            papers.remove_all(self._cabinet, papers.SESSION, person.hex())
        return made

    def rename(self, person: TicketId, name: str, language: str = "") -> Account:
        """
        Change what others see of somebody, and what they read.

        Raises:
            NotFound: They have no account.
            InputError: A value cannot be.
        """
        return self._change(person, lambda one: replace(one, name=name, language=language or one.language))

    def attach(self, person: TicketId, address: Address | None) -> Account:
        """
        Say whose signatures are somebody's on the ledger, once they have shown that they hold the key.

        Raises:
            NotFound: They have no account.
            Conflict: It is somebody else's.
        """
        return self._change(person, lambda one: replace(one, address=address))

    def disable(self, person: TicketId) -> Account:
        """
        Let somebody do nothing any more, and end all that lets them in.

        Raises:
            NotFound: They have no account.
        """
        made = self._change(person, lambda one: replace(one, disabled_at=one.disabled_at or self.now))
        self.turn_out(person)
        return made

    def enable(self, person: TicketId) -> Account:
        """
        Let somebody in again, who has to sign in anew.

        Raises:
            NotFound: They have no account.
        """
        return self._change(person, lambda one: replace(one, disabled_at=None))

    def turn_out(self, person: TicketId, *, with_passkeys: bool = False) -> None:
        """End all sessions, API keys and links of somebody; their passkeys, too, when these may be lost."""
        for kind in (*_WAYS_IN, papers.PASSKEY) if with_passkeys else _WAYS_IN:
            papers.remove_all(self._cabinet, kind, person.hex())

    def erase(self, person: TicketId) -> None:
        """
        Erase somebody for good: the key of all that is kept of them is destroyed, and their papers removed.

        Raises:
            Conflict: They are under a legal hold.
        """
        self._vault.erase([person], self.now)
        for kind in _OWN:
            papers.remove_all(self._cabinet, kind, person.hex())
        self._cabinet.remove(papers.ACCOUNT, [person.hex()])

    @property
    def now(self) -> int:
        """The time; Unix seconds."""
        return int(self._clock.now().timestamp())

    def _change(self, person: TicketId, change: Callable[[Account], Account]) -> Account:
        def changed(paper: Paper) -> Paper:
            return account_paper(checked(change(read_account(paper))))

        return read_account(papers.revise(self._cabinet, papers.ACCOUNT, person.hex(), changed))

    def _write(self, account: Account) -> Account:
        return read_account(self._cabinet.write(account_paper(account))[0])


def _is_called(account: Account, wanted: str) -> bool:
    is_id = len(wanted) >= 4 and account.id.hex().startswith(wanted)
    address = bytes(account.address).hex() if account.address else ""
    return is_id or wanted in {account.name.casefold(), account.mail, address} - {""}


def _sees_more(before: frozenset[str] | None, now: frozenset[str] | None) -> bool:
    if before is None:
        return False
    return now is None or bool(now - before)
