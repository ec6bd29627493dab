"""Challenges: what a sign-in must answer, once, soon, and in the browser that asked for it."""

import hmac
from dataclasses import dataclass

from supportledger.desk.people.papers import CHALLENGE
from supportledger.desk.people.tokens import hashed
from supportledger.errors import Denied, NotFound
from supportledger.model.ids import TicketId
from supportledger.ports.cabinet import DESK, Cabinet, Paper


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What a challenge was made for.

    Args:
        purpose: Of which ceremony it is part.
        browser: A secret that only the browser has which asks; it may be a cookie's.
        person: Whose account it is about; None when that is to be found out.
    """

    purpose: str
    browser: str
    person: TicketId | None = None


def ask(cabinet: Cabinet, value: str, asked: Asked, *, kind: str = CHALLENGE, expires_at: int) -> None:
    """
    Keep the hash of a challenge until somebody answers it.

    Args:
        cabinet: Where it lies.
        value: The challenge: random, and told to the browser or the owner of a mail address alone.
        asked: What for.
        kind: Kind of its paper.
        expires_at: From then on it is gone; Unix seconds.

    Raises:
        InputError: The browser shows nothing to know it by.
    """
    group = asked.person.hex() if asked.person else ""
    data = {"purpose": asked.purpose, "browser": hashed(asked.browser)}
    cabinet.write(
        Paper(kind, hashed(value), data, group=group, owner=asked.person or DESK, expires_at=expires_at)
    )


def answer(cabinet: Cabinet, value: str, asked: Asked, *, kind: str = CHALLENGE) -> None:
    """
    Use a challenge up; of all who try at once, one succeeds.

    Who comes from another browser, or for something else, does not use it up.

    Raises:
        Denied: It was answered already, is too old, or was made for something else.
    """
    try:
        paper = cabinet.read(kind, hashed(value))
        _check(paper, asked)
        cabinet.take(kind, paper.id)
    except NotFound as error:
        raise Denied("this was used already, or is too old", hint="Begin to sign in again.") from error


def _check(paper: Paper, asked: Asked) -> None:
    if not hmac.compare_digest(paper.data["browser"], hashed(asked.browser)):
        raise Denied(
            "this was begun in another browser", hint="Go on where you began, or begin here from the start."
        )
    if paper.data["purpose"] != asked.purpose or paper.group != (asked.person.hex() if asked.person else ""):
        raise Denied("this was made for something else", hint="Begin to sign in again.")
