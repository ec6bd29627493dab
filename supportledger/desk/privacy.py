"""
Erasing what people wrote, so that it can be told from losing it; and keeping what the law wants kept.

To erase a ticket's contents is, in this order (L10.3):

1. a line that says that it begins; what is erased may still be there
2. the ticket's key is destroyed, unless a legal hold came first: then a line calls it off
3. its files are removed, and the words that it was found by
4. a line that says that it is done
5. the log with these lines is anchored

A process that is killed in between leaves either contents that are whole, or a line that says what has become
of them: `finish`, or erasing again, goes on where it was (L10.4).

Warning: what was handed out before (proof files, exports) and backups of the key store are not reached.

Source: docs/spec/anchored-log.md, L10; docs/guides/privacy.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from supportledger.desk.cast import By, Cast
from supportledger.desk.contents import Files
from supportledger.desk.door import Door
from supportledger.desk.erasures import Erasures, Noted
from supportledger.desk.logs import Logs
from supportledger.desk.reading import Named, Reading
from supportledger.errors import Conflict
from supportledger.model.acts import Checkpoint
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action, Status
from supportledger.ports import Custody, Ledger, Store
from supportledger.proof.erasure import LOG, Ground, PrivacyLine, Step


@dataclass(frozen=True, slots=True)
class Standing:
    """
    What has become of a ticket's contents.

    Args:
        ticket: Whose.
        noted: The last line about its erasure; None if there is none.
        anchored: The first anchor that has that line; None before.
        custody: What the key store says.
    """

    ticket: TicketId
    noted: Noted | None
    anchored: Checkpoint | None
    custody: Custody

    @property
    def is_erased(self) -> bool:
        """Whether it was erased, and a line says so; what a backup has brought back is not."""
        says_so = self.noted is not None and self.noted.line.step is Step.ERASED
        return says_so and self.custody.erased_at is not None


class Privacy:
    """
    Erases, holds and releases.

    Args:
        ledger: Knows which tickets are closed, and what time it is.
        store: Whose vault has the keys.
        files: Where attachments are kept.
        cast: Knows who acts.
        reading: Finds tickets.
        logs: Anchors the log.
        erasures: The log.
        door: Takes secrets out of reasons.
    """

    def __init__(  # noqa: PLR0917 -- the parts of a desk, put together in one place
        self,
        ledger: Ledger,
        store: Store,
        files: Files,
        cast: Cast,
        reading: Reading,
        logs: Logs,
        erasures: Erasures,
        door: Door,
    ) -> None:
        self._ledger = ledger
        self._vault = store.vault
        self._filings = store.filings
        self._files = files
        self._cast = cast
        self._reading = reading
        self._logs = logs
        self._door = door
        self.erasures: Final = erasures

    # -- erasing ---------------------------------------------------------------------------------------------

    def erase(self, ticket: Named, ground: Ground, *, by: By = None) -> Standing:
        """
        Erase all that was written about a ticket, for good; what was begun before is finished.

        Anchoring the line that says so is `anchor`'s business.

        Args:
            ticket: Which: closed, and by a block that is final.
            ground: Why.
            by: Who erases.

        Raises:
            Conflict: It is not closed for good yet, or under a legal hold.
            NotFound: There is no such ticket.
        """
        found = self._reading.find(ticket)
        if not self.standing(found).is_erased:
            self._check_closed(found)
            self._check_free(found)
            self._finish(self._begun(found, ground, self._cast.reader(by)))
        return self.standing(found)

    def finish(self, *, before: int | None = None) -> list[Standing]:
        """
        Finish every erasure that was begun, and broken off; or call it off, where a hold came first.

        Args:
            before: Only those that began by then, so as not to meet somebody who is at it; Unix seconds.
        """
        done = []
        for noted in self.erasures.unfinished():
            if before is not None and noted.line.time > before:
                continue
            try:
                self._check_closed(noted.line.ticket)  # a line is only what somebody wrote down
                self._finish(noted)
            except Conflict:
                continue  # it is not closed, or a hold came first, which a line says now
            done.append(self.standing(noted.line.ticket))
        return done

    def anchor(self, *, by: By = None) -> Checkpoint:
        """
        Anchor all lines that there are.

        Raises: As `desk.logs.Logs.anchor`.
        """
        return self._logs.anchor(LOG, by=by)

    # -- holds -----------------------------------------------------------------------------------------------

    def hold(self, ticket: Named, reason: str, *, by: By = None) -> Standing:
        """
        Let a ticket not be erased, because the law wants it kept.

        Args:
            ticket: Which.
            reason: Why; it is kept sealed.
            by: Who says so.

        Raises:
            ContentErased: It was erased already.
            Conflict: It is under a hold.
        """
        found = self._reading.fresh(self._reading.find(ticket)).id
        said = self._door.admit({"body": reason}).values["body"]
        now = self._ledger.now()
        self._vault.hold(found, str(said), now)
        self.erasures.note(PrivacyLine(found, Step.HELD, now, self._cast.reader(by)))
        return self.standing(found)

    def release(self, ticket: Named, *, by: By = None) -> Standing:
        """
        End a legal hold.

        Raises:
            NotFound: There is none.
        """
        found = self._reading.find(ticket)
        self._vault.release(found)
        self.erasures.note(PrivacyLine(found, Step.RELEASED, self._ledger.now(), self._cast.reader(by)))
        return self.standing(found)

    # -- looking ---------------------------------------------------------------------------------------------

    def standing(self, ticket: TicketId) -> Standing:
        """Tell what has become of a ticket's contents."""
        noted = self.erasures.last(ticket)
        anchored = self.erasures.anchor_of(noted) if noted else None
        return Standing(ticket, noted, anchored, self._vault.status(ticket))

    def list(self) -> "list[Standing]":
        """List every ticket that was erased, is about to be, or is held, in the order of the log."""
        spoken = dict.fromkeys(one.line.ticket for one in self.erasures.all())
        spoken |= dict.fromkeys(one.ticket for one in self._vault.held())
        found = [self.standing(ticket) for ticket in spoken]
        return [one for one in found if one.noted is not None or one.custody.held_since is not None]

    # -- inside ----------------------------------------------------------------------------------------------

    def _begun(self, ticket: TicketId, ground: Ground, actor: Address) -> Noted:
        """Give the line that says that it begins; it is there already if it was broken off."""
        last = self.erasures.last(ticket)
        if last is not None and last.line.step is Step.BEGUN:
            return last
        return self.erasures.note(PrivacyLine(ticket, Step.BEGUN, self._ledger.now(), actor, ground))

    def _finish(self, begun: Noted) -> None:
        said = begun.line
        try:
            self._vault.erase([said.ticket], self._ledger.now())
        except Conflict:
            self._note(said, Step.CALLED_OFF)
            raise
        self._files.forget(said.ticket)
        self._filings.forget(said.ticket)
        self._note(said, Step.ERASED)

    def _note(self, begun: PrivacyLine, step: Step) -> None:
        self.erasures.note(PrivacyLine(begun.ticket, step, self._ledger.now(), begun.actor, begun.ground))

    def _check_closed(self, ticket: TicketId) -> None:
        found = self._reading.fresh(ticket)
        if found.state.status is not Status.CLOSED:
            raise Conflict(
                f"ticket {ticket.handle} is {found.state.status}, and only closed tickets are erased",
                hint=f"Close it first: `supportledger ticket close {ticket.handle}`.",
            )
        if _closed_in(found.entries) > self._ledger.final_height():
            raise Conflict(
                f"the block that closed ticket {ticket.handle} is not final yet", hint="Try again in a while."
            )

    def _check_free(self, ticket: TicketId) -> None:
        custody = self._vault.status(ticket)
        if custody.held_since is not None:
            raise Conflict(
                f"ticket {ticket.handle} is under a legal hold, and must be kept",
                hint=f"When the hold is over: `supportledger privacy release {ticket.handle}`.",
            )


def _closed_in(entries: Sequence[EntryRecord]) -> int:
    """Give the block that closed a ticket."""
    return max((one.block_number for one in entries if one.action is Action.CLOSE), default=0)
