"""Invitations: how staff get in for the first time, and again when they have lost what lets them in."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from supportledger.desk.people import papers
from supportledger.desk.people.accounts import Account
from supportledger.desk.people.letters import invitation_letter
from supportledger.desk.people.people import People
from supportledger.desk.people.tokens import hashed, new_token
from supportledger.errors import DeliveryError, Denied, InputError, NotFound
from supportledger.model.ids import TicketId
from supportledger.model.people import Role
from supportledger.ports.cabinet import Cabinet, Paper
from supportledger.ports.mail import Mail

LIFETIME_S: Final = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Invitation:
    """
    A link that lets one person in, once.

    Args:
        account: Whose account it opens.
        link: To hand over in a way that nobody else reads; shown once.
        expires_at: From then on it does not work; Unix seconds.
        is_sent: It went to their mail address, too.
    """

    account: Account
    link: str = field(repr=False)
    expires_at: int
    is_sent: bool = False


class Invitations:
    """
    Lets people in by links.

    Args:
        cabinet: Where their hashes lie.
        people: Who is invited.
        page: Where links lead; the secret is put behind it.
        desk: What the desk calls itself.
        mail: Takes letters; None when there is no mail.
    """

    def __init__(
        self, cabinet: Cabinet, people: People, page: str, desk: str, mail: Mail | None = None
    ) -> None:
        self._cabinet = cabinet
        self._people = people
        self._page = page
        self._desk = desk
        self._mail = mail

    def invite(
        self,
        name: str,
        roles: Collection[Role],
        *,
        queues: Collection[str] | None = None,
        mail: str = "",
        language: str = "en",
    ) -> Invitation:
        """
        Make an account for one of the staff, and a link that opens it.

        Args:
            name: What others see.
            roles: At least one; not those of customers, who need no invitation.
            queues: Whose tickets they see; None for all.
            mail: Where the link is sent, too, if mail can be sent; empty for nowhere.
            language: The language that they read.

        Raises:
            InputError: A value cannot be.
            Conflict: Somebody has the mail address.
        """
        if Role.CUSTOMER in roles:
            raise InputError("customers need no invitation", hint="They sign in with their mail address.")
        made = self._people.add(name, roles, queues=queues, mail=mail, language=language)
        return self._open(made)

    def again(self, person: TicketId) -> Invitation:
        """
        Let somebody in anew, who has lost their passkey or link: what let them in before, does not any more.

        Their second factor stays.

        Raises:
            NotFound: They have no account.
            Denied: The account is disabled.
        """
        account = self._people.get(person)
        if account.disabled_at is not None:
            raise Denied(f"the account of {account.name} is disabled", hint="Enable it first.")
        self._people.turn_out(person, with_passkeys=True)
        return self._open(account)

    def accept(self, token: str) -> Account:
        """
        Use a link up.

        Returns:
            The account, to open a session for, in which its owner chooses how to sign in from now on.

        Raises:
            Denied: The link was used, is too old, or its account is disabled.
        """
        try:
            paper = self._cabinet.take(papers.INVITATION, hashed(token))
            account = self._people.get(TicketId.parse(paper.group))
        except NotFound as error:
            raise Denied(
                "this link was used already, or is too old",
                hint="Ask an administrator of the desk for a new one.",
            ) from error
        if account.disabled_at is not None:
            raise Denied("this account is disabled", hint="Ask an administrator of the desk.")
        return account

    def _open(self, account: Account) -> Invitation:
        token, expires_at = new_token(), self._people.now + LIFETIME_S
        self._cabinet.write(
            Paper(
                papers.INVITATION,
                hashed(token),
                {},
                group=account.id.hex(),
                owner=account.id,
                expires_at=expires_at,
            )
        )
        link = f"{self._page}?token={token}"
        return Invitation(account, link, expires_at, self._sent(account, link))

    def _sent(self, account: Account, link: str) -> bool:
        if self._mail is None or not account.mail:
            return False
        days = LIFETIME_S // 86_400
        try:
            self._mail.send(
                invitation_letter(account.mail, account.language, desk=self._desk, link=link, days=days)
            )
        except DeliveryError:  # told by `is_sent`: whoever invites has the link, and hands it over themselves
            return False
        return True
