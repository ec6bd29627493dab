"""Append-only logs of the desk."""

from typing import TYPE_CHECKING, Any

import click

from supportledger.cli import log_proofs as proofs
from supportledger.cli.commands import Command, Group
from supportledger.cli.files import STDIO, Tally, output_options, read_file, read_lines
from supportledger.cli.language import _, _n
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from supportledger.cli.blocks import Block, Shown
    from supportledger.desk.logs import LogView
    from supportledger.proof.checkpoint import SignedCheckpoint

log = Group(
    name="log",
    no_args_is_help=True,
    help=_(
        "Append-only logs: lines, checkpoints, anchors, proofs\n\n"
        "For records that are too many for a transaction each: chat lines, revisions, who read what. "
        "One anchor on the ledger fixes all lines before it. Files are those of C2SP transparency logs."
    ),
    examples=(
        "supportledger log create revisions",
        "supportledger log append revisions 'article 7, revision 3: 5f1c…'",
        "supportledger log checkpoint revisions --anchor",
        "supportledger log prove revisions 0 -o line.tlog-proof",
    ),
)


@log.command(
    cls=Command,
    help=_("Begin a log, with a key of its own"),
    examples=("supportledger log create revisions",),
)
@click.argument("name")
@pass_session
def create(session: Session, name: str) -> None:
    """Begin it."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing

    session.desk.logs.create(name)
    view = session.desk.logs.show(name)
    said = _("Created the log {name}").format(name=name)
    session.output.show(log_data(view), [Line(f"✔ {said}", "good"), *log_blocks(view)])


@log.command("list", cls=Command, help=_("List all logs"), examples=("supportledger log list",))
@pass_session
def list_(session: Session) -> None:
    """List them."""
    from supportledger.cli.blocks import Column, Listing  # noqa: PLC0415 -- --help draws nothing

    views = [session.desk.logs.show(name) for name in session.desk.logs.names()]
    columns = (
        Column(_("Log"), whole=True),
        Column(_("Lines"), right=True),
        Column(_("Signed"), right=True),
        Column(_("Anchored"), right=True),
    )
    rows = [
        (
            one.name,
            str(one.head.size),
            str(one.checkpoint.head.size) if one.checkpoint else "–",
            str(one.anchor.size) if one.anchor else "–",
        )
        for one in views
    ]
    empty = _("There are no logs. `supportledger log create` begins one.")
    session.output.show({"logs": [log_data(one) for one in views]}, [Listing(columns, rows, empty=empty)])


@log.command(
    cls=Command,
    help=_(
        "Append a line, or every line of a file, all of them or none\n\n"
        "A line is hashed as it is: put something random into it if somebody could guess it. What is said "
        "about tickets goes in by `ticket say`, which does so itself."
    ),
    examples=(
        "supportledger log append revisions 'article 7, revision 3: 5f1c…'",
        "supportledger log append revisions --lines revisions.txt",
    ),
)
@click.argument("name")
@click.argument("text", required=False)
@click.option("--lines", metavar="FILE", help=_("Append each line of a file; - is stdin."))
@pass_session
def append(session: Session, name: str, text: str | None, lines: str | None) -> None:
    """Append it."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing
    from supportledger.proof.entry_bundle import LINE_LIMIT  # noqa: PLC0415 -- as above

    if (text is None) == (lines is None):
        raise click.UsageError(_("Give a text, or a file with --lines."))
    if name == proofs.CONVERSATIONS:
        raise click.UsageError(_("Lines of conversations are written by `supportledger ticket say`."))
    if name in proofs.OWN:
        raise click.UsageError(_("Lines of the log {name} are written by the desk itself.").format(name=name))
    tally = Tally([text.encode()] if text is not None else read_lines(str(lines), LINE_LIMIT))
    head = session.desk.logs.append(name, tally)
    count = tally.count
    data = {
        "log": name,
        "first": head.size - count,
        "count": count,
        "size": head.size,
        "root": "0x" + head.root.hex(),
    }
    said = _n("Appended {count} line", "Appended {count} lines", count)
    where = _n("the log has {count} line now", "the log has {count} lines now", head.size)
    session.output.show(data, [Line(f"✔ {said}; {where}", "good")])


@log.command(
    cls=Command,
    help=_("Show a log: its key, its lines, what is signed and what is anchored"),
    examples=("supportledger log show revisions",),
)
@click.argument("name")
@pass_session
def show(session: Session, name: str) -> None:
    """Show it."""
    view = session.desk.logs.show(name)
    session.output.show(log_data(view), log_blocks(view))


@log.command(
    cls=Command,
    help=_(
        "Sign all that was appended, and print the checkpoint\n\n"
        "Nothing is ever signed that contradicts what was signed or anchored before."
    ),
    examples=(
        "supportledger log checkpoint revisions",
        "supportledger log checkpoint revisions --anchor -o revisions.checkpoint",
    ),
)
@click.argument("name")
@click.option("--anchor", is_flag=True, help=_("Anchor it on the ledger, too."))
@output_options
@pass_session
def checkpoint(session: Session, name: str, anchor: bool, output: str | None, force: bool) -> None:  # noqa: FBT001 -- click gives them by name
    """Sign it."""
    from supportledger.cli.output import say  # noqa: PLC0415 -- --help says nothing

    logs = session.desk.logs
    before = logs.show(name).anchor
    if anchor:
        logs.anchor(name)
    signed = logs.checkpoint(name)
    view = logs.show(name)
    note = signed.to_bytes()
    proofs.put(session, output, note, force=force)
    session.output.show(
        log_data(view) | {"note": note.decode(), "file": output},
        () if output == STDIO else _note_blocks(signed),
    )
    if anchor and view.anchor is not None:
        say(_anchored(view.anchor.size, is_new=view.anchor != before))


