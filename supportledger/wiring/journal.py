"""
What processes say about themselves: structured, one JSON object to a line where no person looks.

It goes to stderr, and holds no content of any ticket.
"""

import os
import sys
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog


def logger(stream: TextIO | None = None, *, as_json: bool | None = None) -> Any:
    """
    Make what events are told to.

    Args:
        stream: None: stderr.
        as_json: None: unless a person looks.
    """
    stream = stream or sys.stderr
    is_json = not stream.isatty() if as_json is None else as_json
    last: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if not is_json:
        last = structlog.dev.ConsoleRenderer()
    return structlog.wrap_logger(
        structlog.PrintLogger(cast("TextIO", _Patient(stream))),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_nothing,
            structlog.processors.format_exc_info,
            last,
        ],
        pid=os.getpid(),
    ).bind()


class _Patient:
    """Writes to a stream as long as that takes something: a full disk costs lines of the log, and no work."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write, if possible."""
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        """Pass on what was written, if possible."""
        with suppress(OSError):
            self._stream.flush()


def _without_nothing(_logger: Any, _name: str, event: Any) -> Any:
    """Leave out what is not there."""
    return {name: value for name, value in event.items() if value is not None and value != ""}
