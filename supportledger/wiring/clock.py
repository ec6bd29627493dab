"""The time, outside of tests."""

from datetime import UTC, datetime


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """As `ports.Clock.now`."""
        return datetime.now(UTC)
