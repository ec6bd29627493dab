"""The indexer: follows the chain into the store, calls final what is, and says when blocks were replaced."""

from typing import Final

from supportledger.desk.desk import Desk
from supportledger.desk.notices import Board, Notice, Topic
from supportledger.desk.sync import Followed
from supportledger.errors import RpcUnavailable
from supportledger.model.records import Draft, DraftStatus
from supportledger.workers.telemetry import Telemetry

PATIENCE_S: Final = 10.0
"""How long the node may be behind what was read before its shorter chain is believed."""


class Indexer:
    """
    Follows the chain.

    Args:
        desk: Whose index.
        board: Where people are told.
        telemetry: Where it is counted.
        rest_s: Between two looks at the chain.
        patience_s: As `PATIENCE_S`.
    """

    def __init__(
        self,
        desk: Desk,
        board: Board,
        telemetry: Telemetry,
        *,
        rest_s: float = 0.5,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._desk = desk
        self._board = board
        self._telemetry = telemetry
        self._rest_s = rest_s
        self._patience_s = patience_s
        self._is_suspicious = True
        self._was_behind = False
        self.is_idle = False

    def step(self) -> float:
        """As `role.Work.step`."""
        try:
            found = self._followed()
            settled = self._desk.index.settle()
        except RpcUnavailable:
            self._is_suspicious = True  # it may come back without its last blocks
            raise
        self._tell(found)
        self._tell_returned([one for one in settled if one.status is DraftStatus.SUBMITTED])
        self.is_idle = not settled and not found.entries
        return 0.0 if settled else self._rest_s

    def _followed(self) -> Followed:
        if self._is_suspicious:
            found = self._desk.index.reconsider(patience_s=self._patience_s)
            self._is_suspicious = found.is_behind
            return found
        return self._desk.index.follow(patience_s=self._patience_s)

    def _tell(self, found: Followed) -> None:
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
            log.warning(
                "index.reorganised",
                depth=found.depth,
                block=found.block_number,
                returned=len(found.returned),
                message=f"{found.depth} blocks were replaced; their actions are sent again",
            )
        elif found.entries:
            log.info("index.read", block=found.block_number, entries=found.entries)
        self._tell_returned(found.returned)

    def _tell_returned(self, drafts: list[Draft] | tuple[Draft, ...]) -> None:
        for draft in drafts:
            said = f"the block of {draft.action} on ticket {draft.ticket.handle} is gone; it is sent again"
            self._board.post(Notice(Topic.RETURNED, said, draft.ticket, {"key": "0x" + draft.key.hex()}))
