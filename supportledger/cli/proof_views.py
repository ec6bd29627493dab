"""
Proof files, as data for programs and as trees for people.

The keys of the data are documented and stable: times are Unix seconds, hashes and addresses are hexadecimal.
"""

from collections.abc import Iterator
from typing import Any, Final

from supportledger.cli import times
from supportledger.cli.blocks import Block, Branch, Cell, Facts, Line, Shown, Tree
from supportledger.cli.language import _, _n, mark
from supportledger.cli.views import ACTION_NAMES, hexed, state_data, status_cell
from supportledger.errors import VerificationError
from supportledger.model.ticket import Auth
from supportledger.proof.absence import AbsenceFile
from supportledger.proof.assembling import shown_fields
from supportledger.proof.evidence import StateProof
from supportledger.proof.fields import Field
from supportledger.proof.proof_file import ProofFile
from supportledger.proof.proven_entry import ProvenEntry
from supportledger.proof.storage import read_header

AnyFile = ProofFile | AbsenceFile

_LONGEST: Final = 400
"""Characters of a text that are shown."""
_AUTHS: Final = {
    Auth.SENT: mark("sent by the actor"),
    Auth.ECDSA: mark("signed"),
    Auth.ERC1271: mark("signed by a contract wallet"),
    Auth.RECORDED: mark("recorded by the desk"),
}


def written_data(file: AnyFile, data: bytes, where: str) -> dict[str, Any]:
    """Tell programs what was written."""
    written = {
        "ticket_id": str(file.ticket),
        "handle": file.ticket.handle,
        "file": where,
        "size": len(data),
        **_block_data(file.block),
    }
    if isinstance(file, ProofFile):
        shown = [f"{one.record.index}.{field.name}" for one in file.entries for field in _shown(one)]
        lines = len(file.lines.lines) if file.lines else None
        written |= {"entry_count": len(file.entries), "shown": shown, "line_count": lines}
    return written


def written_blocks(
    file: AnyFile, data: bytes, where: str, *, before: ProofFile | None = None
) -> Iterator[Block]:
    """
    Tell people what was written.

    Args:
        file: What was written.
        data: As bytes.
        where: To which file.
        before: The file that it shows less than.
    """
    block = _block_data(file.block)
    done = _("Ticket {handle} is proven in {file}").format(handle=file.ticket.handle, file=where)
    yield Line(f"✔ {done}", "good")
    yield Facts(
        [
            (_("Size"), f"{len(data):,}"),
            *(_counts(file, before) if isinstance(file, ProofFile) else ()),
            (_("Block"), str(block["block_number"])),
            (_("Block hash"), Cell(str(block["block_hash"]), "id")),
        ]
    )
    yield Line(_("Whoever verifies it needs the block's hash from somebody they trust, or a node."), "dim")


def _counts(file: ProofFile, before: ProofFile | None) -> Iterator[tuple[str, Shown]]:
    shown = shown_fields(file)
    fewer = shown_fields(before) - shown if before else 0
    less = f" ({_n('{count} less than before', '{count} less than before', fewer)})" if fewer else ""
    yield _("Entries"), str(len(file.entries))
    yield _("Fields shown"), f"{shown}{less}"


def file_data(file: AnyFile) -> dict[str, Any]:
    """Write what a file says for programs; nothing of it was verified."""
    said = {
        "verified": False,
        "ledger": str(file.ledger.ledger),
        "chain_id": file.ledger.chain_id,
        "code_hash": hexed(file.ledger.code_hash),
        **_block_data(file.block),
    }
    if isinstance(file, AbsenceFile):
        return said | _absence_data(file)
    return {
        **said,
        **state_data(file.ticket, file.state),
        "entries": [_entry_data(one) for one in file.entries],
        "line_count": len(file.lines.lines) if file.lines else None,
    }


def _absence_data(file: AbsenceFile) -> dict[str, Any]:
    promised, receipt = file.promised, file.receipt
    return {
        "ticket_id": str(file.ticket),
        "handle": file.ticket.handle,
        "ticket_exists": file.state is not None,
        "promised": {
            "action": str(promised.action),
            "actor": str(promised.actor),
            "sequence": promised.sequence,
            "digest": hexed(receipt.digest),
        },
        "receipt": {
            "signer": str(receipt.signer),
            "received_at": receipt.received_at,
            "include_by": receipt.include_by,
        },
    }


