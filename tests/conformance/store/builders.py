"""Values for stores, each different from the others; their evidence means nothing."""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from supportledger.model.ids import NOBODY, Address, TicketId, keccak
from supportledger.model.records import (
    Deployment,
    Draft,
    EntryRecord,
    ReceiptRecord,
    TicketRecord,
    unsigned_key,
)
from supportledger.model.ticket import Action, Auth, Status, TicketState
from supportledger.ports import Submission
from supportledger.proof.fields import Fields, Value
from supportledger.proof.seal import DeskKey
from supportledger.store import database
from supportledger.store.database import DatabaseStore
from supportledger.store.place import Place, at_file
from supportledger.store.vault import open_vault

_NUMBERS = itertools.count(1)
MORNING = 1_767_225_600

DESK_KEY = DeskKey(b"\x0d" * 32)
HERE = Deployment(1337, Address(b"\x11" * 20), b"\x22" * 32)
ALICE, BOB, CARLA = (Address(bytes([number]) * 20) for number in (0xA1, 0xB0, 0xCA))


def word() -> bytes:
    """32 bytes that nobody else has."""
    return keccak(next(_NUMBERS).to_bytes(32, "big"))


def a_ticket_id() -> TicketId:
    """A ticket that nobody else has."""
    return TicketId(word())


def some_fields(body: str = "Where is my withdrawal?", more: Mapping[str, Value] | None = None) -> Fields:
    """A small content, with fresh salts."""
    return Fields.create({"kind": "question", "body": body, "createdAt": MORNING, **(more or {})})


def a_draft(ticket: TicketId | None = None, action: Action = Action.REPLY, actor: Address = ALICE) -> Draft:
    """An action that was written down just now."""
    ticket, commitment = ticket or a_ticket_id(), word()
    key = unsigned_key(ticket, action, actor, argument=2**256 - 1, commitment=commitment, sequence=7)
    return Draft(
        key=key,
        ticket=ticket,
        action=action,
        auth=Auth.SENT,
        actor=actor,
        argument=2**256 - 1,
        seen=3,
        sequence=7,
        commitment=commitment,
        created_at=MORNING,
    )


def a_submission(ticket: TicketId | None = None, body: str = "Where is my withdrawal?") -> Submission:
    """A draft with a content."""
    return Submission(a_draft(ticket), some_fields(body))


def an_entry(draft: Draft, index: int = 0, block_number: int = 1) -> EntryRecord:
    """The entry that a draft became."""
    return EntryRecord(
        ticket=draft.ticket,
        index=index,
        action=draft.action,
        auth=draft.auth,
        actor=draft.actor,
        argument=draft.argument,
        seen=draft.seen,
        time=MORNING + 60,
        commitment=draft.commitment,
        transaction=word(),
        block_number=block_number,
        log_index=index,
        signature=b"\x01" * 65,
    )


def entries_of(ticket: TicketId, count: int, block_number: int = 1) -> list[EntryRecord]:
    """Some entries in a row, one block each."""
    return [an_entry(a_draft(ticket), index, block_number + index) for index in range(count)]


def a_receipt(digest: bytes) -> ReceiptRecord:
    """A promise to relay."""
    return ReceiptRecord(digest, MORNING, MORNING + 3_600, BOB, b"\x02" * 65)


def a_state(
    status: Status = Status.OPEN,
    customer: Address = ALICE,
    assignee: Address = NOBODY,
    opened_at: int = MORNING,
) -> TicketState:
    """A state as far as lists look at it."""
    return _PLAIN._replace(status=status, customer=customer, assignee=assignee, opened_at=opened_at)


_PLAIN = TicketState(
    customer=ALICE,
    opened_at=MORNING,
    respond_by=MORNING + 3_600,
    policy=1,
    assignee=NOBODY,
    resolve_by=MORNING + 86_400,
    paused_at=0,
    status=Status.OPEN,
    level=0,
    version=1,
    flags=0,
    rating=0,
    unseen=1,
    staff_run=0,
    tier=1,
    escalated_at=0,
    settled_at=0,
    paused_total=0,
    entries=1,
    customer_seq=1,
    staff_seq=1,
    head=b"\x33" * 32,
)


def a_ticket(
    state: TicketState | None = None, due_at: int | None = None, id_: TicketId | None = None
) -> TicketRecord:
    """A ticket of the read model."""
    return TicketRecord(id_ or a_ticket_id(), state or a_state(), due_at)


def open_store(
    place: Path | Place, deployment: Deployment = HERE, key: DeskKey = DESK_KEY, **more: Any
) -> DatabaseStore:
    """A store whose keys are beside it, under the tests' desk key."""
    where = at_file(place) if isinstance(place, Path) else place
    vault = open_vault(where, key)
    try:
        return database.open_store(where, deployment, vault, **more)
    except BaseException:
        vault.close()
        raise
