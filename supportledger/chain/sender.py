"""
Sending transactions: gas, fees and nonces are its own business, and a transaction is never sent twice.

1. The gas is estimated, which also lets a contract refuse before anything is paid.
2. One lock per account is held from reading its nonce until the node has the transaction, so that threads
   leave no gaps; the node's count, not ours, rules.
3. When the node's answer is an error or does not come, the transaction is looked for by its hash before
   anything else is done: Ganache was seen to answer "wrong nonce" for one that it had mined. An account's
   first transaction is looked for before it is sent, too: Ganache mines it again each time.
4. Another process may use a nonce at the same instant, and the node takes both. The one whose place is lost
   will never be mined: its request is signed anew.
5. The receipt is waited for, then confirmations; a refusal becomes the exception of its contract error.
"""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from supportledger.chain import fees
from supportledger.chain.faults import Rejection, rejection, revert_data
from supportledger.chain.fees import Fees
from supportledger.chain.pursuit import STUCK_S, PlaceTaken, Pursuit
from supportledger.chain.receipts import Finality, Receipt, Receipts
from supportledger.chain.reverts import Decoder, plain
from supportledger.chain.rpc import Call, Fault, Rpc
from supportledger.chain.transaction import SignedTransaction, Transaction
from supportledger.errors import (
    Error,
    InsufficientFunds,
    RpcUnavailable,
    TransactionPending,
    TransactionReverted,
)
from supportledger.model.ids import Address
from supportledger.ports import Signer

_ATTEMPTS: Final = 10
"""To find a free nonce and a sufficient fee, while others use the same account."""
_STEP_S: Final = 0.1
_FRESH_S: Final = 2
_PATIENCE_S: Final = (2.0, 4.0)
"""For the questions before a transaction, which cost nothing to ask again; then as long as usual."""
_SIMULATORS: Final = ("ganache", "ethereumjs", "anvil", "hardhat")


@dataclass(frozen=True, slots=True)
class Request:
    """
    What is to be done, by whomever signs it.

    Args:
        to: The contract called; None deploys one.
        data: Its input.
        gas: Most gas that may be used; None to ask the node, which also lets the contract refuse for free.
        value: Wei that go with it.
        most: Most gas that the node may come to when it is asked; None: whatever it is.
    """

    to: Address | None
    data: bytes
    gas: int | None = None
    value: int = 0
    most: int | None = None


