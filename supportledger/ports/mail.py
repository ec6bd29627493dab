"""The port of outgoing mail."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """
    A mail to one person.

    Args:
        to: Address, as RFC 5321 has it.
        subject: One line.
        text: Plain text.
    """

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


class Mail(Protocol):
    """Takes mails to whoever delivers them."""

    def send(self, letter: Letter) -> None:
        """
        Hand a mail over.

        Raises:
            DeliveryError: Nobody took it.
            InputError: It cannot be a mail: a line break in its address or subject, say.
        """
