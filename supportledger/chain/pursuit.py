"""
Seeing transactions of one account through, until each is mined or given up.

Whose place another transaction has taken is given up: it will never be mined. When none of the others is
mined for a while:

1. Places before the first of them, at which the node waits for something that nobody here knows any more, are
   filled with nothing: a transfer of 0 to oneself, dear enough to replace what may be stuck there.
2. What the node has forgotten is given to it again, as it was.
3. The first of them, if the node has it and does not mine it, is replaced by itself at a higher fee.

A transaction is the same action under each fee, and only one of them can be mined: they share a nonce.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from supportledger.chain import fees
from supportledger.chain.fees import Fees
from supportledger.chain.receipts import Receipt, Receipts
from supportledger.chain.rpc import Call, Fault, Rpc
from supportledger.chain.transaction import SignedTransaction, Transaction
from supportledger.errors import Error, InsufficientFunds, RpcRefused, TransactionDropped
from supportledger.ports import Signer

STUCK_S: Final = 20.0
"""Without a new receipt, something is wrong after so long."""
_FIRST_WAIT_S: Final = 0.01
_LONGEST_WAIT_S: Final = 1.0
_TRANSFER_GAS: Final = 21_000
_DEARER: Final = 6
"""Times that a fee is raised to fill one place, before that is left to a later try."""


class PlaceTaken(TransactionDropped):
    """Another transaction of the account was mined with its nonce, so that this one never will be."""


class Way(Protocol):
    """The way to the chain that the transactions took."""

    @property
    def rpc(self) -> Rpc:
        """The node."""

    @property
    def chain_id(self) -> int:
        """Of its chain."""

    @property
    def receipts(self) -> Receipts:
        """What became of transactions."""

    def is_taken(self, signed: SignedTransaction, fault: Fault) -> bool:
        """Decide what an error in answer to a transaction means."""


@dataclass(slots=True)
class _Pursued:
    """One transaction, under each fee that it was sent with."""

    sent: list[SignedTransaction]
    outcome: Receipt | Error | None = None

    @property
    def nonce(self) -> int:
        return self.sent[-1].unsigned.nonce

    @property
    def hashes(self) -> list[bytes]:
        return [one.hash for one in self.sent]


class Pursuit:
    """
    Sees transactions through.

    Args:
        way: To the chain.
        signer: Who has signed them, and signs their replacements.
        sent: In the order of their nonces.
        timeout_s: How long they may take.
        stuck_s: As `STUCK_S`.
        monotonic: Instead of time.monotonic, for tests.
    """

    def __init__(
        self,
        way: Way,
        signer: Signer,
        sent: Sequence[SignedTransaction],
        *,
        timeout_s: float,
        stuck_s: float = STUCK_S,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._way = way
        self._signer = signer
        self._pursued = [_Pursued([one]) for one in sent]
        self._filled: dict[int, Fees] = {}
        self._timeout_s = timeout_s
        self._stuck_s = stuck_s
        self._sleep = sleep
        self._monotonic = monotonic

    def outcomes(self) -> list[Receipt | Error]:
        """
        Wait.

        Returns:
            For each, in order, its receipt, or why there is none: `PlaceTaken`, `TransactionDropped`,
            `TransactionPending`.

        Raises:
            RpcUnavailable: The node went away.
        """
        start = moved = self._monotonic()
        pause = _FIRST_WAIT_S
        while waiting := self._waiting():
            if self._take_receipts(waiting):
                moved, pause = self._monotonic(), _FIRST_WAIT_S
                continue
            now = self._monotonic()
            if now - start >= self._timeout_s:
                break
            if now - moved >= self._stuck_s:
                self._push_on()
                moved = now
            elif pause == _LONGEST_WAIT_S:
                self._give_up_taken()
            self._sleep(pause)
            pause = min(2 * pause, _LONGEST_WAIT_S)
        return [one.outcome or self._way.receipts.given_up(one.sent[-1].hash) for one in self._pursued]

    def _waiting(self) -> list[_Pursued]:
        return [one for one in self._pursued if one.outcome is None]

    def _take_receipts(self, waiting: Sequence[_Pursued]) -> bool:
        """Tell whether any has come."""
        named = [(one, name) for one in waiting for name in one.hashes]
        found = self._way.receipts.find([name for _, name in named])
        for (one, _), receipt in zip(named, found, strict=True):
            if receipt is not None:
                one.outcome = receipt
        return any(receipt is not None for receipt in found)

    # -- when nothing moves ----------------------------------------------------------------------------------

    def _give_up_taken(self) -> int:
        """Give up those whose nonce another transaction has used, and count the nonces used."""
        mined = self._mined()
        waiting = self._waiting()
        self._take_receipts(waiting)
        for one in waiting:
            if one.outcome is None and one.nonce < mined:
                one.outcome = PlaceTaken(f"another transaction took the place of 0x{one.sent[-1].hash.hex()}")
        return mined

    def _push_on(self) -> None:
        history, suggested = self._way.rpc.batch(fees.CALLS)
        offer = fees.offer(history, suggested)
        mined = self._give_up_taken()
        left = self._waiting()
        if not left:
            return
        for nonce in range(mined, left[0].nonce):
            self._fill(nonce, offer)
        for number, one in enumerate(left):
            self._revive(one, offer, is_first=number == 0 and one.nonce == mined)

    def _mined(self) -> int:
        return int(self._way.rpc.call("eth_getTransactionCount", str(self._signer.address), "latest"), 16)

    def _revive(self, one: _Pursued, offer: Fees, *, is_first: bool) -> None:
        """Give a transaction to the node again, or in its place a dearer one."""
        last = one.sent[-1]
        if not self._way.receipts.are_known([last.hash])[0]:
            if self._pushed(last):
                return
            is_first = True
        if is_first:
            dearer = fees.raised(Fees(last.unsigned.tip, last.unsigned.max_fee), offer)
            made = replace(last.unsigned, tip=dearer.tip, max_fee=dearer.max_fee)
            again = self._signer.sign_transaction(made)
            if self._pushed(again):
                one.sent.append(again)

    def _fill(self, nonce: int, offer: Fees) -> None:
        """Put nothing where the node waits for something, unless it has it by now."""
        for _ in range(_DEARER):
            if self._mined() > nonce:
                return
            dearer = fees.raised(self._filled.get(nonce, offer), offer)
            self._filled[nonce] = dearer
            if self._pushed(self._signer.sign_transaction(self._nothing(nonce, dearer))):
                return

    def _nothing(self, nonce: int, offer: Fees) -> Transaction:
        to = self._signer.address
        return Transaction(self._way.chain_id, nonce, offer.tip, offer.max_fee, _TRANSFER_GAS, to, b"", 0)

    def _pushed(self, signed: SignedTransaction) -> bool:
        """Tell whether the node has taken it; what it says against it may be cured by a later try."""
        answer = self._way.rpc.attempt(Call("eth_sendRawTransaction", ("0x" + signed.raw.hex(),)))
        if not isinstance(answer, Fault):
            return True
        try:
            return self._way.is_taken(signed, answer)
        except (InsufficientFunds, RpcRefused):
            return False