def file_blocks(file: AnyFile) -> Iterator[Block]:
    """Show what a file says to people."""
    title = _("Ticket {handle}").format(handle=file.ticket.handle)
    parts = _absence(file) if isinstance(file, AbsenceFile) else _ticket(file)
    yield Tree(title, (*_about(file), *parts))
    yield Line(_("Nothing of this was verified: `supportledger proof verify` does that."), "warn")


def _about(file: AnyFile) -> Iterator[Branch]:
    block = _block_data(file.block)
    address, chain = str(file.ledger.ledger), str(file.ledger.chain_id)
    yield Branch(_("Ledger"), (_leaf(_("Address"), address), _leaf(_("Chain"), chain)))
    number, name = str(block["block_number"]), str(block["block_hash"])
    yield Branch(_("Block"), (_leaf(_("Number"), number), _leaf(_("Hash"), name)))


def _absence(file: AbsenceFile) -> Iterator[Branch]:
    promised, receipt = file.promised, file.receipt
    did = _(ACTION_NAMES[promised.action])
    yield Branch(
        _("Promised, and not there"),
        (
            Branch(f"{did} · {promised.actor}"),
            _leaf(_("Promised by"), str(receipt.signer)),
            _leaf(_("Received"), times.both(receipt.received_at)),
            _leaf(_("On the ledger by"), times.both(receipt.include_by)),
        ),
    )


def _ticket(file: ProofFile) -> Iterator[Branch]:
    yield _leaf(_("Status"), status_cell(file.state.status).text)
    for number in sorted(file.policies):
        yield _leaf(_("Policy"), str(number))
    if file.lines:
        yield Branch(_n("{count} anchored line", "{count} anchored lines", len(file.lines.lines)))
    yield from (_entry(one) for one in file.entries)


def _entry(one: ProvenEntry) -> Branch:
    record = one.record
    did = _(ACTION_NAMES[record.action])
    heading = f"{record.index} · {did} · {record.actor} · {times.both(record.time)}"
    return Branch(heading, (Branch(Cell(_(_AUTHS[record.auth]), "dim")), *_content(one)))


def _content(one: ProvenEntry) -> Iterator[Branch]:
    if one.content is None:
        return
    for field in one.content.fields:
        yield _leaf(field.name, _text(field))
    if one.content.withheld:
        yield _leaf(_("Withheld"), ", ".join(one.content.withheld), dim=True)


def _leaf(name: str, value: str, *, dim: bool = False) -> Branch:
    return Branch(Cell(f"{name}: {value}", "dim" if dim else ""))


def _text(field: Field) -> str:
    text = str(_value(field))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _entry_data(one: ProvenEntry) -> dict[str, Any]:
    record = one.record
    return {
        "index": record.index,
        "action": str(record.action),
        "actor": str(record.actor),
        "auth": record.auth.name.lower(),
        "argument": record.argument,
        "seen": record.seen,
        "timestamp": record.time,
        "commitment": hexed(record.commitment) if any(record.commitment) else None,
        "certificate": hexed(one.certificate.authority) if one.certificate else None,
        "is_signature_held": one.signed is not None,
        "fields": {field.name: _value(field) for field in one.content.fields} if one.content else None,
        "withheld": list(one.content.withheld) if one.content else None,
    }


def _shown(one: ProvenEntry) -> tuple[Field, ...]:
    return one.content.fields if one.content else ()


def _value(field: Field) -> str | int:
    return hexed(field.value) if isinstance(field.value, bytes) else field.value


def _block_data(block: StateProof) -> dict[str, Any]:
    """Tell which block a file is about; nothing if its header is none."""
    try:
        header = read_header(block.header)
    except VerificationError:
        return {"block_number": None, "block_hash": None, "block_time": None}
    return {"block_number": header.number, "block_hash": hexed(header.hash), "block_time": header.time}
