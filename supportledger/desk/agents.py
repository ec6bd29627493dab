"""Who may act for the desk: certificates, given and taken by a certifier."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from supportledger.desk.cast import By, Cast, Part
from supportledger.desk.reasons import Reasons
from supportledger.errors import InputError
from supportledger.model.acts import Mined
from supportledger.model.agent import CREDENTIAL_SIZE, Agent, AgentStatus
from supportledger.model.duration import parse_duration
from supportledger.model.events import AgentChanged
from supportledger.model.ids import Address, keccak
from supportledger.model.refusal import AgentNotFound, RevocationInFuture
from supportledger.ports import Ledger, Signer

SKILLS: Final = (
    "account",
    "deposit",
    "withdrawal",
    "trading",
    "wallet",
    "token",
    "fees",
    "security",
    "identity",
    "tax",
    "staking",
    "bridge",
    "contract",
    "api",
    "card",
    "complaint",
)
"""Names of the bits of `Agent.skills`, from bit 0; only ever added to."""
LANGUAGES: Final = (
    *("en", "zh", "es", "ar", "pt", "id", "fr", "ja", "ru", "de", "ko", "vi", "tr", "it", "th", "pl"),
    *("uk", "fa", "hi", "bn", "ur", "ms", "nl", "cs", "ro", "el", "hu", "sv", "he", "tl", "sw", "ta"),
)
"""Names of the bits of `Agent.languages`, from bit 0; only ever added to."""
_TRIES: Final = 8
_PAUSE_S: Final = 0.2
Names = Iterable[str] | int
"""Names of bits, or the bits."""


@dataclass(frozen=True, slots=True)
class AgentView:
    """
    An account and its certificate.

    Args:
        account: Whose it is.
        name: Of the identity, if it is one of ours.
        certificate: As it is now.
        is_in_force: Whether it may be used now.
        changes: How it came to be, in order; empty in lists.
    """

    account: Address
    name: str | None
    certificate: Agent
    is_in_force: bool
    changes: tuple[AgentChanged, ...] = ()


class Agents:
    """The agents of a ledger; accounts may be given by address or by the name of an identity."""

    def __init__(
        self, ledger: Ledger, cast: Cast, reasons: Reasons, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._ledger = ledger
        self._reasons = reasons
        self._cast = cast
        self._wait = wait

    def certify(
        self,
        account: Address | str,
        *,
        tier: int = 1,
        valid_for: int | str = "365d",
        until: int | None = None,
        skills: Names = (),
        languages: Names = (),
        credential: bytes | str = b"",
        by: By = None,
    ) -> Mined:
        """
        Certify an agent from now on, or change what a certificate is for.

        Args:
            account: Who.
            tier: What they may answer; 0 is a service, which records and cannot answer.
            valid_for: For how long: seconds, or a duration like 90d.
            until: First second no longer in force; None: as *valid_for* says.
            skills: Of `SKILLS`.
            languages: Of `LANGUAGES`.
            credential: What was examined: text to be hashed, or the first 12 bytes of its hash.
            by: The certifier.

        Raises:
            InputError: A skill or language has no bit, or something does not fit into its place.
            Refusal: The ledger refuses.
        """
        end = self._ledger.now() + _seconds(valid_for) if until is None else until
        certificate = new_certificate(
            until=end, tier=tier, skills=skills, languages=languages, credential=credential
        )
        certifier = self._cast.actor(Part.CERTIFIER, by)
        return self._ledger.certify(certifier, self._cast.address(account), certificate)

    def renew(
        self,
        account: Address | str,
        *,
        valid_for: int | str = "365d",
        until: int | None = None,
        by: By = None,
    ) -> Mined:
        """
        Extend a certificate.

        Args:
            account: Whose.
            valid_for: For how long from now.
            until: First second no longer in force; None: as *valid_for* says.
            by: The certifier.

        Raises:
            Refusal: The ledger refuses; a certificate is never shortened.
        """
        end = self._ledger.now() + _seconds(valid_for) if until is None else until
        return self._ledger.renew(self._cast.actor(Part.CERTIFIER, by), self._cast.address(account), end)

    def suspend(self, account: Address | str, *, reason: str = "", by: By = None) -> Mined:
        """
        Suspend a certificate.

        Args:
            account: Whose.
            reason: Why; kept here, sealed, and not on the ledger. Empty: nobody says.
            by: The certifier.

        Raises:
            InputError: The reason is too long; nothing is done.
            Refusal: The ledger refuses.
        """
        why, address = self._reasons.check(reason), self._cast.address(account)
        done = self._ledger.suspend(self._cast.actor(Part.CERTIFIER, by), address)
        self._reasons.keep(address, done.transaction, why)
        return done

    def reinstate(self, account: Address | str, *, by: By = None) -> Mined:
        """End a suspension."""
        return self._ledger.reinstate(self._cast.actor(Part.CERTIFIER, by), self._cast.address(account))

    def revoke(
        self, account: Address | str, *, since: int | None = None, reason: str = "", by: By = None
    ) -> Mined:
        """
        End a certificate for good; what was done before stands.

        Args:
            account: Whose.
            since: As of when, not in the future; what was done then or later will be flagged. None: as of
                now, so that whatever is on the ledger already stands.
            reason: As `suspend`.
            by: The certifier.

        Raises: As `suspend`.
        """
        why, address = self._reasons.check(reason), self._cast.address(account)
        done = self._revoke(self._cast.actor(Part.CERTIFIER, by), address, since)
        self._reasons.keep(address, done.transaction, why)
        return done

    def reasons(self, account: Address | str) -> Mapping[bytes, str]:
        """Give why a certificate was suspended or revoked, by transaction: for whom it concerns alone."""
        return self._reasons.of(self._cast.address(account))

    def _revoke(self, certifier: Signer, address: Address, since: int | None) -> Mined:
        if since is not None:
            return self._ledger.revoke(certifier, address, since)
        latest = self._ledger.block().time
        for _ in range(_TRIES):
            try:
                return self._ledger.revoke(certifier, address, latest + 1)
            except RevocationInFuture:
                self._wait(_PAUSE_S)  # until the second of the last block is over
        return self._ledger.revoke(certifier, address, latest)

    def show(self, account: Address | str) -> AgentView:
        """
        Give an agent with the history of their certificate.

        Raises:
            AgentNotFound: They were never certified.
        """
        address = self._cast.address(account)
        changes = tuple(self._ledger.agent_changes(address))
        if not changes:
            raise AgentNotFound(address)
        return replace(self._view(address, changes[-1].certificate, self._ledger.now()), changes=changes)

    def list(self) -> "list[AgentView]":
        """List all agents there ever were, in the order in which they came."""
        now = self._ledger.now()
        latest = {one.agent: one.certificate for one in self._ledger.agent_changes()}
        return [self._view(account, certificate, now) for account, certificate in latest.items()]

    def _view(self, account: Address, certificate: Agent, now: int) -> AgentView:
        return AgentView(account, self._cast.name(account), certificate, certificate.in_force(now))


def new_certificate(
    *, until: int, tier: int, skills: Names = (), languages: Names = (), credential: bytes | str = b""
) -> Agent:
    """
    Write a certificate that begins as soon as it is on the ledger.

    Args, Raises: As `Agents.certify`.
    """
    return Agent(
        from_=0,
        until=until,
        status=AgentStatus.CERTIFIED,
        tier=tier,
        skills=_bits(skills, SKILLS, "skill"),
        languages=_bits(languages, LANGUAGES, "language"),
        credential=_credential(credential),
    )


def bit_names(bits: int, names: Sequence[str]) -> list[str]:
    """Name the bits of a set; one without a name is shown by its number."""
    return [names[at] if at < len(names) else f"#{at}" for at in range(32) if bits >> at & 1]


def _bits(given: Names, names: Sequence[str], what: str) -> int:
    if isinstance(given, int):
        return given
    bits = 0
    for name in given:
        if name.lower() not in names:
            raise InputError(f"no {what} is named {name[:40]!r}", hint=f"There are {', '.join(names)}.")
        bits |= 1 << names.index(name.lower())
    return bits


def _credential(given: bytes | str) -> bytes:
    if isinstance(given, str):
        return keccak(given.encode())[:CREDENTIAL_SIZE]
    return given.ljust(CREDENTIAL_SIZE, b"\0")


def _seconds(given: int | str) -> int:
    return parse_duration(given) if isinstance(given, str) else given
