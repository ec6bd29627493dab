"""The database: brought up to date, looked through, backed up and restored; no chain is needed."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from supportledger.cli.commands import Command, Group
from supportledger.cli.exit_codes import ExitCode
from supportledger.cli.language import _, mark
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from supportledger.cli.blocks import Block
    from supportledger.store.backup import Backup
    from supportledger.store.checking import Checked
    from supportledger.wiring.upkeep import Upkeep

_FILE: Final = click.Path(path_type=Path, dir_okay=False)
FINDINGS: Final = (
    mark("there are no tables of ours"),
    mark("a newer version has written it ({version})"),
    mark("its tables are of version {version}, today's are {head}"),
    mark("the server's setting {name} is off: what was written may be lost with the power"),
    mark("the table {name} is gone"),
    mark("the column {column} of {name} is gone"),
    mark("the index {index} of {name} is gone"),
    mark("a row of {table} of ticket {ticket}: {why}"),
    mark("a text of ticket {ticket}: {unreadable}"),
    mark("run `supportledger db upgrade`"),
    mark("upgrade supportledger"),
    mark("set {name} = on in postgresql.conf"),
    mark("the key store is gone: no content can be opened"),
    mark("put the key store back: the file beside the database, or its backup"),
    mark("rebuild the read model from the ledger, or restore a backup"),
    mark("run `supportledger audit` to see what was altered; restore a backup"),
    mark("restore a backup; the ledger itself is unharmed"),
)
"""Of `store.checking`, for the catalogue."""
FAILURES: Final = (
    mark("{name} is locked by another process ({error})"),
    mark("{name} is locked by another connection ({error})"),
    mark("{name} may not be written ({error})"),
    mark("{name} cannot be opened ({error})"),
    mark("{name} cannot grow ({error})"),
    mark("{name} met an error of the disk ({error})"),
    mark("{name} is damaged ({error})"),
    mark("{name} is not a database ({error})"),
    mark("{name} cannot be reached ({error})"),
    mark("{name} was stopped or restarted in the middle ({error})"),
    mark("{name} has closed the connection ({error})"),
    mark("{name} has too many connections ({error})"),
    mark("{name} does not let this user in ({error})"),
    mark("{name} does not exist on the server ({error})"),
    mark("{name} may not be written by this user ({error})"),
    mark("{name} may not be written: the server is a standby, or set to read only ({error})"),
    mark("try again, or stop the other process"),
    mark("check who owns it, and its directory"),
    mark("check the disk, then try again"),
    mark("free some space on the disk; nothing was half-written"),
    mark("free some space on the server's disk; nothing was half-written"),
    mark("start the server, or look into its log; then try again"),
    mark("check user and password of the store's address"),
    mark("let the administrator make it (createdb)"),
    mark("let the administrator grant the right to write, or name another user"),
)
"""Of `store.sqlite` and `store.postgres`, for the catalogue."""

db = Group(
    name="db",
    no_args_is_help=True,
    help=_(
        "The desk's database: upgrade, check, back up, restore, change its key\n\n"
        "It is a file in the data directory, or wherever --store says: on a PostgreSQL server, for a team. "
        "These commands need no chain."
    ),
    examples=(
        "supportledger db check",
        "supportledger db backup monday.backup",
        "supportledger db restore monday.backup --store postgresql://desk@db.example/desk",
    ),
)


def _upkeep(session: Session) -> "Upkeep":
    from supportledger.wiring.upkeep import Upkeep  # noqa: PLC0415 -- brings SQLAlchemy

    return Upkeep(session.settings)


@db.command(
    cls=Command,
    help=_(
        "Bring the database to today's tables\n\n"
        "Opening a desk does the same. All that is pending is applied, or nothing; make a backup first."
    ),
    examples=("supportledger db upgrade", "supportledger db upgrade --store postgresql://desk@db/desk"),
)
@pass_session
def upgrade(session: Session) -> None:
    """Upgrade it."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.output import working  # noqa: PLC0415 -- as above

    with working(_("Upgrading …")):
        done = _upkeep(session).upgrade()
    if done.before == done.after:
        said = _("{store} is of today's version, {version}").format(store=done.name, version=done.after)
    else:
        said = _("{store} is now of version {version}").format(store=done.name, version=done.after)
    data = {"store": done.name, "before": done.before, "after": done.after}
    session.output.show(data, [Line(f"✔ {said}", "good")])


