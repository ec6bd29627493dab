"""The audit of a whole ledger, with its report and its checkpoint."""

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from supportledger.cli.commands import Command
from supportledger.cli.exit_codes import ExitCode
from supportledger.cli.language import _, mark
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from supportledger.desk.auditing.auditor import Audited, Scope
    from supportledger.desk.auditing.findings import Watcher
    from supportledger.desk.auditing.keys import AuditKey
    from supportledger.desk.desk import Desk

KEY: Final = "audit-key.pem"
"""The auditor's own key, in the data directory."""
STALE_S: Final = 3_600
"""How old the latest block of a chain may be that others see; the local one's clock is its owner's."""
_PATH: Final = click.Path(path_type=Path, dir_okay=False)

CODES: Final = {
    "clean": ExitCode.OK,
    "wrong": ExitCode.DOES_NOT_HOLD,
    "incomplete": ExitCode.NOT_FINAL,
}
STAGES: Final = (
    mark("Reading the events"),
    mark("Applying every rule and head"),
    mark("Comparing the tickets' slots"),
    mark("Comparing agents, policies and anchors"),
    mark("Comparing rows and contents"),
    mark("Hashing the lines of logs"),
)
"""Of `desk.auditing.findings.Stage`, for the catalogue."""


@click.command(
    cls=Command,
    help=_(
        "Check the whole ledger, and this desk's rows, texts and logs\n\n"
        "Reads every event again, applies every rule, and compares every slot, certificate, policy and "
        "anchor; then each row and text of the database, and each line of each log. Names each ticket and "
        "the first wrong entry. "
        "Exit code 0: everything holds; 1: something is wrong; 7: something could not be checked; 6: the "
        "chain cannot be reached."
    ),
    examples=(
        "supportledger audit",
        "supportledger audit --report audit.html",
        "supportledger audit -o monday.checkpoint",
        "supportledger audit --from-checkpoint monday.checkpoint -o tuesday.checkpoint --json",
    ),
)
@click.option(
    "--from-checkpoint",
    "start",
    type=_PATH,
    metavar="FILE",
    help=_("Go on from here; else from the deployment."),
)
@click.option(
    "-o",
    "--output",
    type=_PATH,
    metavar="FILE",
    help=_("Save a signed checkpoint here, if everything holds."),
)
@click.option(
    "--report",
    type=_PATH,
    metavar="FILE",
    help=_("Write the report here: a page if the name ends in .html, else text."),
)
@click.option("--force", is_flag=True, help=_("Replace files that are there."))
@click.option("--chain-only", is_flag=True, help=_("Leave this desk's rows, texts and logs out."))
@click.option(
    "--block", type=click.IntRange(0), metavar="N", help=_("As of this block; else the last that is final.")
)
@click.option(
    "--key",
    type=_PATH,
    metavar="FILE",
    help=_("The auditor's key; else one in the data directory, made once."),
)
@click.option(
    "--auditor", metavar="KEY", help=_("Public key that has signed the checkpoint; else that of --key.")
)
@click.option(
    "--processes",
    type=click.IntRange(1, 256),
    metavar="N",
    help=_("Judge in so many processes; else one a core."),
)
@pass_session
def audit(
    session: Session, *, output: Path | None, report: Path | None, force: bool, key: Path | None, **given: Any
) -> int:
    """Audit it."""
    from supportledger.cli import audit_report, audit_view  # noqa: PLC0415 -- --help draws nothing

    _refuse_to_replace([one for one in (output, report) if one], force=force)
    own = _key(session, key) if output or (given["start"] and not given["auditor"]) else None
    audited = _audited(session, own, **given)
    try:
        found = audited.report
        data = found.to_json()
        if output and own and str(found.conclusion) == "clean":
            data["checkpoint"] = _save(audited, output, own, force=force)
        if report:
            audit_report.write(found, report, force=force)
    finally:
        audited.close()
    session.output.show(data, audit_view.blocks(found, saved=_saved(output, data)))
    if not given["chain_only"]:
        _put_on_record(session.desk)
    return CODES[str(found.conclusion)]


