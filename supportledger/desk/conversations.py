"""
What is said about a ticket between its entries: chat lines, mails, calls, each a line of one append-only log.

1. What was said is salted and committed to; the text is kept beside the log, the line goes into it.
2. A line names the one before it, and the ticket's next entry names the last: none can be left out.
3. The log is anchored as a whole, whenever the desk wants to.

Warning: lines are not signed by those who wrote them (L2.7). That somebody wrote a line is what the desk
says; that it said so before the anchor, and never otherwise, is what the log shows.

Source: docs/spec/anchored-log.md, L2, L5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from supportledger.desk.cast import By
from supportledger.desk.chronicle import Chronicle, Kept
from supportledger.desk.contents import values
from supportledger.desk.door import Door
from supportledger.desk.logs import Logs
from supportledger.desk.reads import SUPPORT, Reads
from supportledger.errors import CommitmentMismatch, Conflict, VerificationError
from supportledger.model.acts import Checkpoint
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.incident import SecretKind, in_order, kinds_in
from supportledger.model.records import Deployment
from supportledger.ports import Clock, LogStore, Vault
from supportledger.proof.anchored import AnchoredLine
from supportledger.proof.commitment import check_content, commit
from supportledger.proof.conversation import FIRST, Line, line_context
from supportledger.proof.fields import Fields, Value

LOG: Final = "conversations"
"""The log that has the lines of all tickets."""
MESSAGE: Final = "message"
_TRIES: Final = 50
"""To append to a log that others append to."""


@dataclass(frozen=True, slots=True)
class Message:
    """
    Something that somebody said.

    Args:
        body: As str or as UTF-8 bytes.
        author: Who wrote it, as far as the desk knows; nobody's address for a customer without a key.
        more: Further fields: author, channel, language.
    """

    body: str | bytes = field(repr=False)
    author: Address = NOBODY
    more: Mapping[str, Value | None] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """
    A line of a conversation with what was said.

    Args:
        line: As it stands in the log.
        index: Its position in the log, from 0.
        fields: What was said, with its salts.
    """

    line: Line
    index: int
    fields: Fields

    @property
    def kept(self) -> Kept:
        """The same, as the log keeps it."""
        return Kept(self.line.to_bytes(), self.index, self.fields)

    @property
    def body(self) -> str | None:
        """The text."""
        found = self.fields.values().get("body")
        return found if isinstance(found, str) else None

    @property
    def removed(self) -> tuple[SecretKind, ...]:
        """Secrets that were in it, as the marks in their places say."""
        texts = (value for value in self.fields.values().values() if isinstance(value, str))
        return in_order(kind for text in texts for kind in kinds_in(text))


class Conversations:
    """
    The conversations of a desk's tickets.

    Args:
        deployment: The ledger of the tickets.
        store: Where the log lies.
        logs: Begins it when the first line is said, and knows its anchors.
        clock: Says when.
        door: Takes secrets out of what is said.
        reads: Puts on record who reads.
        vault: The keys that what was said is sealed with.
    """

    def __init__(  # noqa: PLR0917 -- the parts of a desk, put together in one place
        self,
        deployment: Deployment,
        store: LogStore,
        logs: Logs,
        clock: Clock,
        door: Door,
        reads: Reads,
        vault: Vault,
    ) -> None:
        self._deployment = deployment
        self._chronicle = Chronicle(LOG, store, logs, vault)
        self._logs = logs
        self._clock = clock
        self._door = door
        self._reads = reads

    def say(self, ticket: TicketId, *messages: Message) -> list[Said]:
        """
        Write down what was said, one line after the other; all of it or nothing (L2.5).

        Raises:
            InputError: A text cannot be.
            ContentErased: The ticket was erased.
            Conflict: Others append faster than this.
        """
        for _ in range(_TRIES):
            size = self._chronicle.size()
            said = self._written(ticket, self._chain(ticket), messages, size)
            try:
                self._chronicle.add_after(ticket, size, [one.kept for one in said])
            except Conflict:
                continue  # somebody else was first: what was remembered is of lines that are not there
            return said
        raise Conflict("others append to the log faster than this", hint="Try again.")

    def lines(self, ticket: TicketId, *, reason: str = SUPPORT, by: By = None) -> list[Said]:
        """
        Show a conversation, each line with what was said, and put on record that it was read.

        Args:
            ticket: Whose.
            reason: Why it is read.
            by: Who reads.

        Raises:
            CommitmentMismatch: What is kept of a text is not what its line commits to.
            ContentErased: The ticket was erased.
            NotOnRecord: The reading cannot be put on record.
        """
        found = self.checked(ticket)
        if found:
            self._reads.record(ticket, "conversation", reason, by=by)
        return found

    def checked(self, ticket: TicketId) -> list[Said]:
        """
        Read a conversation for ourselves: what comes of it is shown to nobody.

        Raises:
            CommitmentMismatch: As `lines`.
        """
        found = self._chain(ticket)
        for one in found:
            context = self._context(one.line.ticket, one.line.actor)
            check_content(one.fields, context, one.line.commitment)
        return found

    def place(self, ticket: TicketId) -> Mapping[str, Value]:
        """
        Say which lines an entry made now follows: `log.count` and `log.last`, or nothing (L2.6).

        Raises:
            CommitmentMismatch: What is kept of the conversation cannot be read.
            ContentErased: The ticket was erased: nothing can be written in it any more.
        """
        self._chronicle.check_not_erased(ticket)
        said = self._chain(ticket)
        return {"log.count": len(said), "log.last": said[-1].line.hash} if said else {}

    def anchored(self, ticket: TicketId) -> tuple[Checkpoint, list[AnchoredLine]]:
        """
        Give the anchored lines of a conversation with proofs, for `proof.anchored.check_anchored`.

        Raises:
            NotFound: The log is not anchored.
            AnchorMismatch: The log is not the one that was anchored.
        """
        checkpoint = self._logs.last_anchored(LOG)
        tree = self._chronicle.tree(checkpoint.size)
        chain = (one for one in self.checked(ticket) if one.index < checkpoint.size)
        return checkpoint, [
            AnchoredLine(one.line.to_bytes(), one.index, tuple(tree.inclusion_proof(one.index)))
            for one in chain
        ]

    def settle(self) -> None:
        """Put in order what earlier runs have kept; quick when that was done."""
        self._chronicle.settle()

    # -- inside ----------------------------------------------------------------------------------------------

    def _written(
        self, ticket: TicketId, before: Sequence[Said], messages: Sequence[Message], size: int
    ) -> list[Said]:
        now = int(self._clock.now().timestamp())
        previous, number = (before[-1].line.hash, before[-1].line.number) if before else (FIRST, 0)
        said = []
        for index, message in enumerate(messages):
            let_in = self._door.admit(values(MESSAGE, message.body, **(message.more or {})))
            fields = Fields.create({**let_in.values, "createdAt": now})
            commitment = commit(fields, self._context(ticket, message.author))
            line = Line(ticket, number + index + 1, previous, message.author, commitment)
            said.append(Said(line, size + index, fields))
            previous = line.hash
        return said

    def _chain(self, ticket: TicketId) -> list[Said]:
        """
        Find the lines of a ticket that the log has.

        A record may name a line that the log never got: its writer was not the first, or was killed. The last
        line is looked up in the log; each one names the one before it.
        """
        records = [_said(ticket, one) for one in self._chronicle.records(ticket)]
        by_hash = {one.line.hash: one for one in records}
        latest_first = sorted(records, key=lambda one: one.line.number, reverse=True)
        last = next((one for one in latest_first if self._chronicle.has(one.kept)), None)
        chain: list[Said] = []
        while last is not None:
            chain.append(last)
            last = by_hash.get(last.line.previous)
        if chain and chain[-1].line.number != 1:
            raise CommitmentMismatch(f"what is kept of the conversation of {ticket.handle} has a gap")
        return chain[::-1]

    def _context(self, ticket: TicketId, actor: Address) -> bytes:
        return line_context(self._deployment.chain_id, self._deployment.ledger, ticket, actor)


def _said(ticket: TicketId, kept: Kept) -> Said:
    try:
        return Said(Line.from_bytes(kept.line), kept.index, kept.fields)
    except VerificationError as cause:
        raise CommitmentMismatch(
            f"what is kept of the conversation of {ticket.handle} cannot be read: {cause}"
        ) from cause
