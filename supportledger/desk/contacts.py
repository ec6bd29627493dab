"""
The desk's official contacts, and what can be said of one that somebody was written from.

1. Contacts are lines of an append-only log that is anchored: none is taken out or backdated unseen.
2. What somebody asks about is official, was official, looks like an official one, belongs to a certified
   agent or once did, or is unknown. Nothing is ever called safe: an official address may be stolen, too.
3. A contact is the desk's from one second until another, as its lines say.

Source: docs/spec/anchored-log.md, L11.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock
from typing import Final

from supportledger.desk.contact_values import Reading, normalised, readings, split_site
from supportledger.desk.logs import Logs
from supportledger.desk.lookalikes import (
    addresses_alike,
    digits_alike,
    hosts_alike,
    is_one_edit_away,
    names_alike,
    skeleton,
)
from supportledger.errors import BundleFormatError, Conflict, InputError, NotFound
from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.ids import NOBODY, Address
from supportledger.ports import Clock
from supportledger.proof.contact_line import LOG, ContactKind, ContactLine, ContactStep

MOST: Final = 1_000
_LOCAL: Final = frozenset({ContactKind.TELEGRAM, ContactKind.X, ContactKind.DISCORD})


@dataclass(frozen=True, slots=True)
class Contact:
    """
    An official contact.

    Args:
        kind: What it is.
        value: As it is compared.
        since: First second at which it is the desk's; Unix seconds.
        until: First second at which it is no longer; None for no end. Unix seconds.
        actor: Who vouches for it; nobody's address for whoever works on the desk's machine.
        index: Of the line that says so, from 0: proofs are made of it.
    """

    kind: ContactKind
    value: str
    since: int
    until: int | None
    actor: Address
    index: int

    def in_force(self, time: int) -> bool:
        """Tell whether it is the desk's at an instant."""
        return self.since <= time and (self.until is None or time < self.until)


