"""
Where the next audit begins: a file that says what was found to hold, signed by the auditor.

    line 1    the statement: ledger, block, counts, and the digest of all that follows (canonical JSON)
    line 2    the public key and the signature
    line 3    the events of agents, policies, roles, anchors and the successor
    then      192 bytes for each ticket, by id: id, state, digest of the places of its entries

Tickets lie in 256 shards by the first byte of their id, each with a digest in the statement: what is read is
checked as it is read, and never all in memory (A4.3).
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import IO, Any, Final, Self

from supportledger.desk.auditing import event_json
from supportledger.desk.auditing.keys import AuditKey, check_signature, not_signed_by
from supportledger.desk.auditing.saving import save
from supportledger.desk.auditing.spool import SHARDS
from supportledger.desk.auditing.standing import Standing, of
from supportledger.errors import InputError, LedgerMismatch, SignatureMismatch
from supportledger.model.acts import Block
from supportledger.model.events import LedgerEvent
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import Deployment
from supportledger.model.ticket import STATE_SIZE, TicketState

FORMAT: Final = "supportledger-audit-checkpoint"
VERSION: Final = 1
_SIGNED: Final = b"supportledger audit checkpoint v1\n"
_TICKET: Final = 32 + STATE_SIZE + 32
_LONGEST_LINE: Final = 1 << 20
_LONGEST_EVENTS: Final = 1 << 30
_MEMORY: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class Statement:
    """
    What a checkpoint says.

    Args:
        deployment: The ledger.
        block: As of which everything held.
        entries: Of all tickets.
        tickets: How many there were.
        shards: Number of tickets and digest of each shard.
        events: Digest of the line of events.
    """

    deployment: Deployment
    block: Block
    entries: int
    tickets: int
    shards: tuple[tuple[int, str], ...]
    events: str

    @property
    def states(self) -> str:
        """One digest of all tickets' states, in hexadecimal."""
        return hashlib.sha256("".join(digest for _, digest in self.shards).encode()).hexdigest()

    def to_json(self) -> dict[str, object]:
        """Give it as data."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "chain_id": self.deployment.chain_id,
            "ledger": str(self.deployment.ledger),
            "code_hash": self.deployment.code_hash.hex(),
            "block": {"number": self.block.number, "hash": self.block.hash.hex(), "time": self.block.time},
            "entries": self.entries,
            "tickets": self.tickets,
            "states": self.states,
            "shards": [list(one) for one in self.shards],
            "events": self.events,
        }


class Writing:
    """Collects what a checkpoint will hold, shard by shard; nothing of it is in place before `save`."""

    def __init__(self) -> None:
        # Closed by `close`, since it lives as long as this object.
        self._body: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_MEMORY)  # noqa: SIM115
        self._shards: list[tuple[int, str]] = []
        self._entries = 0

    def close(self) -> None:
        """Forget it all."""
        self._body.close()

    def add(self, standing: Mapping[TicketId, Standing]) -> None:
        """Take the tickets of the next shard."""
        digest = hashlib.sha256()
        for ticket in sorted(standing):
            packed = ticket + standing[ticket].packed + standing[ticket].places
            digest.update(packed)
            self._body.write(packed)
            self._entries += standing[ticket].entries
        self._shards.append((len(standing), digest.hexdigest() if standing else ""))

    def save(
        self,
        path: Path,
        deployment: Deployment,
        block: Block,
        events: Sequence[LedgerEvent],
        key: AuditKey,
        *,
        replace: bool,
    ) -> Statement:
        """
        Sign, and put it in place as a whole.

        Raises:
            Conflict: There is a file already, and it is not to be replaced.
            StoreError: It cannot be written.
        """
        line = _canonical([event_json.to_json(one) for one in events])
        statement = Statement(
            deployment,
            block,
            self._entries,
            sum(count for count, _ in self._shards),
            tuple(self._shards),
            hashlib.sha256(line).hexdigest(),
        )
        said = _canonical(statement.to_json())
        signed = _signature_line(key.public, key.sign(_SIGNED + said))
        save(path, self._parts(said, signed, line), replace=replace)
        return statement

    def _parts(self, *lines: bytes) -> Iterator[bytes]:
        yield from (line + b"\n" for line in lines)
        self._body.seek(0)
        while part := self._body.read(1 << 20):
            yield part


class Saved:
    """
    A checkpoint that is gone on from. Made by `opened`.

    Args:
        file: At the beginning of the tickets.
        statement: Which was signed.
        events: Of agents, policies, roles, anchors and the successor.
    """

    def __init__(self, file: IO[bytes], statement: Statement, events: Sequence[LedgerEvent]) -> None:
        self._file = file
        self._start = file.tell()
        self._before = (0, *accumulate(count for count, _ in statement.shards))
        self.statement: Final = statement
        self.events: Final = events

    def __enter__(self) -> Self:
        """Close when the block ends."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self._file.close()

    def standing(self, shard: int) -> dict[TicketId, Standing]:
        """
        Give the tickets of a shard.

        Raises:
            SignatureMismatch: They are not what was signed.
        """
        count, digest = self.statement.shards[shard]
        if not count:
            return {}
        self._file.seek(self._start + self._before[shard] * _TICKET)
        data = self._file.read(count * _TICKET)
        if hashlib.sha256(data).hexdigest() != digest:
            raise _not_signed()
        parts = (data[at : at + _TICKET] for at in range(0, len(data), _TICKET))
        return {TicketId(one[:32]): _standing(one) for one in parts}