@db.command(
    cls=Command,
    help=_(
        "Read the whole database, and tell what is damaged\n\n"
        "The file, the tables, every row and text by itself; `supportledger audit` compares them with the "
        "ledger. Every content is opened with its ticket's key, for which the desk key is needed. Nothing is "
        "changed. Exit code 0: sound; 1: something is wrong; 6: it cannot be read at all."
    ),
    examples=("supportledger db check", "supportledger db check --json"),
)
@pass_session
def check(session: Session) -> ExitCode:
    """Check it."""
    from supportledger.cli.output import working  # noqa: PLC0415 -- --help shows nothing

    with working(_("Reading the database …")):
        found = _upkeep(session).check()
    session.output.show(_checked_data(found), _checked_blocks(found))
    return ExitCode.OK if found.is_sound else ExitCode.DOES_NOT_HOLD


def _checked_data(found: "Checked") -> dict[str, Any]:
    return {
        "store": found.name,
        "is_sound": found.is_sound,
        "version": found.version,
        **_deployment(found.deployment),
        "rows": found.rows,
        "contents": None if found.contents is None else asdict(found.contents),
        "findings": [{"kind": one.kind, "what": one.what, "hint": one.hint} for one in found.findings],
    }


def _deployment(deployment: Any) -> dict[str, Any]:
    if deployment is None:
        return {"chain_id": None, "ledger": None, "code_hash": None}
    code_hash = "0x" + deployment.code_hash.hex()
    return {"chain_id": deployment.chain_id, "ledger": str(deployment.ledger), "code_hash": code_hash}


def _checked_blocks(found: "Checked") -> "Iterator[Block]":
    from supportledger.cli.blocks import Cell, Column, Facts, Line, Listing  # noqa: PLC0415 -- as above
    from supportledger.cli.messages import translate  # noqa: PLC0415 -- as above

    yield Facts(_facts(found.name, found.version, found.deployment), title=_("Database"))
    if found.rows:
        rows = [(name, f"{count:,}") for name, count in found.rows.items()]
        yield Listing((Column(_("Table")), Column(_("Rows"), right=True)), rows)
    if found.contents is not None:
        counted = found.contents
        yield Facts(
            [
                (_("Sealed, and open"), f"{counted.sealed:,}"),
                (_("Erased"), f"{counted.erased:,}"),
                (_("Do not open"), f"{counted.closed:,}"),
            ],
            title=_("Contents"),
        )
    if found.is_sound:
        yield Line("✔ " + _("It is sound"), "good")
        return
    columns = (Column(_("What is wrong"), wraps=True), Column(_("What to do"), wraps=True))
    findings = [(Cell(translate(one.what), "bad"), translate(one.hint)) for one in found.findings]
    yield Listing(columns, findings)


def _facts(name: str, version: str | None, deployment: Any) -> list[tuple[str, Any]]:
    from supportledger.cli.blocks import Cell  # noqa: PLC0415 -- --help draws nothing

    facts: list[tuple[str, Any]] = [(_("Store"), Cell(name, "id")), (_("Version"), version or "–")]
    if deployment is not None:
        facts += [(_("Chain"), str(deployment.chain_id)), (_("Ledger"), Cell(str(deployment.ledger), "id"))]
    return facts


