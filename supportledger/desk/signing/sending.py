"""
Certificates and promises by a wallet elsewhere: transactions of somebody's own, which the desk never sends.

1. `ask` writes down what is wanted and for how long it is looked for. The ledger is asked first whether it
   would take it, so that nobody pays for a refusal.
2. The wallet sends it; `tell` takes the hash that the wallet gives. Nobody is believed with it.
3. `look` tells what became of it. Done is what an event of the ledger says, from a block after it was asked
   for, by the address that asked: also where the wallet has sent it again at a higher fee, or the page was
   closed before the hash came here. A hash only tells why nothing is done.
4. The reason is kept by the transaction whose event it was.

Source: LEDGER, "Agents, policies, anchors".
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from supportledger.desk.reasons import Reasons
from supportledger.errors import InputError, NotFound
from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.changes import CertificateChange, Change, Publication, Retirement, Sent, Verb
from supportledger.model.events import LedgerEvent
from supportledger.model.ids import Address
from supportledger.model.policy import Policy
from supportledger.model.refusal import Refusal
from supportledger.ports import Clock, Ledger
from supportledger.ports.cabinet import Cabinet, Paper

KIND: Final = "asked-change"
LASTS_S: Final = 7 * 86_400
"""For how long something that was asked for is looked for."""
_NAME_BYTES: Final = 16
_HASH_BYTES: Final = 32
_RESULTS: Final = {
    Verb.SUSPEND: AgentStatus.SUSPENDED,
    Verb.REINSTATE: AgentStatus.CERTIFIED,
    Verb.REVOKE: AgentStatus.REVOKED,
}


class Fate(StrEnum):
    """What became of something that was asked for."""

    DONE = "done"
    """The ledger's own event says so."""
    WAITING = "waiting"
    """The transaction waits to be mined."""
    UNTOLD = "untold"
    """No hash was brought, and the ledger has no such event."""
    UNKNOWN = "unknown"
    """The node does not have the transaction: not yet, or not any more."""
    REFUSED = "refused"
    """It was mined, and the ledger has refused it."""
    REPLACED = "replaced"
    """Another transaction of the account has taken its place."""
    FOREIGN = "foreign"
    """The transaction is somebody else's."""
    OTHER = "other"
    """The transaction was mined, and has done something else."""

    @property
    def is_open(self) -> bool:
        """Whether looking again may tell more."""
        return self in {Fate.WAITING, Fate.UNTOLD, Fate.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What somebody wants their wallet to send.

    Args:
        id: To tell and to look with.
        by: Who sends it.
        change: What it does.
        target: The ledger's address.
        chain_id: Of its chain.
        data: The transaction's input.
        height: It is in no block up to this.
        asked_at: Unix seconds.
        reason: Why; sealed.
        transaction: Its hash, as the wallet said; empty before.
        nonce: Of that transaction; below 0 when the node never had it.
    """

    id: str
    by: Address
    change: Change
    target: Address
    chain_id: int
    data: bytes
    height: int
    asked_at: int
    reason: str = field(default="", repr=False)
    transaction: bytes = b""
    nonce: int = -1


@dataclass(frozen=True, slots=True)
class Seen:
    """
    What was found of something that was asked for.

    Args:
        fate: What became of it.
        event: That it was done by.
        refusal: Why the ledger refuses it, as far as it still tells.
    """

    fate: Fate
    event: LedgerEvent | None = None
    refusal: Refusal | None = None


class Sending:
    """
    Lets wallets elsewhere change certificates and promises.

    Args:
        ledger: That they change.
        cabinet: Where lies what was asked for.
        reasons: Kept when it is done.
        clock: This machine's.
    """

    def __init__(self, ledger: Ledger, cabinet: Cabinet, reasons: Reasons, clock: Clock) -> None:
        self._ledger = ledger
        self._cabinet = cabinet
        self._reasons = reasons
        self._clock = clock

    def certificate(self, verb: Verb, account: Address) -> CertificateChange:
        """
        Write a change of a certificate down, from what the ledger has of it now.

        Args:
            verb: Suspend, reinstate or revoke: as of the latest block, which every node takes for past.
            account: Whose.

        Raises:
            InputError: A new certificate is none of these.
        """
        status = _RESULTS.get(verb)
        if status is None:
            raise InputError(f"{verb} needs the whole certificate", hint="Say what it is for.")
        current = self._ledger.agent(account)
        until = current.until
        if verb is Verb.REVOKE:
            until = min(until, self._ledger.block().time)
        return CertificateChange(verb, account, replace(current, status=status, until=until))

    def ask(self, change: Change, by: Address, *, reason: str = "") -> Asked:
        """
        Write down what somebody's wallet is to send.

        Args:
            change: What it does.
            by: Whose wallet.
            reason: As `Agents.suspend`.

        Raises:
            InputError: The reason is too long.
            Refusal: The ledger would refuse.
        """
        why, height = self._reasons.check(reason), self._ledger.height()
        self._ledger.check(by, change)
        deployment, now = self._ledger.deployment, self._now()
        asked = Asked(
            secrets.token_urlsafe(_NAME_BYTES),
            by,
            change,
            deployment.ledger,
            deployment.chain_id,
            self._ledger.input_of(change),
            height,
            now,
            why,
        )
        self._cabinet.write(_paper(asked))
        return asked

    def tell(self, name: str, by: Address, transaction: bytes) -> None:
        """
        Take the hash that a wallet gave for what was asked for.

        Raises:
            NotFound: They have not asked for it, or it is done.
            InputError: It is no hash.
        """
        if len(transaction) != _HASH_BYTES:
            raise InputError("the hash of a transaction has 32 bytes", hint="Bring what the wallet gave.")
        paper = self._mine(name, by)
        if paper.data["transaction"] != transaction.hex():
            about = {**paper.data, "transaction": transaction.hex(), "nonce": "-1"}
            self._cabinet.write(replace(paper, data=about))

    def look(self, name: str, by: Address) -> Seen:
        """
        Tell what became of what somebody asked for; what is done, is not looked for any more.

        Raises:
            NotFound: They have not asked for it, or it is done.
        """
        paper = self._mine(name, by)
        asked = self._read(paper)
        seen = self._look(asked, paper)
        event = self._event(asked)  # read last: what was mined meanwhile is done
        if event is None:
            return seen
        self._keep_reason(asked, event)
        self._cabinet.remove(KIND, [name])
        return Seen(Fate.DONE, event)

    def asked(self, name: str, by: Address) -> Asked:
        """
        Give what somebody has asked for.

        Raises:
            NotFound: They have not, or it is done.
        """
        return self._read(self._mine(name, by))

    def pending(self, by: Address) -> list[Asked]:
        """List what somebody asked for and nobody has seen done, the oldest first."""
        found = (self._read(one) for one in self._cabinet.list(KIND, str(by)))
        return sorted(found, key=lambda one: one.asked_at)

    def forget(self, name: str, by: Address) -> None:
        """
        Look for something no more: it was not sent. What was sent, this does not stop.

        Raises:
            NotFound: They have not asked for it, or it is done.
        """
        self._cabinet.remove(KIND, [self._mine(name, by).id])

    # -- inside ----------------------------------------------------------------------------------------------

    def _look(self, asked: Asked, paper: Paper) -> Seen:
        """Tell what the node knows of the transaction that the wallet has named."""
        if not asked.transaction:
            return Seen(Fate.UNTOLD)
        sent = self._ledger.sent(asked.transaction)
        if sent is None:
            is_past = asked.nonce >= 0 and self._ledger.count(asked.by) > asked.nonce
            return Seen(Fate.REPLACED if is_past else Fate.UNKNOWN)
        if sent.sender != asked.by:
            return Seen(Fate.FOREIGN)
        if sent.nonce != asked.nonce:
            self._cabinet.write(replace(paper, data={**paper.data, "nonce": str(sent.nonce)}))
        return self._mined(asked, sent)

    def _mined(self, asked: Asked, sent: Sent) -> Seen:
        if sent.block_number is None:
            is_past = self._ledger.count(asked.by) > sent.nonce
            return Seen(Fate.REPLACED if is_past else Fate.WAITING)
        if sent.succeeded:
            return Seen(Fate.OTHER)
        return Seen(Fate.REFUSED, refusal=self._refusal(asked))

    def _refusal(self, asked: Asked) -> Refusal | None:
        """Ask why the ledger refuses; None if by now it would not."""
        try:
            self._ledger.check(asked.by, asked.change)
        except Refusal as refusal:
            return refusal
        return None

    def _event(self, asked: Asked) -> LedgerEvent | None:
        pieces = self._ledger.events(asked.height + 1)
        found = (one for piece in pieces for one in piece if asked.change.is_in(one, asked.by))
        return next(found, None)

    def _keep_reason(self, asked: Asked, event: LedgerEvent) -> None:
        if not isinstance(asked.change, CertificateChange):
            return
        account = asked.change.account
        if event.transaction not in self._reasons.of(account):
            self._reasons.keep(account, event.transaction, asked.reason)

    def _mine(self, name: str, by: Address) -> Paper:
        """Give what somebody has asked for; of others', not even that it is there."""
        try:
            paper = self._cabinet.read(KIND, name)
        except NotFound as error:
            raise _nothing() from error
        if paper.group != str(by):
            raise _nothing()
        return paper

    def _read(self, paper: Paper) -> Asked:
        data, deployment = paper.data, self._ledger.deployment
        change = _change(data["change"])
        return Asked(
            paper.id,
            Address.parse(paper.group),
            change,
            deployment.ledger,
            deployment.chain_id,
            self._ledger.input_of(change),
            int(data["height"]),
            int(data["asked_at"]),
            str(data["reason"]),
            bytes.fromhex(data["transaction"]),
            int(data["nonce"]),
        )

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _nothing() -> NotFound:
    return NotFound(
        "nothing of that name is asked of your wallet",
        hint="It may be done: look at the history, or ask again.",
    )


def _paper(asked: Asked) -> Paper:
    about = {
        "change": _change_to_json(asked.change),
        "height": str(asked.height),
        "asked_at": str(asked.asked_at),
        "reason": asked.reason,
        "transaction": asked.transaction.hex(),
        "nonce": str(asked.nonce),
    }
    return Paper(KIND, asked.id, about, group=str(asked.by), expires_at=asked.asked_at + LASTS_S)


def _change_to_json(change: Change) -> dict[str, str]:
    if isinstance(change, CertificateChange):
        return {"verb": change.verb, "account": str(change.account), "result": hex(change.result.word)}
    if isinstance(change, Retirement):
        return {"policy": str(change.policy)}
    terms = change.terms
    words = {"word": hex(terms.word), "hours": hex(terms.hours_word)}
    return words | {"gate": str(terms.gate), "text": terms.text_hash.hex()}


def _change(data: Mapping[str, Any]) -> Change:
    if "verb" in data:
        result = Agent.unpack(int(data["result"], 16))
        return CertificateChange(Verb(data["verb"]), Address.parse(data["account"]), result)
    if "policy" in data:
        return Retirement(int(data["policy"]))
    word, hours = int(data["word"], 16), int(data["hours"], 16)
    gate, text = Address.parse(data["gate"]), bytes.fromhex(data["text"])
    return Publication(Policy.unpack(word, hours, gate, text).terms)
