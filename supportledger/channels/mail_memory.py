"""Mail that goes nowhere: the fake for tests and demonstrations, which shows what would have been sent."""

from threading import Lock

from supportledger.channels.letters import check_letter
from supportledger.ports.mail import Letter


class MemoryMail:
    """Keeps letters."""

    def __init__(self) -> None:
        self._letters: list[Letter] = []
        self._lock = Lock()

    def send(self, letter: Letter) -> None:
        """As `ports.Mail.send`."""
        check_letter(letter)
        with self._lock:
            self._letters.append(letter)

    @property
    def letters(self) -> list[Letter]:
        """What was sent, in order."""
        with self._lock:
            return list(self._letters)