@db.command(
    cls=Command,
    help=_(
        "Write the whole database into one file, and its keys into another\n\n"
        "The same kind of file from SQLite and from PostgreSQL; it can be restored to either. Others may go "
        "on working meanwhile. The file is read again and compared before it gets its name. What people "
        "wrote is sealed in it; the keys are in FILE.keys, wrapped with the desk key: keep the two files and "
        "the desk key in three places. Attachments, logs and identities lie beside the database, in the data "
        "directory: copy them, too."
    ),
    examples=(
        "supportledger db backup monday.backup",
        "supportledger db backup desk.backup --force --json",
    ),
)
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help=_("Replace the file if there is one."))
@pass_session
def backup(session: Session, file: Path, force: bool) -> None:  # noqa: FBT001 -- click gives it by name
    """Back it up."""
    from supportledger.cli.output import working  # noqa: PLC0415 -- --help shows nothing

    upkeep = _upkeep(session)
    with working(_("Writing the backup …")):
        made, keys = upkeep.back_up(file, force=force)
    said = _("{file} holds everything, and was compared").format(file=file)
    session.output.show(_backup_data(upkeep, file, made, keys), _backup_blocks(upkeep, made, said, keys))


@db.command(
    cls=Command,
    help=_(
        "Put a backup in place of what the database holds\n\n"
        "Everything of the backup is there afterwards, compared again, or everything is as before. The data "
        "of another ledger is refused. Stop the desk's other programs first. What was sent since the backup "
        "was made is found on the ledger again; texts written since are gone. Keys come from FILE.keys if "
        "that is there; what was erased since stays erased, as long as the key store is there that knows it."
    ),
    examples=(
        "supportledger db restore monday.backup --force",
        "supportledger db restore monday.backup --store postgresql://desk@db.example/desk",
    ),
)
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help=_("Replace what the database holds."))
@pass_session
def restore(session: Session, file: Path, force: bool) -> None:  # noqa: FBT001 -- click gives it by name
    """Restore it."""
    from supportledger.cli.output import working  # noqa: PLC0415 -- --help shows nothing

    upkeep = _upkeep(session)
    with working(_("Restoring the backup …")):
        made, keys = upkeep.restore(file, force=force)
    said = _("{store} holds everything of the backup").format(store=upkeep.place.name)
    session.output.show(_backup_data(upkeep, file, made, keys), _backup_blocks(upkeep, made, said, keys))


@db.command(
    name="rotate-key",
    cls=Command,
    help=_(
        "Change the desk key\n\n"
        "All keys of tickets are wrapped for the new desk key; the one before is refused afterwards, and "
        "opens none of the files that are there now. Stop the desk's other programs first, and name the new "
        "key for them afterwards. If it is broken off, run it again with the same two keys. To make old "
        "backups useless, destroy the old desk key."
    ),
    examples=(
        "supportledger db rotate-key --new-key-file /media/key/desk-2027.key",
        "supportledger db rotate-key --new-key-file new.key --desk-key-file old.key --json",
    ),
)
@click.option("--new-key-file", type=_FILE, required=True, metavar="FILE", help=_("Holds the new desk key."))
@pass_session
def rotate_key(session: Session, new_key_file: Path) -> None:
    """Rotate it."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.output import working  # noqa: PLC0415 -- as above

    upkeep = _upkeep(session)
    with working(_("Wrapping the keys …")):
        count = upkeep.rotate(new_key_file)
    said = _("{count} keys are wrapped anew; use {file} from now on").format(
        count=f"{count:,}", file=new_key_file
    )
    session.output.show({"store": upkeep.place.name, "keys": count}, [Line(f"✔ {said}", "good")])


def _backup_data(upkeep: "Upkeep", file: Path, made: "Backup", keys: int | None) -> dict[str, Any]:
    return {
        "store": upkeep.place.name,
        "file": str(file),
        "size": made.size,
        "version": made.version,
        **_deployment(made.deployment),
        "rows": dict(made.inventory.rows),
        "keys": keys,
        "sha256": "0x" + made.inventory.digest,
    }


def _backup_blocks(upkeep: "Upkeep", made: "Backup", said: str, keys: int | None) -> "Iterator[Block]":
    from supportledger.cli.blocks import Facts, Line  # noqa: PLC0415 -- --help draws nothing

    facts = _facts(upkeep.place.name, made.version, made.deployment)
    facts += [(_("Rows"), f"{sum(made.inventory.rows.values()):,}"), (_("Size"), f"{made.size:,}")]
    facts.append((_("Keys"), "–" if keys is None else f"{keys:,}"))
    yield Line(f"✔ {said}", "good")
    yield Facts(facts)
