"""Why a change of certificates, policies, anchors or roles is refused, or an opening under a policy."""
# ruff: noqa: N818 -- as in supportledger.errors: the names are those of the contract

from supportledger.errors import Conflict, Denied, InputError, NotFound
from supportledger.model.refusal.base import (
    Account,
    Bytes32,
    Refusal,
    Role,
    Seconds,
    Standing,
    Time40,
    Time48,
    Time256,
    Uint8,
    Uint16,
    Uint64,
    Uint256,
    Word,
)


class AgentNotFound(Refusal, NotFound):
    """The account was never certified."""

    text = "{agent} was never certified"

    agent: Account


class AgentStatusInvalid(Refusal, Conflict):
    """The certificate's status does not allow this."""

    text = "this is not possible while the certificate of {agent} is {status}"

    agent: Account
    status: Standing


class AgentAddressInvalid(Refusal, InputError):
    """The zero address is nobody's."""

    text = "{agent} cannot be certified"

    agent: Account


class PeriodInvalid(Refusal, InputError):
    """A certificate begins now or later, and ends after that."""

    text = "from {from_} until {until} is no period from now on"

    from_: Time40
    until: Time40


class PeriodShortened(Refusal, InputError):
    """A certificate is only ever extended."""

    text = "the certificate runs until {until}, and cannot be shortened to {proposed}"
    advice = "To end it, revoke it."

    until: Time40
    proposed: Time40


class RevocationInFuture(Refusal, InputError):
    """A certificate is revoked as of now or earlier."""

    text = "{since} is in the future: it is {time}"

    since: Time40
    time: Time256


class PolicyNotFound(Refusal, NotFound):
    """No policy has this number."""

    text = "there is no policy {policy}"
    advice = "See `supportledger policy list` for those that are there."

    policy: Uint16


class PolicyWithdrawn(Refusal, Conflict):
    """The policy is retired."""

    text = "policy {policy} is retired"
    advice = "Choose another policy."

    policy: Uint16


class PolicyLooser(Refusal, Conflict):
    """A ticket's promise never gets weaker."""

    text = "policy {proposed} promises less than policy {policy}, which the ticket has"

    policy: Uint16
    proposed: Uint16


class PolicyWordInvalid(Refusal, InputError):
    """The policy's word has bits that mean nothing, or wrong flags."""

    text = "{word} is not the word of a policy"

    word: Word


class PolicyTierMissing(Refusal, InputError):
    """A policy's tier is at least 1."""

    text = "a policy needs a tier of at least 1: agents of tier 0 cannot answer"


class EscalationTooFrequent(Refusal, InputError):
    """Escalations keep a distance."""

    text = "escalations may not follow each other after {escalate_every}: {least} at least"

    escalate_every: Seconds
    least: Seconds


class HoursInvalid(Refusal, InputError):
    """The word of business hours is not valid."""

    text = "{open_hours} is not a word of business hours"

    open_hours: Word


class PoliciesExhausted(Refusal, Conflict):
    """All numbers of policies are used."""

    text = "the ledger has no number left for a policy"


class TermsMismatch(Refusal, Conflict):
    """The promise that the opener was shown is not the policy's."""

    text = "policy {policy} has the terms {terms}, not {presented}"
    advice = "Read the policy again, and show the customer its terms."

    policy: Uint16
    terms: Bytes32
    presented: Bytes32


class GateOnly(Refusal, Denied):
    """Only the policy's gate may open under it, with the customer's signature."""

    text = "policy {policy} opens only through its gate {gate}, which carries the customer's signature"

    policy: Uint16
    gate: Account


class AnchorStale(Refusal, Conflict):
    """The previous checkpoint presented is not the present one."""

    text = "log {log_id} has another checkpoint than the one presented"
    advice = "Read the last checkpoint again."

    log_id: Bytes32
    current: Bytes32
    presented: Bytes32


class AnchorNotGrowing(Refusal, Conflict):
    """A log only grows."""

    text = "the log has {size} lines, and {proposed} are not more"

    size: Uint64
    proposed: Uint64


class SuccessorInvalid(Refusal, InputError):
    """This cannot be a successor."""

    text = "{successor} cannot be the successor of this ledger"

    successor: Account


class SuccessorAlreadyNamed(Refusal, Conflict):
    """A successor is named once."""

    text = "{successor} is named as the successor already"

    successor: Account


class RoleMissing(Refusal, Denied):
    """The account does not have the role that this needs."""

    solidity = "AccessControlUnauthorizedAccount"
    text = "{account} does not have the role that this needs ({role})"
    advice = "Act as someone who has it, or let the admin grant it."

    account: Account
    role: Role


class RoleConfirmationWrong(Refusal, Denied):
    """A role is given up by its holder only."""

    solidity = "AccessControlBadConfirmation"
    text = "a role is given up by its holder only"


class AdminTransferDelayed(Refusal, Conflict):
    """Handing over the admin takes its time."""

    solidity = "AccessControlEnforcedDefaultAdminDelay"
    text = "the hand-over of the admin can be completed after {schedule}"

    schedule: Time48


class AdminTransferRequired(Refusal, Denied):
    """The admin is handed over in two steps, never granted."""

    solidity = "AccessControlEnforcedDefaultAdminRules"
    text = "the admin is handed over in two steps, never granted or revoked directly"


class AdminInvalid(Refusal, InputError):
    """This account cannot be, or become, the admin."""

    solidity = "AccessControlInvalidDefaultAdmin"
    text = "{account} cannot be, or become, the admin"

    account: Account


class NumberTooLarge(Refusal, InputError):
    """A number does not fit where the contract keeps it."""

    solidity = "SafeCastOverflowedUintDowncast"
    text = "{value} does not fit into {bits} bits"

    bits: Uint8
    value: Uint256