class Word(StrEnum):
    """What can be said of a contact."""

    OFFICIAL = "official"
    WAS_OFFICIAL = "was official"
    LOOKALIKE = "lookalike"
    """It is not the desk's, and could be taken for it: a warning."""
    AGENT = "certified agent"
    WAS_AGENT = "was certified"
    """Of an agent whose certificate is not in force."""
    UNKNOWN = "unknown"
    """Nothing is known of it: that is no good word."""


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What is said of a contact.

    Args:
        word: In a word.
        kind: As what it was read; None if there was no sense in it.
        value: As it is compared; empty if there was no sense in it.
        contact: The official one that it is, was, looks like, or belongs below; None for none.
        certificate: Of the agent whose address it is.
    """

    word: Word
    kind: ContactKind | None = None
    value: str = ""
    contact: Contact | None = None
    certificate: Agent | None = None


class Contacts:
    """
    The contacts of a desk.

    Args:
        logs: Those of the desk.
        clock: This machine's.
        certificates: Gives the certificate of an address.
    """

    def __init__(self, logs: Logs, clock: Clock, certificates: Callable[[Address], Agent]) -> None:
        self._logs = logs
        self._clock = clock
        self._certificates = certificates
        self._lock = Lock()
        self._seen: dict[Reading, Contact] = {}
        """What the lines say that were read so far; a log only grows."""
        self._read = 0

    # -- the log ---------------------------------------------------------------------------------------------

    def all(self) -> list[Contact]:
        """List all contacts, those that were official as well, by kind and value."""
        return sorted(self._known().values(), key=lambda one: (one.kind, one.value))

    def official(self) -> list[Contact]:
        """List the contacts that are the desk's now."""
        now = self._now()
        return [one for one in self.all() if one.in_force(now)]

    def add(
        self,
        kind: ContactKind,
        text: str,
        *,
        by: Address = NOBODY,
        since: int | None = None,
        until: int | None = None,
    ) -> Contact:
        """
        Say that a contact is the desk's.

        Args:
            kind: What it is.
            text: As people write it.
            by: Who vouches for it.
            since: Unix seconds; None: now.
            until: Unix seconds; None for no end.

        Raises:
            InputError: It is none of its kind, or ends before it begins.
            Conflict: It is the desk's already, or there are too many.
        """
        now = self._now()
        begin = now if since is None else since
        if begin < 0 or (until is not None and until <= max(begin, now)):
            raise InputError("a contact ends after it begins, and not in the past")
        reading, known = Reading(kind, normalised(kind, text)), self._known()
        if reading in known and not _is_over(known[reading], now):
            raise Conflict(f"{reading.value} is official already", hint="Revoke it to change its dates.")
        if len(known) >= MOST:
            raise Conflict(f"the log names {MOST} contacts, and no more than that")
        self._note(ContactLine(ContactStep.ADDED, kind, reading.value, now, by, begin, until))
        return self._known()[reading]

    def revoke(
        self, kind: ContactKind, text: str, *, by: Address = NOBODY, since: int | None = None
    ) -> Contact:
        """
        Say that a contact is the desk's no longer.

        Args:
            kind: What it is.
            text: As people write it.
            by: Who says so.
            since: First second at which it no longer was, not after now; None: now. Unix seconds.

        Raises:
            NotFound: It is not official.
            InputError: It cannot end then.
        """
        now, reading = self._now(), Reading(kind, normalised(kind, text))
        known = self._known().get(reading)
        if known is None or _is_over(known, now):
            raise NotFound(f"{reading.value} is not official")
        end = now if since is None else since
        if not 0 <= end <= now:
            raise InputError("a contact is revoked since now, or since an earlier instant")
        self._note(ContactLine(ContactStep.REVOKED, kind, reading.value, now, by, known.since, end))
        return self._known()[reading]

    # -- asking ----------------------------------------------------------------------------------------------

    def check(self, text: str) -> Finding:
        """
        Say what is known of a contact (L11.5).

        Args:
            text: As somebody has received it.

        Raises:
            InputError: It is empty, or too long.
        """
        known, now = self._known(), self._now()
        ways = readings(text)
        found = (self._official(way, known, now) for way in ways)
        best = min((one for one in found if one), key=lambda one: one.word is not Word.OFFICIAL, default=None)
        return (
            best
            or self._of_agent(ways, now)
            or self._unofficial(text, ways, [one for one in known.values() if one.since <= now])
        )

    def _official(self, way: Reading, known: dict[Reading, Contact], now: int) -> Finding | None:
        """Find the contact itself, or the official site that a page belongs to."""
        contact = known.get(way) or (_site_of(way.value, known) if way.kind is ContactKind.SITE else None)
        if contact is None or now < contact.since:
            return None
        word = Word.OFFICIAL if contact.in_force(now) else Word.WAS_OFFICIAL
        return Finding(word, way.kind, way.value, contact)

    def _of_agent(self, ways: Iterable[Reading], now: int) -> Finding | None:
        for way in ways:
            if way.kind is ContactKind.CHAIN:
                found = self._certificates(Address.parse(way.value))
                if found.status is not AgentStatus.NONE:
                    word = Word.AGENT if found.in_force(now) else Word.WAS_AGENT
                    return Finding(word, way.kind, way.value, certificate=found)
        return None

    def _unofficial(self, text: str, ways: Sequence[Reading], known: Sequence[Contact]) -> Finding:
        ours = [host for one in known if (host := _host(Reading(one.kind, one.value)))]
        for way in ways:
            is_ours = any(_is_under(_host(way), host) for host in ours)
            for contact in known:
                if _is_alike(way, contact) or (not is_ours and _is_host_alike(way, contact)):
                    return Finding(Word.LOOKALIKE, way.kind, way.value, contact)
        kind, value = ways[0] if ways else (None, "")
        dressed = next((one for one in known if _is_dressed(text, ways, one)), None)
        if dressed is not None:
            return Finding(Word.LOOKALIKE, kind, value, dressed)
        above = [one for way in ways for one in known if _is_below(way, one)]
        nearest = min(above, key=lambda one: one.kind is not kind, default=None)
        return Finding(Word.UNKNOWN, kind, value, nearest)

    # -- inside ----------------------------------------------------------------------------------------------

    def _note(self, line: ContactLine) -> None:
        with suppress(Conflict):  # if somebody else was first, that is as good
            if LOG not in self._logs.names():
                self._logs.create(LOG)
        self._logs.append(LOG, [line.to_bytes()])

    def _known(self) -> dict[Reading, Contact]:
        """
        Read new lines, of which the last about a contact counts (L11.4).

        What somebody else has appended and is no line says nothing (L11.2).
        """
        with self._lock, suppress(NotFound):
            for data in self._logs.lines(LOG, self._read):
                with suppress(BundleFormatError):
                    self._take(ContactLine.from_bytes(data), self._read)
                self._read += 1
        return dict(self._seen)

    def _take(self, line: ContactLine, index: int) -> None:
        reading = Reading(line.kind, line.value)
        if line.step is ContactStep.ADDED:
            self._seen[reading] = Contact(line.kind, line.value, line.since, line.until, line.actor, index)
        elif reading in self._seen:
            self._seen[reading] = replace(self._seen[reading], until=line.until, index=index)

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _is_over(contact: Contact, now: int) -> bool:
    return contact.until is not None and contact.until <= now


