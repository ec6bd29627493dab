"""
The anchorer: fixes the desk's own logs on the ledger now and then, and finishes erasures.

1. A log that has new lines is signed and anchored, if its last anchor is old enough; else nothing is sent.
2. What keeps a log from being anchored is told once, and tried again later: a key or a role that is missing,
   an account without ether, a log that is not what it was.

Several at once do no harm: the ledger accepts each anchor once, and whoever comes second finds it there.
"""

from typing import Final

from supportledger.desk.desk import Desk
from supportledger.desk.notices import Board, Notice, Topic
from supportledger.errors import (
    ConfigError,
    Conflict,
    Denied,
    Error,
    InsufficientFunds,
    NotFound,
    StoreCorrupt,
    VerificationError,
)
from supportledger.workers.telemetry import Telemetry

LOGS: Final = ("privacy", "contacts", "conversations", "reads")
"""Which a desk keeps by itself, the most urgent first."""
EVERY_S: Final = 3_600
_REST_S: Final = 5.0
_RETRY_S: Final = 60
_MANY: Final = 65_536
"""Bytes of records beside a log that are worth moving to where they are found quickly."""
"""Until what people must put right is tried again."""
_BROKEN_OFF_S: Final = 60
"""An erasure that began so long ago is nobody's any more."""
_FOR_PEOPLE: Final = (ConfigError, Denied, InsufficientFunds, NotFound, StoreCorrupt, VerificationError)


class Anchorer:
    """
    Anchors logs.

    Args:
        desk: Whose logs.
        board: Where people are told what is in the way.
        telemetry: Where it is counted.
        every_s: How old the last anchor of a log is when it gets another; 0: none is ever made.
    """

    def __init__(self, desk: Desk, board: Board, telemetry: Telemetry, every_s: int = EVERY_S) -> None:
        self._desk = desk
        self._board = board
        self._telemetry = telemetry
        self._every_s = every_s
        self._known: dict[str, tuple[int, int]] = {}
        """Size and time of the last anchor of each log, as far as it was asked for."""
        self._told: dict[str, tuple[str, int]] = {}
        """What is in the way of each log, and when that was found."""
        self.is_idle = False

    def step(self) -> float:
        """As `role.Work.step`."""
        for name in self._names():
            self._desk.logs.tidy(name, _MANY)
        now = self._desk.ledger.now() if self._is_needed() else 0
        done = len(self._desk.privacy.finish(before=now - _BROKEN_OFF_S)) if now else 0
        if self._every_s and now:
            done += sum(self._anchored(name, now) for name in self._names())
        self.is_idle = not done
        return _REST_S

    def _is_needed(self) -> bool:
        """Tell, without asking the node, whether there may be something to do."""
        grown = any(map(self._has_grown, self._names()))
        return grown or bool(self._desk.privacy.erasures.unfinished())

    def _names(self) -> list[str]:
        return [name for name in self._desk.logs.names() if name in LOGS]

    def _has_grown(self, name: str) -> bool:
        return self._desk.logs.size(name) > self._known.get(name, (0, 0))[0]

    def _anchored(self, name: str, now: int) -> bool:
        """Anchor a log if that is due, and tell whether it was done."""
        if not self._has_grown(name) or not self._is_due(name, now):
            return False
        try:
            made = self._desk.logs.anchor(name)
        except Conflict:  # somebody else was first
            self._known.pop(name, None)
            return False
        except _FOR_PEOPLE as problem:
            self._tell(name, problem, now)
            return False
        self._told.pop(name, None)
        self._known[name] = made.size, made.time
        self._telemetry.log.info("anchorer.anchored", log=name, lines=made.size)
        return True

    def _is_due(self, name: str, now: int) -> bool:
        if now - self._told.get(name, ("", 0))[1] < _RETRY_S:
            return False
        if name not in self._known:
            anchor = self._desk.logs.show(name).anchor
            if anchor is not None:
                self._known[name] = anchor.size, anchor.time
        size, time = self._known.get(name, (0, 0))
        return self._has_grown(name) and (not size or now - time >= self._every_s)

    def _tell(self, name: str, problem: Error, now: int) -> None:
        """Tell once what is in the way, until it is gone or another."""
        is_known = self._told.get(name, ("", 0))[0] == problem.code
        self._told[name] = problem.code, now
        if not is_known:
            said = f"the log {name} cannot be anchored: {problem.message}. {problem.hint}".strip()
            self._board.post(Notice(Topic.NOT_ANCHORED, said, facts={"log": name, "code": problem.code}))
