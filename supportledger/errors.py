"""
Everything that can go wrong, as one tree; nothing else ever leaves the package.

    Error                        code, retryable, hint: what to do next
      InputError                 what was given cannot be used
        AmbiguousId              a prefix or handle names more than one ticket
      NotFound                   what was named does not exist
        ContentErased            it was erased, on purpose and for good
      Denied                     this actor may not do this
        NotSignedIn              nobody is signed in, or no longer
        LimitReached*            it was tried too often for now
      Conflict                   it collides with what has already happened
        Outdated                   it is not any more as whoever changes it has read it
        Unfinished*                the same request is still being worked on
      VerificationError          evidence does not hold; `step` is the number of the verifier's list
        BundleFormatError        1: a proof file is malformed
        LedgerMismatch           2: another ledger, chain or code than the verifier named
        ReplayMismatch           3: events are not contiguous or do not replay to the state
        HeadMismatch             4: a head does not follow from its predecessor
        SignatureMismatch        5: a signature does not recover to its actor
        StateMismatch            6: the state does not hash to the value in the slot
        StorageMismatch          7: the slot is not proven under the block's state root
        BlockMismatch            8: the block is not the trusted one
        CommitmentMismatch       9: content does not match what was committed
        AuthorityMismatch        10: an agent answered without authority in force
        DeadlineMismatch         11: deadlines, lateness or escalations do not follow from the policy
        InclusionMismatch        12: a leaf is not in the tree
        ConsistencyMismatch      12: a later tree does not extend an earlier one
        AnchorMismatch           12: a checkpoint is not the anchored one
        CosignatureMismatch      12: a checkpoint is not signed or cosigned as asked for
        Inconclusive             a required step could not be checked: not false, not proven
          NotFinal*              it can be checked once a block is final
      ChainError                 the chain, or the way to it
        RpcUnavailable*          no usable answer from the node
        RpcRefused               the node answered with an error
        WrongNetwork             the node serves another chain
        NotALedger               no contract at the address, or other code
        ClockSkew                this machine's clock and the chain's are too far apart
        InsufficientFunds        the sender cannot pay for the transaction
        TransactionReverted      the contract refused; name and arguments
        TransactionDropped*      the node forgot a transaction that was sent
        TransactionPending*      sent, and not mined within the time allowed
        ReorgDetected*           blocks that were read are no longer part of the chain
        EngineFailed             the local chain's process did not start or has died
          PortTaken              another process listens on its port
      StoreError                 the database cannot do what was asked
        StoreUnavailable*        the database server is away
        StoreBusy*               another process holds its lock
        StoreReadOnly            file or directory may not be written
        StoreFull                the disk is full
        StoreCorrupt             the file is damaged or not ours
        KeyMissing               the key store lacks the key of what is sealed
        NotOnRecord              a reading cannot be put on record, and nothing is shown
      DeliveryError*             a message did not reach its channel
      ConfigError                a setting is unknown, malformed or missing
        ForeignData              the data directory belongs to another deployment
        WrongDeskKey             the desk key is missing, or not the one that the contents are sealed under

    * retryable: the same call may succeed later without anything being changed

Contract errors have one class each in `model.refusal`; each is also an `InputError`, `NotFound`, `Denied`
or `Conflict`.
"""
# ruff: noqa: N818 -- the names say what happened; "Error" behind each would say nothing more

import re
from collections.abc import Sequence
from typing import ClassVar

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Error(Exception):
    """
    Something went wrong, and the message says what.

    Args:
        message: What happened, with the values a person needs to act; never a secret.
        hint: What to do next, as a sentence; empty for what the class advises.
    """

    code: ClassVar[str] = "error"
    """Stable kebab-case name for machines; the class name in words unless a class sets its own."""
    retryable: ClassVar[bool] = False
    """The same call may succeed later without anything being changed."""
    advice: ClassVar[str] = ""
    """What to do next where nothing better is known; empty when there is nothing to advise."""

    def __init_subclass__(cls) -> None:
        if "code" not in cls.__dict__:
            cls.code = _WORD_START.sub("-", cls.__name__).lower()

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint or self.advice


class InputError(Error, ValueError):
    """What was given cannot be used, whatever the state of the world."""


