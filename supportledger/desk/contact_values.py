"""
Contacts as they are compared: what somebody pastes, read as a mail, a number, a site, a name or an address.

A text may be read in several ways; each is tried. What only looks like one thing to people, and is another to
machines (a user in front of a host), is read as machines do; what machines do not agree on is not read.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import idna
import phonenumbers

from supportledger.errors import InputError
from supportledger.model.ids import Address
from supportledger.proof.contact_line import LONGEST_VALUE, ContactKind

_MAIL: Final = re.compile(r"[^\s@\"<>(),:;\\\[\]]{1,64}")
_NAME: Final = re.compile(r"[\w.-]{2,40}")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ().\-/]{4,30}", re.ASCII)
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE | re.ASCII)
_NAMED: Final = re.compile(r".*<([^<>]+)>", re.DOTALL)
_NETWORKS: Final = {
    "t.me": ContactKind.TELEGRAM,
    "telegram.me": ContactKind.TELEGRAM,
    "x.com": ContactKind.X,
    "twitter.com": ContactKind.X,
    "discord.gg": ContactKind.DISCORD,
}
_NAMES: Final = (ContactKind.TELEGRAM, ContactKind.X, ContactKind.DISCORD)


class Reading(NamedTuple):
    """One way to read a text."""

    kind: ContactKind
    value: str


def normalised(kind: ContactKind, text: str) -> str:
    """
    Write a contact in the one form in which it is compared (L11.3).

    Raises:
        InputError: It is none of its kind.
    """
    found = _READERS[kind](_cleaned(text))
    if not found.isascii():
        raise InputError(f"{text[:80]!r} has letters that no such contact has")
    return found


def readings(text: str) -> list[Reading]:
    """
    Read what somebody asks about, in every way that makes sense; none if there is no sense in it.

    Raises:
        InputError: It is empty, or too long.
    """
    found = []
    for kind, part in _candidates(_cleaned(text)):
        try:
            found.append(Reading(kind, _READERS[kind](part)))
        except InputError:  # it is nothing of this kind
            continue
    return list(dict.fromkeys(found))


def split_site(value: str) -> tuple[str, str]:
    """Give host and path of a site."""
    host, slash, path = value.partition("/")
    return host, slash + path


def host_of(text: str) -> str:
    """
    Write a host as it is looked up.

    Raises:
        InputError: It cannot be.
    """
    try:
        found = idna.encode(text.rstrip("."), uts46=True).decode().lower()
    except idna.IDNAError as cause:
        raise InputError(f"no host is called {text[:80]!r}") from cause
    if "." not in found or found.rsplit(".", 1)[1].isdigit():
        raise InputError(f"no host is called {text[:80]!r}")
    return found


def _cleaned(text: str) -> str:
    """Drop what cannot be seen, around and within."""
    found = "".join(one for one in text.strip() if unicodedata.category(one) != "Cf")
    if not found or len(found) > LONGEST_VALUE:
        raise InputError(
            f"a contact has 1 to {LONGEST_VALUE} characters", hint="Paste one address, number or name."
        )
    return found


def _candidates(text: str) -> Iterator[tuple[ContactKind, str]]:
    named = _NAMED.fullmatch(text)
    plain = named[1].strip() if named else text
    scheme = match[1].lower() if (match := _SCHEME.match(plain)) else ""
    if scheme in {"mailto", "tel", "sms"}:
        kind = ContactKind.MAIL if scheme == "mailto" else ContactKind.PHONE
        yield kind, plain.split(":", 1)[1].split("?", 1)[0]
    elif _ADDRESS.fullmatch(plain):
        yield ContactKind.CHAIN, plain
    elif plain.startswith("@"):
        yield from ((kind, plain) for kind in _NAMES)
    elif "@" in plain and "/" not in plain and "\\" not in plain:
        yield ContactKind.MAIL, plain
    elif _PHONE.fullmatch(unicodedata.normalize("NFKC", plain)):
        yield ContactKind.PHONE, plain
    else:
        yield from _of_the_web(plain)


def _of_the_web(text: str) -> Iterator[tuple[ContactKind, str]]:
    kind = _network(text)
    if kind is not None:
        yield kind, text
    elif any(one in text for one in "./。．"):
        yield ContactKind.SITE, text
    elif _NAME.fullmatch(text):
        yield from ((kind, text) for kind in _NAMES)


def _network(text: str) -> ContactKind | None:
    try:
        return _NETWORKS.get(_site(text).split("/", 1)[0].removeprefix("www."))
    except InputError:
        return None


# -- one reader for each kind --------------------------------------------------------------------------------


def _mail(text: str) -> str:
    local, at, host = text.rpartition("@")
    if not at or not _MAIL.fullmatch(local):
        raise InputError(f"{text[:80]!r} is no mail address")
    return f"{unicodedata.normalize('NFKC', local).lower()}@{host_of(host)}"


def _phone(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = "+" + plain[2:] if plain.startswith("00") else plain
    try:
        number = phonenumbers.parse(plain, None)
    except phonenumbers.NumberParseException as cause:
        raise InputError(
            f"{text[:40]!r} is no phone number", hint="Write it with the country's code, as +1 650 253 0000."
        ) from cause
    if not phonenumbers.is_possible_number(number):
        raise InputError(f"{text[:40]!r} is no phone number that there can be")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _site(text: str) -> str:
    """Write host and path of where a browser would go: a user in front of the host leads nowhere."""
    if "\\" in text or any(one.isspace() for one in text):  # browsers and others read those differently
        raise InputError(f"{text[:80]!r} is no address of a site")
    plain = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text.lstrip('/')}"
    try:
        parts = urlsplit(plain)
        host, port = parts.hostname or "", parts.port
    except ValueError as cause:
        raise InputError(f"{text[:80]!r} is no address of a site") from cause
    found, path = host_of(host), parts.path.rstrip("/")
    at = "" if port in {None, 80, 443} else f":{port}"
    return f"{found}{at}{path}"


def _name(text: str) -> str:
    return _handle(text).lower()


def _invitation(text: str) -> str:
    """Give a name or invitation; those of Discord are not the same in other case."""
    return _handle(text)


def _handle(text: str) -> str:
    found = _site(text).partition("/")[2].split("/")[0] if "/" in text else text
    found = found.removeprefix("@")
    if not _NAME.fullmatch(found):
        raise InputError(f"{text[:80]!r} is no name of a network")
    return found


def _chain(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise InputError(f"{text[:80]!r} is no address", hint="An address is 0x and 40 hexadecimal digits.")
    return str(Address.parse(text.lower()))


_READERS: Final[Mapping[ContactKind, Callable[[str], str]]] = {
    ContactKind.MAIL: _mail,
    ContactKind.PHONE: _phone,
    ContactKind.SITE: _site,
    ContactKind.TELEGRAM: _name,
    ContactKind.X: _name,
    ContactKind.DISCORD: _invitation,
    ContactKind.CHAIN: _chain,
}
