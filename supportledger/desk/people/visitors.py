"""Who asks: what every door of the web knows of whoever stands before it."""

from dataclasses import dataclass, replace
from typing import Final, Literal, Self

from supportledger.errors import Denied, NotSignedIn
from supportledger.model.ids import Address, TicketId
from supportledger.model.people import Right, Role

Via = Literal["session", "key", "link", "public"]
"""How somebody came in: signed in, with an API key, with a link that shows one thing, or as anybody."""

RECENT_S: Final = 15 * 60
"""How long after signing in somebody may add ways of signing in."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """
    Somebody who asks the desk for something.

    Args:
        person: Their account; None for whoever has none.
        name: What others see of them.
        roles: What they are to the desk.
        rights: What they may do now; fewer than their roles grant while a second factor is outstanding.
        queues: The queues whose tickets they see; None for all.
        address: Whose signatures are theirs on the ledger; None when they have no key.
        via: How they came in.
        session: Name of their session or API key, which is no secret; empty when there is none.
        language: The language that they read.
        step: What is outstanding before they have rights: enrol, code or second; empty for nothing.
        identity: Name of the identity that the server keeps and signs with for them; empty for none.
        since: When they signed in; Unix seconds.
    """

    person: TicketId | None = None
    name: str = ""
    roles: frozenset[Role] = frozenset()
    rights: frozenset[Right] = frozenset()
    queues: frozenset[str] | None = frozenset()
    address: Address | None = None
    via: Via = "public"
    session: str = ""
    language: str = "en"
    step: str = ""
    identity: str = ""
    since: int = 0

    def speaking(self, language: str) -> Self:
        """Give the same visitor, as one who reads another language."""
        return replace(self, language=language) if language else self

    def may(self, right: Right) -> bool:
        """Tell whether they may do one thing."""
        return right in self.rights

    def sees(self, queue: str) -> bool:
        """Tell whether the tickets of a queue are theirs to see."""
        return self.queues is None or queue in self.queues

    def owner(self, *outstanding: str) -> TicketId:
        """
        Give the account of whoever is signed in, for what they do with their own ways of signing in.

        Args:
            outstanding: Steps that may be outstanding; without one, none may.

        Raises:
            Denied: Nobody is signed in, a program asks, or another step comes first.
        """
        if self.via != "session" or self.person is None:
            raise NotSignedIn("nobody is signed in here")
        if self.step and self.step not in outstanding:
            raise Denied("another step comes first: " + self.step, hint="Finish signing in.")
        return self.person

    def recent_owner(self, now: int, *outstanding: str) -> TicketId:
        """
        Give the account of whoever has signed in lately, for what would let them in again and again.

        Whoever has only found a cookie must not make a key of their own from it. A step that is outstanding
        is done whenever its owner gets to it: until then, the session gives nothing.

        Args:
            now: Unix seconds.
            outstanding: As `owner`.

        Raises:
            Denied: As `owner`, or they signed in too long ago.
        """
        person = self.owner(*outstanding)
        if not self.step and now - self.since > RECENT_S:
            raise Denied(
                "this needs somebody who has signed in lately",
                hint="Sign out, sign in again, and do it then.",
            )
        return person

    def need(self, right: Right) -> None:
        """
        Let through only whoever may do one thing.

        Raises:
            Denied: They may not.
        """
        if right not in self.rights:
            raise Denied(f"this needs the right {right}", hint="Ask an administrator of the desk for it.")


NOBODY_KNOWN: Final = Visitor()
"""Anybody: no account, no rights, no queues."""
