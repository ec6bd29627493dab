"""Proofs from logs: made from the desk's, verified from anybody's."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from supportledger.cli.commands import Command
from supportledger.cli.files import STDIO, output_options, read_file, write_file
from supportledger.cli.language import _, _n
from supportledger.cli.session import Session, pass_session
from supportledger.errors import Conflict, InputError

if TYPE_CHECKING:
    from supportledger.cli.blocks import Block
    from supportledger.proof.note import VerifierKey

CONVERSATIONS: Final = "conversations"
OWN: Final = ("reads", "privacy")
"""Logs in which nobody writes by hand."""
_LIMIT: Final = 4 << 20
_KEY_LIMIT: Final = 4096


@click.command(
    "prove",
    cls=Command,
    help=_(
        "Prove that a line is in the log, or that the log only grew\n\n"
        "With INDEX: a C2SP tlog-proof of that line. With --from: the request that lets a witness cosign the "
        "last checkpoint, with the proof that it extends the log at that size."
    ),
    examples=(
        "supportledger log prove revisions 0 -o line.tlog-proof",
        "supportledger log prove revisions --from 0 -o request.txt",
    ),
)
@click.argument("name")
@click.argument("index", required=False, type=click.IntRange(0))
@click.option(
    "--from", "old", type=click.IntRange(0), metavar="SIZE", help=_("Lines that the witness has seen.")
)
@click.option(
    "--size", type=click.IntRange(0), metavar="N", help=_("Checkpoint of so many lines; else the last.")
)
@output_options
@pass_session
def prove(session: Session, name: str, index: int | None, old: int | None, **given: Any) -> None:
    """Prove it."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing

    if (index is None) == (old is None):
        raise click.UsageError(_("Give the index of a line, or --from."))
    logs, output = session.desk.logs, given["output"]
    made = (
        logs.request(name, int(old or 0))
        if index is None
        else logs.prove(name, index, given["size"]).to_bytes()
    )
    data = {"log": name, "index": index, "from": old, "proof": made.decode(), "file": output}
    put(session, output, made, force=given["force"])
    lines = map(Line, made.decode().removesuffix("\n").split("\n"))
    said = [Line("✔ " + _("Wrote {file}").format(file=output), "good")] if output else lines
    session.output.show(data, () if output == STDIO else said)


@click.command(
    "verify",
    cls=Command,
    help=_(
        "Verify a file from a log without the log, or a whole log\n\n"
        "FILE is a proof of a line, a checkpoint, a request to a witness, or evidence that a log "
        "contradicted itself. The log's key comes from you (--key), or is that of a log of this desk "
        "(--log): then the checkpoint must be anchored on the ledger, too. Without FILE, every line of that "
        "log is hashed again, and compared with all that was signed and anchored. Exit code 0: it holds; "
        "1: it does not."
    ),
    examples=(
        "supportledger log verify line.tlog-proof --key revisions.key",
        "supportledger log verify line.tlog-proof --log revisions",
        "supportledger log verify new.checkpoint --key revisions.key --policy witnesses.txt",
        "supportledger log verify contradiction.json --key revisions.key",
        "supportledger log verify --log revisions",
    ),
)
@click.argument("file", required=False)
@click.option("--key", metavar="KEY|FILE", help=_("The log's key, or a file with it."))
@click.option("--log", "name", metavar="NAME", help=_("A log of this desk."))
@click.option("--line", metavar="TEXT", help=_("The line, if the proof is to be of this one."))
@click.option("--policy", metavar="FILE", help=_("Witnesses that must have cosigned, as a C2SP tlog-policy."))
@click.option("--against", metavar="FILE", help=_("An earlier checkpoint that must not be contradicted."))
@output_options
@pass_session
def verify(session: Session, file: str | None, key: str | None, name: str | None, **given: Any) -> None:
    """Verify it."""
    if file is None:
        _verify_whole(session, name)
        return
    from supportledger.cli.log_verdict import Examination  # noqa: PLC0415 -- --help does without

    if (key is None) == (name is None):
        raise click.UsageError(_("Name the log's key with --key, or a log of this desk with --log."))
    trusted = read_key(str(key)) if name is None else session.desk.logs.key(name)
    line = given["line"].encode() if given["line"] is not None else None
    examination = Examination(trusted, session.desk.logs if name else None, name, line)
    if given["policy"]:
        examination.ask(read_file(given["policy"], _LIMIT))
    if given["against"]:
        examination.compare(read_file(given["against"], _LIMIT))
    with evidence_of(given["output"], force=given["force"]):
        found = examination.run(read_file(file, _LIMIT))
    session.output.show(found.data, _blocks(found.told))


def _verify_whole(session: Session, name: str | None) -> None:
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing

    if name is None:
        raise click.UsageError(_("Give a file, or a log of this desk with --log."))
    found = session.desk.logs.check(name)
    data = {
        "kind": "log",
        "log": name,
        "size": found.head.size,
        "root": "0x" + found.head.root.hex(),
        "checkpoints": found.checkpoints,
        "anchors": found.anchors,
    }
    said = _n("{count} line makes the root", "{count} lines make the root", found.head.size)
    signed = _n("{count} checkpoint fits", "{count} checkpoints fit", found.checkpoints)
    anchored = _n("{count} anchor fits", "{count} anchors fit", found.anchors)
    session.output.show(data, [Line("✔ " + _("; ").join((said, signed, anchored)), "good")])


def read_key(text: str) -> "VerifierKey":
    """
    Read a key, or the file with it.

    Raises:
        InputError: It is neither.
    """
    from supportledger.proof.note import VerifierKey  # noqa: PLC0415 -- --help does without

    if "+" in text:
        return VerifierKey.parse(text)
    data = read_file(text, _KEY_LIMIT)
    try:
        return VerifierKey.parse(data.decode())
    except UnicodeDecodeError as error:
        raise InputError(f"{text} holds no key") from error


def put(session: Session, output: str | None, data: bytes, *, force: bool) -> None:
    """Write a result to the file that was asked for; with --json, stdout belongs to the document."""
    if output and not (output == STDIO and session.output.as_json):
        write_file(output, data, force=force)


@contextmanager
def evidence_of(output: str | None = None, *, force: bool = False) -> Iterator[None]:
    """Write down the evidence, if what is done finds that a log contradicts itself."""
    from supportledger.proof.contradiction import Contradicted  # noqa: PLC0415 -- --help does without

    try:
        yield
    except Contradicted as refused:
        hint = refused.hint or _("Name a file to have the evidence written there.")
        if output and output != STDIO:
            write_file(output, refused.evidence.to_bytes(), force=force)
            hint = _("The evidence is in {output}: show it to others.").format(output=output)
        raise Contradicted(refused.message, refused.evidence, hint=hint) from refused


def write_static(folder: str, files: Iterable[tuple[str, bytes]]) -> int:
    """
    Write a log's files to a new folder, its checkpoint last.

    Raises:
        Conflict: The folder is there.
        InputError: It cannot be written.
    """
    root, count = Path(folder), 0
    try:
        root.mkdir(parents=True)
        for path, data in files:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            write_file(str(root / path), data)
            count += 1
    except FileExistsError:
        raise Conflict(f"there is a folder {folder} already", hint="Name a new one.") from None
    except OSError as error:
        raise InputError(f"cannot write {folder}: {error.strerror}") from error
    return count


def _blocks(told: Iterable[str]) -> "Iterator[Block]":
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.messages import translate  # noqa: PLC0415 -- as above

    return (Line(f"✔ {translate(one)}", "good") for one in told)
