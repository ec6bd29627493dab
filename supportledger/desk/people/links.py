"""
Signing in by mail, for customers: a link that works once, soon, and in the browser that asked for it.

1. Whoever asks is told the same, whether or not somebody here has the address; an account is made when a link
   is used, not when it is asked for.
2. Requests are counted by address and by network, before anything is looked up.
3. Nothing that was typed goes into the letter. Staff are written to, and sent no link: a mailbox is not
   enough to act for the desk.
"""

from dataclasses import dataclass
from typing import Final

from supportledger.desk.people import papers
from supportledger.desk.people.accounts import Account, mail_address
from supportledger.desk.people.challenges import Asked, answer, ask
from supportledger.desk.people.letters import link_letter, staff_letter
from supportledger.desk.people.limits import Limit
from supportledger.desk.people.people import People
from supportledger.desk.people.tokens import hashed, new_token
from supportledger.errors import Conflict, Denied, NotFound
from supportledger.model.people import Role
from supportledger.ports.cabinet import Cabinet, Paper
from supportledger.ports.mail import Letter, Mail

LIFETIME_S: Final = 15 * 60
PER_ADDRESS: Final = Limit("links for an address", 5, 3_600)
PER_NETWORK: Final = Limit("links from a network", 30, 3_600)
_PURPOSE: Final = "link"
_MAIL: Final = "sign-in-mail"


@dataclass(frozen=True, slots=True)
class Asker:
    """
    Who asks for a link.

    Args:
        browser: A secret of the browser that asks; only there the link will work.
        network: Where it comes from, as `limits.network` tells.
        language: The language to write in.
    """

    browser: str
    network: str
    language: str = "en"


class Links:
    """
    Sends links, and signs customers in by them.

    Args:
        cabinet: Where their hashes lie.
        people: Who has which address.
        mail: Takes letters.
        page: Where links lead; the secret is put behind it.
        desk: What the desk calls itself.
    """

    def __init__(self, cabinet: Cabinet, people: People, mail: Mail, page: str, desk: str) -> None:
        self._cabinet = cabinet
        self._people = people
        self._mail = mail
        self._page = page
        self._desk = desk

    def send(self, mail: str, asker: Asker) -> None:
        """
        Send a link, or what there is to say instead, to a mail address.

        Raises:
            InputError: It is no mail address.
            LimitReached: It was asked for too often.
            DeliveryError: No mail can be sent now.
        """
        to, now = mail_address(mail), self._people.now
        PER_NETWORK.spend(self._cabinet, asker.network, now)
        PER_ADDRESS.spend(self._cabinet, to, now)
        self._mail.send(self._letter(to, asker))

    def sign_in(self, token: str, browser: str, language: str = "en") -> Account:
        """
        Find the account of whoever opened a link, or make it.

        Args:
            token: The secret of the link.
            browser: A secret of the browser that opens it.
            language: What a new customer reads.

        Raises:
            Denied: The link was used, is too old, was sent for another browser, or is not for this account.
        """
        answer(self._cabinet, token, Asked(_PURPOSE, browser), kind=papers.LINK)
        try:
            mail = self._cabinet.take(_MAIL, hashed(token)).data["mail"]
        except NotFound as error:
            raise Denied("this link was used already, or is too old", hint="Ask for a new one.") from error
        account = self._account(mail, language)
        if account.is_staff:
            raise Denied("this account is not opened by mail", hint="Use its passkey or its wallet.")
        return account

    def _letter(self, to: str, asker: Asker) -> Letter:
        if self._is_staff(to):
            return staff_letter(to, asker.language, desk=self._desk)
        token, expires_at = new_token(), self._people.now + LIFETIME_S
        self._cabinet.write(Paper(_MAIL, hashed(token), {"mail": to}, expires_at=expires_at))
        ask(self._cabinet, token, Asked(_PURPOSE, asker.browser), kind=papers.LINK, expires_at=expires_at)
        link = f"{self._page}?token={token}"
        return link_letter(to, asker.language, desk=self._desk, link=link, minutes=LIFETIME_S // 60)

    def _is_staff(self, mail: str) -> bool:
        try:
            return self._people.by_mail(mail).is_staff
        except NotFound:
            return False

    def _account(self, mail: str, language: str) -> Account:
        try:
            return self._people.by_mail(mail)
        except NotFound:
            return self._new(mail, language)

    def _new(self, mail: str, language: str) -> Account:
        try:
            return self._people.add(mail.partition("@")[0], [Role.CUSTOMER], mail=mail, language=language)
        except Conflict:  # two links of the same address, opened at once: the other one made it
            return self._people.by_mail(mail)
