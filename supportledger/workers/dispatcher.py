"""The dispatcher: brings notices to those who are to be told; until there are channels, that is the log."""

from collections.abc import Sequence
from typing import Protocol

from supportledger.desk.notices import Board, Notice, Topic
from supportledger.workers.telemetry import Telemetry

_REST_S = 0.5
_LOUD = frozenset(
    {
        Topic.OUT_OF_FUNDS,
        Topic.HELD_UP,
        Topic.RETURNED,
        Topic.REJECTED,
        Topic.DUE_SOON,
        Topic.NOT_ANCHORED,
    }
)


class Outlet(Protocol):
    """Where notices are brought."""

    def deliver(self, notice: Notice) -> None:
        """
        Bring a notice.

        Raises:
            DeliveryError: It did not arrive, and may be brought again.
        """


class LogOutlet:
    """Writes notices to the log."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._log = telemetry.log

    def deliver(self, notice: Notice) -> None:
        """As `Outlet.deliver`."""
        tell = self._log.warning if notice.topic in _LOUD else self._log.info
        ticket = notice.ticket.handle if notice.ticket else None
        tell(f"notice.{notice.topic}", message=notice.text, ticket=ticket, **notice.facts)


class Dispatcher:
    """
    Brings notices.

    Args:
        board: Where they wait.
        outlets: Where each is brought.
        telemetry: Where they are counted.
    """

    def __init__(self, board: Board, outlets: Sequence[Outlet], telemetry: Telemetry) -> None:
        self._board = board
        self._outlets = outlets
        self._telemetry = telemetry
        self.is_idle = False

    def step(self) -> float:
        """As `role.Work.step`."""
        notices = self._board.take()
        for notice in notices:
            self._telemetry.count_notice(str(notice.topic))
            for outlet in self._outlets:
                outlet.deliver(notice)
        self.is_idle = not notices
        return 0.0 if notices else _REST_S
