"""
Sending many transactions of one account, as fast as the node takes them.

1. Requests are taken, signed and sent by hundreds, in the order in which they came; while the node works on
   one hundred, the next is made and signed, and the receipts of the one before are read.
2. What the node does not take as it was signed is sent alone, with a fresh nonce, before anything else is
   sent; then the rest is signed anew. So neither a gap nor a fee that has risen stops the others.
3. When the account can pay no more, or the node goes away, nothing further is sent, and each outcome says so;
   what the account can still pay for is sent first.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from supportledger.chain import fees
from supportledger.chain.receipts import Receipt
from supportledger.chain.rpc import BATCH_LIMIT, Call, Fault
from supportledger.chain.sender import Request, Sender, cannot_pay, fate_unknown
from supportledger.chain.transaction import SignedTransaction
from supportledger.errors import Error, InputError, InsufficientFunds, ReorgDetected, RpcUnavailable
from supportledger.ports import Signer

CHUNK: Final = BATCH_LIMIT

Outcome = Receipt | Error
"""What became of one request: mined and accepted, or why not."""
Before = Callable[[Sequence[SignedTransaction]], None]
Progress = Callable[[int], None]


def send_many(
    sender: Sender,
    signer: Signer,
    requests: Iterable[Request],
    *,
    before: Before | None = None,
    progress: Progress | None = None,
) -> list[Outcome]:
    """
    Send many transactions and wait until they count.

    Args:
        sender: To the chain.
        signer: The account that pays.
        requests: Each with its gas, since estimating costs the node as much as doing; may be made as they are
            taken.
        before: Called with each hundred before it is sent, to write down what may be on its way.
        progress: Called with the number of outcomes so far.

    Returns:
        One outcome for each request, in order.

    Raises:
        InputError: A request has no gas.
        RpcUnavailable: The node was away from the beginning, and nothing was sent.
    """
    with sender.lock(signer.address), ThreadPoolExecutor(1) as node:
        return _Run(sender, signer, node, before, progress).outcomes(iter(requests))


@dataclass(slots=True)
class _Flight:
    """One hundred on its way."""

    requests: list[Request]
    signed: list[SignedTransaction]
    taken: "Future[list[bool]]"
    sent: list[SignedTransaction | Error] = field(default_factory=list)


class _Run:
    """One call of `send_many`."""

    def __init__(
        self,
        sender: Sender,
        signer: Signer,
        node: ThreadPoolExecutor,
        before: Before | None,
        progress: Progress | None,
    ) -> None:
        self._sender = sender
        self._signer = signer
        self._node = node
        self._before = before
        self._progress = progress
        self._stopped: Error | None = None
        self._short: InsufficientFunds | None = None
        self._outcomes: list[Outcome] = []
        self._nonce = self._fresh_nonce()
        self._offer = fees.offer(*sender.rpc.batch(fees.CALLS))

    def outcomes(self, requests: Iterator[Request]) -> list[Outcome]:
        """Do it all."""
        flight: _Flight | None = None
        while chunk := list(islice(requests, CHUNK)):
            signed = self._signed(chunk)
            if flight and not self._is_clean(flight):
                signed = self._signed(chunk)
            self._nonce += len(signed)
            before, flight = flight, _Flight(chunk, signed, self._node.submit(self._push, signed))
            if before:
                self._collect(before)
        if flight:
            self._is_clean(flight)
            self._collect(flight)
        self._confirm()
        return self._outcomes

    def _signed(self, chunk: Sequence[Request]) -> list[SignedTransaction]:
        if self._stopped:
            return []
        signed = []
        for nonce, request in enumerate(chunk, self._nonce):
            if request.gas is None:
                raise InputError("a transaction sent in bulk needs its gas said beforehand")
            made = self._sender.transaction(request, nonce, self._offer, request.gas)
            signed.append(self._signer.sign_transaction(made))
        return signed

    def _push(self, signed: Sequence[SignedTransaction]) -> list[bool]:
        """
        Give one hundred to the node, in a thread of its own.

        Returns:
            What the node took; of the first ones only, if the account cannot pay for more.
        """
        if not signed:
            return []
        balance, *fee_answers = self._sender.rpc.all(
            [Call("eth_getBalance", (str(self._signer.address), "pending")), *fees.CALLS]
        )
        self._offer = fees.offer(*fee_answers)
        paid = _payable(signed, int(balance, 16))
        if len(paid) < len(signed):
            most_wei = sum(one.unsigned.most_wei for one in signed)
            self._short = cannot_pay(self._signer.address, int(balance, 16), most_wei)
        signed = paid
        if self._before and signed:
            self._before(signed)
        doubtful = self._doubtful(signed)
        try:
            known = self._sender.receipts.are_known(doubtful) if doubtful else []
        except RpcUnavailable as error:
            raise fate_unknown(signed, error) from error
        lost = {one for one, is_known in zip(doubtful, known, strict=True) if not is_known}
        return [one.hash not in lost for one in signed]

    def _doubtful(self, signed: Sequence[SignedTransaction]) -> list[bytes]:
        calls = [Call("eth_sendRawTransaction", ("0x" + one.raw.hex(),)) for one in signed]
        try:
            answers = self._sender.rpc.batch(calls)
        except RpcUnavailable:
            return [one.hash for one in signed]
        return [one.hash for one, answer in zip(signed, answers, strict=True) if isinstance(answer, Fault)]

    def _is_clean(self, flight: _Flight) -> bool:
        """
        Wait until the node has one hundred, and send alone what it did not take.

        Returns:
            False when what was signed meanwhile must be signed anew.
        """
        try:
            taken = flight.taken.result()
        except (RpcUnavailable, InsufficientFunds) as error:
            self._stopped = error
            taken = []
        if self._stopped:
            flight.sent = [self._stopped] * len(flight.requests)
            return False
        for request, signed, is_taken in zip(flight.requests, flight.signed, taken, strict=False):
            flight.sent.append(signed if is_taken else self._alone(request))
        if self._short is not None and len(taken) < len(flight.requests):
            self._stopped = self._short
            flight.sent += [self._short] * (len(flight.requests) - len(taken))
            return False
        if not all(taken) and not self._stopped:
            self._nonce = self._fresh_nonce()
        return all(taken)

    def _alone(self, request: Request) -> SignedTransaction | Error:
        if self._stopped:
            return self._stopped
        try:
            return self._sender.submit_locked(self._signer, request)
        except (RpcUnavailable, InsufficientFunds) as error:
            self._stopped = error
            return error
        except Error as error:
            return error

    def _collect(self, flight: _Flight) -> None:
        """Read what became of one hundred."""
        sent = [one for one in flight.sent if isinstance(one, SignedTransaction)]
        found: Iterator[Receipt | Error]
        try:
            found = iter(self._sender.pursue(self._signer, sent))
        except RpcUnavailable as error:
            self._stopped = self._stopped or error
            found = iter([fate_unknown(flight.signed, error)] * len(sent))
        for request, one in zip(flight.requests, flight.sent, strict=True):
            outcome = next(found) if isinstance(one, SignedTransaction) else one
            self._outcomes.append(self._judged(request, outcome))
        if self._progress:
            self._progress(len(self._outcomes))

    def _judged(self, request: Request, outcome: Outcome) -> Outcome:
        if isinstance(outcome, Error) or outcome.succeeded:
            return outcome
        try:
            return self._sender.reason(self._signer.address, request, outcome)
        except RpcUnavailable as error:
            return error

    def _confirm(self) -> None:
        """Wait for the last block with one of ours to be final, and for all of them to be still there."""
        mined = [outcome for outcome in self._outcomes if isinstance(outcome, Receipt)]
        if not mined or self._sender.awaited == 0:
            return
        self._sender.receipts.confirm(max(mined, key=lambda one: one.block_number), self._sender.awaited)
        now = self._sender.receipts.find([one.transaction for one in mined])
        kept = {one.transaction for one, there in zip(mined, now, strict=True) if there is not None}
        for at, outcome in enumerate(self._outcomes):
            if isinstance(outcome, Receipt) and outcome.transaction not in kept:
                self._outcomes[at] = ReorgDetected(f"block {outcome.block_number} was replaced")

    def _fresh_nonce(self) -> int:
        return int(self._sender.rpc.call("eth_getTransactionCount", str(self._signer.address), "pending"), 16)


def _payable(signed: Sequence[SignedTransaction], balance: int) -> Sequence[SignedTransaction]:
    """Give the first transactions, as many as so many wei can pay for."""
    for count, one in enumerate(signed):
        balance -= one.unsigned.most_wei
        if balance < 0:
            return signed[:count]
    return signed
