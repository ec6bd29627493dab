"""The desk's clerk: from what somebody wants to a submission that can be kept, with everything in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from supportledger.desk.cast import By, Cast, Part
from supportledger.desk.contents import Attachment, Files, kept, values
from supportledger.desk.conversations import Conversations
from supportledger.desk.door import Admitted, Door
from supportledger.desk.drafting import SIGNED_FOR_S, Pen
from supportledger.desk.intents import Intent
from supportledger.desk.promises import Promises
from supportledger.desk.receipts import Receipts
from supportledger.model.ids import NOBODY
from supportledger.model.records import Draft
from supportledger.model.ticket import Action, TicketState
from supportledger.ports import Clock, LedgerReader, Signer, Submission
from supportledger.proof.fields import Fields, Value

QUESTION: Final = "question"


@dataclass(frozen=True, slots=True)
class NewTicket:
    """
    A ticket that somebody wants to open.

    Args:
        body: The question, as str or as UTF-8 bytes.
        subject: What it is about, in a line.
        policy: Number of the promise; None: the first that is offered.
        by: Whose ticket it is, or who records it; None: whoever fits.
        attachments: Files that belong to it.
        more: Further fields: author, channel, language.
    """

    body: str | bytes = field(repr=False)
    subject: str | None = field(default=None, repr=False)
    policy: int | None = None
    by: By = None
    attachments: Sequence[Attachment] = ()
    more: Mapping[str, Value | None] = field(default_factory=dict, repr=False)

    @property
    def values(self) -> Mapping[str, Value]:
        """The content's fields, as they were written."""
        return values(QUESTION, self.body, subject=self.subject, **self.more)


@dataclass(frozen=True, slots=True)
class Now:
    """
    The two clocks that an action is made by.

    Args:
        here: This machine's, for what people write; Unix seconds.
        until: Deadline of signatures; 0: nothing is signed.
    """

    here: int
    until: int = 0


class Clerk:
    """Writes submissions."""

    def __init__(  # noqa: PLR0917 -- the rooms of a desk, put together in one place
        self,
        ledger: LedgerReader,
        cast: Cast,
        clock: Clock,
        promises: Promises,
        receipts: Receipts,
        files: Files,
        conversations: Conversations,
        door: Door,
    ) -> None:
        self._ledger = ledger
        self._cast = cast
        self._clock = clock
        self._promises = promises
        self._receipts = receipts
        self._files = files
        self._conversations = conversations
        self._door = door
        self._pen = Pen(ledger.deployment, ledger.domain)

    def now(self, *, signed: bool) -> Now:
        """
        Look at the clocks.

        Raises:
            ClockSkew: Something is to be signed, and this machine's clock is too far off.
        """
        here = int(self._clock.now().timestamp())
        return Now(here, self._ledger.now() + SIGNED_FOR_S if signed else 0)

    def opener(self, by: By, *, keyless: bool) -> Signer:
        """Give who opens a ticket."""
        return self._cast.actor(Part.SERVICE if keyless else Part.CUSTOMER, by)

    def actor(self, intent: Intent, state: TicketState, by: By) -> Signer:
        """Give who acts on a ticket: for a keyless customer, the desk."""
        part = _STAND_INS.get(intent.action, intent.part) if state.customer == NOBODY else intent.part
        return self._cast.actor(part, by)

    def opening(self, new: NewTicket, opener: Signer, now: Now, *, keyless: bool) -> Submission:
        """
        Submit a new ticket.

        Raises:
            InputError: The content cannot be.
            PolicyNotFound: There is no such policy.
        """
        number = self._promises.offered() if new.policy is None else new.policy
        policy = number, self._promises.terms(number).hash
        let_in = self._door.admit(new.values, new.attachments)
        draft, fields = self._pen.opening(
            opener, let_in.values, policy=policy, keyless=keyless, now=now.here, signed_until=now.until
        )
        return self._submission(draft, fields, let_in, now)

    def act(self, intent: Intent, state: TicketState, actor: Signer, now: Now) -> Submission:
        """
        Submit an action; what is written says which lines of the conversation it follows.

        Raises:
            InputError: The content cannot be, or the action cannot be signed.
        """
        let_in = self._door.admit(intent.values, intent.attachments)
        place = self._conversations.place(intent.ticket) if intent.values else {}
        intent = replace(intent, values={**place, **let_in.values}, attachments=let_in.attachments)
        draft, fields = self._pen.act(intent, state, actor, now=now.here, signed_until=now.until)
        return self._submission(draft, fields, let_in, now)

    def _submission(self, draft: Draft, fields: Fields | None, let_in: Admitted, now: Now) -> Submission:
        receipt = self._receipts.promise(draft, now.here)
        files = kept(draft.ticket, let_in.attachments, self._files)
        return Submission(draft, fields, receipt, files, let_in.removed)


_STAND_INS: Final = {Action.REPLY: Part.SERVICE, Action.CLOSE: Part.KEEPER}
"""Who does for a keyless customer what the customer does otherwise."""
