"""
Nothing is signed that was not made again here, from what was wished.

1. The fields that the desk wants signed say what was wished, and nothing else that somebody could write.
2. They make the commitment that is in the message, at its place: this ledger, ticket, action and address.
3. The message is of this action, with the argument that follows from the wish; its digest is made here.

Where the desk took secrets out of what was written, it says so in `removed`. Then nothing is signed, unless
the wish allows it: texts may then differ in the marks that stand for secrets, and in nothing else.
"""

import hashlib
import re
import unicodedata
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from supportledger.errors import CommitmentMismatch, LedgerMismatch
from supportledger.model.entry import NOTHING
from supportledger.model.handle import parse_ticket
from supportledger.model.ids import Address, TicketId
from supportledger.model.incident import MARK
from supportledger.model.ticket import Action, Status
from supportledger.ports import Signer
from supportledger.proof import field_json, typed_data
from supportledger.proof.commitment import commit, context
from supportledger.proof.fields import Fields, Value
from supportledger.proof.typed_data import Domain

_KINDS: Final = {
    "open": "question",
    "reply": "reply",
    "answer": "answer",
    "note": "note",
    "assign": "assignment",
    "hold": "hold",
    "resume": "resumption",
    "solve": "solution",
    "close": "closing",
    "rate": "rating",
    "repolicy": "repolicy",
}
_TEXTS: Final = {"body": "body", "reason": "body", "comment": "body", "subject": "subject"}
"""In which field each part of a wish is committed to."""
_FREE: Final = re.compile(r"createdAt|log\.(count|last)|channel|language|attachment\.\d+\.(name|type|size)")
"""Fields that the desk fills in: when, where it stands in the conversation, and what files are called."""
_STATUSES: Final = {"open": Status.OPEN, "pending": Status.PENDING, "on-hold": Status.ON_HOLD}


@dataclass(frozen=True, slots=True)
class Wish:
    """
    Something to be done with a key that the desk does not have.

    Args:
        wanted: The verb and what it takes, as the API has it: `{"verb": "answer", "body": "…"}`.
        ticket: Handle or id; empty for a new one.
        may_be_redacted: Sign it also when the desk took secrets out of it.
    """

    wanted: Mapping[str, Any]
    ticket: str = ""
    may_be_redacted: bool = False

    @property
    def verb(self) -> str:
        """What is done."""
        return str(self.wanted["verb"])


def signed(prepared: Mapping[str, Any], wish: Wish, signer: Signer, domain: Domain) -> bytes:
    """
    Check what the desk has prepared, and sign what was made again here.

    Raises:
        LedgerMismatch: It is for another ledger than the one that is meant.
        CommitmentMismatch: It is not what was wished.
    """
    request = prepared["typed_data"]
    fields = field_json.from_bytes(prepared["fields"].encode()) if prepared["fields"] else None
    is_redacted = bool(prepared["removed"])
    if is_redacted and not wish.may_be_redacted:
        raise CommitmentMismatch(
            f"the desk took secrets out of it: {', '.join(map(str, prepared['removed']))}",
            hint="Write it without them, or let it be signed without them.",
        )
    _check_texts(fields, wish, is_redacted=is_redacted)
    message = _message(request["message"], wish, fields, signer.address, domain)
    if typed_data.wallet_request(message, domain)["domain"] != request["domain"]:
        raise LedgerMismatch("what is to be signed is for another ledger than the one that is meant")
    if typed_data.wallet_request(message, domain) != request:
        raise _differs("the message")
    return signer.sign_message(message, domain)


