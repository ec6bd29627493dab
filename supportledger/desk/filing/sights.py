"""From whoever asks to what they see, and under which name it is on record that they saw it."""

from dataclasses import replace
from typing import Final

from supportledger.desk.filing.browsing import Sight
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import NotSignedIn
from supportledger.model.ids import Address, keccak
from supportledger.model.people import Right, Role
from supportledger.ports.filing import Filing

_PERSON: Final = b"supportledger.reader.v1"
_SEES_QUEUES: Final = frozenset({Role.AGENT, Role.SUPERVISOR, Role.AUDITOR})


def sight_of(visitor: Visitor) -> Sight:
    """
    Tell which tickets somebody sees: staff those of their queues, everybody else their own.

    Raises:
        NotSignedIn: Nobody in particular asks.
    """
    if Right.LIST in visitor.rights and visitor.roles & _SEES_QUEUES:
        return Sight(queues=visitor.queues)
    return own_sight(visitor)


def own_sight(visitor: Visitor) -> Sight:
    """
    Tell which tickets are somebody's own, as a customer.

    Raises:
        NotSignedIn: Nobody in particular asks.
    """
    if visitor.person is None:
        raise NotSignedIn("nobody is signed in here")
    return Sight(queues=frozenset(), person=visitor.person, customer=visitor.address)


def outward(filing: Filing) -> Filing:
    """Leave out of a filing what customers are not told: queue, topic, tags, and tickets it is linked to."""
    return replace(filing, queue="", topic="", tags=(), linked=())


def reader_of(visitor: Visitor) -> Address:
    """
    Name somebody in the log of readings: by the address that signs for them, or one made of their account.

    The latter belongs to no key; whoever knows the account can make it again.

    Raises:
        NotSignedIn: Nobody in particular asks.
    """
    if visitor.address is not None:
        return visitor.address
    if visitor.person is None:
        raise NotSignedIn("nobody is signed in here")
    return Address(keccak(_PERSON + visitor.person)[12:])
