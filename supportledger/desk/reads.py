"""
Who was shown what people wrote, of which ticket, when and why: one line of a log for every time.

1. The line is on disk before anything is shown. If it cannot be written, nothing is shown (L9.1).
2. A line says nothing by itself; the record of it lies beside the log (L9.4).
3. The log is anchored now and then, so that no line can be taken out afterwards.

Warning: a reader is who the desk says that it was (L9.5), and whoever reads the database by other means
leaves no line. What is never shown to anybody (auditing, verifying, recovering) leaves none for each ticket.

Source: docs/spec/anchored-log.md, L9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from supportledger.desk.cast import By, Cast
from supportledger.desk.chronicle import Chronicle, Kept
from supportledger.desk.door import Door
from supportledger.desk.logs import Logs
from supportledger.errors import CommitmentMismatch, InputError, NotOnRecord, StoreError
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import Deployment
from supportledger.ports import Clock, LogStore, Vault
from supportledger.proof.commitment import check_content, commit
from supportledger.proof.fields import Fields, Value
from supportledger.proof.read_line import ReadLine, read_context

LOG: Final = "reads"
"""The log that has a line for every reading."""
SUPPORT: Final = "support"
"""Why somebody reads who does not say why."""
ALL: Final = TicketId(bytes(32))
"""Stands for all tickets, where somebody went through them as a whole."""
LIST: Final = "list"
"""What was shown where the subjects of many tickets were."""
_KIND: Final = "read"
_PREFIX: Final = 8
_LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class Read:
    """
    That somebody was shown something.

    Args:
        ticket: Whose contents; `ALL` for those of every ticket.
        reader: Who; nobody's address for whoever works on this machine and named no identity.
        what: What was shown: ticket, conversation, proof file, export.
        reason: Why, as the reader said.
        time: Unix seconds, by this machine's clock.
        index: Position of the line in the log, from 0.
        tickets: How the ids of those begin that were on a list; none where something else was shown.
    """

    ticket: TicketId
    reader: Address
    what: str
    reason: str
    time: int
    index: int
    tickets: tuple[bytes, ...] = ()

    def names(self, ticket: TicketId) -> bool:
        """Tell whether a ticket was on the list that was shown."""
        return ticket[:_PREFIX] in self.tickets


class Reads:
    """
    The readings of a desk.

    Args:
        deployment: The ledger of the tickets.
        store: Where the log lies.
        logs: Begins it.
        clock: Says when.
        door: Takes secrets out of reasons.
        cast: Knows who acts.
        vault: The keys that records are sealed with, each with its ticket's: a reason may say things about
            people, and is erased with the rest.
    """

    def __init__(  # noqa: PLR0917 -- the parts of a desk, put together in one place
        self,
        deployment: Deployment,
        store: LogStore,
        logs: Logs,
        clock: Clock,
        door: Door,
        cast: Cast,
        vault: Vault,
    ) -> None:
        self._deployment = deployment
        self._chronicle = Chronicle(LOG, store, logs, vault)
        self._clock = clock
        self._door = door
        self._cast = cast

    def record(
        self,
        ticket: TicketId,
        what: str,
        reason: str = SUPPORT,
        *,
        by: By = None,
        reader: Address | None = None,
    ) -> Read:
        """
        Put on record that somebody is about to be shown something; only then may it be shown.

        Args:
            ticket: Whose contents; `ALL` for those of every ticket.
            what: What will be shown.
            reason: Why; 1 to 500 characters.
            by: Who reads: a name or a signer; None: the identity of this run, if there is one.
            reader: Who reads, where their address is known; instead of *by*.

        Raises:
            NotOnRecord: It cannot be written down, so nothing may be shown.
            NotFound: Nobody has the name.
            InputError: There is no reason, or a very long one.
        """
        if not reason.strip() or len(reason) > _LONGEST_REASON:
            raise InputError(
                f"a reason has 1 to {_LONGEST_REASON} characters", hint="Say in a few words why you read it."
            )
        reader = self._cast.reader(by) if reader is None else reader
        said: dict[str, Value] = {"kind": _KIND, "subject": what, "author": str(reader), "body": reason}
        if reason != SUPPORT:  # it is in somebody's own words
            said |= self._door.admit({"body": reason}).values
        return self._write(ticket, reader, said)

    def record_list(self, tickets: Sequence[TicketId], *, reader: Address) -> Read:
        """
        Put on record that somebody is about to be shown the subjects of tickets: one line for all of them.

        The record is kept for `ALL` tickets, and names each by how its id begins. It outlives the erasure of
        one of them, and says nothing that the ledger does not: the reason is never in somebody's own words
        (L9.6).

        Raises:
            NotOnRecord: It cannot be written down, so nothing may be shown.
        """
        what = " ".join([LIST, *(ticket[:_PREFIX].hex() for ticket in tickets)])
        said = {"kind": _KIND, "subject": what, "body": SUPPORT, "author": str(reader)}
        return self._write(ALL, reader, said)

    def lists(self, ticket: TicketId) -> list[Read]:
        """
        List which lists have shown the subject of a ticket; all that there are, so it takes its time.

        Raises: As `of`.
        """
        return [one for one in self.of(ALL) if one.names(ticket)]

    def _write(self, ticket: TicketId, reader: Address, values: Mapping[str, Value]) -> Read:
        fields = Fields.create({**values, "createdAt": int(self._clock.now().timestamp())})
        line = ReadLine(commit(fields, self._context(ticket, reader)))
        try:
            kept = self._chronicle.add(ticket, line.to_bytes(), fields)
        except StoreError as error:
            raise NotOnRecord(
                f"nothing is shown, because the reading cannot be put on record: {error.message}",
                hint=error.hint or "See to the disk that the log of readings lies on, and try again.",
            ) from error
        return _read(ticket, kept)

    def of(self, ticket: TicketId) -> list[Read]:
        """
        List who has read a ticket, the first reading first.

        Raises:
            CommitmentMismatch: What is kept of a reading is not what its line commits to.
        """
        found = []
        for kept in self._chronicle.records(ticket):
            if self._chronicle.has(kept):
                read = _read(ticket, kept)
                line = ReadLine.from_bytes(kept.line)
                check_content(kept.fields, self._context(ticket, read.reader), line.commitment)
                found.append(read)
        return found

    def settle(self) -> None:
        """Put in order what earlier runs have kept; quick when that was done."""
        self._chronicle.settle()

    def _context(self, ticket: TicketId, reader: Address) -> bytes:
        return read_context(self._deployment.chain_id, self._deployment.ledger, ticket, reader)


def _read(ticket: TicketId, kept: Kept) -> Read:
    values = kept.fields.values()
    time = values.get("createdAt")
    try:
        reader = Address.parse(str(values.get("author")))
    except InputError as error:
        raise CommitmentMismatch(
            f"the record of a reading of {ticket.handle} names no reader",
            hint="Restore the log from a backup.",
        ) from error
    what = str(values.get("subject", ""))
    head, *shown = what.split(" ")
    is_list = ticket == ALL and head == LIST
    tickets = tuple(bytes.fromhex(one) for one in shown) if is_list else ()
    reason, at = str(values.get("body", "")), time if isinstance(time, int) else 0
    return Read(ticket, reader, LIST if is_list else what, reason, at, kept.index, tickets)
