"""
Signing in with a wallet: it signs a text that names us, and that nobody else can use.

1. We write the text: our domain, our address, our chain, a nonce, and when it expires.
2. What comes back must be a text of this form, letter by letter, with each of these as we wrote it.
3. Its nonce is used up before the signature is looked at: no text counts twice.
4. The signature recovers to the address in the text.

Source: EIP-4361; EIP-191.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from supportledger.desk.people.accounts import Account
from supportledger.desk.people.challenges import Asked, answer, ask
from supportledger.desk.people.people import People
from supportledger.desk.people.visitors import NOBODY_KNOWN, Visitor
from supportledger.errors import Denied, InputError, NotFound
from supportledger.model.ids import Address, TicketId
from supportledger.model.people import Role
from supportledger.ports.cabinet import Cabinet

if TYPE_CHECKING:
    from collections.abc import Callable

    from siwe import SiweMessage

TEXT_LIFETIME_S: Final = 600
STATEMENT: Final = "Sign in to this support desk. This costs nothing and sends no transaction."
_LONGEST: Final = 2_000
_SIGNATURE_DIGITS: Final = 130
_PURPOSE: Final = "wallet"


@dataclass(frozen=True, slots=True)
class Place:
    """
    What a wallet is shown of us.

    Args:
        public_url: What people type to get here: scheme, host and port.
        chain_id: Of the ledger's chain.
    """

    public_url: str
    chain_id: int

    @property
    def domain(self) -> str:
        """Host and port, as wallets compare them with the page."""
        return urlsplit(self.public_url).netloc


class Wallets:
    """
    Signs people in by their wallets.

    Args:
        cabinet: Where nonces lie.
        people: Who has which address.
        place: What a wallet is shown of us.
    """

    def __init__(self, cabinet: Cabinet, people: People, place: Place) -> None:
        self._cabinet = cabinet
        self._people = people
        self._place = place

    def begin(self, address: Address, browser: str, visitor: Visitor = NOBODY_KNOWN) -> str:
        """
        Write the text for a wallet to sign.

        Args:
            address: Of the wallet.
            browser: A secret of the browser that asks.
            visitor: Whose account the wallet is to be added to; nobody's to sign in.

        Raises:
            Denied: A wallet cannot be added now.
        """
        from siwe import SiweMessage  # noqa: PLC0415 -- 0.5 s, which only those wait for who sign in so
        from siwe.siwe import ISO8601Datetime, VersionEnum  # noqa: PLC0415 -- as above

        person = self._adds_to(visitor)
        nonce, now = secrets.token_hex(16), self._now
        message = SiweMessage(
            domain=self._place.domain,
            address=str(address),
            uri=self._place.public_url,
            version=VersionEnum.one,
            chain_id=self._place.chain_id,
            nonce=nonce,
            statement=STATEMENT,
            issued_at=ISO8601Datetime.from_datetime(now, "seconds"),
            expiration_time=ISO8601Datetime.from_datetime(
                now + timedelta(seconds=TEXT_LIFETIME_S), "seconds"
            ),
        )
        expires_at = int(now.timestamp()) + TEXT_LIFETIME_S
        ask(self._cabinet, nonce, Asked(_PURPOSE, browser, person), expires_at=expires_at)
        return str(message.prepare_message())

    def sign_in(self, text: str, signature: str, browser: str, *, newcomers: bool = False) -> Account:
        """
        Find the account of whoever has signed a text of ours.

        Args:
            text: As the wallet signed it.
            signature: 65 bytes, in hexadecimal with 0x.
            browser: A secret of the browser that asks.
            newcomers: Whoever has no account becomes a customer.

        Raises:
            Denied: Text or signature does not hold, or nobody here has the address.
        """
        address = self._signer(text, signature, Asked(_PURPOSE, browser))
        try:
            return self._people.by_address(address)
        except NotFound as error:
            if not newcomers:
                raise Denied(
                    f"nobody here has the address {address}",
                    hint="Ask an administrator of the desk to invite you.",
                ) from error
            shown = str(address)
            return self._people.add(f"{shown[:6]}…{shown[-4:]}", [Role.CUSTOMER], address=address)

    def attach(self, visitor: Visitor, text: str, signature: str, browser: str) -> Account:
        """
        Add a wallet to an account, whose signatures are its owner's from now on.

        Raises:
            Denied: Text or signature does not hold, or another step comes first.
            Conflict: The address is somebody else's.
        """
        person = visitor.owner("enrol")
        address = self._signer(text, signature, Asked(_PURPOSE, browser, person))
        return self._people.attach(person, address)

    def _signer(self, text: str, signature: str, asked: Asked) -> Address:
        message = _read(text)
        self._check(message)
        answer(self._cabinet, message.nonce, asked)
        _verify(message, signature, self._place.domain, self._now)
        return Address.parse(message.address)

    def _check(self, message: "SiweMessage") -> None:
        """Compare every line with what we write."""
        wrong = next((what for what, holds in self._rules() if not holds(message)), None)
        if wrong:
            raise Denied(f"the signed text has another {wrong} than ours", hint="Begin to sign in again.")
        expires = message.expiration_time
        if expires is None or self._now >= _instant(expires):
            raise Denied("the signed text has expired", hint="Begin to sign in again.")

    def _rules(self) -> "tuple[tuple[str, Callable[[SiweMessage], bool]], ...]":
        place = self._place
        return (
            ("domain", lambda one: one.domain == place.domain and one.scheme is None),
            ("address of the page", lambda one: str(one.uri) == place.public_url),
            ("chain", lambda one: one.chain_id == place.chain_id),
            ("statement", lambda one: one.statement == STATEMENT),
            ("list of resources", lambda one: not one.resources and one.request_id is None),
        )

    def _adds_to(self, visitor: Visitor) -> TicketId | None:
        return None if visitor.via == "public" else visitor.recent_owner(self._people.now, "enrol")

    @property
    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._people.now, UTC)


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _read(text: str) -> "SiweMessage":
    """Read a text, which must be written as we would write it."""
    from siwe import SiweMessage  # noqa: PLC0415 -- as in `begin`

    if len(text) > _LONGEST or not text.isascii():
        raise InputError("not a text that we wrote to be signed")
    try:
        message = SiweMessage.from_message(text)
    except (ValueError, RecursionError) as error:
        raise InputError("not a text to sign in with", hint="Begin to sign in again.") from error
    if message.prepare_message() != text:
        raise InputError("not a text that we wrote to be signed", hint="Begin to sign in again.")
    return message


def _verify(message: "SiweMessage", signature: str, domain: str, now: datetime) -> None:
    from eth_keys.exceptions import BadSignature  # noqa: PLC0415 -- as in `begin`
    from siwe import VerificationError  # noqa: PLC0415 -- as in `begin`

    digits = signature.removeprefix("0x")
    if len(digits) != _SIGNATURE_DIGITS:
        raise Denied(
            "the signature is not of 65 bytes: wallets that are contracts (ERC-1271) cannot sign in here yet",
            hint="Sign in with a wallet that has a key of its own, or with a passkey.",
        )
    try:
        message.verify(signature, domain=domain, nonce=message.nonce, timestamp=now)
    except (VerificationError, BadSignature, ValueError, TypeError) as error:
        raise Denied(
            "the signature is not one of this address",
            hint="Sign the text with the account that it names; a wallet that is a contract cannot sign in.",
        ) from error
