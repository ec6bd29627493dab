"""Accounts: who somebody is to the desk, whatever way they sign in."""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from supportledger.desk.people.papers import ACCOUNT
from supportledger.errors import InputError
from supportledger.model.ids import Address, TicketId
from supportledger.model.people import Right, Role, rights_of
from supportledger.ports.cabinet import Paper

STAFF: Final = "staff"
CUSTOMERS: Final = "customers"
LONGEST_NAME: Final = 100

_MAIL: Final = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]",
    re.ASCII,
)
_LONGEST_MAIL: Final = 254
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Account:
    """
    A person, as the desk knows them.

    Args:
        id: 32 random bytes: an account has a key of its own, as a ticket has.
        name: What others see.
        roles: What they are to the desk.
        queues: The queues whose tickets they see; None for all.
        language: The language that they read; BCP 47.
        address: Whose signatures are theirs on the ledger; None when they have no key.
        mail: Where they are written to, normalised; empty when unknown.
        created_at: Unix seconds.
        disabled_at: Since when they may do nothing; None while they may. Unix seconds.
        version: How often it was written.
    """

    id: TicketId
    name: str
    roles: frozenset[Role]
    queues: frozenset[str] | None = None
    language: str = "en"
    address: Address | None = None
    mail: str = field(default="", repr=False)
    created_at: int = 0
    disabled_at: int | None = None
    version: int = 0

    @property
    def is_staff(self) -> bool:
        """They are more to the desk than a customer."""
        return bool(self.roles - {Role.CUSTOMER})

    @property
    def rights(self) -> frozenset[Right]:
        """What their roles let them do; nothing while they are disabled."""
        return frozenset() if self.disabled_at is not None else rights_of(self.roles)


def new_account(name: str, roles: Collection[Role], at: int, **about: Any) -> Account:
    """
    Make an account that is not kept yet.

    Args:
        name: What others see.
        roles: At least one.
        at: Now; Unix seconds.
        about: Other fields of `Account`.

    Raises:
        InputError: A value cannot be.
    """
    return checked(Account(TicketId(secrets.token_bytes(32)), name, frozenset(roles), created_at=at, **about))


def checked(account: Account) -> Account:
    """
    Give an account with its values in one form.

    Raises:
        InputError: A value cannot be.
    """
    if not account.roles:
        raise InputError("an account needs a role", hint=f"There are {', '.join(Role)}.")
    if not _LANGUAGE.fullmatch(account.language):
        raise InputError("not the tag of a language", hint="Write en or zh-CN, for example.")
    mail = mail_address(account.mail) if account.mail else ""
    return replace(account, name=_name(account.name), mail=mail)


def mail_address(text: str) -> str:
    """
    Read a mail address, and write it as every other way of writing it: in small letters.

    Raises:
        InputError: It is none, or has characters beyond ASCII.

    Source: RFC 5321 §4.1.2, without quoted local parts and address literals.
    """
    found = text.strip().lower()
    if len(found) > _LONGEST_MAIL or not _MAIL.fullmatch(found) or len(found.partition("@")[0]) > 64:
        raise InputError("not a mail address", hint="Write it as name@example.org.")
    return found


def by_mail(mail: str) -> str:
    """Give the key of a paper that is found by a normalised mail address."""
    return f"mail:{mail}"


def by_address(address: Address) -> str:
    """Give the key of a paper that is found by an address on the ledger."""
    return f"address:{bytes(address).hex()}"


def account_paper(account: Account) -> Paper:
    """Write an account for the cabinet, sealed under a key of its own."""
    keys = [by_mail(account.mail)] if account.mail else []
    keys += [by_address(account.address)] if account.address else []
    group = STAFF if account.is_staff else CUSTOMERS
    return Paper(
        ACCOUNT, account.id.hex(), _data(account), account.version, tuple(keys), group, owner=account.id
    )


def read_account(paper: Paper) -> Account:
    """Read an account from the cabinet."""
    data: Mapping[str, Any] = paper.data
    queues = data["queues"]
    return Account(
        TicketId.parse(paper.id),
        data["name"],
        frozenset(map(Role, data["roles"])),
        None if queues is None else frozenset(queues),
        data["language"],
        Address.parse(data["address"]) if data["address"] else None,
        data["mail"],
        data["created_at"],
        data["disabled_at"],
        paper.version,
    )


def _data(account: Account) -> Mapping[str, Any]:
    return {
        "name": account.name,
        "roles": sorted(account.roles),
        "queues": None if account.queues is None else sorted(account.queues),
        "language": account.language,
        "address": str(account.address) if account.address else None,
        "mail": account.mail,
        "created_at": account.created_at,
        "disabled_at": account.disabled_at,
    }


def _name(text: str) -> str:
    found = " ".join(text.split())
    if not 1 <= len(found) <= LONGEST_NAME or not found.isprintable():
        raise InputError(f"not a name: 1 to {LONGEST_NAME} characters that can be printed are expected")
    return found
