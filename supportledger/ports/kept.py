"""What a store is given and gives: contents, drafts with all that belongs to them, and what lies in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from supportledger.model.ids import Address, TicketId
from supportledger.model.incident import SecretKind
from supportledger.model.records import AttachmentRecord, Draft, EntryRecord, ReceiptRecord, TicketRecord
from supportledger.model.ticket import Action
from supportledger.proof.fields import Fields


@dataclass(frozen=True, slots=True)
class Content:
    """
    An entry's content and the context that its commitment binds it to.

    A content is shown at an entry only if ticket, action, actor and commitment are all the same: a commitment
    that somebody copied shows nothing.
    """

    ticket: TicketId
    action: Action
    actor: Address
    commitment: bytes
    fields: Fields
    attachments: tuple[AttachmentRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """
    A draft with everything that must not be lost if it is kept.

    Args:
        draft: What is to be sent.
        fields: What was written, without its secrets.
        receipt: The promise to relay it.
        attachments: Where its files are.
        removed: Secrets that somebody wrote and the desk took out; they are not kept anywhere.
    """

    draft: Draft
    fields: Fields | None = None
    receipt: ReceiptRecord | None = None
    attachments: tuple[AttachmentRecord, ...] = ()
    removed: tuple[SecretKind, ...] = ()

    @property
    def content(self) -> Content | None:
        """The content, bound to the action that commits to it."""
        if self.fields is None:
            return None
        of = self.draft
        return Content(of.ticket, of.action, of.actor, of.commitment, self.fields, self.attachments)


@dataclass(frozen=True, slots=True)
class Contents:
    """
    What is held of a ticket's contents, by index of the entry.

    Args:
        held: Contents; whether they match their commitments is for the verifier to say.
        unreadable: Why a content that is there cannot even be read: it was altered, or its key is missing.
        erased: When a content that is there was erased: its key was destroyed; Unix seconds.
    """

    held: Mapping[int, Fields] = field(default_factory=dict)
    unreadable: Mapping[int, str] = field(default_factory=dict)
    erased: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """
    A content as it lies in a store, whatever became of it there.

    Args:
        ticket: Whose it is said to be.
        commitment: What it is kept under; 32 bytes.
        action: Number of the action that it is said to belong to.
        actor: Who is said to have acted.
        fields: The content; None when it cannot be read.
        unreadable: Why it cannot.
        attachments: The files that are kept for it, in order.
        erased_at: When it was erased; None if it was not. Unix seconds.
    """

    ticket: TicketId
    commitment: bytes
    action: int
    actor: bytes
    fields: Fields | None
    unreadable: str = ""
    attachments: tuple[AttachmentRecord, ...] = ()
    erased_at: int | None = None


@dataclass(frozen=True, slots=True)
class Damaged:
    """
    A row that cannot even be read.

    Args:
        table: Which kind of row.
        ticket: Whose it is; None when not even that can be read.
        index: Of the entry; None when it is not about one, or cannot be read.
        why: What is wrong with it.
    """

    table: str
    ticket: TicketId | None
    index: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """
    All that a store holds of some tickets, as it lies there; nothing of it is checked.

    Args:
        entries: Of the read model, by ticket and index.
        tickets: Of the read model.
        contents: Contents.
        drafts: In the order in which they were kept.
        receipts: Promises to relay those drafts; with no lower bound, those that belong to no draft, too.
        damaged: Rows that cannot be read.
    """

    entries: Sequence[EntryRecord] = ()
    tickets: Sequence[TicketRecord] = ()
    contents: Sequence[Held] = ()
    drafts: Sequence[Draft] = ()
    receipts: Sequence[ReceiptRecord] = ()
    damaged: Sequence[Damaged] = ()
