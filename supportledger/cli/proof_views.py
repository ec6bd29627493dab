"""
Proof files, as data for programs and as trees for people.

The keys of the data are documented and stable: times are Unix seconds, hashes and addresses are hexadecimal.
"""

from collections.abc import Iterator
from typing import Any

from supportledger.cli import times
from supportledger.cli.blocks import Block, Branch, Cell, Facts, Line, Tree
from supportledger.cli.language import _, _n
from supportledger.cli.views import ACTION_NAMES, hexed, state_data, status_cell
from supportledger.errors import VerificationError
from supportledger.proof.assembling import shown_fields
from supportledger.proof.fields import Field
from supportledger.proof.proof_file import ProofFile
from supportledger.proof.proven_entry import ProvenEntry

_LONGEST: int = 400


def written_data(file: ProofFile, data: bytes, where: str) -> dict[str, Any]:
    """Tell programs what was written."""
    return {
        "ticket_id": str(file.ticket),
        "handle": file.ticket.handle,
        "file": where,
        "size": len(data),
        **_block_data(file),
        "entry_count": len(file.entries),
        "shown": [
            f"{one.record.index}.{field.name}"
            for one in file.entries
            if one.content
            for field in one.content.fields
        ],
    }


def written_blocks(
    file: ProofFile, data: bytes, where: str, *, before: ProofFile | None = None
) -> Iterator[Block]:
    """
    Tell people what was written.

    Args:
        file: What was written.
        data: As bytes.
        where: To which file.
        before: The file that it shows less than.
    """
    block = _block_data(file)
    yield Line(
        f"✔ {_('Ticket {handle} is proven in {file}').format(handle=file.ticket.handle, file=where)}", "good"
    )
    shown = shown_fields(file)
    less = (
        _n("{count} less than before", "{count} less than before", shown_fields(before) - shown)
        if before
        else ""
    )
    yield Facts(
        [
            (_("Size"), f"{len(data):,}"),
            (_("Entries"), str(len(file.entries))),
            (_("Fields shown"), f"{shown} ({less})" if less else str(shown)),
            (_("Block"), str(block["block_number"])),
            (_("Block hash"), Cell(str(block["block_hash"]), "id")),
        ]
    )
    yield Line(_("Whoever verifies it needs the block's hash from somebody they trust, or a node."), "dim")


def file_data(file: ProofFile) -> dict[str, Any]:
    """Write what a file says for programs; nothing of it was verified."""
    return {
        "verified": False,
        "ledger": str(file.ledger.ledger),
        "chain_id": file.ledger.chain_id,
        "code_hash": hexed(file.ledger.code_hash),
        **_block_data(file),
        **state_data(file.ticket, file.state),
        "entries": [_entry_data(one) for one in file.entries],
        "line_count": len(file.lines.lines) if file.lines else None,
    }


def file_blocks(file: ProofFile) -> Iterator[Block]:
    """Show what a file says to people."""
    title = _("Ticket {handle}").format(handle=file.ticket.handle)
    yield Tree(title, (*_about(file), *(_entry_branch(one) for one in file.entries)))
    yield Line(_("Nothing of this was verified: `supportledger proof verify` does that."), "warn")


def _about(file: ProofFile) -> Iterator[Branch]:
    block = _block_data(file)
    yield Branch(
        _("Ledger"),
        (_leaf(_("Address"), str(file.ledger.ledger)), _leaf(_("Chain"), str(file.ledger.chain_id))),
    )
    yield Branch(
        _("Block"),
        (_leaf(_("Number"), str(block["block_number"])), _leaf(_("Hash"), str(block["block_hash"]))),
    )
    yield Branch(_joined(_("Status"), status_cell(file.state.status).text))
    for number in sorted(file.policies):
        yield Branch(_joined(_("Policy"), str(number)))
    if file.lines:
        yield Branch(_n("{count} anchored line", "{count} anchored lines", len(file.lines.lines)))


def _entry_branch(one: ProvenEntry) -> Branch:
    record = one.record
    heading = (
        f"{record.index} · {_(ACTION_NAMES[record.action])} · {record.actor} · {times.both(record.time)}"
    )
    signed = {
        "ecdsa": _("signed"),
        "erc1271": _("signed by a contract wallet"),
        "recorded": _("recorded by the desk"),
    }
    how = signed.get(record.auth.name.lower(), _("sent by the actor"))
    return Branch(heading, (Branch(Cell(how, "dim")), *_content_branches(one)))


def _content_branches(one: ProvenEntry) -> Iterator[Branch]:
    if one.content is None:
        return
    for field in one.content.fields:
        yield _leaf(field.name, _text(field))
    if one.content.withheld:
        yield Branch(Cell(_joined(_("Withheld"), ", ".join(one.content.withheld)), "dim"))


def _leaf(name: str, value: str) -> Branch:
    return Branch(_joined(name, value))


def _joined(name: str, value: str) -> str:
    return f"{name}: {value}"


def _text(field: Field) -> str:
    text = hexed(field.value) if isinstance(field.value, bytes) else str(field.value)
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


def _value(field: Field) -> str | int:
    return hexed(field.value) if isinstance(field.value, bytes) else field.value


def _block_data(file: ProofFile) -> dict[str, Any]:
    """Tell which block a file is about; nothing if its header is none."""
    from supportledger.proof.storage import read_header  # noqa: PLC0415 -- only what shows files needs it

    try:
        header = read_header(file.block.header)
    except VerificationError:
        return {"block_number": None, "block_hash": None, "block_time": None}
    return {"block_number": header.number, "block_hash": hexed(header.hash), "block_time": header.time}