def _site_of(value: str, known: dict[Reading, Contact]) -> Contact | None:
    """Find the official site that a page lies on: its host, or a folder of it."""
    host, path = split_site(value)
    folders = path.split("/")
    for end in range(len(folders), 0, -1):
        found = known.get(Reading(ContactKind.SITE, host + "/".join(folders[:end])))
        if found is not None:
            return found
    return None


def _is_alike(way: Reading, contact: Contact) -> bool:
    """Tell whether something could be taken for an official contact, which it is not."""
    if way.kind in _LOCAL and contact.kind in _LOCAL:
        return names_alike(way.value, contact.value)
    if way.kind is not contact.kind:
        return False
    if way.kind is ContactKind.MAIL:
        return _is_mail_alike(way, contact)
    if way.kind is ContactKind.PHONE:
        return digits_alike(way.value, contact.value)
    return way.kind is ContactKind.CHAIN and addresses_alike(way.value, contact.value)


def _is_host_alike(way: Reading, contact: Contact) -> bool:
    """Tell whether a host could be taken for an official one."""
    host, official = _host(way), _host(Reading(contact.kind, contact.value))
    return bool(host and official) and hosts_alike(host, official)


def _is_dressed(text: str, ways: Sequence[Reading], contact: Contact) -> bool:
    """Tell whether the host of an official contact is shown where it leads nobody: as a user, in a path."""
    official = _host(Reading(contact.kind, contact.value))
    if not official or skeleton(official) not in skeleton(text):
        return False
    return not any(_is_under(host, official) for way in ways if (host := _host(way)))


def _is_mail_alike(way: Reading, contact: Contact) -> bool:
    """Tell whether a mail address is nearly an official one, at the same host."""
    (local, _, host), (known, _, official) = way.value.rpartition("@"), contact.value.rpartition("@")
    is_near = names_alike(local, known) or (len(known) > 2 and is_one_edit_away(local, known))
    return host == official and is_near


def _is_below(way: Reading, contact: Contact) -> bool:
    """Tell whether something has the host of an official contact, or one below it, without being official."""
    host, official = _host(way), _host(Reading(contact.kind, contact.value))
    return bool(host and official) and _is_under(host, official)


def _is_under(host: str, official: str) -> bool:
    return host == official or host.endswith("." + official)


def _host(way: Reading) -> str:
    if way.kind is ContactKind.MAIL:
        return way.value.rpartition("@")[2]
    return split_site(way.value)[0].split(":")[0] if way.kind is ContactKind.SITE else ""
