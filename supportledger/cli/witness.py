"""A witness: cosigns checkpoints of logs that only grow."""

from typing import TYPE_CHECKING, Any

import click

from supportledger.cli.commands import Command, Group
from supportledger.cli.files import STDIO, output_options, read_file
from supportledger.cli.language import _
from supportledger.cli.log_proofs import evidence_of, put, read_key
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from supportledger.cli.blocks import Block

_LIMIT = 2 << 20

witness = Group(
    name="witness",
    no_args_is_help=True,
    help=_(
        "Cosign checkpoints of logs that only grow\n\n"
        "A witness is best run by somebody else than the desk, on another machine. It needs no chain. It "
        "never signs two stories: what it has seen is on its disk before anybody gets its signature."
    ),
    examples=(
        "supportledger witness init witness.example/alice --log revisions.key",
        "supportledger witness cosign request.txt -o cosignature.txt",
        "supportledger witness show",
    ),
)


@witness.command(
    cls=Command,
    help=_(
        "Begin a witness, with a key of its own\n\n"
        "NAME stands under every cosignature; take one that is yours alone, like a web address."
    ),
    examples=(
        "supportledger witness init witness.example/alice",
        "supportledger witness init witness.example/alice --log revisions.key",
    ),
)
@click.argument("name")
@click.option(
    "--log", "logs", multiple=True, metavar="KEY|FILE", help=_("Key of a log to watch; may be given again.")
)
@pass_session
def init(session: Session, name: str, logs: tuple[str, ...]) -> None:
    """Begin it."""
    keys = [read_key(one) for one in logs]
    session.witness.init(name)
    for key in keys:
        session.witness.watch(key)
    _show(session)


@witness.command(
    cls=Command,
    help=_(
        "Watch one more log\n\n"
        "Its key must come from somebody who knows, not from whoever brings a checkpoint to cosign."
    ),
    examples=("supportledger witness watch revisions.key",),
)
@click.argument("key", metavar="KEY|FILE")
@pass_session
def watch(session: Session, key: str) -> None:
    """Watch it."""
    session.witness.watch(read_key(key))
    _show(session)


@witness.command(
    cls=Command,
    help=_(
        "Cosign a checkpoint, if it extends the last one\n\n"
        "FILE is what `log prove --from` writes: where the witness stands, the proof from there, and the "
        "checkpoint (C2SP tlog-witness). Exit code 0: cosigned; 1: forged, or it contradicts what was seen; "
        "2: malformed; 3: the log is not watched; 5: the witness stands elsewhere, as the message says."
    ),
    examples=(
        "supportledger witness cosign request.txt -o cosignature.txt",
        "supportledger log prove revisions --from 0 -o - | supportledger witness cosign -",
    ),
)
@click.argument("file")
@click.option("--evidence", metavar="FILE", help=_("Write the evidence there if the log contradicts itself."))
@output_options
@pass_session
def cosign(session: Session, file: str, evidence: str | None, output: str | None, force: bool) -> None:  # noqa: FBT001 -- click gives it by name
    """Cosign it."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing

    request = read_file(file, _LIMIT)
    with evidence_of(evidence, force=force):
        line = f"{session.witness.cosign(request)}\n"
    put(session, output, line.encode(), force=force)
    data = {"witness": session.witness.key.name, "signature": line, "file": output}
    session.output.show(data, () if output == STDIO else [Line(line.rstrip("\n"))])


@witness.command(
    cls=Command,
    help=_("Show the witness's key, and how far it has seen each log"),
    examples=("supportledger witness show",),
)
@pass_session
def show(session: Session) -> None:
    """Show it."""
    _show(session)


@witness.command(
    cls=Command,
    help=_(
        "Put the witness's name to a block\n\n"
        "For verifiers who do not trust whoever runs the validators. The block is read from the witness's "
        "own node (--rpc) once it is final, never from the note that it is put under."
    ),
    examples=(
        "supportledger witness block 4711 -o block.note",
        "supportledger witness block 4711 --onto block.note -o block-2.note",
    ),
)
@click.argument("number", type=click.IntRange(0))
@click.option("--onto", metavar="FILE", help=_("A note with the names of other witnesses to the same block."))
@output_options
@pass_session
def block(session: Session, number: int, onto: str | None, **given: Any) -> None:
    """Sign it."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing
    from supportledger.proof.block_note import joined  # noqa: PLC0415 -- as above
    from supportledger.wiring import witnessing  # noqa: PLC0415 -- as above

    output = given["output"]
    chain_id, block_hash = witnessing.final_block(session.settings, number)
    note = session.witness.cosign_block(chain_id, number, block_hash)
    if onto is not None:
        note = joined(read_file(onto, _LIMIT), note)
    data = note.to_bytes()
    put(session, output, data, force=given["force"])
    shown = {"block_number": number, "block_hash": "0x" + block_hash.hex(), "note": data.decode()}
    lines = data.decode().removesuffix("\n").split("\n")
    session.output.show(shown | {"file": output}, () if output == STDIO else map(Line, lines))


def _show(session: Session) -> None:
    key = session.witness.key
    logs = [
        {
            "origin": one.key.name,
            "key": str(one.key),
            "size": one.seen.head.size if one.seen else 0,
            "root": "0x" + one.seen.head.root.hex() if one.seen else None,
        }
        for one in session.witness.watched()
    ]
    data = {"witness": key.name, "key": str(key), "logs": logs}
    session.output.show(data, _blocks(data))


def _blocks(data: dict[str, Any]) -> "Iterator[Block]":
    from supportledger.cli.blocks import Cell, Column, Facts, Listing  # noqa: PLC0415 -- --help draws nothing

    title = _("Witness {name}").format(name=data["witness"])
    yield Facts([(_("Key"), Cell(data["key"], "id"))], title=title)
    columns = (Column(_("Log"), wraps=True), Column(_("Lines seen"), right=True))
    rows = [(one["origin"], str(one["size"])) for one in data["logs"]]
    empty = _("It watches no log. `supportledger witness watch KEY` lets it.")
    yield Listing(columns, rows, empty=empty)
