"""Why a signature, or what carries it, is refused."""
# ruff: noqa: N818 -- as in supportledger.errors: the names are those of the contract

from supportledger.errors import Conflict, Denied, InputError
from supportledger.model.refusal.base import Account, Refusal, Time64, Time256, Uint32, What


class SignatureInvalid(Refusal, Denied):
    """The signature is not the signer's, for this sequence."""

    text = "{signer} did not sign this, or not for sequence {sequence}"
    advice = "Read the ticket again and sign for its present sequence."

    signer: Account
    sequence: Uint32


class SignatureExpired(Refusal, Conflict):
    """The signature's deadline has passed."""

    text = "the signature was good until {deadline}; it is {time}"
    advice = "Sign again."

    deadline: Time64
    time: Time256


class DeadlineTooFar(Refusal, InputError):
    """The signature's deadline is too far ahead."""

    text = "a signature until {deadline} is good for too long: until {latest} at most"

    deadline: Time64
    latest: Time256


class SignatureNotAllowed(Refusal, InputError):
    """The action has no sequence, so a signature of it could be replayed."""

    text = "{action} by this actor cannot be signed"
    advice = "Send it directly."

    action: What


class SenderNotActor(Refusal, Denied):
    """An action without a signature is sent by its actor."""

    text = "{sender} sent an unsigned action of {actor}"
    advice = "Let the actor sign it or send it."

    sender: Account
    actor: Account


class OpenerInvalid(Refusal, InputError):
    """A ticket is opened by its customer, or for a keyless one."""

    text = "{opener} cannot open a ticket of {customer}"

    opener: Account
    customer: Account