class AmbiguousId(InputError):
    """
    A prefix or handle names more than one ticket.

    Args:
        candidates: Some of the ids it could mean, in full hexadecimal.
    """

    def __init__(self, message: str, candidates: Sequence[str] = (), *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.candidates = tuple(candidates)


class NotFound(Error, LookupError):
    """What was named does not exist here."""


class ContentErased(NotFound):
    """
    What was written was erased, on purpose and for good.

    Args:
        erased_at: When; Unix seconds.
    """

    def __init__(self, message: str, erased_at: int = 0, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.erased_at = erased_at


class Denied(Error):
    """This actor may not do this."""


class NotSignedIn(Denied):
    """Nobody is signed in: the session or key is unknown, has ended, or belongs to nobody any more."""

    advice = "Sign in again."


class LimitReached(Denied):
    """
    It was tried too often, by this account, for this address or from this network.

    Args:
        after_s: From when on there is some again, in seconds from now; 0: not known.
    """

    retryable = True
    advice = "Wait a while, then try again."
    after_s = 0

    def __init__(self, message: str, *, hint: str = "", after_s: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.after_s = after_s


class Conflict(Error):
    """It collides with what has already happened: stale, duplicate, or not possible in this state."""


class Outdated(Conflict):
    """It is not any more as whoever wants to change it has read it; `If-Match` says how that was."""

    advice = "Read it again, and decide anew."


class Unfinished(Conflict):
    """The same request, with the same `Idempotency-Key`, is still being worked on."""

    retryable = True
    advice = "Send the same request again in a moment: it is not done twice."


class VerificationError(Error):
    """
    Evidence does not hold.

    Args:
        entry: Index of the ticket's first entry that is wrong; None where it is not one entry's fault.
    """

    step: ClassVar[int | None] = None
    """Number in the verifier's list of steps (EVIDENCE, "Verification is a numbered list")."""

    def __init__(self, message: str, *, entry: int | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.entry = entry


class BundleFormatError(VerificationError):
    """A proof file is malformed, of an unknown version, too large, or has trailing data."""

    step = 1


class LedgerMismatch(VerificationError):
    """The evidence is about another ledger, chain or contract code than the verifier named."""

    step = 2


class ReplayMismatch(VerificationError):
    """Events are not contiguous, break a rule, or do not replay to the ticket's state."""

    step = 3


class HeadMismatch(VerificationError):
    """A head does not follow from its predecessor and entry."""

    step = 4


class SignatureMismatch(VerificationError):
    """A signature does not recover to the actor it is claimed for."""

    step = 5


class StateMismatch(VerificationError):
    """The state does not hash to the value in the ticket's slot."""

    step = 6


class StorageMismatch(VerificationError):
    """The slot is not proven, included or absent, under the block's state root."""

    step = 7


class BlockMismatch(VerificationError):
    """The block is not one that the verifier trusts."""

    step = 8


class CommitmentMismatch(VerificationError):
    """Disclosed content does not match its commitment or manifest."""

    step = 9


class AuthorityMismatch(VerificationError):
    """An agent acted without a certificate in force, or one since revoked for that time."""

    step = 10


class DeadlineMismatch(VerificationError):
    """Deadlines, lateness flags or escalations do not follow from the policy."""

    step = 11


class InclusionMismatch(VerificationError):
    """A leaf is not proven to be in the tree."""

    step = 12


class ConsistencyMismatch(VerificationError):
    """A later tree is not proven to extend an earlier one."""

    step = 12


class AnchorMismatch(VerificationError):
    """A checkpoint is not the anchored one, or lines are missing from the middle."""

    step = 12


class CosignatureMismatch(VerificationError):
    """A checkpoint is not signed by its log, or not cosigned by as many witnesses as asked for."""

    step = 12


class Inconclusive(VerificationError):
    """A required step could not be checked: nothing is shown to be false, and nothing proven."""


class NotFinal(Inconclusive):
    """A required step can only be checked once a block is final; nothing is wrong."""

    retryable = True


class ChainError(Error):
    """The chain, or the way to it, did not do what was asked."""


class RpcUnavailable(ChainError):
    """The node gave no usable answer: unreachable, timed out, overloaded, or not JSON-RPC."""

    retryable = True
    advice = "Try again; if that does not help, name another node with --rpc."


class RpcRefused(ChainError):
    """The node understood and answered with an error that trying again does not cure."""


class WrongNetwork(ChainError):
    """The node serves another chain id than the deployment's."""


class NotALedger(ChainError):
    """There is no contract at the address, or it is not the packaged code."""


class ClockSkew(ChainError):
    """This machine's clock and the chain's are too far apart to sign or judge a deadline."""


class InsufficientFunds(ChainError):
    """The sender's balance cannot pay for the transaction."""

    advice = "Send ether to the account, or choose another identity as relayer."


class TransactionReverted(ChainError):
    """
    The contract refused, with an error that has no class of its own in `model.refusal`.

    Args:
        name: Name of the Solidity error; `Panic`, `Error` or a selector when it is not the ledger's.
        arguments: Its decoded arguments in order.
    """

    def __init__(self, name: str, arguments: Sequence[object] = (), *, hint: str = "") -> None:
        shown = ", ".join(map(str, arguments))
        super().__init__(f"{name}({shown})" if arguments else name, hint=hint)
        self.name = name
        self.arguments = tuple(arguments)


class TransactionDropped(ChainError):
    """A transaction that was sent is neither mined nor waiting any more."""

    retryable = True
    advice = "Try again."


class TransactionPending(ChainError):
    """A transaction was sent and not mined, or not confirmed, within the time allowed; it may still be."""

    retryable = True
    advice = "Look again later, before doing it again."


class ReorgDetected(ChainError):
    """Blocks that were read are no longer part of the chain."""

    retryable = True
    advice = "Try again once the chain has settled."


class EngineFailed(ChainError):
    """The local chain's process could not be started, or died."""


class PortTaken(EngineFailed):
    """Another process listens on the port of the local chain."""


class StoreError(Error):
    """The database cannot do what was asked."""


class StoreUnavailable(StoreError):
    """The database server cannot be reached, or was restarted; whether the last write counts is not known."""

    retryable = True


class StoreBusy(StoreError):
    """Another process holds the database's lock for too long."""

    retryable = True


class StoreReadOnly(StoreError):
    """The database, or the directory it lies in, may not be written."""


class StoreFull(StoreError):
    """The disk, or the quota, is full; nothing of the failed write was kept."""


class StoreCorrupt(StoreError):
    """The database file is damaged, is no database, or is another program's."""


class KeyMissing(StoreError):
    """Something is sealed under a ticket's key that the key store does not have."""


class NotOnRecord(StoreError):
    """That somebody reads cannot be put on record: nothing is shown."""


class DeliveryError(Error):
    """A message did not reach its channel."""

    retryable = True


class ConfigError(Error):
    """A setting is unknown, malformed or missing."""


class ForeignData(ConfigError):
    """The data directory holds the contents of another deployment."""


class WrongDeskKey(ConfigError):
    """The desk key is missing, malformed, or not the one that the contents are sealed under."""
