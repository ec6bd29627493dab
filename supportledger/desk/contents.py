"""From what somebody wrote to the fields that are committed to."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from supportledger.errors import InputError
from supportledger.model.ids import TicketId
from supportledger.model.records import AttachmentRecord
from supportledger.proof.fields import Value

MOST_ATTACHMENTS = 100


@dataclass(frozen=True, slots=True)
class Attachment:
    """
    A file that belongs to a message.

    Args:
        name: As its sender called it.
        data: Its bytes.
        media_type: As its sender said.
    """

    name: str = field(repr=False)
    data: bytes = field(repr=False)
    media_type: str = "application/octet-stream"

    @property
    def sha256(self) -> bytes:
        """Hash of the bytes, which is what is committed to."""
        return hashlib.sha256(self.data).digest()


class Files(Protocol):
    """Where attachments are kept."""

    def keep(self, ticket: TicketId, data: bytes) -> str:
        """
        Keep a file's bytes, sealed and durably, and tell where: an `AttachmentRecord.location`.

        Raises:
            ContentErased: The ticket was erased.
        """

    def read(self, location: str) -> bytes:
        """
        Give a file's bytes.

        Raises:
            NotFound: It is not there.
            ContentErased: Its ticket was erased.
            CommitmentMismatch: It was altered.
            KeyMissing: There is no key for it.
        """

    def remove(self, location: str, before: int) -> bool:
        """Remove a file that was last kept before an instant, in Unix seconds; tell whether it is gone."""

    def forget(self, ticket: TicketId) -> None:
        """Remove all files of a ticket, whose key is destroyed; none are there after this returns."""


def values(kind: str, body: str | bytes, **more: Value | None) -> Mapping[str, Value]:
    """
    Name what was written.

    Args:
        kind: What it is: question, answer, note …
        body: The text, as str or as UTF-8 bytes.
        more: Further fields by name; None counts as absent.
    """
    said: dict[str, Value] = {"kind": kind, "body": body}
    return said | {name: value for name, value in more.items() if value is not None}


def named(attachments: Sequence[Attachment]) -> Mapping[str, Value]:
    """
    Name files, which are committed to by their hashes.

    Raises:
        InputError: There are too many.
    """
    if len(attachments) > MOST_ATTACHMENTS:
        raise InputError(f"a message has at most {MOST_ATTACHMENTS} attachments, not {len(attachments)}")
    said: dict[str, Value] = {}
    for number, file in enumerate(attachments):
        place = f"attachment.{number}"
        said |= {place: file.sha256, f"{place}.name": file.name, f"{place}.size": len(file.data)}
        said[f"{place}.type"] = file.media_type
    return said


def kept(ticket: TicketId, attachments: Sequence[Attachment], files: Files) -> tuple[AttachmentRecord, ...]:
    """Keep the files of a message, and say where they are."""
    return tuple(
        AttachmentRecord(one.sha256, one.name, len(one.data), one.media_type, files.keep(ticket, one.data))
        for one in attachments
    )
