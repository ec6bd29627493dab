"""The courier: tells programs of others what happens, as often as it takes."""

from typing import Final

from supportledger.desk.webhooks.deliverer import Deliverer
from supportledger.workers.telemetry import Telemetry

_REST_S: Final = 1.0


class Courier:
    """
    Tells endpoints.

    Args:
        deliverer: How.
        telemetry: Where it is told.
    """

    def __init__(self, deliverer: Deliverer, telemetry: Telemetry) -> None:
        self._deliverer = deliverer
        self._log = telemetry.log
        self.is_idle = False

    def step(self) -> float:
        """As `role.Work.step`."""
        told = self._deliverer.step()
        self.is_idle = told.is_idle
        if told.sent:
            self._log.info("courier.sent", requests=told.sent)
        return _REST_S if told.is_idle else 0.0
