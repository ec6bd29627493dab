"""
Acting without waiting for the chain: what somebody signs is kept with a receipt, and the workers send it.

1. `prepare` writes everything but the signature; whoever has the key signs what it gives, and `submit` takes
   the signature. Nothing is kept for the ledger before that.
2. What keys at hand sign goes the same way in one step: `sign_and_submit`, and `record` for those who have
   none.
3. A signature is one of the actor's own key, or one that the actor's contract takes for its own when it is
   brought here (ERC-1271). The ledger asks the contract again: what it does not stand by then is rejected.
4. A ticket is what the store says, with what waits counted in its lane. Who acts on what has changed
   meanwhile is told so at once; where two were faster than the store, the relayer rejects the later one, and
   the feed tells it (action.rejected).

Source: LEDGER, "Signed actions".
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from supportledger.desk.cast import Cast, Part
from supportledger.desk.clerk import Clerk, NewTicket, Now
from supportledger.desk.drafting import SIGNED_FOR_S, position, queued
from supportledger.desk.intents import Intent
from supportledger.desk.promises import Promises
from supportledger.desk.receipts import Receipts
from supportledger.desk.signing.contracts import check_askable
from supportledger.desk.signing.elsewhere import Elsewhere
from supportledger.desk.signing.leftovers import note
from supportledger.desk.signing.lookouts import Lookout
from supportledger.desk.signing.prepared import LASTS_S, PREPARED, Prepared, paper, submission_of
from supportledger.errors import Conflict, Denied, InputError, NotFound, SignatureMismatch
from supportledger.model.entry import lane
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.records import WAITING, Draft, DraftStatus
from supportledger.model.ticket import Action, Auth, TicketState
from supportledger.ports import Clock, LedgerReader, Signer, Store, Submission
from supportledger.ports.cabinet import Paper
from supportledger.proof import signature as ecdsa
from supportledger.proof.typed_data import wallet_request

_NAME_BYTES: Final = 16
_CUSTOMERS: Final = frozenset({Action.REPLY, Action.RATE})
"""What customers alone do, once they have a key."""
_STAND_INS: Final = {Action.REPLY: Part.SERVICE, Action.CLOSE: Part.KEEPER}
"""Who does for a keyless customer what the customer does otherwise."""


@dataclass(frozen=True, slots=True)
class _Ticket:
    """A ticket as the store has it, and as it will be after all that waits."""

    now: TicketState
    queued: TicketState


class Signing:
    """
    Takes what people sign.

    Args:
        ledger: Asked for its clock and its promises, now and then.
        store: Where everything is kept.
        cast: Knows the desk's own identities.
        clerk: Writes submissions.
        clock: This machine's.
        promises: The policies, remembered.
        receipts: Promises to relay.
    """

    def __init__(  # noqa: PLR0917 -- the rooms of a desk, put together in one place
        self,
        ledger: LedgerReader,
        store: Store,
        cast: Cast,
        clerk: Clerk,
        clock: Clock,
        promises: Promises,
        receipts: Receipts,
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._cast = cast
        self._clerk = clerk
        self._clock = clock
        self._receipts = receipts
        self._ahead = Lookout(lambda: ledger.now() - self._here())
        self._offered = Lookout(promises.offered)

    # -- signed elsewhere ------------------------------------------------------------------------------------

    def prepare(
        self, wanted: Intent | NewTicket, address: Address, *, seen_hash: bytes | None = None
    ) -> Prepared:
        """
        Write down what somebody wants to do, for them to sign.

        Args:
            wanted: What.
            address: Whose key will sign.
            seen_hash: Hash of the ticket's state as they saw it; None: whatever it is.

        Raises:
            InputError: What was written cannot be committed to; nothing is kept.
            NotFound: There is no such ticket.
            Conflict: The ticket is not as they saw it.
            ContentErased: The ticket was erased.
            ClockSkew: This machine's clock is too far off.
        """
        signer = Elsewhere(address)
        submission = self._written(wanted, signer, seen_hash)
        now = self._here()
        expires_at = now + LASTS_S
        kept = paper(secrets.token_urlsafe(_NAME_BYTES), submission, expires_at)
        self._store.cabinet.write(kept, *note(kept, submission, now))
        return Prepared(
            kept.id,
            submission.draft.ticket,
            address,
            wallet_request(signer.asked[0], self._ledger.domain),
            submission.draft.key,
            submission.fields,
            submission.removed,
            expires_at,
        )

    def submit(self, prepared: str, signature: bytes) -> Draft:
        """
        Take the signature of what was prepared, promise to relay it, and leave it to the workers.

        Doing it twice gives the same draft, and the promise that was given first.

        Raises:
            NotFound: It was never prepared, or too long ago.
            SignatureMismatch: Somebody else signed, or nobody.
            RpcUnavailable: A contract is to be asked for it, and the node is away.
            Conflict: Somebody else has acted on the ticket meanwhile, in the same lane.
        """
        return self.submit_all([(prepared, signature)])[0]

    def submit_all(
        self, signed: Sequence[tuple[str, bytes]], first: Callable[[], object] | None = None
    ) -> list[Draft]:
        """
        Take the signatures of several things that belong together: all of them, or none.

        Args:
            signed: What `Prepared.id` names, each with its signature.
            first: Done once all signatures are good, and before anything is kept; what it raises, this does.

        Raises: As `submit`.
        """
        taken = [self._taken(*one) for one in signed]
        if first is not None:
            first()
        new = [one for one in taken if isinstance(one, Submission)]
        kept = iter(self._store.keep(new) if new else ())
        return [next(kept) if isinstance(one, Submission) else one for one in taken]

    def submit_notes(
        self,
        signed: Sequence[tuple[str, bytes]],
        notes: Sequence[Intent],
        address: Address,
        first: Callable[[], object],
    ) -> list[Draft]:
        """
        Take the signatures of all notes of a change, and make it before they are kept.

        Args:
            signed: As `submit_all`, in the order of the notes.
            notes: What the change says of itself.
            address: Whoever makes it.
            first: The change.

        Raises: As `submit_all`; and Conflict, when it is not all the notes of this change, by whom makes it.
        """
        pairs = zip(signed, notes, strict=False)
        is_all = len(signed) == len(notes)
        if not is_all or not all(self.is_of(one, note, address) for (one, _), note in pairs):
            raise Conflict("what was signed are not the notes of this change", hint="Begin again.")
        return self.submit_all(signed, first)

    def is_of(self, prepared: str, wanted: Intent, address: Address) -> bool:
        """
        Tell whether something that waits for its signature is what somebody wants to do, and by whom.

        Raises:
            NotFound: It was never prepared, or too long ago.
        """
        submission = submission_of(self._prepared(prepared))
        draft, said = submission.draft, submission.fields.values() if submission.fields else {}
        found = draft.ticket, draft.action, draft.argument, draft.actor
        is_said = all(said.get(name) == value for name, value in wanted.values.items())
        return is_said and found == (wanted.ticket, wanted.action, wanted.argument, address)

    def awaited(self, prepared: str) -> Address:
        """
        Tell whose signature something waits for.

        Raises:
            NotFound: It was never prepared, or too long ago.
        """
        return submission_of(self._prepared(prepared)).draft.actor

    # -- signed by keys at hand ------------------------------------------------------------------------------

    def sign_and_submit(
        self, wanted: Intent | NewTicket, signer: Signer, *, seen_hash: bytes | None = None
    ) -> Submission:
        """
        Sign what somebody wants to do with their key, which is at hand, and leave it to the workers.

        Args:
            wanted: What.
            signer: Their key.
            seen_hash: As `prepare`.

        Raises: As `prepare`; and Denied, when the key refuses.
        """
        return self._kept(self._written(wanted, signer, seen_hash))

    def record(self, wanted: Intent | NewTicket, *, seen_hash: bytes | None = None) -> Submission:
        """
        Record what somebody without a key wrote: the desk's own identity signs that they did.

        Args:
            wanted: A new ticket, a reply, or a closing.
            seen_hash: As `prepare`.

        Raises: As `prepare`; and Conflict, when the ticket's customer has a key, and must sign themselves;
            InputError, when it is nothing that is recorded for a customer.
        """
        if isinstance(wanted, NewTicket):
            return self._kept(self._opening(wanted, self._cast.behind(Part.SERVICE), keyless=True))
        part = _STAND_INS.get(wanted.action)
        if part is None:
            raise InputError(f"{wanted.action} is nothing that is recorded for a customer")
        ticket = self._seen(wanted.ticket, seen_hash)
        if ticket.now.customer != NOBODY or ticket.queued.customer != NOBODY:
            raise Conflict(
                f"the customer of {wanted.ticket.handle} has a key: only they can act for themselves",
                hint="Let them sign it with their wallet.",
            )
        return self._kept(self._act(wanted, ticket, self._cast.behind(part)))

    def fate(self, key: bytes) -> Draft:
        """
        Tell how far something has come, and why it was rejected if it was.

        Raises:
            NotFound: It was never submitted.
        """
        return self._store.draft(key)

    def authenticate(self, signer: Address, digest: bytes, signature: bytes) -> Auth:
        """
        Tell how somebody has signed; a contract is asked only where no key of its address has.

        Args:
            signer: Who is said to have.
            digest: What was signed; 32 bytes.
            signature: As it was brought.

        Raises:
            SignatureMismatch: They have not.
            RpcUnavailable: A contract is to be asked, and the node is away.
        """
        if _is_by_key(signer, digest, signature):
            return Auth.ECDSA
        check_askable(signature, signer)
        if not self._ledger.approves(signer, digest, signature):
            raise SignatureMismatch(
                f"this is not signed by {signer}",
                hint="Choose the account in your wallet that you began with. A wallet that is a contract "
                "must be on the chain of the ledger, and confirm the signature by now (ERC-1271).",
            )
        return Auth.ERC1271

    def deadline(self) -> int:
        """Tell until when something that is signed now counts; Unix seconds, by the ledger's clock."""
        return self._now().until

    # -- inside ----------------------------------------------------------------------------------------------

    def _taken(self, prepared: str, signature: bytes) -> Draft | Submission:
        """Check a signature; give what was kept with it before, or what is to be kept."""
        submission = submission_of(self._prepared(prepared))
        draft = submission.draft
        known = self._known(draft.key)
        if known is not None and known.signature == signature:
            return known
        auth = self._authenticated(draft, signature)
        if known is not None:
            return known
        self._check_place(draft)
        signed = replace(draft, auth=auth, signature=signature, status=DraftStatus.SIGNED)
        receipt = self._receipts.promise(signed, self._here())
        return replace(submission, draft=signed, receipt=receipt)

    def _authenticated(self, draft: Draft, signature: bytes) -> Auth:
        auth = self.authenticate(draft.actor, draft.key, signature)
        return draft.auth if auth is Auth.ECDSA and draft.auth is Auth.RECORDED else auth

    def _kept(self, submission: Submission) -> Submission:
        draft = self._store.keep([submission])[0]
        return replace(submission, draft=draft)

    def _written(self, wanted: Intent | NewTicket, signer: Signer, seen_hash: bytes | None) -> Submission:
        if isinstance(wanted, NewTicket):
            return self._opening(wanted, signer, keyless=False)
        ticket = self._seen(wanted.ticket, seen_hash)
        _check_customer(wanted, ticket.now, signer.address)
        return self._act(wanted, ticket, signer)

    def _opening(self, new: NewTicket, opener: Signer, *, keyless: bool) -> Submission:
        plain = new if new.policy is not None else replace(new, policy=self._offered.get())
        return self._clerk.opening(plain, opener, self._now(), keyless=keyless)

    def _act(self, intent: Intent, ticket: _Ticket, signer: Signer) -> Submission:
        """Write an action behind what waits; nobody has read a message that is not on the ledger yet."""
        read = ticket.now.customer_seq if intent.seen is None else intent.seen
        return self._clerk.act(replace(intent, seen=read), ticket.queued, signer, self._now())

    def _prepared(self, name: str) -> Paper:
        try:
            return self._store.cabinet.read(PREPARED, name)
        except NotFound as error:
            raise NotFound(
                "nothing waits for this signature",
                hint="Write it again: what is prepared waits for an hour.",
            ) from error

    def _known(self, key: bytes) -> Draft | None:
        """Give what was submitted before with the same digest."""
        try:
            return self._store.draft(key)
        except NotFound:  # it is the first time
            return None

    def _seen(self, ticket: TicketId, seen_hash: bytes | None) -> _Ticket:
        found = self._ticket(ticket)
        if seen_hash is not None and found.now.hash() != seen_hash:
            raise Conflict(
                f"ticket {ticket.handle} has changed since you read it: {self._latest(ticket)}",
                hint="Read it again, and decide anew.",
            )
        return found

    def _ticket(self, ticket: TicketId) -> _Ticket:
        waiting = self._store.drafts(ticket=ticket, statuses=WAITING)
        now = self._store.ticket(ticket).state  # read later: what came onto the ledger meanwhile counts once
        return _Ticket(now, queued(now, waiting))

    def _check_place(self, draft: Draft) -> None:
        """Let a draft be kept only while its place in its lane is free, also of what waits."""
        if draft.action is Action.OPEN:
            return
        state = self._ticket(draft.ticket).queued
        order = lane(draft.action, draft.actor, state.customer)
        if order and position(order, state) != draft.sequence:
            raise Conflict(
                f"somebody else acted on ticket {draft.ticket.handle} while this {draft.action} was signed: "
                f"{self._latest(draft.ticket)}",
                hint="Read the ticket again, and decide anew.",
            )

    def _latest(self, ticket: TicketId) -> str:
        """Say what was done to a ticket last, on the ledger or on its way there."""
        waiting = self._store.drafts(ticket=ticket, statuses=WAITING)
        if waiting:
            return f"{waiting[-1].action} by {waiting[-1].actor} is on its way to the ledger"
        last = self._store.ticket(ticket).state.entries - 1
        entries = self._store.entries(ticket, max(last, 0), 1)
        return f"entry {entries[0].index} is {entries[0].action} by {entries[0].actor}" if entries else ""

    def _here(self) -> int:
        return int(self._clock.now().timestamp())

    def _now(self) -> Now:
        here = self._here()
        return Now(here, here + self._ahead.get() + SIGNED_FOR_S)


def _is_by_key(signer: Address, digest: bytes, signature: bytes) -> bool:
    """Tell whether somebody's own key has signed, in the one form that the ledger takes."""
    try:
        return ecdsa.recover(digest, signature) == signer
    except SignatureMismatch:  # it has not the form that a key makes: a contract may know it
        return False


def _check_customer(intent: Intent, state: TicketState, actor: Address) -> None:
    """Let nobody act as a customer who is another: the ledger would refuse it, only later."""
    if intent.action in _CUSTOMERS and state.customer not in {NOBODY, actor}:
        raise Denied(
            f"only the customer of {intent.ticket.handle} can do this: {intent.action}",
            hint="Sign with the key that the ticket was opened with.",
        )
