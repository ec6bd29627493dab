"""
A process that ends when whoever started it has ended, however that came about.

The parent alone can write to a pipe, and its children read from it: when the parent is gone, it ends.
"""

import os
import signal
import time
from collections.abc import Callable
from threading import Thread
from typing import Final

PATIENCE_S: Final = 10.0
"""For a process to end in order."""


def leash(end: Callable[[], None], *, reading: int = 0, patience_s: float = PATIENCE_S) -> Thread:
    """
    Watch the pipe of whoever started this process.

    Args:
        end: Asks this process to end; called in a thread of its own.
        reading: The pipe's end: standard input, unless another file is named.
        patience_s: After so long, it is ended by force.
    """

    def watch() -> None:
        while os.read(reading, 4_096):
            pass
        end()
        time.sleep(patience_s)
        os.kill(os.getpid(), signal.SIGKILL)

    thread = Thread(target=watch, name="leash", daemon=True)
    thread.start()
    return thread
