"""
Deliveries: that one endpoint is told of one happening, as often as it takes.

What is told says that something happened and to which ticket, and nothing that anybody wrote.

Source: Standard Webhooks specification 1.0 (payload, headers, retries).
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from standardwebhooks import Webhook

from supportledger.desk.webhooks.endpoints import Endpoint
from supportledger.model.ids import TicketId
from supportledger.ports.cabinet import Paper
from supportledger.ports.filing import Happening
from supportledger.proof import field_json

KIND: Final = "delivery"
DUE: Final = "delivery-due"
"""Papers whose names begin with an instant: what is to be looked at then."""
BACK_OFF_S: Final = (5, 300, 1_800, 7_200, 18_000, 36_000, 36_000)
"""Between one try and the next; after the last, nobody is told any more."""
KEPT_S: Final = 30 * 86_400
"""For so long the log says what became of a delivery."""
_MOST_TRIES: Final = 40
"""Tries that the log keeps of one delivery."""


class State(StrEnum):
    """What has become of a delivery."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    """It was tried to the end, or nobody wants it any more."""


@dataclass(frozen=True, slots=True)
class Try:
    """
    One request.

    Args:
        at: When; Unix seconds.
        status: What was answered; None without an answer.
        error: Why there was none; empty with one.
        took_ms: From beginning to end.
        body: The beginning of what was answered, as text.
    """

    at: int
    status: int | None = None
    error: str = ""
    took_ms: int = 0
    body: str = field(default="", repr=False)

    @property
    def has_arrived(self) -> bool:
        """The endpoint says that it has it."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    That one endpoint is told of one happening.

    Args:
        endpoint: Which.
        happening: What happened.
        state: What has become of it.
        tries: Requests so far, the first one first.
        round: Tries since it was begun, or begun again.
        next_at: When it is looked at next; Unix seconds.
        created_at: Unix seconds.
        version: How often it was written.
    """

    endpoint: str
    happening: Happening
    state: State = State.WAITING
    tries: tuple[Try, ...] = ()
    round: int = 0
    next_at: int = 0
    created_at: int = 0
    version: int = 0

    @property
    def id(self) -> str:
        """Its name: the same for one endpoint and happening."""
        return name_of(self.endpoint, self.happening.id)

    @property
    def webhook_id(self) -> str:
        """What the other side knows it by, however often it is told."""
        return "msg_" + hashlib.sha256(self.id.encode()).hexdigest()[:32]

    def body(self) -> bytes:
        """Write what is told; the same for every try."""
        one, ticket = self.happening, self.happening.ticket
        data = {"about": one.about, "queue": one.queue}
        if ticket is not None:
            data |= {"ticket": str(ticket), "handle": ticket.handle}
        at = datetime.fromtimestamp(one.at, UTC).isoformat().replace("+00:00", "Z")
        return field_json.canonical({"type": one.kind, "timestamp": at, "data": data})

    def tried(self, one: Try) -> "Delivery":
        """Give it with another try; of very many, the last ones, and only the last answer in full."""
        before = [replace(earlier, body="") for earlier in self.tries]
        return replace(self, tries=tuple([*before, one][-_MOST_TRIES:]), round=self.round + 1)


def name_of(endpoint: str, happening: int) -> str:
    """Name the delivery of a happening to an endpoint."""
    return f"{endpoint}.{happening:016d}"


def signed_headers(delivery: Delivery, endpoint: Endpoint, body: bytes, now: int) -> dict[str, str]:
    """
    Give the headers that a delivery is sent with, signed with each secret that counts.

    Source: Standard Webhooks, "Signature scheme".
    """
    at = datetime.fromtimestamp(now, UTC)
    signatures = (
        Webhook(secret).sign(delivery.webhook_id, at, body.decode()) for secret in endpoint.secrets_at(now)
    )
    return {
        "Content-Type": "application/json",
        "User-Agent": "supportledger-webhooks",
        "webhook-id": delivery.webhook_id,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(signatures),
    }


def to_papers(delivery: Delivery) -> list[Paper]:
    """Write a delivery as the cabinet keeps it, and when it is looked at; both are written together."""
    of, is_waiting = delivery.happening, delivery.state is State.WAITING
    data: dict[str, Any] = {
        "endpoint": delivery.endpoint,
        "happening": [of.id, of.kind, of.at, str(of.ticket) if of.ticket else None, of.queue, of.about],
        "state": str(delivery.state),
        "tries": [[one.at, one.status, one.error, one.took_ms, one.body] for one in delivery.tries],
        "round": delivery.round,
        "next_at": delivery.next_at,
        "created_at": delivery.created_at,
    }
    expires = None if is_waiting else delivery.next_at + KEPT_S
    kept = Paper(KIND, delivery.id, data, delivery.version, group=delivery.endpoint, expires_at=expires)
    return [kept, due_paper(delivery)] if is_waiting else [kept]


def due_paper(delivery: Delivery) -> Paper:
    """Say when a delivery is looked at; by what it is named, the next one comes first."""
    name = f"{delivery.next_at:012d}.{delivery.id}.{delivery.version}"
    return Paper(DUE, name, {"delivery": delivery.id})


def due_at(paper: Paper) -> int:
    """Read when a delivery is looked at."""
    return int(paper.id.split(".", 1)[0])


def endpoint_of(paper: Paper) -> str:
    """Read to whom a delivery goes that is looked at."""
    return str(paper.data["delivery"]).split(".", 1)[0]


def from_paper(paper: Paper) -> Delivery:
    """Read a delivery."""
    data: dict[str, Any] = dict(paper.data)
    number, kind, at, ticket, queue, about = data["happening"]
    happening = Happening(number, kind, at, TicketId.parse(ticket) if ticket else None, queue, about)
    return Delivery(
        endpoint=data["endpoint"],
        happening=happening,
        state=State(data["state"]),
        tries=tuple(Try(*one) for one in data["tries"]),
        round=data["round"],
        next_at=data["next_at"],
        created_at=data["created_at"],
        version=paper.version,
    )
