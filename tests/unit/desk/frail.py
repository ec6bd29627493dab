"""A ledger in memory whose node goes away at the worst moments, and on which others are quicker."""

from supportledger.chain.memory import MemoryLedger
from supportledger.chain.signer import local_signer
from supportledger.errors import RpcUnavailable


class FrailLedger(MemoryLedger):
    """
    A `MemoryLedger` with three faults, each of which happens once when it is set.

    * `lost`: what is sent next does not arrive
    * `unheard`: what is sent next is mined, and the answer does not arrive
    * `meanwhile`: is called when something is sent, before it is mined
    """

    def __init__(self) -> None:
        super().__init__(local_signer("admin").address)
        self.lost = False
        self.unheard = False
        self.meanwhile = None

    def open(self, *args):
        return self._send(super().open, *args)

    def open_signed(self, *args):
        return self._send(super().open_signed, *args)

    def act(self, *args):
        return self._send(super().act, *args)

    def open_many(self, signer, openings, *, progress=None):
        return self._send(super().open_many, signer, list(openings))

    def act_batch(self, *args, progress=None):
        return self._send(super().act_batch, *args)

    def _send(self, send, *args):
        lost, self.lost = self.lost, False
        unheard, self.unheard = self.unheard, False
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        if lost:
            raise RpcUnavailable("the node is away")
        done = send(*args)
        if unheard:
            raise RpcUnavailable("the node is away, and something may be on its way")
        return done
