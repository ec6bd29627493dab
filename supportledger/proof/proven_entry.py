"""
One entry of a proof file: what its event says, on what authority, who signed it, and what of it is shown.

What the ledger's heads do not bind is not there: which block and transaction an entry was in cannot be proven
from the ticket's slot, so nobody is told it.

Source: docs/spec/proof-file.md, P4.
"""

from dataclasses import dataclass
from typing import Final, Self

from supportledger.errors import BundleFormatError, InputError
from supportledger.model.agent import Agent
from supportledger.model.entry import NOTHING
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action, Auth
from supportledger.proof.evidence import Signed
from supportledger.proof.json_values import chosen, hexed, integer, members, octets
from supportledger.proof.shown_content import ShownContent
from supportledger.proof.signature import SIGNATURE_SIZE

ACTIONS: Final = {str(one): int(one) for one in Action}
AUTHS: Final = {one.name.lower(): int(one) for one in Auth}
_WORD: Final = 32
_MEMBERS: Final = {
    "action",
    "actor",
    "argument",
    "auth",
    "certificate",
    "commitment",
    "content",
    "seen",
    "signed",
    "time",
}
_UNCERTIFIED: Final = frozenset(
    {Action.OPEN, Action.REPLY, Action.CLOSE, Action.RATE, Action.ESCALATE, Action.REPOLICY}
)
"""What nobody does on a certificate, unless they record it for a keyless customer."""


def acts_on_certificate(entry: EntryRecord) -> bool:
    """Tell whether an entry's head binds its actor's certificate (P4.4)."""
    if entry.auth is Auth.RECORDED:
        return True
    if entry.action is Action.ASSIGN:
        return entry.argument == int.from_bytes(entry.actor, "big")
    return entry.action not in _UNCERTIFIED


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """
    An entry as a file tells it.

    Args:
        record: The event, at a place that only says its order: block `index`, and no transaction.
        certificate: The actor's at that time; None unless it is what entitled them.
        signed: Signatures under it; None where there are none, or none are held.
        content: What is shown of it; None where it commits to none, or none is held.
    """

    record: EntryRecord
    certificate: Agent | None = None
    signed: Signed | None = None
    content: ShownContent | None = None

    def to_json(self) -> dict[str, object]:
        """Give it as data."""
        of = self.record
        return {
            "action": str(of.action),
            "actor": hexed(of.actor),
            "argument": hexed(of.argument.to_bytes(_WORD, "big")),
            "auth": of.auth.name.lower(),
            "certificate": hexed(self.certificate.authority) if self.certificate else None,
            "commitment": hexed(of.commitment),
            "content": self.content.to_json() if self.content else None,
            "seen": of.seen,
            "signed": _signed_to_json(self.signed) if self.signed else None,
            "time": of.time,
        }

    @classmethod
    def from_json(cls, ticket: TicketId, index: int, data: object) -> Self:
        """
        Read one.

        Args:
            ticket: Whose entry it is.
            index: Its place in the file, which is its place in the ticket.
            data: To read.

        Raises:
            BundleFormatError: It is malformed, or has what an entry of its kind does not have.
        """
        parts = members(data, _MEMBERS, f"entry {index}")
        record = in_order(
            EntryRecord(
                ticket=ticket,
                index=index,
                action=Action(chosen(parts["action"], ACTIONS, "an action")),
                auth=Auth(chosen(parts["auth"], AUTHS, "auth")),
                actor=Address(octets(parts["actor"], "an actor", 20)),
                argument=int.from_bytes(octets(parts["argument"], "an argument", _WORD), "big"),
                seen=integer(parts["seen"], 32, "seen"),
                time=integer(parts["time"], 40, "time"),
                commitment=octets(parts["commitment"], "a commitment", _WORD),
                transaction=NOTHING,
                block_number=index,
                log_index=0,
            )
        )
        return cls(
            record,
            _certificate(record, parts["certificate"]),
            None if parts["signed"] is None else _signed_from_json(record, parts["signed"]),
            None if parts["content"] is None else _content(record, parts["content"]),
        )


def in_order(record: EntryRecord) -> EntryRecord:
    """Give an entry the place that only says its order."""
    return EntryRecord(
        record.ticket,
        record.index,
        record.action,
        record.auth,
        record.actor,
        record.argument,
        record.seen,
        record.time,
        record.commitment,
        NOTHING,
        record.index,
        0,
    )


def _certificate(record: EntryRecord, data: object) -> Agent | None:
    if (data is not None) != acts_on_certificate(record):
        needed = "needs" if data is None else "does not have"
        raise BundleFormatError(f"entry {record.index}, {record.action}, {needed} a certificate")
    if data is None:
        return None
    try:
        return Agent.unpack(int.from_bytes(octets(data, "a certificate", _WORD), "big"))
    except InputError as cause:
        raise BundleFormatError(cause.message, hint=cause.hint) from cause


def _signed_to_json(signed: Signed) -> dict[str, object]:
    return {
        "consent": hexed(signed.consent) if signed.consent else None,
        "deadline": signed.deadline,
        "signature": hexed(signed.signature) if signed.signature else None,
    }


def _signed_from_json(record: EntryRecord, data: object) -> Signed:
    parts = members(data, {"consent", "deadline", "signature"}, f"what is signed of entry {record.index}")
    possible = {"consent": record.action is Action.CLAIM, "signature": record.auth is Auth.ECDSA}
    given = {name for name in possible if parts[name] is not None}
    if not given:
        raise BundleFormatError(f"entry {record.index} has a deadline, and nothing that is signed")
    for name in sorted(given):
        if not possible[name]:
            raise BundleFormatError(f"entry {record.index}, {record.action}, does not have a {name}")
    found = {
        name: octets(parts[name], f"a {name}", SIGNATURE_SIZE) if name in given else b"" for name in possible
    }
    return Signed(found["signature"], integer(parts["deadline"], 53, "a deadline"), found["consent"])


def _content(record: EntryRecord, data: object) -> ShownContent:
    if record.commitment == NOTHING:
        raise BundleFormatError(f"entry {record.index} commits to no content, and has one")
    return ShownContent.from_json(data)