class Sender:
    """
    Sends what accounts sign, to one chain. Safe under threads.

    * Two processes may use one account, each then finds the other's transactions in the node's count.
    * What is not mined for a while is given to the node again, or replaced by itself at a higher fee.

    Args:
        rpc: The node.
        chain_id: Of its chain, checked by whoever makes the sender.
        finality: When a transaction is final.
        waits: A transaction counts as done when it is final, not as soon as it is mined.
        decode: Makes an exception of what a contract refused with.
        timeout_s: How long a transaction may take to be mined and confirmed.
        stuck_s: Something is done about those that are not mined after so long.
        sleep: Instead of time.sleep, for tests.
    """

    def __init__(
        self,
        rpc: Rpc,
        chain_id: int,
        *,
        finality: Finality = 0,
        waits: bool = True,
        decode: Decoder = plain,
        timeout_s: float = 120.0,
        stuck_s: float = STUCK_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.rpc: Final = rpc
        self.chain_id: Final = chain_id
        self.receipts: Final = Receipts(rpc, timeout_s=timeout_s, sleep=sleep)
        self.decode: Final = decode
        self.finality: Final = finality
        self.waits: Final = waits
        self.awaited: Final[Finality] = finality if waits else 0
        self._timeout_s = timeout_s
        self._stuck_s = stuck_s
        self._sleep = sleep
        self._locks: defaultdict[Address, Lock] = defaultdict(Lock)
        self._is_simulator: bool | None = None

    def send(self, signer: Signer, request: Request) -> Receipt:
        """
        Send one transaction and wait until it counts.

        Raises:
            InsufficientFunds: The account cannot pay for it.
            TransactionReverted: The contract refused; with a decoder, the exception of its error; or it takes
                more than `most`.
            TransactionDropped, TransactionPending, ReorgDetected: It was sent, and does not count (yet).
            RpcUnavailable: The node went away; the message says whether a transaction may be on its way.
        """
        for _ in range(_ATTEMPTS):
            signed = self.submit(signer, request)
            try:
                [outcome] = self.pursue(signer, [signed])
                if isinstance(outcome, PlaceTaken):
                    continue
                if isinstance(outcome, Error):
                    raise outcome
                self.receipts.confirm(outcome, self.awaited)
            except RpcUnavailable as error:
                raise fate_unknown([signed], error) from error
            if not outcome.succeeded:
                raise self.reason(signer.address, request, outcome)
            return outcome
        raise _too_busy(signer.address)

    def pursue(self, signer: Signer, sent: Sequence[SignedTransaction]) -> list[Receipt | Error]:
        """
        Wait until transactions are mined, and help those that are stuck.

        Returns, Raises: As `Pursuit.outcomes`.
        """
        pursuit = Pursuit(
            self, signer, sent, timeout_s=self._timeout_s, stuck_s=self._stuck_s, sleep=self._sleep
        )
        return pursuit.outcomes()

    def submit(self, signer: Signer, request: Request) -> SignedTransaction:
        """
        Send one transaction and do not wait for its receipt.

        Raises: As `send`.
        """
        with self.lock(signer.address):
            return self.submit_locked(signer, request)

    def lock(self, account: Address) -> Lock:
        """Give the lock under which an account's nonces are used."""
        return self._locks[account]

    def submit_locked(self, signer: Signer, request: Request) -> SignedTransaction:
        """Do what `submit` does, for a caller who holds the account's lock."""
        for attempt in range(_ATTEMPTS):
            signed: SignedTransaction = signer.sign_transaction(self._prepare(signer.address, request))
            try:
                if self.push(signed):
                    return signed
            except InsufficientFunds as error:
                raise self._lacking(signer.address, signed.unsigned.most_wei) from error
            self._sleep(attempt * random.uniform(0.0, _STEP_S))  # noqa: S311 -- only to step out of the way
        raise _too_busy(signer.address)

    def push(self, signed: SignedTransaction) -> bool:
        """
        Give a signed transaction to the node; sending it again does no harm.

        Returns:
            False when nonce or fee do not fit any more, so that it must be signed anew.

        Raises:
            InsufficientFunds: The account cannot pay for it.
            RpcRefused: The node takes it for no other reason.
            RpcUnavailable: It is not known whether the node has it.
        """
        if signed.unsigned.nonce == 0 and self.receipts.are_known([signed.hash])[0]:
            return True
        try:
            answer = self.rpc.attempt(Call("eth_sendRawTransaction", ("0x" + signed.raw.hex(),)))
        except RpcUnavailable as error:
            if self._has(signed, error):
                return True
            raise
        return not isinstance(answer, Fault) or self.is_taken(signed, answer)

    def is_taken(self, signed: SignedTransaction, fault: Fault) -> bool:
        """
        Decide what an error in answer to a transaction means.

        Returns, Raises: As `push`.
        """
        kind = rejection(fault)
        if kind is Rejection.KNOWN or self.receipts.are_known([signed.hash])[0]:
            return True
        if kind is Rejection.FUNDS:
            raise InsufficientFunds(fault.message)
        if kind is Rejection.OTHER:
            raise fault.error("eth_sendRawTransaction")
        return False

    def _lacking(self, account: Address, most_wei: int) -> InsufficientFunds:
        """Look how much an account lacks."""
        balance = self.rpc.attempt(Call("eth_getBalance", (str(account), "pending")))
        return cannot_pay(account, 0 if isinstance(balance, Fault) else int(balance, 16), most_wei)

    def reason(self, account: Address, request: Request, receipt: Receipt) -> Error:
        """Ask why a mined transaction was refused, by calling the contract as of its block."""
        call = _call(account, request)
        if request.gas is not None and receipt.gas_used >= request.gas:
            return TransactionReverted("OutOfGas", (receipt.gas_used,))
        answer = self.rpc.attempt(Call("eth_call", (call, hex(receipt.block_number))))
        data = revert_data(answer) if isinstance(answer, Fault) else None
        if data is None:
            return TransactionReverted(
                "revert", hint="The reason cannot be found any more: the state has changed."
            )
        return self.decode(data)

    def _prepare(self, account: Address, request: Request) -> Transaction:
        estimate = [] if request.gas else [Call("eth_estimateGas", (_call(account, request),))]
        count = Call("eth_getTransactionCount", (str(account), "pending"))
        nonce, history, suggested, *gas = self._asked([count, *fees.CALLS, *estimate])
        if isinstance(nonce, Fault):
            raise nonce.error(count.method)
        limit = request.gas or _bounded(self._limit(gas[0], estimate[0]), request.most)
        return self.transaction(request, int(nonce, 16), fees.offer(history, suggested), limit)

    def _asked(self, calls: Sequence[Call]) -> list[Any]:
        """Ask again after a short while: Ganache never answers an estimate that a new block overtakes."""
        for patience_s in _PATIENCE_S:
            try:
                return self.rpc.batch(calls, patience_s=patience_s)
            except RpcUnavailable:
                continue
        return self.rpc.batch(calls)

    def transaction(self, request: Request, nonce: int, offer: Fees, gas: int) -> Transaction:
        """Put a request into the form that is signed."""
        return Transaction(
            self.chain_id, nonce, offer.tip, offer.max_fee, gas, request.to, request.data, request.value
        )

    def _limit(self, estimate: Any, call: Call) -> int:
        """Leave room: between estimate and block, a ticket may become late, which costs a little more."""
        if isinstance(estimate, Fault) and self._refresh_clock():
            estimate = self.rpc.attempt(call)
        if isinstance(estimate, Fault):
            raise self._refusal(estimate, call)
        return int(estimate, 16) * 5 // 4 + 10_000

    def _refusal(self, fault: Fault, call: Call) -> Error:
        data = revert_data(fault)
        if data is not None:
            return self.decode(data)
        if rejection(fault) is Rejection.FUNDS:
            asked = call.params[0]
            return self._lacking(Address.parse(asked["from"]), int(asked.get("value", "0x0"), 16))
        return fault.error(call.method)

    def _refresh_clock(self) -> bool:
        """
        Mine an empty block on an idle simulator, which judges estimates by the time of its last block.

        Returns:
            True when the estimate is worth asking for again.
        """
        if self._is_simulator is None:
            client = str(self.rpc.call("web3_clientVersion")).lower()
            self._is_simulator = client.startswith(_SIMULATORS)
        if not self._is_simulator:
            return False
        if abs(time.time() - int(self.rpc.block()["timestamp"], 16)) < _FRESH_S:
            return False
        return not isinstance(self.rpc.attempt(Call("evm_mine")), Fault)

    def _has(self, signed: SignedTransaction, cause: RpcUnavailable) -> bool:
        try:
            return self.receipts.are_known([signed.hash])[0]
        except RpcUnavailable:
            raise fate_unknown([signed], cause) from cause


def _bounded(limit: int, most: int | None) -> int:
    """Give what a transaction may take, unless it is more than anybody here pays for."""
    if most is not None and limit > most:
        raise TransactionReverted(
            "OutOfGas", (limit,), hint="The wallet that signed it is a contract that takes too much gas."
        )
    return limit


def cannot_pay(account: Address, has_wei: int, most_wei: int) -> InsufficientFunds:
    """Say how much an account lacks."""
    return InsufficientFunds(
        f"{account} has {_ether(has_wei)} ether, and needs up to {_ether(most_wei)} to send this",
        hint="Send ether to it, or let an account act that has some.",
    )


def _ether(wei: int) -> str:
    """Write an amount for people, so that a little is not nothing: 0.25, 0.000042."""
    return f"{wei / 10**18:.6f}".rstrip("0").rstrip(".") if wei == 0 or wei >= 10**12 else "0.000001"


def _call(account: Address, request: Request) -> dict[str, str]:
    call = {"from": str(account), "data": "0x" + request.data.hex()}
    if request.value:
        call["value"] = hex(request.value)
    if request.most is not None:  # code of strangers may run: Ganache would try it for hours
        call["gas"] = hex(request.most)
    return call if request.to is None else call | {"to": str(request.to)}


def _too_busy(account: Address) -> TransactionPending:
    return TransactionPending(
        f"others use the account {account} so busily that no nonce was free",
        hint="Give each process an account of its own.",
    )


def fate_unknown(signed: Sequence[SignedTransaction], cause: RpcUnavailable) -> RpcUnavailable:
    """Say that the node went away after it may have been given transactions."""
    hashes = ", ".join("0x" + one.hash.hex() for one in signed)
    return RpcUnavailable(
        f"{cause.message}; sent, and perhaps mined: {hashes}",
        hint="Once the node is back, look whether it was mined before doing it again.",
    )
