"""
Step 5: signatures of actions marked signed recover to their actors.

The sequence that a signature covers follows from the events alone, so this step stands on no other.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

from supportledger.errors import Inconclusive, InputError, SignatureMismatch
from supportledger.model.entry import lane
from supportledger.model.history import Registry
from supportledger.model.ids import NOBODY, Address
from supportledger.model.records import Deployment, EntryRecord
from supportledger.model.ticket import Action, Auth, Lane
from supportledger.proof import typed_data
from supportledger.proof.evidence import Evidence, Signed
from supportledger.proof.typed_data import Domain, Message

LONGEST_DEADLINE: Final = 30 * 86_400
_NAMED_AT_MOST: Final = 10
_SHOWN: Final = {
    Auth.ECDSA: "recover to their actors",
    Auth.SENT: "sent by the actor",
    Auth.ERC1271: "accepted by the ledger from a contract wallet, not re-verifiable",
    Auth.RECORDED: "recorded by the desk",
}


def check_signatures(evidence: Evidence, trusted: Deployment) -> str:
    """
    Check every signature under a ticket's entries.

    Returns:
        How many recover, and what the other entries are.

    Raises:
        SignatureMismatch: One is not its actor's, or was out of time; `entry` is its index.
        Inconclusive: None is wrong, and one that there must be is not held.
    """
    domain = Domain(trusted.chain_id, trusted.ledger)
    missing: list[str] = []
    for turn in turns(evidence.entries):
        missing += check_turn(turn, evidence.signatures.get(turn.entry.index), evidence.registry, domain)
    counts = Counter(entry.auth for entry in evidence.entries)
    summary = "; ".join(f"{counts[auth]} {what}" for auth, what in _SHOWN.items() if counts[auth])
    if missing:
        raise Inconclusive(f"not held, so not checked: {_listed(missing)}; of {summary}")
    return summary


def check_turn(turn: "Turn", signed: Signed | None, registry: Registry, domain: Domain) -> list[str]:
    """
    Check the signatures under one entry.

    Args:
        turn: The entry, and the sequence that its signature must carry.
        signed: What was shown for it; None when nothing was.
        registry: Has the policy that an opening was promised.
        domain: Where signatures must be good: of the ledger that the verifier means.

    Returns:
        Names of the signatures that there must be and that are not held; none when all is checked.

    Raises:
        SignatureMismatch: One is not its actor's, or was out of time; `entry` is its index.
    """
    shown, missing = signed or _UNSIGNED, []
    if turn.entry.auth == Auth.ECDSA:
        missing += _check_actor(turn, shown, registry, domain)
    if turn.entry.action == Action.CLAIM:
        missing += _check_consent(turn.entry, shown, domain)
    return missing


def entries_named(indexes: Collection[int]) -> str:
    """Name entries in a sentence, not too many of them."""
    return f"entr{'y' if len(indexes) == 1 else 'ies'} {_listed([str(index) for index in indexes])}"


_UNSIGNED: Final = Signed(b"", 0)


class Turn(NamedTuple):
    """An entry, and where it found the orders of signed actions."""

    entry: EntryRecord
    sequence: int
    """Of its lane; 0 where it has none."""


def turns(entries: Iterable[EntryRecord]) -> Iterator[Turn]:
    """Give a ticket's entries, from the first on, with the sequences that their signatures must carry."""
    customer = NOBODY
    sequences = {Lane.CUSTOMER: 1, Lane.STAFF: 1}
    for entry in entries:
        order = lane(entry.action, entry.actor, customer)
        yield Turn(entry, sequences.get(order, 0))
        if order != Lane.NONE:
            sequences[order] += 1
        if entry.action == Action.OPEN and entry.auth != Auth.RECORDED:
            customer = entry.actor
        elif entry.action == Action.CLAIM:
            customer = Address((entry.argument & (1 << 160) - 1).to_bytes(20, "big"))


def _check_actor(turn: Turn, signed: Signed, registry: Registry, domain: Domain) -> list[str]:
    """Check the actor's signature; name what is not held."""
    entry = turn.entry
    message = _opening(entry, signed, registry) if entry.action == Action.OPEN else _action(turn, signed)
    if not signed.signature or message is None:
        return [f"the signature of entry {entry.index}"]
    _check_in_time(entry, signed.deadline)
    try:
        typed_data.verify(message, domain, signed.signature, entry.actor)
    except (SignatureMismatch, InputError) as mismatch:
        raise _wrong(entry, mismatch.message) from mismatch
    return []


def _check_consent(entry: EntryRecord, signed: Signed, domain: Domain) -> list[str]:
    """
    Check the customer's consent to a claim; name it if it proves nothing.

    The event does not say how it was given. One that does not recover may be a contract wallet's, which the
    ledger has accepted, or an altered one: nobody can tell them apart, so it counts as not held.
    """
    if not signed.consent:
        return [f"the customer's consent to entry {entry.index}"]
    _check_in_time(entry, signed.deadline)
    customer = Address((entry.argument & (1 << 160) - 1).to_bytes(20, "big"))
    try:
        typed_data.verify(
            typed_data.Claim(entry.ticket, customer, signed.deadline), domain, signed.consent, customer
        )
    except SignatureMismatch:
        return [
            f"a consent to entry {entry.index} that recovers to the customer (a contract wallet's may not)"
        ]
    return []


def _opening(entry: EntryRecord, signed: Signed, registry: Registry) -> Message | None:
    policy = registry.policy(entry.argument, (entry.block_number, entry.log_index))
    if policy is None:
        return None
    return typed_data.Open(
        opener=entry.actor,
        customer=entry.actor,
        policy=entry.argument,
        terms=policy.terms.hash,
        commitment=entry.commitment,
        deadline=signed.deadline,
    )


def _action(turn: Turn, signed: Signed) -> Message:
    entry = turn.entry
    return typed_data.Action(
        ticket=entry.ticket,
        action=str(entry.action),
        argument=entry.argument,
        actor=entry.actor,
        sequence=turn.sequence,
        seen=entry.seen,
        commitment=entry.commitment,
        deadline=signed.deadline,
    )


def _check_in_time(entry: EntryRecord, deadline: int) -> None:
    if not entry.time <= deadline <= entry.time + LONGEST_DEADLINE:
        raise _wrong(entry, f"its signature was good until {deadline}, and it was recorded at {entry.time}")


def _wrong(entry: EntryRecord, why: str) -> SignatureMismatch:
    return SignatureMismatch(
        f"entry {entry.index}, {entry.action} by {entry.actor}: {why}", entry=entry.index
    )


def _listed(names: Collection[str]) -> str:
    shown = list(names)[:_NAMED_AT_MOST]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
