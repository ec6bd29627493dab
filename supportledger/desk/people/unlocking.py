"""
Keys that sign in somebody's name for as long as they are signed in.

1. A keystore is opened with its passphrase, once; neither is kept.
2. The key is sealed under a secret that is derived from the session's cookie, which only the browser has. Who
   has the database, the key store and the desk key cannot sign: not with all of them.
3. It is forgotten when the session ends or gets a new secret.
4. Or the server signs with an identity that it keeps itself, whose address is the account's.

Source: Web3 Secret Storage Definition, version 3; RFC 5869; NIST SP 800-38D.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from supportledger.desk.cast import Keys
from supportledger.desk.people import papers
from supportledger.desk.people.limits import Limit
from supportledger.desk.people.people import People
from supportledger.desk.people.tokens import hashed
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Denied, InputError, NotFound, NotSignedIn
from supportledger.model.ids import Address
from supportledger.ports import Signer
from supportledger.ports.cabinet import Cabinet, Paper

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TRIES: Final = Limit("unlocking", 5, 15 * 60)
_LARGEST: Final = 16 * 1024
_MOST_MEMORY: Final = 512 * 1024 * 1024
_MOST_ROUNDS: Final = 10_000_000
_MOST_LANES: Final = 16
_ONE_AT_A_TIME: Final = Lock()
"""Many keystores that are opened at once would use up the memory which a single one may take."""
_NONCE: Final = 12
_INFO: Final = b"supportledger.unlocked.v1"


@dataclass(frozen=True, slots=True)
class Locksmith:
    """
    What opens and uses keys, given by whoever puts the desk together.

    Args:
        open_keystore: Takes a keystore's JSON and a passphrase, gives the private key; raises Denied when the
            passphrase is wrong, InputError when it is no keystore.
        signer: Makes a signer of a private key.
        keys: The identities that the server keeps.
    """

    open_keystore: Callable[[str, str], bytes]
    signer: Callable[[bytes], Signer]
    keys: Keys


class Unlocking:
    """
    Unlocks keys for sessions.

    Args:
        cabinet: Where sessions lie.
        people: Whose they are.
        locksmith: Opens and uses keys.
    """

    def __init__(self, cabinet: Cabinet, people: People, locksmith: Locksmith) -> None:
        self._cabinet = cabinet
        self._people = people
        self._locksmith = locksmith

    def unlock(self, visitor: Visitor, token: str, keystore: str, passphrase: str) -> None:
        """
        Unlock a keystore for a session.

        Args:
            visitor: Whose session it is; signed in, with nothing outstanding.
            token: The session's secret.
            keystore: JSON, as wallets export it.
            passphrase: Opens it.

        Raises:
            Denied: The passphrase is wrong, the key is not the account's, or nobody is signed in.
            InputError: It is no keystore, or one that costs too much to open.
            LimitReached: There were too many tries.
        """
        address = self._own(visitor, token)
        _check_cost(keystore)
        TRIES.spend(self._cabinet, visitor.owner().hex(), self._people.now)
        with _ONE_AT_A_TIME:
            key = self._locksmith.open_keystore(keystore, passphrase)
        _check_address(self._locksmith.signer(key).address, address)
        sealed = _seal(token, _about(visitor), key).hex()
        self._put(visitor, {"sealed": sealed, "identity": ""})

    def unlock_named(self, visitor: Visitor, token: str, name: str) -> None:
        """
        Let an identity that the server keeps sign in a session; its address must be the account's.

        Raises:
            Denied: It is not the account's, or nobody is signed in.
            NotFound: There is no such identity.
        """
        address = self._own(visitor, token)
        _check_address(self._locksmith.keys.address(name), address)
        self._put(visitor, {"sealed": "", "identity": name})

    def unlocked(self, visitor: Visitor, token: str) -> Signer:
        """
        Give what signs in somebody's name.

        Args:
            visitor: Who asks.
            token: The secret of their session; for an API key, anything.

        Raises:
            Denied: Nothing is unlocked.
        """
        if visitor.identity:
            return self._named(visitor)
        if visitor.via != "session" or hashed(token) != visitor.session:
            raise Denied("nothing signs in this name here", hint="Sign it with your own wallet.")
        sealed = self._session(visitor).data.get("sealed", "")
        if not sealed:
            raise Denied("no key is unlocked", hint="Unlock your keystore, or sign with your wallet.")
        signer = self._locksmith.signer(_open(token, _about(visitor), bytes.fromhex(sealed)))
        _check_address(signer.address, visitor.address)
        return signer

    def is_unlocked(self, visitor: Visitor) -> bool:
        """
        Tell whether something signs in somebody's name here, without opening it.

        Raises:
            NotSignedIn: The session has ended.
        """
        if visitor.identity or visitor.via != "session":
            return bool(visitor.identity)
        return bool(self._session(visitor).data.get("sealed", ""))

    def lock(self, visitor: Visitor) -> None:
        """
        Forget what was unlocked in a session.

        Raises:
            NotSignedIn: The session has ended, and it is forgotten.
        """
        self._put(visitor, {"sealed": "", "identity": ""})

    def _named(self, visitor: Visitor) -> Signer:
        signer = self._locksmith.keys.signer(visitor.identity)
        _check_address(signer.address, visitor.address)
        return signer

    @staticmethod
    def _own(visitor: Visitor, token: str) -> Address:
        if visitor.via != "session" or visitor.step or hashed(token) != visitor.session:
            raise Denied("only whoever is signed in unlocks a key")
        if visitor.address is None:
            raise Denied(
                "this account has no address that signs for it", hint="Sign in with its wallet once."
            )
        return visitor.address

    def _session(self, visitor: Visitor) -> Paper:
        try:
            return self._cabinet.read(papers.SESSION, visitor.session)
        except NotFound as error:
            raise NotSignedIn("this session has ended") from error

    def _put(self, visitor: Visitor, data: Mapping[str, Any]) -> None:
        try:
            papers.revise(
                self._cabinet, papers.SESSION, visitor.session, lambda paper: {**paper.data, **data}
            )
        except NotFound as error:
            raise NotSignedIn("this session has ended") from error


def _check_address(found: Address, wanted: Address | None) -> None:
    if found != wanted:
        raise Denied(f"this is the key of {found}, which does not sign for this account")


def _check_cost(keystore: str) -> None:
    """Refuse a keystore that was made to use up our memory or time."""
    try:
        crypto = json.loads(keystore[: _LARGEST + 1], object_pairs_hook=_lowered)["crypto"]
        cost = _cost(crypto["kdf"], crypto["kdfparams"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise InputError("not a keystore", hint="Choose the JSON file that your wallet exported.") from error
    if not cost:
        raise InputError("this keystore costs too much to open", hint="Unlock it where it was made.")


def _lowered(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """
    Read names as the opener does, in small letters.

    Raises:
        ValueError: One is there twice: the cost that is looked at might not be the one that is paid.
    """
    found = {name.lower(): value for name, value in pairs}
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def _cost(kdf: str, given: Mapping[str, Any]) -> bool:
    """Tell whether the cost of opening is one that we pay."""
    if kdf == "pbkdf2":
        return 0 < int(given["c"]) <= _MOST_ROUNDS
    number, size, lanes = (int(given[name]) for name in ("n", "r", "p"))
    is_small = 128 * number * size * lanes <= _MOST_MEMORY and lanes <= _MOST_LANES
    return kdf == "scrypt" and min(number, size, lanes) > 0 and is_small


def _about(visitor: Visitor) -> bytes:
    """Name account and session: what is moved elsewhere does not open."""
    return bytes(visitor.person or b"") + visitor.session.encode()


def _cipher(token: str) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 -- only signing needs it
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 -- as above
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 -- as above

    derived = HKDF(SHA256(), 32, salt=None, info=_INFO).derive(token.encode())
    return AESGCM(derived)


def _seal(token: str, about: bytes, key: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(token).encrypt(nonce, key, about)


def _open(token: str, about: bytes, sealed: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 -- as in `_cipher`

    try:
        return _cipher(token).decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
    except InvalidTag as error:
        raise Denied("what is unlocked here was unlocked in another session") from error