def _anchored(size: int, *, is_new: bool) -> str:
    """Say that a log is anchored, and whether it was before; the checkpoint alone does not tell."""
    if is_new:
        return _n("Anchored {count} line on the ledger.", "Anchored {count} lines on the ledger.", size)
    return _n(
        "{count} line was anchored before; nothing is new.",
        "{count} lines were anchored before; nothing is new.",
        size,
    )


@log.command(
    cls=Command,
    help=_(
        "Write a checkpoint with all its signatures to a file, or the whole log to a folder\n\n"
        "The folder is a C2SP tiled log, for any web server; all lines are in it."
    ),
    examples=(
        "supportledger log export revisions -o revisions.checkpoint",
        "supportledger log export revisions --static public/",
    ),
)
@click.argument("name")
@click.option(
    "--size", type=click.IntRange(0), metavar="N", help=_("Checkpoint of so many lines; else the last.")
)
@click.option("--static", metavar="DIR", help=_("A new folder to write the whole log to."))
@output_options
@pass_session
def export(session: Session, name: str, size: int | None, static: str | None, **given: Any) -> None:
    """Write it."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing

    logs = session.desk.logs
    signed = logs.signed(name, size)
    if static is not None:
        count = proofs.write_static(static, logs.static(name))
        said = _n("Wrote {count} file", "Wrote {count} files", count)
        session.output.show({"log": name, "folder": static, "files": count}, [Line(f"✔ {said}", "good")])
        return
    note, output = signed.to_bytes(), given["output"]
    proofs.put(session, output, note, force=given["force"])
    data = checkpoint_data(signed) | {"note": note.decode(), "file": output}
    session.output.show(data, () if output == STDIO else _note_blocks(signed))


@log.command(
    "import",
    cls=Command,
    help=_(
        "Take over the signatures of witnesses\n\n"
        "FILE is the checkpoint with them, or only their lines. A checkpoint that contradicts the log is "
        "refused, and the evidence is written with -o."
    ),
    examples=("supportledger log import revisions cosigned.checkpoint",),
)
@click.argument("name")
@click.argument("file")
@output_options
@pass_session
def import_(session: Session, name: str, file: str, output: str | None, force: bool) -> None:  # noqa: FBT001 -- click gives it by name
    """Take them over."""
    from supportledger.proof.note import NOTE_LIMIT  # noqa: PLC0415 -- --help does without

    with proofs.evidence_of(output, force=force):
        signed = session.desk.logs.take(name, read_file(file, NOTE_LIMIT))
    session.output.show(checkpoint_data(signed) | {"note": signed.to_bytes().decode()}, _note_blocks(signed))


for command in (proofs.prove, proofs.verify):
    log.add_command(command)


def log_data(view: "LogView") -> dict[str, Any]:
    """Write a log for programs."""
    anchor = view.anchor
    return {
        "log": view.name,
        "origin": view.key.name,
        "key": str(view.key),
        "size": view.head.size,
        "root": "0x" + view.head.root.hex(),
        "checkpoint": checkpoint_data(view.checkpoint) if view.checkpoint else None,
        "anchor": {"size": anchor.size, "root": "0x" + anchor.root.hex(), "time": anchor.time}
        if anchor
        else None,
    }


def checkpoint_data(signed: "SignedCheckpoint") -> dict[str, Any]:
    """Write a checkpoint for programs."""
    return {
        "origin": signed.checkpoint.origin,
        "size": signed.head.size,
        "root": "0x" + signed.head.root.hex(),
        "signed_by": [one.name for one in signed.note.signatures],
    }


def log_blocks(view: "LogView") -> "Iterator[Block]":
    """Show a log to people."""
    from supportledger.cli.blocks import Facts  # noqa: PLC0415 -- --help draws nothing

    yield Facts([*_facts(view)], title=_("Log {name}").format(name=view.name))


def _facts(view: "LogView") -> "Iterator[tuple[str, Shown]]":
    from supportledger.cli import times  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.blocks import Cell  # noqa: PLC0415 -- as above

    yield _("Origin"), view.key.name
    yield _("Key"), Cell(str(view.key), "id")
    yield _("Lines"), str(view.head.size)
    yield _("Root"), "0x" + view.head.root.hex()
    if view.checkpoint is None:
        yield _("Signed"), Cell(_("never"), "warn")
    else:
        others = len(view.checkpoint.note.signatures) - 1
        by = _n("{count} other signature", "{count} other signatures", others)
        yield _("Signed"), _("{size} lines, {by}").format(size=view.checkpoint.head.size, by=by)
    if view.anchor is None:
        yield _("Anchored"), Cell(_("never"), "warn")
    else:
        when = times.both(view.anchor.time)
        yield _("Anchored"), _("{size} lines, {when}").format(size=view.anchor.size, when=when)


def _note_blocks(signed: "SignedCheckpoint") -> "Iterator[Block]":
    """Show a checkpoint word for word: what is printed can be kept and verified."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing

    return (Line(line) for line in signed.to_bytes().decode().removesuffix("\n").split("\n"))
