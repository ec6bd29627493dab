"""
Server-sent events, as they come line by line; where a stream ended, the next one goes on.

Source: HTML Living Standard, "Server-sent events", 9.2.6.
"""


class Follower:
    """
    Puts lines together to events, and remembers the last one.

    Args:
        after: The last event that was seen; empty for none.
    """

    def __init__(self, after: str = "") -> None:
        self._last = after
        self._data: list[str] = []

    def headers(self) -> dict[str, str]:
        """Say where to go on."""
        self._data = []
        return {"last-event-id": self._last} if self._last else {}

    def take(self, line: str) -> str | None:
        """Take a line; give what an event says when it is whole."""
        if not line:
            found, self._data = "\n".join(self._data), []
            return found or None
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._last = value
        return None
