"""
Signing in with a wallet: it signs a text that names us, and that nobody else can use.

1. We write the text: our domain, our address, our chain, a nonce, and when it expires.
2. What comes back must be a text of this form, letter by letter, with each of these as we wrote it.
3. Its nonce is used up before the signature is looked at: no text counts twice.
4. The signature recovers to the address in the text, or the contract at this address takes it for its own
   now.

Source: EIP-4361; EIP-191; ERC-1271. Wallets that are still to be deployed (ERC-6492) cannot sign in.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from supportledger.desk.people.accounts import Account
from supportledger.desk.people.challenges import Asked, answer, ask
from supportledger.desk.people.people import People
from supportledger.desk.people.visitors import NOBODY_KNOWN, Visitor
from supportledger.desk.signing.contracts import check_askable
from supportledger.errors import Denied, InputError, NotFound, SignatureMismatch
from supportledger.model.ids import Address, TicketId, keccak
from supportledger.model.people import Role
from supportledger.ports.cabinet import Cabinet
from supportledger.proof.signature import SIGNATURE_SIZE

if TYPE_CHECKING:
    from siwe import SiweMessage

TEXT_LIFETIME_S: Final = 600
STATEMENT: Final = "Sign in to this support desk. This costs nothing and sends no transaction."
_LONGEST: Final = 2_000
_HEXADECIMAL: Final = re.compile("(?:[0-9a-fA-F]{2})+", re.ASCII)
_PURPOSE: Final = "wallet"

Approves = Callable[[Address, bytes, bytes], bool]
"""Asks the contract of an address whether it takes a signature of a digest for its own."""


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
        approves: Asks the contract of an address, as `ports.LedgerReader.approves`.
    """

    def __init__(self, cabinet: Cabinet, people: People, place: Place, approves: Approves) -> None:
        self._approves = approves
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
            signature: In hexadecimal with 0x; 65 bytes of a key, or what a contract takes.
            browser: A secret of the browser that asks.
            newcomers: Whoever has no account becomes a customer.

        Raises:
            Denied: Text or signature does not hold, or nobody here has the address.
            RpcUnavailable: A contract is to be asked, and the node is away.
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
        address, given = Address.parse(message.address), _octets(signature)
        if not self._is_by_key(message, given):
            self._check_contract(address, text, given)
        return address

    def _is_by_key(self, message: "SiweMessage", signature: bytes) -> bool:
        from eth_keys.exceptions import BadSignature  # noqa: PLC0415 -- as in `begin`
        from siwe import InvalidSignature  # noqa: PLC0415 -- as in `begin`
        from siwe import VerificationError as Wrong  # noqa: PLC0415 -- as in `begin`

        if len(signature) != SIGNATURE_SIZE:
            return False
        about = {"domain": self._place.domain, "nonce": message.nonce, "timestamp": self._now}
        try:
            message.verify("0x" + signature.hex(), **about)
        except (InvalidSignature, BadSignature, ValueError, TypeError):
            return False
        except Wrong as error:
            raise Denied("the signed text does not hold", hint="Begin to sign in again.") from error
        return True

    def _check_contract(self, address: Address, text: str, signature: bytes) -> None:
        """Let a contract say whether a signature is its own, once no key has made it."""
        try:
            check_askable(signature, address)
        except SignatureMismatch as error:
            raise Denied(error.message, hint=error.hint) from error
        if not self._approves(address, _digest(text), signature):
            raise Denied(
                "the signature is not one of this address",
                hint="Sign the text with the account that it names. A wallet that is a contract must be on "
                f"chain {self._place.chain_id}, and confirm the signature by now (ERC-1271).",
            )

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
            ("beginning", lambda one: one.not_before is None),
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


def _octets(signature: str) -> bytes:
    """Read a signature; what is none is empty, which nobody's is."""
    digits = signature.removeprefix("0x")
    return bytes.fromhex(digits) if _HEXADECIMAL.fullmatch(digits) else b""


def _digest(text: str) -> bytes:
    """Hash a text as wallets sign it (EIP-191)."""
    data = text.encode()
    return keccak(b"\x19Ethereum Signed Message:\n" + str(len(data)).encode() + data)
