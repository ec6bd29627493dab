"""
What the desk writes to people about signing in, in their language.

Nothing that a stranger typed stands in a letter: the desk is nobody's way of writing to others.
"""

from supportledger.language import mark, translated
from supportledger.ports.mail import Letter

_LINK_SUBJECT = mark("Your link to sign in")
_LINK = mark(
    "Somebody, most likely you, asked to sign in to {desk} with this mail address.\n\n"
    "Open this link in the browser where you asked for it:\n\n{link}\n\n"
    "It works once, and for {minutes} minutes. We never ask for it, nor for a password or the words of a "
    "wallet. If it was not you, there is nothing to do."
)
_STAFF_SUBJECT = mark("Signing in")
_STAFF = mark(
    "Somebody, most likely you, asked to sign in to {desk} with this mail address.\n\n"
    "The account of this address is not opened by mail. Sign in with its passkey or its wallet, or ask an "
    "administrator of the desk. If it was not you, there is nothing to do."
)
_INVITATION_SUBJECT = mark("Your account at the desk")
_INVITATION = mark(
    "You have an account at {desk}.\n\n"
    "Open this link to choose how you will sign in:\n\n{link}\n\n"
    "It works once, and for {days} days. Whoever opens it first has the account: pass it on to nobody."
)


def link_letter(to: str, language: str, *, desk: str, link: str, minutes: int) -> Letter:
    """Write the letter that signs a customer in."""
    text = translated(language, _LINK).format(desk=desk, link=link, minutes=minutes)
    return Letter(to, translated(language, _LINK_SUBJECT), text)


def staff_letter(to: str, language: str, *, desk: str) -> Letter:
    """Write the letter to whoever cannot sign in by mail."""
    return Letter(to, translated(language, _STAFF_SUBJECT), translated(language, _STAFF).format(desk=desk))


def invitation_letter(to: str, language: str, *, desk: str, link: str, days: int) -> Letter:
    """Write the letter that invites somebody, or lets them in again."""
    text = translated(language, _INVITATION).format(desk=desk, link=link, days=days)
    return Letter(to, translated(language, _INVITATION_SUBJECT), text)
