"""
Everything that is held of a ticket, for the person it is about, in a form that programs read.

What the ledger shows of it anybody can read; what people wrote, files, readings and promises lie here only.

Source: GDPR, articles 15 and 20; docs/guides/privacy.md.
"""

import base64
from collections.abc import Iterator
from typing import Any, Final

from supportledger.desk.cast import By
from supportledger.desk.contents import Files
from supportledger.desk.conversations import Conversations, Said
from supportledger.desk.erasures import Erasures
from supportledger.desk.reading import EntryView, Named, Reading
from supportledger.desk.reads import Read, Reads
from supportledger.errors import NotFound, StoreError, VerificationError
from supportledger.model.ids import TicketId
from supportledger.model.records import AttachmentRecord, ReceiptRecord
from supportledger.ports import Store
from supportledger.proof import field_json
from supportledger.proof.fields import Fields

FORMAT: Final = "supportledger-privacy-export"
VERSION: Final = 1
REASON: Final = "the person asked for it"
"""Why an export is made, unless somebody says otherwise."""


class HandingOver:
    """
    Makes exports.

    Args:
        store: Has what was written.
        files: Has attachments.
        reading: Finds tickets.
        conversations: What was said between their entries.
        reads: Who read them; and puts on record that this was made.
        erasures: What the log of erasures says.
    """

    def __init__(  # noqa: PLR0917 -- the parts of a desk, put together in one place
        self,
        store: Store,
        files: Files,
        reading: Reading,
        conversations: Conversations,
        reads: Reads,
        erasures: Erasures,
    ) -> None:
        self._store = store
        self._files = files
        self._reading = reading
        self._conversations = conversations
        self._reads = reads
        self._erasures = erasures

    def export(self, ticket: Named, *, reason: str = REASON, by: By = None) -> dict[str, Any]:
        """
        Give everything that is held of a ticket.

        Internal notes are among it: they are about the person, too. Of an erased ticket, it is what is left.

        Args:
            ticket: Which.
            reason: Why it is made.
            by: Who makes it.

        Returns:
            JSON, with the salts that show that texts are what was committed to; files in base64.

        Raises:
            NotFound: There is no such ticket.
            NotOnRecord: It cannot be put on record that it is made: nothing is given.
        """
        found = self._reading.find(ticket)
        custody = self._store.vault.status(found)  # before anything is read: who erases meanwhile, wins
        view = self._reading.get(found)
        is_held = custody.erased_at is None
        deployment = self._store.deployment
        made = {
            "format": FORMAT,
            "version": VERSION,
            "chain_id": deployment.chain_id,
            "ledger": str(deployment.ledger),
            "ticket_id": str(view.id),
            "handle": view.handle,
            "erased_at": custody.erased_at,
            "held_since": custody.held_since,
            "entries": [self._entry(view.id, one) for one in view.entries],
            "conversation": list(map(_said, self._conversations.checked(view.id))) if is_held else [],
            "reads": list(map(_read, self._reads.of(view.id))) if is_held else [],
            "receipts": list(map(_receipt, self._receipts(view.id))),
            "privacy": [one.line.to_bytes().decode() for one in self._erasures.of(view.id)],
        }
        if is_held:
            self._reads.record(view.id, "export", reason, by=by)
        return made

    def _entry(self, ticket: TicketId, view: EntryView) -> dict[str, Any]:
        record = view.record
        return {
            "index": record.index,
            "action": str(record.action),
            "actor": str(record.actor),
            "time": record.time,
            "transaction": "0x" + record.transaction.hex(),
            "commitment": "0x" + record.commitment.hex(),
            "fields": _fields(view.fields),
            "unreadable": view.unreadable or None,
            "attachments": list(self._attachments(ticket, record.commitment)) if view.fields else [],
        }

    def _attachments(self, ticket: TicketId, commitment: bytes) -> Iterator[dict[str, Any]]:
        for one in self._store.attachments(ticket, commitment):
            data, why = self._file(one)
            yield {
                "name": one.name,
                "media_type": one.media_type,
                "size": one.size,
                "sha256": one.sha256.hex(),
                "data": None if data is None else base64.b64encode(data).decode(),
                "missing": why or None,
            }

    def _file(self, kept: AttachmentRecord) -> tuple[bytes | None, str]:
        """Give a file's bytes; or why they cannot be given, which is no reason to give nothing."""
        try:
            return self._files.read(kept.location), ""
        except (NotFound, StoreError, VerificationError) as error:
            return None, error.message

    def _receipts(self, ticket: TicketId) -> Iterator[ReceiptRecord]:
        for draft in self._store.drafts(ticket=ticket):
            try:
                yield self._store.receipt(draft.key)
            except NotFound:
                continue


def _fields(fields: Fields | None) -> object:
    return None if fields is None else field_json.fields_to_json(fields.fields)


def _said(said: Said) -> dict[str, Any]:
    return {"index": said.index, "line": said.kept.line.decode(), "fields": _fields(said.fields)}


def _read(read: Read) -> dict[str, Any]:
    return {
        "index": read.index,
        "time": read.time,
        "reader": str(read.reader),
        "what": read.what,
        "reason": read.reason,
    }


def _receipt(receipt: ReceiptRecord) -> dict[str, Any]:
    return {
        "digest": "0x" + receipt.digest.hex(),
        "received_at": receipt.received_at,
        "include_by": receipt.include_by,
        "signer": str(receipt.signer),
        "signature": "0x" + receipt.signature.hex(),
    }
