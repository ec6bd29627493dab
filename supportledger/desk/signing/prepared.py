"""What waits for its signature: a submission without it, as a paper that lies sealed for an hour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from supportledger.model.ids import Address, TicketId
from supportledger.model.incident import SecretKind
from supportledger.model.records import AttachmentRecord, Draft
from supportledger.model.ticket import Action, Auth
from supportledger.ports import Submission
from supportledger.ports.cabinet import Paper
from supportledger.proof import field_json
from supportledger.proof.fields import Fields

PREPARED: Final = "prepared"
"""The kind of such papers."""
LASTS_S: Final = 3_600
_NUMBERS: Final = ("argument", "seen", "sequence", "created_at", "deadline")


@dataclass(frozen=True, slots=True)
class Prepared:
    """
    Something that is ready to be signed.

    Args:
        id: What `Signing.submit` takes; whoever has it can only add the right signature.
        ticket: Which it is about; of an opening, the one that it will be.
        address: Whose signature is awaited.
        typed_data: The request of `eth_signTypedData_v4`.
        digest: What is signed, in the end; 32 bytes.
        fields: What was written, with its salts, to make the commitment again; None for none.
        removed: Secrets that were taken out of it.
        expires_at: From then on it must be prepared anew; Unix seconds.
    """

    id: str
    ticket: TicketId
    address: Address
    typed_data: Mapping[str, Any] = field(repr=False)
    digest: bytes
    fields: Fields | None = field(repr=False)
    removed: tuple[SecretKind, ...]
    expires_at: int


def paper(name: str, submission: Submission, expires_at: int) -> Paper:
    """Write a submission down, sealed with its ticket's key."""
    draft, said = submission.draft, submission.fields
    data = {
        "draft": _draft_to_json(draft),
        "fields": field_json.to_bytes(said).decode() if said else "",
        "files": [_file_to_json(one) for one in submission.attachments],
        "removed": [str(one) for one in submission.removed],
    }
    return Paper(PREPARED, name, data, owner=draft.ticket, expires_at=expires_at)


def submission_of(paper: Paper) -> Submission:
    """Read what `paper` wrote."""
    data = paper.data
    fields = field_json.from_bytes(data["fields"].encode()) if data["fields"] else None
    files = tuple(_file_from_json(one) for one in data["files"])
    removed = tuple(SecretKind(one) for one in data["removed"])
    return Submission(_draft_from_json(data["draft"]), fields, None, files, removed)


def _draft_to_json(draft: Draft) -> dict[str, str]:
    found = {name: str(int(getattr(draft, name))) for name in _NUMBERS}
    for name in ("key", "ticket", "actor", "commitment", "consent"):
        found[name] = getattr(draft, name).hex()
    found |= {"action": draft.action.name, "auth": draft.auth.name}
    if draft.customer is not None and draft.terms is not None:
        found |= {"customer": draft.customer.hex(), "terms": draft.terms.hex()}
    return found


def _draft_from_json(data: Mapping[str, str]) -> Draft:
    customer, terms = data.get("customer"), data.get("terms")
    return Draft(
        key=bytes.fromhex(data["key"]),
        ticket=TicketId(bytes.fromhex(data["ticket"])),
        action=Action[data["action"]],
        auth=Auth[data["auth"]],
        actor=Address(bytes.fromhex(data["actor"])),
        argument=int(data["argument"]),
        seen=int(data["seen"]),
        sequence=int(data["sequence"]),
        commitment=bytes.fromhex(data["commitment"]),
        created_at=int(data["created_at"]),
        customer=None if customer is None else Address(bytes.fromhex(customer)),
        terms=None if terms is None else bytes.fromhex(terms),
        deadline=int(data["deadline"]),
        consent=bytes.fromhex(data["consent"]),
    )


def _file_to_json(one: AttachmentRecord) -> dict[str, str]:
    described = {"name": one.name, "size": str(one.size), "type": one.media_type}
    return {**described, "location": one.location, "sha256": one.sha256.hex()}


def _file_from_json(one: Mapping[str, str]) -> AttachmentRecord:
    sha256, size = bytes.fromhex(one["sha256"]), int(one["size"])
    return AttachmentRecord(sha256, one["name"], size, one["type"], one["location"])
