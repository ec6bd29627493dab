"""Secrets that somebody holds in their hand: 256 bits, of which only the hash is kept."""

import hmac
import secrets
from hashlib import sha256
from typing import Final

KEY_PREFIX: Final = "slk_"
"""What API keys begin with, so that scanners of source code find those that leak."""
_BYTES: Final = 32
_CSRF: Final = b"supportledger.csrf.v1"


def new_token(prefix: str = "") -> str:
    """Make a secret that nobody can guess, in characters that addresses and headers can hold."""
    return prefix + secrets.token_urlsafe(_BYTES)


def hashed(token: str) -> str:
    """
    Give what is kept of a secret: to look a hash up tells nobody how much of a guess was right.

    Returns:
        64 hexadecimal digits.
    """
    return sha256(token.encode("utf-8", "backslashreplace")).hexdigest()


def csrf_token(token: str) -> str:
    """Derive what forms of a session carry, from which the session's secret cannot be found."""
    return hmac.new(token.encode("utf-8", "backslashreplace"), _CSRF, sha256).hexdigest()


def is_csrf_token(token: str, given: str) -> bool:
    """Tell, in constant time, whether a form comes from a page of this session."""
    return bool(token) and hmac.compare_digest(
        csrf_token(token).encode(), given.encode("utf-8", "backslashreplace")
    )