def _put_on_record(desk: "Desk") -> None:
    """Say in the log of readings that all texts were gone through (L9.1); none of them was shown."""
    from supportledger.cli.output import say  # noqa: PLC0415 -- --help says nothing
    from supportledger.desk.reads import ALL  # noqa: PLC0415 -- as above
    from supportledger.errors import Error  # noqa: PLC0415 -- as above

    try:
        desk.reads.record(ALL, "audit", "audit")
    except Error as error:
        say(_("That this audit was made could not be put on record: {why}").format(why=error.message))


def _audited(
    session: Session,
    key: "AuditKey | None",
    *,
    start: Path | None,
    chain_only: bool,
    auditor: str | None,
    block: int | None,
    processes: int | None,
) -> "Audited":
    from contextlib import ExitStack  # noqa: PLC0415 -- --help does without

    from supportledger.desk.auditing.auditor import Auditor  # noqa: PLC0415 -- as above
    from supportledger.desk.auditing.checkpoint import opened  # noqa: PLC0415 -- as above

    desk = session.desk
    meant = desk.store.deployment
    with ExitStack() as closing:
        saved = closing.enter_context(opened(start, meant, _public(auditor, key))) if start else None
        auditor_ = Auditor(
            desk.ledger,
            meant,
            None if chain_only else desk.store,
            files=desk.files,
            logs=None if chain_only else desk.logs,
            watcher=closing.enter_context(_watcher()),
        )
        return auditor_.run(_scope(desk, block, processes), saved)


def _scope(desk: "Desk", block: int | None, processes: int | None) -> "Scope":
    from supportledger.chain.wellknown import LOCAL_CHAIN_ID  # noqa: PLC0415 -- --help does without
    from supportledger.desk.auditing.auditor import Scope  # noqa: PLC0415 -- as above
    from supportledger.errors import Inconclusive  # noqa: PLC0415 -- as above

    if block is not None:
        return Scope(block=block, processes=processes)
    final = desk.ledger.final_height()
    if final < 0:
        raise Inconclusive("no block of this chain is final yet", hint="Wait, or name a block with --block.")
    is_local = desk.store.deployment.chain_id == LOCAL_CHAIN_ID
    not_before = None if is_local else int(desk.clock.now().timestamp()) - STALE_S
    return Scope(block=final, processes=processes, not_before=not_before)


def _key(session: Session, named: Path | None) -> "AuditKey":
    from supportledger.desk.auditing.keys import AuditKey  # noqa: PLC0415 -- --help does without

    return AuditKey.of_file(named or session.settings.data_dir / KEY)


def _public(named: str | None, own: "AuditKey | None") -> bytes:
    """Give the key that a checkpoint must be signed with: never the one that it carries."""
    from supportledger.errors import InputError  # noqa: PLC0415 -- --help does without

    if named is None and own is not None:
        return own.public
    try:
        public = bytes.fromhex((named or "").removeprefix("0x"))
    except ValueError:
        public = b""
    if len(public) != 32:
        raise InputError("an auditor's key is 64 hexadecimal digits")
    return public


def _refuse_to_replace(paths: list[Path], *, force: bool) -> None:
    """Say that a file is there before the work is done, rather than after it."""
    from supportledger.desk.auditing.saving import refused  # noqa: PLC0415 -- --help does without

    for path in paths:
        if path.exists() and not force:
            raise refused(path)


def _save(audited: "Audited", path: Path, key: "AuditKey", *, force: bool) -> dict[str, Any]:
    statement = audited.save(path, key, replace=force)
    return {"file": str(path), "states": statement.states, "auditor": key.public.hex()}


def _saved(output: Path | None, data: dict[str, Any]) -> str:
    """Say what became of the checkpoint; nothing if none was asked for."""
    if output is None:
        return ""
    if "checkpoint" not in data:
        return _("No checkpoint was saved: it would be a lie.")
    said = _("Checkpoint saved: {file}, signed by the auditor {auditor}")
    return said.format(file=output, auditor=data["checkpoint"]["auditor"])


@contextmanager
def _watcher() -> "Iterator[Watcher]":
    from supportledger.desk.auditing.findings import Nobody  # noqa: PLC0415 -- --help does without

    if not sys.stderr.isatty():
        yield Nobody()
        return
    from supportledger.cli.progress import Bars  # noqa: PLC0415 -- rich, for people only

    with Bars() as bars:
        yield bars
