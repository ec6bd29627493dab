"""The indexer: follows the chain into the store, calls final what is, and says when blocks were replaced."""

from collections.abc import Sequence

from supportledger.desk.desk import Desk
from supportledger.desk.notices import Board, Notice, Topic
from supportledger.desk.sync import Followed
from supportledger.errors import RpcUnavailable
from supportledger.model.records import Draft, DraftStatus
from supportledger.workers.telemetry import Telemetry


class Indexer:
    """
    Follows the chain.

    Args:
        desk: Whose index; a `Watch` tells what following it brings.
        watch: Tells people.
        rest_s: Between two looks at the chain.
    """

    def __init__(self, desk: Desk, watch: "Watch", *, rest_s: float = 0.5) -> None:
        self._desk = desk
        self._watch = watch
        self._rest_s = rest_s
        self._is_suspicious = True
        self.is_idle = False

    def step(self) -> float:
        """As `role.Work.step`."""
        try:
            found = self._followed()
            settled = self._desk.index.settle()
        except RpcUnavailable:
            self._is_suspicious = True  # it may come back without its last blocks
            raise
        self._watch.returned([one for one in settled if one.status is DraftStatus.SUBMITTED])
        self.is_idle = not settled and not found.entries
        return 0.0 if settled else self._rest_s

    def _followed(self) -> Followed:
        if not self._is_suspicious:
            return self._desk.index.follow()
        found = self._desk.index.reconsider()
        self._is_suspicious = found.is_behind
        return found


class Watch:
    """
    Tells what following the chain brings, whichever role of a process does it.

    Args:
        board: Where people are told.
        telemetry: Where it is counted.
    """

    def __init__(self, board: Board, telemetry: Telemetry) -> None:
        self._board = board
        self._telemetry = telemetry
        self._was_behind = False

    def followed(self, found: Followed) -> None:
        """Tell what is new."""
        log = self._telemetry.log
        self._telemetry.read_block(found.block_number)
        if found.is_behind and not self._was_behind:
            log.warning(
                "index.node_is_behind",
                block=found.block_number,
                message="the node ends before what was read already; it is given time to catch up",
            )
        self._was_behind = found.is_behind
        if found.was_rewound:
            self._telemetry.count_reorganisation()
            depth = "blocks that nobody remembers" if found.depth is None else f"{found.depth} blocks"
            how_far = "the whole ledger is" if found.depth is None else "they are"
            log.warning(
                "index.reorganised",
                depth=found.depth,
                block=found.block_number,
                returned=len(found.returned),
                message=f"{depth} were replaced; {how_far} read again, and lost actions are sent again",
            )
        elif found.entries:
            log.info("index.read", block=found.block_number, entries=found.entries)
        self.returned(found.returned)

    def returned(self, drafts: Sequence[Draft]) -> None:
        """Tell of actions whose block is gone."""
        for draft in drafts:
            said = f"the block of {draft.action} on ticket {draft.ticket.handle} is gone; it is sent again"
            self._board.post(Notice(Topic.RETURNED, said, draft.ticket, {"key": "0x" + draft.key.hex()}))
