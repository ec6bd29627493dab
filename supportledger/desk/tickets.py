"""
Tickets: open them, act on them, read them, verify them.

Every action goes one way: intent, submission (`desk.clerk`), then kept, sent and recorded (`desk.posting`).
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from supportledger.desk import intents
from supportledger.desk.audit import Audit
from supportledger.desk.bulk import Bulk, Wish
from supportledger.desk.cast import By, Cast, Part
from supportledger.desk.clerk import Clerk, NewTicket
from supportledger.desk.contents import Attachment
from supportledger.desk.drafting import SIGNED_FOR_S
from supportledger.desk.intents import Consent, Intent
from supportledger.desk.posting import Outcome, Posting
from supportledger.desk.reading import EntryView, Named, Reading, TicketView
from supportledger.desk.reads import SUPPORT, Reads
from supportledger.desk.recovery import Recovered, Recovery
from supportledger.errors import Error
from supportledger.model.acts import Ticket
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import Draft, TicketQuery, TicketRecord
from supportledger.model.ticket import Status, TicketState
from supportledger.ports import LedgerReader
from supportledger.proof import typed_data
from supportledger.proof.fields import Value
from supportledger.proof.verdict import TICKET_STEPS, Verdict

Seen = Ticket | TicketView | TicketRecord | Outcome
"""A ticket as somebody saw it."""
Target = Named | Seen
"""A ticket by name, to act on it as it is; or as it was seen, to act on what was seen."""
Progress = Callable[[int], None]


class Tickets:
    """
    The tickets of a desk.

    Every action takes:

    * `by`: who acts, by name or as a signer; None for whoever fits
    * `signed`: the actor signs, and the relayer sends and pays

    and raises:

    * Refusal: The ledger refuses; what was to be done is kept as rejected, with the reason.
    * Conflict: Somebody else acted on the ticket meanwhile, in the same lane.
    * InputError: What was written cannot be committed to; nothing is kept.
    * ChainError: It could not be sent; it is kept, and `recover` goes on with it.
    """

    def __init__(  # noqa: PLR0917 -- the rooms of a desk, put together in one place
        self,
        ledger: LedgerReader,
        cast: Cast,
        clerk: Clerk,
        posting: Posting,
        reading: Reading,
        bulk: Bulk,
        recovery: Recovery,
        audit: Audit,
        reads: Reads,
    ) -> None:
        self._ledger = ledger
        self._cast = cast
        self._clerk = clerk
        self._posting = posting
        self._reading = reading
        self._bulk = bulk
        self._recovery = recovery
        self._audit = audit
        self._reads = reads

    # -- by the customer -------------------------------------------------------------------------------------

    def open(
        self,
        body: str | bytes,
        *,
        subject: str | None = None,
        policy: int | None = None,
        by: By = None,
        signed: bool = False,
        keyless: bool = False,
        attachments: Sequence[Attachment] = (),
        **more: Value | None,
    ) -> Outcome:
        """
        Open a ticket.

        Args:
            body: The question.
            subject: What it is about, in a line.
            policy: Number of the promise; None: the first that is offered.
            by: The customer; for a keyless one, the agent who records it.
            signed: The relayer sends it.
            keyless: The customer has no key, and wrote by mail or chat.
            attachments: Files that belong to it.
            more: Further fields: author, channel, language.
        """
        new = NewTicket(body, subject, policy, by, attachments, more)
        opener = self._clerk.opener(by, keyless=keyless)
        now = self._clerk.now(signed=signed)
        submission = self._clerk.opening(new, opener, now, keyless=keyless)
        return self._posting.post(submission, None if signed else opener, None)

    def reply(
        self,
        ticket: Target,
        body: str | bytes,
        *,
        contested: bool = False,
        by: By = None,
        signed: bool = False,
        attachments: Sequence[Attachment] = (),
        **more: Value | None,
    ) -> Outcome:
        """Write as the customer, or record what a keyless one wrote; reopens what is solved."""
        intent = intents.reply(self._id(ticket), body, contested=contested, attachments=attachments, **more)
        return self.do(_as_seen(intent, ticket), by=by, signed=signed)

    def rate(
        self,
        ticket: Target,
        stars: int,
        comment: str | None = None,
        *,
        by: By = None,
        signed: bool = False,
    ) -> Outcome:
        """Rate as the customer, once: 1 to 5 stars."""
        return self.do(_as_seen(intents.rate(self._id(ticket), stars, comment), ticket), by=by, signed=signed)

    def close(
        self,
        ticket: Target,
        reason: str | None = None,
        *,
        successor: Address | None = None,
        by: By = None,
        signed: bool = False,
    ) -> Outcome:
        """Close for good: the customer at any time, anybody once it cannot be reopened (without a reason)."""
        intent = intents.close(self._id(ticket), reason, successor=successor)
        return self.do(_as_seen(intent, ticket), by=by, signed=signed)

    # -- by agents and supervisors ---------------------------------------------------------------------------

    def answer(
        self,
        ticket: Target,
        body: str | bytes,
        *,
        status: Status | str = Status.PENDING,
        seen: int | None = None,
        by: By = None,
        signed: bool = False,
        attachments: Sequence[Attachment] = (),
        **more: Value | None,
    ) -> Outcome:
        """
        Answer the customer.

        Args:
            ticket: Which.
            body: The answer.
            status: What it leaves the ticket in, unless messages still wait: open, pending or on-hold.
            seen: The customer sequence that was read; None: all that was there.
            by: The agent.
            signed: The relayer sends it.
            attachments: Files that belong to it.
            more: Further fields: author, channel, language.
        """
        intent = intents.answer(
            self._id(ticket), body, status=status, seen=seen, attachments=attachments, **more
        )
        return self.do(_as_seen(intent, ticket), by=by, signed=signed)

    def note(self, ticket: Target, body: str | bytes, *, by: By = None, signed: bool = False) -> Outcome:
        """Leave an internal note."""
        return self.do(_as_seen(intents.note(self._id(ticket), body), ticket), by=by, signed=signed)

    def assign(
        self,
        ticket: Target,
        assignee: Address | str | None = None,
        reason: str | None = None,
        *,
        by: By = None,
        signed: bool = False,
    ) -> Outcome:
        """Give the ticket to an agent; without one, take it oneself."""
        by_self = assignee is None
        to = self._cast.actor(Part.AGENT, by).address if assignee is None else self._cast.address(assignee)
        intent = intents.assign(self._id(ticket), to, by_self=by_self, reason=reason)
        return self.do(_as_seen(intent, ticket), by=by, signed=signed)

    def hold(self, ticket: Target, reason: str | bytes, *, by: By = None, signed: bool = False) -> Outcome:
        """Wait for somebody else, and say why."""
        return self.do(_as_seen(intents.hold(self._id(ticket), reason), ticket), by=by, signed=signed)

    def resume(
        self, ticket: Target, reason: str | None = None, *, by: By = None, signed: bool = False
    ) -> Outcome:
        """Wait no longer."""
        return self.do(_as_seen(intents.resume(self._id(ticket), reason), ticket), by=by, signed=signed)

    def solve(
        self,
        ticket: Target,
        body: str | bytes | None = None,
        *,
        seen: int | None = None,
        by: By = None,
        signed: bool = False,
    ) -> Outcome:
        """Declare the matter solved; with a text, that answers what still waits."""
        intent = intents.solve(self._id(ticket), body, seen=seen)
        return self.do(_as_seen(intent, ticket), by=by, signed=signed)

    def repolicy(
        self,
        ticket: Target,
        policy: int,
        reason: str | None = None,
        *,
        by: By = None,
        signed: bool = False,
    ) -> Outcome:
        """Promise more than before, as a supervisor."""
        intent = intents.repolicy(self._id(ticket), policy, reason)
        return self.do(_as_seen(intent, ticket), by=by, signed=signed)

    def claim(
        self, ticket: Target, customer: By | Consent, *, by: By = None, signed: bool = False
    ) -> Outcome:
        """
        Give a keyless ticket its customer.

        Args:
            ticket: Which.
            customer: Their name or key, to sign with here; or the consent that they signed elsewhere.
            by: The agent who records it.
            signed: The relayer sends it.
        """
        found = self._id(ticket)
        consent = customer if isinstance(customer, Consent) else self._consent(found, customer)
        return self.do(_as_seen(intents.claim(found, consent), ticket), by=by, signed=signed)

    # -- by anybody ------------------------------------------------------------------------------------------

    def escalate(self, ticket: Target, *, by: By = None) -> Outcome:
        """Put on record that a deadline has passed."""
        return self.do(_as_seen(intents.escalate(self._id(ticket)), ticket), by=by)

    def do(self, intent: Intent, *, by: By = None, signed: bool = False) -> Outcome:
        """Do what `desk.intents` can say: the one way that all the verbs above go."""
        state = intent.state or self._reading.current([intent.ticket])[intent.ticket]
        actor = self._clerk.actor(intent, state, by)
        submission = self._clerk.act(intent, state, actor, self._clerk.now(signed=signed))
        return self._posting.post(submission, None if signed else actor, state)

    # -- many at once ----------------------------------------------------------------------------------------

    def open_many(
        self,
        tickets: Iterable[NewTicket],
        *,
        by: By = None,
        signed: bool = False,
        keyless: bool = False,
        progress: Progress | None = None,
    ) -> list[Outcome | Error]:
        """
        Open many tickets, in a transaction each, as fast as the node takes them.

        Args:
            tickets: May be made as they are taken.
            by: Opens all of them, and sends; with `signed`, those that do not name somebody themselves.
            signed: Each is signed by its own customer, and sent by the relayer.
            keyless: The customers have no keys.
            progress: Called with the number of outcomes so far.

        Returns:
            One outcome for each, in order.
        """
        return self._bulk.open_many(tickets, by=by, signed=signed, keyless=keyless, progress=progress)

    def do_many(
        self, wishes: Iterable[Wish | Intent], *, by: By = None, progress: Progress | None = None
    ) -> list[Outcome | Error]:
        """
        Do many things by signature, as many in a transaction as fit; the relayer sends.

        Args:
            wishes: Things to do, each by whoever it names; may be made as they are taken.
            by: Does those that name nobody.
            progress: Called with the number of outcomes so far.

        Returns:
            One outcome for each, in order: what was refused does not stop the others.
        """
        return self._bulk.do_many(wishes, by=by, progress=progress)

    def submit_openings(self, tickets: Iterable[NewTicket], *, by: By = None) -> list[Draft | Error]:
        """Let each customer sign an opening, and leave it to the workers; as `submit`."""
        return self._bulk.submit_openings(tickets, by=by)

    def submit(self, wishes: Iterable[Wish | Intent], *, by: By = None) -> list[Draft | Error]:
        """
        Sign things to do, keep them with a receipt for each, and leave them to the workers.

        Args:
            wishes: Things to do to tickets that are on the ledger.
            by: Does those that name nobody.

        Returns:
            For each, in order, the draft that waits now, or why there is none.
        """
        return self._bulk.submit(wishes, by=by)

    def recover(self) -> list[Recovered]:
        """Finish what an earlier run has kept and not seen done: nothing is lost, nothing done twice."""
        return self._recovery.run()

    # -- reading ---------------------------------------------------------------------------------------------

    def find(self, text: Named) -> TicketId:
        """
        Find the ticket that somebody means by an id, a handle, or the beginning of either.

        Raises:
            InputError: It cannot be the name of a ticket.
            NotFound: There is none.
            AmbiguousId: There are several.
        """
        return self._reading.find(text)

    def get(self, ticket: Named, *, reason: str = SUPPORT, by: By = None) -> TicketView:
        """
        Read a ticket from the ledger, with what is held of its contents, and put on record that it was read.

        Args:
            ticket: Which.
            reason: Why somebody reads what people wrote.
            by: Who reads.

        Raises:
            NotOnRecord: The reading cannot be put on record: nothing is shown.
        """
        return self._shown("ticket", self._reading.get(ticket), reason, by)

    def history(self, ticket: Named, *, reason: str = SUPPORT, by: By = None) -> tuple[EntryView, ...]:
        """Read a ticket's entries, with what is held of their contents; as `get`."""
        return self._shown("history", self._reading.get(ticket), reason, by).entries

    def state(self, ticket: Named) -> TicketState:
        """Tell where a ticket stands, without anything that people wrote."""
        return self._reading.fresh(self._reading.find(ticket)).state

    def list(self, query: TicketQuery | None = None) -> "list[TicketRecord]":
        """List a page of tickets, as of now."""
        return self._reading.page(query)

    def count(self, query: TicketQuery | None = None) -> int:
        """Count tickets, as of now."""
        return self._reading.count(query)

    def verify(self, ticket: Named, *, required: Collection[int] = TICKET_STEPS) -> Verdict:
        """
        Check everything that is known of a ticket against the ledger.

        Args:
            ticket: Which.
            required: Steps that must have been checked for the verdict to be "verified".

        Returns:
            Always a verdict, if the ticket exists and the node answers.
        """
        return self._audit.verify(self.find(ticket), required)

    def _shown(self, what: str, view: TicketView, reason: str, by: By) -> TicketView:
        if view.contents.held:
            self._reads.record(view.id, what, reason, by=by)
        return view

    def _id(self, target: Target) -> TicketId:
        if isinstance(target, (str, TicketId)):
            return self._reading.find(target)
        return target.ticket if isinstance(target, Outcome) else target.id

    def _consent(self, ticket: TicketId, customer: By) -> Consent:
        signer = self._cast.actor(Part.CUSTOMER, customer)
        message = typed_data.Claim(ticket, signer.address, self._ledger.now() + SIGNED_FOR_S)
        return Consent(signer.address, message.deadline, signer.sign_message(message, self._ledger.domain))


def _as_seen(intent: Intent, target: Target) -> Intent:
    return intent if isinstance(target, (str, TicketId)) else intent.on(_state(target))


def _state(seen: Seen) -> TicketState:
    return seen.state