def _message(
    said: Mapping[str, str], wish: Wish, fields: Fields | None, address: Address, domain: Domain
) -> typed_data.Message:
    """Make the message again; what only the desk knows is taken from it: places in lanes, and deadlines."""
    action = Action[wish.verb.upper()]
    ticket = bytes(32) if action is Action.OPEN else _ticket(said["ticketId"], wish)
    place = context(domain.chain_id, domain.ledger, ticket, action, address)
    commitment = commit(fields, place) if fields else NOTHING
    if action is Action.OPEN:
        policy = int(said["policy"])
        _same("the promise", wish.wanted.get("policy") or policy, policy)
        terms = bytes.fromhex(said["terms"][2:])
        return typed_data.Open(address, address, policy, terms, commitment, int(said["deadline"]))
    seen, read = int(said["seen"]), wish.wanted.get("seen")
    _same("what was read", seen if read is None else read, seen)
    return typed_data.Action(
        ticket=ticket,
        action=str(action),
        argument=_argument(wish, address),
        actor=address,
        sequence=int(said["sequence"]),
        seen=seen,
        commitment=commitment,
        deadline=int(said["deadline"]),
    )


def _ticket(said: str, wish: Wish) -> TicketId:
    """Take the ticket's id from the message, if it is the one that was wished for."""
    ticket, named = TicketId.parse(said), parse_ticket(wish.ticket)
    is_named = named == ticket if isinstance(named, TicketId) else ticket in named
    if not is_named:
        raise _differs("the ticket")
    return ticket


def _argument(wish: Wish, address: Address) -> int:
    """Tell what the action argues, as the ledger has it."""
    made = _ARGUMENTS.get(wish.verb)
    return 0 if made is None else made(wish.wanted, address)


def _word(text: str) -> int:
    return int.from_bytes(Address.parse(text), "big")


_ARGUMENTS: Final[Mapping[str, Callable[[Mapping[str, Any], Address], int]]] = {
    "answer": lambda wanted, _: int(_STATUSES[wanted.get("status", "pending")]),
    "rate": lambda wanted, _: int(wanted["stars"]),
    "assign": lambda wanted, address: _word(wanted.get("assignee") or str(address)),
    "repolicy": lambda wanted, _: int(wanted["policy"]),
    "reply": lambda wanted, _: int(bool(wanted.get("contested", False))),
    "claim": lambda wanted, _: _word(wanted["customer"]),
}


def _check_texts(fields: Fields | None, wish: Wish, *, is_redacted: bool) -> None:
    """Let only what was wished stand in the fields, and all of it."""
    said = dict(fields.values()) if fields else {}
    expected: dict[str, Value] = {
        _TEXTS[name]: str(value)
        for name, value in wish.wanted.items()
        if name in _TEXTS and value is not None
    }
    files = [hashlib.sha256(b64decode(one["data"])).digest() for one in wish.wanted.get("files", ())]
    expected |= {f"attachment.{number}": one for number, one in enumerate(files)}
    if said:
        expected["kind"] = _KINDS[wish.verb]
    for name in {*said, *expected}:
        if name in expected or not _FREE.fullmatch(name):
            _check_one(name, expected.get(name), said.get(name), is_redacted=is_redacted)


def _check_one(name: str, wanted: Value | None, found: Value | None, *, is_redacted: bool) -> None:
    if isinstance(wanted, str) and isinstance(found, str):
        plain = unicodedata.normalize("NFC", wanted)
        if found == plain or (is_redacted and name != "kind" and _is_redacted(found, plain)):
            return
    elif wanted is not None and (wanted == found or (is_redacted and isinstance(found, bytes))):
        return
    raise _differs(name)


def _is_redacted(found: str, wanted: str) -> bool:
    """Tell whether a text is the one that was wished for, but for marks where secrets were."""
    first, *middle = MARK.split(found)[::2]
    if not middle or not wanted.startswith(first):
        return False
    last, at = middle.pop(), len(first)
    for one in middle:
        at = wanted.find(one, at)
        if at < 0:
            return False
        at += len(one)
    return wanted.endswith(last) and len(wanted) - len(last) >= at


def _same(what: str, wanted: object, found: object) -> None:
    if wanted != found:
        raise _differs(what)


def _differs(what: str) -> CommitmentMismatch:
    return CommitmentMismatch(
        f"what the desk wants signed is not what was wished: {what}", hint="Do not sign it; tell the desk."
    )