def opened(path: Path, deployment: Deployment, auditor: bytes) -> Saved:
    """
    Open a checkpoint.

    Args:
        path: The file.
        deployment: The ledger that is meant.
        auditor: Public key that must have signed it: named by the reader, never taken from the file.

    Raises:
        InputError: It is no checkpoint, or of a version this code does not know.
        LedgerMismatch: It is of another ledger.
        SignatureMismatch: The auditor has not signed it.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError(
            f"{path}: {error.strerror}", hint="Name a checkpoint that an audit has saved."
        ) from error
    try:
        return _read(file, deployment, auditor)
    except BaseException:
        file.close()
        raise


def _read(file: IO[bytes], deployment: Deployment, auditor: bytes) -> Saved:
    said, signed = _line(file), _line(file)
    try:
        statement, signature = _statement(json.loads(said)), bytes.fromhex(json.loads(signed)["signature"])
        is_as_written = signed == _signature_line(auditor, signature)
    except InputError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _malformed() from error
    if not is_as_written:
        raise not_signed_by(auditor)
    check_signature(auditor, _SIGNED + said, signature)
    if statement.deployment != deployment:
        raise LedgerMismatch(f"the checkpoint is of {statement.deployment}, not of {deployment}")
    line = _line(file, _LONGEST_EVENTS)
    if hashlib.sha256(line).hexdigest() != statement.events:
        raise _not_signed()
    if os.fstat(file.fileno()).st_size != file.tell() + sum(count for count, _ in statement.shards) * _TICKET:
        raise _not_signed()
    return Saved(file, statement, [event_json.from_json(one) for one in json.loads(line)])


def _signature_line(public: bytes, signature: bytes) -> bytes:
    return _canonical({"key": public.hex(), "signature": signature.hex()})


def _line(file: IO[bytes], longest: int = _LONGEST_LINE) -> bytes:
    line = file.readline(longest)
    if not line.endswith(b"\n"):
        raise _malformed()
    return line[:-1]


def _statement(said: Any) -> Statement:
    if said["format"] != FORMAT:
        raise ValueError("another format")
    if said["version"] != VERSION:
        raise InputError(
            f"the checkpoint has version {said['version']}, this code knows {VERSION}",
            hint="Use a newer supportledger, or begin at the deployment.",
        )
    block = said["block"]
    shards = tuple((int(count), str(digest)) for count, digest in said["shards"])
    if len(shards) != SHARDS or any(count < 0 for count, _ in shards):
        raise ValueError("another number of shards")
    return Statement(
        Deployment(said["chain_id"], Address.parse(said["ledger"]), bytes.fromhex(said["code_hash"])),
        Block(block["number"], bytes.fromhex(block["hash"]), block["time"]),
        said["entries"],
        said["tickets"],
        shards,
        said["events"],
    )


def _standing(packed: bytes) -> Standing:
    return of(TicketState.unpack(packed[32 : 32 + STATE_SIZE]), packed[32 + STATE_SIZE :])


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _malformed() -> InputError:
    return InputError("this is no checkpoint of an audit", hint="Name a file that an audit has saved.")


def _not_signed() -> SignatureMismatch:
    return SignatureMismatch(
        "what the checkpoint holds is not what was signed", hint="Restore it, or begin at the deployment."
    )
