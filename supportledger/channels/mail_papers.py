"""Mail that stays in the desk: for looking around, where letters are read on a page, not in a mailbox."""

import secrets
from collections.abc import Callable
from typing import Final

from supportledger.channels.letters import check_letter
from supportledger.ports.cabinet import Cabinet, Paper
from supportledger.ports.mail import Letter

LETTER: Final = "letter"
"""The kind of such papers."""
_LASTS_S: Final = 3_600


class PaperMail:
    """
    Keeps letters for an hour, where all processes of a desk find them.

    Args:
        cabinet: Where they lie.
        now: Unix seconds.
    """

    def __init__(self, cabinet: Cabinet, now: Callable[[], float]) -> None:
        self._cabinet = cabinet
        self._now = now

    def send(self, letter: Letter) -> None:
        """As `ports.Mail.send`."""
        check_letter(letter)
        at = self._now()
        name = f"{int(at * 1_000_000):018d}-{secrets.token_hex(8)}"
        said = {"to": letter.to, "subject": letter.subject, "text": letter.text}
        self._cabinet.write(Paper(LETTER, name, said, expires_at=int(at) + _LASTS_S))

    @property
    def letters(self) -> list[Letter]:
        """What was sent within the hour, in order."""
        return [Letter(**paper.data) for paper in self._cabinet.list(LETTER)]
