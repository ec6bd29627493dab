"""
Passkeys: a key in somebody's device, which signs for our origin alone, once its owner has shown who they are.

1. A challenge is answered once, within minutes, in the browser that asked for it.
2. The device must have verified its user, by finger, face or number.
3. A device that counts its signatures must count on: a count that goes back is a copy's.

Source: WebAuthn Level 3, §7.1 and §7.2.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from supportledger.desk.people import papers
from supportledger.desk.people.accounts import LONGEST_NAME, Account
from supportledger.desk.people.challenges import Asked, answer, ask
from supportledger.desk.people.people import People
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Conflict, Denied, InputError, NotFound
from supportledger.model.ids import TicketId
from supportledger.ports.cabinet import Cabinet, Paper

CHALLENGE_LIFETIME_S: Final = 300
MOST_PASSKEYS: Final = 20
_LARGEST: Final = 64 * 1024
_SIGN_IN: Final = "passkey"
_REGISTER: Final = "passkey.new"


@dataclass(frozen=True, slots=True)
class Passkey:
    """
    One passkey, as its owner sees it.

    Args:
        name: Names it among the owner's; the hash of its id.
        label: What its owner calls it.
        created_at: Unix seconds.
        used_at: When it last signed somebody in; None for never.
    """

    name: str
    label: str
    created_at: int
    used_at: int | None


class Passkeys:
    """
    Registers passkeys, and signs people in by them.

    Args:
        cabinet: Where they lie.
        people: Whose they are.
        public_url: What people type to get here; passkeys belong to its host.
        desk: What the desk calls itself.
    """

    def __init__(self, cabinet: Cabinet, people: People, public_url: str, desk: str) -> None:
        parts = urlsplit(public_url)
        self._cabinet = cabinet
        self._people = people
        self._host = parts.hostname or ""
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._desk = desk

    def begin_registering(self, visitor: Visitor, browser: str) -> str:
        """
        Say what a browser is to make a passkey from.

        Returns:
            JSON, for `navigator.credentials.create`.

        Raises:
            Denied: Nobody is signed in, or another step comes first.
            Conflict: They have too many passkeys.
        """
        import webauthn  # noqa: PLC0415 -- only those wait for it who sign in so
        from webauthn.helpers import structs  # noqa: PLC0415 -- as above

        person = visitor.recent_owner(self._people.now, "enrol")
        account, known = self._people.get(person), self._papers(person)
        if len(known) >= MOST_PASSKEYS:
            raise Conflict(f"there are {len(known)} passkeys already", hint="Remove one first.")
        challenge = self._challenge(Asked(_REGISTER, browser, person))
        options = webauthn.generate_registration_options(
            rp_id=self._host,
            rp_name=self._desk,
            user_id=bytes(person),
            user_name=account.mail or account.name,
            user_display_name=account.name,
            challenge=challenge,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                structs.PublicKeyCredentialDescriptor(bytes.fromhex(one.data["id"])) for one in known
            ],
        )
        return webauthn.options_to_json(options)

    def register(
        self, visitor: Visitor, credential: Mapping[str, Any], browser: str, label: str = ""
    ) -> Passkey:
        """
        Keep a passkey that a browser has made.

        Args:
            visitor: Whose it is.
            credential: What the browser gave, as `toJSON` writes it.
            browser: A secret of the browser that asks.
            label: What its owner calls it.

        Raises:
            InputError: It is no passkey.
            Denied: The challenge or the passkey is not for us, or another step comes first.
            Conflict: It is known already.
        """
        import webauthn  # noqa: PLC0415 -- as in `begin_registering`
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 -- as above

        person = visitor.owner("enrol")
        challenge = self._answered(credential, Asked(_REGISTER, browser, person))
        try:
            made = webauthn.verify_registration_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except (WebAuthnException, *_MALFORMED) as error:
            raise Denied("this passkey cannot be used here", hint=_HINT) from error
        data = {
            "id": made.credential_id.hex(),
            "public_key": made.credential_public_key.hex(),
            "sign_count": made.sign_count,
            "label": _label(label),
            "created_at": self._people.now,
            "used_at": None,
        }
        paper = Paper(papers.PASSKEY, _name(made.credential_id), data, group=person.hex(), owner=person)
        return read_passkey(self._cabinet.write(paper)[0])

    def begin(self, browser: str) -> str:
        """
        Say what a passkey is to sign; the browser lets its owner choose which.

        Returns:
            JSON, for `navigator.credentials.get`.
        """
        import webauthn  # noqa: PLC0415 -- as in `begin_registering`
        from webauthn.helpers import structs  # noqa: PLC0415 -- as above

        options = webauthn.generate_authentication_options(
            rp_id=self._host,
            challenge=self._challenge(Asked(_SIGN_IN, browser)),
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
        return webauthn.options_to_json(options)

    def sign_in(self, credential: Mapping[str, Any], browser: str) -> Account:
        """
        Find the account of whoever has signed with a passkey.

        Args:
            credential: What the browser gave, as `toJSON` writes it.
            browser: A secret of the browser that asks.

        Raises:
            InputError: It is no passkey.
            Denied: The passkey is not known, or what it signed does not hold.
        """
        challenge = self._answered(credential, Asked(_SIGN_IN, browser))
        paper = self._known(credential)
        count = self._verified(paper, credential, challenge)

        def used(now: Paper) -> Mapping[str, Any]:
            if now.data["sign_count"] != paper.data["sign_count"]:
                raise Denied("this passkey was used somewhere else at the same time", hint=_HINT)
            return {**now.data, "sign_count": count, "used_at": self._people.now}

        papers.revise(self._cabinet, papers.PASSKEY, paper.id, used)
        return self._people.get(TicketId.parse(paper.group))

    def of(self, person: TicketId) -> list[Passkey]:
        """List somebody's passkeys, the oldest first."""
        return sorted(map(read_passkey, self._papers(person)), key=lambda one: (one.created_at, one.name))

    def remove(self, visitor: Visitor, name: str) -> None:
        """
        Let a passkey sign nobody in any more.

        Raises:
            NotFound: They have no such passkey.
            Denied: Nobody is signed in, or another step comes first.
        """
        person = visitor.owner()
        if self._cabinet.read(papers.PASSKEY, name).group != person.hex():
            raise NotFound("there is no such passkey")
        self._cabinet.remove(papers.PASSKEY, [name])

    def _papers(self, person: TicketId) -> list[Paper]:
        return papers.whole_list(self._cabinet, papers.PASSKEY, person.hex())

    def _challenge(self, asked: Asked) -> bytes:
        challenge = secrets.token_bytes(32)
        expires_at = self._people.now + CHALLENGE_LIFETIME_S
        ask(self._cabinet, challenge.hex(), asked, expires_at=expires_at)
        return challenge

    def _answered(self, credential: Mapping[str, Any], asked: Asked) -> bytes:
        """Use up the challenge that the browser says it has signed; that it has, is verified later."""
        challenge = _challenge_in(credential)
        answer(self._cabinet, challenge.hex(), asked)
        return challenge

    def _known(self, credential: Mapping[str, Any]) -> Paper:
        try:
            found = self._cabinet.read(papers.PASSKEY, _name(_bytes(credential["rawId"])))
            handle = credential["response"].get("userHandle")
        except (NotFound, KeyError, TypeError, AttributeError, ValueError) as error:
            raise Denied("this passkey is not known here", hint=_HINT) from error
        if handle and _bytes(handle) != bytes.fromhex(found.group):
            raise Denied("this passkey is somebody else's", hint=_HINT)
        return found

    def _verified(self, paper: Paper, credential: Mapping[str, Any], challenge: bytes) -> int:
        import webauthn  # noqa: PLC0415 -- as in `begin_registering`
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 -- as above

        try:
            found = webauthn.verify_authentication_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=bytes.fromhex(paper.data["public_key"]),
                credential_current_sign_count=paper.data["sign_count"],
                require_user_verification=True,
            )
        except (WebAuthnException, *_MALFORMED) as error:
            raise Denied("what this passkey signed does not hold", hint=_HINT) from error
        return int(found.new_sign_count)


_MALFORMED: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError)
_HINT: Final = "Try again, or ask an administrator of the desk for a new link."


def read_passkey(paper: Paper) -> Passkey:
    """Read a passkey from the cabinet."""
    return Passkey(paper.id, paper.data["label"], paper.data["created_at"], paper.data["used_at"])


def _name(credential_id: bytes) -> str:
    return sha256(credential_id).hexdigest()


def _label(text: str) -> str:
    return "".join(filter(str.isprintable, text)).strip()[:LONGEST_NAME]


def _bytes(text: str) -> bytes:
    from webauthn import base64url_to_bytes  # noqa: PLC0415 -- as in `begin_registering`

    return base64url_to_bytes(text)


def _challenge_in(credential: Mapping[str, Any]) -> bytes:
    try:
        data = credential["response"]["clientDataJSON"][:_LARGEST]
        return _bytes(json.loads(_bytes(data))["challenge"])
    except (*_MALFORMED, RecursionError) as error:
        raise InputError("not what a passkey gives", hint=_HINT) from error
