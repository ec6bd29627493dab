"""
A second factor: codes of an authenticator app, and recovery codes for whoever has lost it.

1. A code counts once: neither it nor one before it counts again.
2. Each try is counted before it is looked at. Five wrong ones lock for a while; a right one begins anew.
3. Recovery codes are shown once, kept as hashes, and each works once.

Source: RFC 6238, 30 s, six digits, SHA-1, as every app has it.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from supportledger.desk.people import papers
from supportledger.desk.people.limits import Limit
from supportledger.desk.people.people import People
from supportledger.desk.people.tokens import hashed
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Conflict, Denied, NotFound
from supportledger.model.ids import TicketId
from supportledger.ports.cabinet import Cabinet, Paper

if TYPE_CHECKING:
    import pyotp

TRIES: Final = Limit("second factor", 5, 15 * 60)
RECOVERY_CODES: Final = 10
_STEP_S: Final = 30
_DIGITS: Final = 6
_LONGEST: Final = 64


@dataclass(frozen=True, slots=True)
class Enrolment:
    """
    A second factor on its way into somebody's app; shown once.

    Args:
        secret: In base 32, for whoever types it.
        uri: The same for apps: `otpauth://…`.
        image: The same as a QR code; SVG.
    """

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    image: str = field(repr=False)


class Codes:
    """
    Second factors.

    Args:
        cabinet: Where they lie.
        people: Whose they are.
        desk: What the desk calls itself, as apps show it.
    """

    def __init__(self, cabinet: Cabinet, people: People, desk: str) -> None:
        self._cabinet = cabinet
        self._people = people
        self._desk = desk

    def has(self, person: TicketId) -> bool:
        """Tell whether somebody has a second factor that counts."""
        try:
            return bool(self._paper(person).data["is_confirmed"])
        except NotFound:
            return False

    def begin(self, visitor: Visitor) -> Enrolment:
        """
        Make a second factor, which counts once its owner has shown a code of it.

        Raises:
            Denied: Nobody is signed in, or another step comes first.
            Conflict: They have one that counts.
        """
        import pyotp  # noqa: PLC0415 -- only those wait for it who sign in so
        import segno  # noqa: PLC0415 -- as above

        person = visitor.recent_owner(self._people.now, "enrol", "second")
        account, secret = self._people.get(person), pyotp.random_base32()
        if self.has(person):
            raise Conflict("there is a second factor already", hint="Remove it first.")
        data = {"secret": secret, "last": 0, "is_confirmed": False, "recovery": []}
        self._cabinet.remove(papers.FACTOR, [person.hex()])
        self._cabinet.write(Paper(papers.FACTOR, person.hex(), data, group=person.hex(), owner=person))
        uri = _totp(secret).provisioning_uri(name=account.mail or account.name, issuer_name=self._desk)
        image = segno.make(uri, error="m", micro=False).svg_inline(scale=4, border=4, omitsize=True)
        return Enrolment(secret, uri, image)

    def confirm(self, visitor: Visitor, code: str) -> list[str]:
        """
        Let a second factor count from now on, because its owner has shown a code of it.

        Returns:
            Recovery codes; shown once.

        Raises:
            Denied: The code is wrong, none was begun, or another step comes first.
            Conflict: It counts already.
        """
        person = visitor.owner("enrol", "second")
        self._spend(person)
        made = [_readable(secrets.token_hex(8)) for _ in range(RECOVERY_CODES)]

        def confirmed(paper: Paper) -> Mapping[str, Any]:
            if paper.data["is_confirmed"]:
                raise Conflict("there is a second factor already", hint="Remove it first.")
            last = self._matched(paper, code)
            return {
                **paper.data,
                "last": last,
                "is_confirmed": True,
                "recovery": [hashed(_plain(one)) for one in made],
            }

        papers.revise(self._cabinet, papers.FACTOR, person.hex(), confirmed)
        return made

    def check(self, visitor: Visitor, code: str) -> None:
        """
        Use a code up: one of the app's, or a recovery code.

        Raises:
            Denied: It is wrong, or was used already; or there is no second factor.
            LimitReached: There were too many wrong ones.
        """
        person = visitor.owner("code")
        self._spend(person)

        def used(paper: Paper) -> Mapping[str, Any]:
            if not paper.data["is_confirmed"]:
                raise Denied("there is no second factor that counts")
            left = _without(paper.data["recovery"], code)
            if len(left) < len(paper.data["recovery"]):
                return {**paper.data, "recovery": left, "last": paper.data["last"] + 1}
            return {**paper.data, "last": self._matched(paper, code)}

        papers.revise(self._cabinet, papers.FACTOR, person.hex(), used)

    def recovery_codes_left(self, person: TicketId) -> int:
        """
        Tell how many recovery codes somebody has left.

        Raises:
            NotFound: They have no second factor.
        """
        return len(self._paper(person).data["recovery"])

    def remove(self, visitor: Visitor, code: str) -> None:
        """
        Let somebody have no second factor any more, who shows that they have it.

        Raises:
            Denied: The code is wrong, or another step comes first.
            LimitReached: There were too many wrong ones.
        """
        person = visitor.owner()
        self.check(visitor, code)
        self.discard(person)

    def discard(self, person: TicketId) -> None:
        """Let somebody have no second factor any more, who has lost it; for administrators of the machine."""
        self._cabinet.remove(papers.FACTOR, [person.hex()])

    def _spend(self, person: TicketId) -> None:
        """Count a try; tries are counted from the last right one on."""
        try:
            last = self._paper(person).data["last"]
        except NotFound as error:
            raise Denied("there is no second factor here") from error
        TRIES.spend(self._cabinet, f"{person.hex()}:{last}", self._people.now)

    def _paper(self, person: TicketId) -> Paper:
        return self._cabinet.read(papers.FACTOR, person.hex())

    def _matched(self, paper: Paper, code: str) -> int:
        """Give the number of the step that a code is of: it must be behind the last one that counted."""
        given, totp = code.strip().replace(" ", "")[:_LONGEST], _totp(paper.data["secret"])
        step = self._people.now // _STEP_S
        for tried in (step, step - 1, step + 1):
            shown = totp.at(datetime.fromtimestamp(tried * _STEP_S, UTC))
            if tried > paper.data["last"] and hmac.compare_digest(shown.encode(), _bytes(given)):
                return tried
        raise Denied("this code is wrong, or was used already", hint="Wait for the next one.")


def _totp(secret: str) -> "pyotp.TOTP":
    import pyotp  # noqa: PLC0415 -- as in `Codes.begin`

    return pyotp.TOTP(secret, digits=_DIGITS, interval=_STEP_S)


def _without(kept: list[str], code: str) -> list[str]:
    """Give hashes without that of a code; whoever looks a hash up learns nothing from the time it takes."""
    return [one for one in kept if one != hashed(_plain(code[:_LONGEST]))]


def _readable(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _plain(code: str) -> str:
    return "".join(filter(str.isalnum, code.lower()))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
