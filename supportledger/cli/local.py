"""The local chain: started with everything on it, looked at, and stopped."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from supportledger.cli.commands import Command
from supportledger.cli.exit_codes import ExitCode
from supportledger.cli.language import _
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from supportledger.chain.local import LocalRecord
    from supportledger.cli.blocks import Block, Shown
    from supportledger.desk.desk import Desk

_LOOK_S = 0.5
"""How often it is looked whether the chain still runs."""


@click.command(
    cls=Command,
    help=_(
        "Start a local chain with everything on it\n\n"
        "Contract, roles, policies and named identities; its data is on disk, and starting again goes on "
        "where it ended. Without --detach it ends with this command (Ctrl-C)."
    ),
    examples=(
        "supportledger up --detach",
        "supportledger up --engine anvil --port 0 --data ./desk --detach --json",
    ),
)
@click.option(
    "--engine",
    type=click.Choice(["ganache", "anvil"]),
    help=_("Which program makes the chain; else the one it was made with, or Ganache."),
)
@click.option("--detach", is_flag=True, help=_("Leave it running; `supportledger down` stops it."))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help=_("Where it listens; 0: any free port; else as last time, or 8545."),
)
@pass_session
def up(session: Session, engine: str | None, detach: bool, port: int | None) -> int:  # noqa: FBT001 -- click gives it by name
    """Start it."""
    from supportledger.cli.output import working  # noqa: PLC0415 -- --help does without
    from supportledger.errors import Conflict  # noqa: PLC0415 -- as above
    from supportledger.wiring import start_local  # noqa: PLC0415 -- as above

    data = session.settings.data_dir
    running = _running(data)
    if running and not detach:
        raise Conflict(
            f"the chain of {data} is already served at {running.rpc_url}",
            hint="Use it, or stop it with `supportledger down`.",
        )
    if running and (port not in {None, 0, running.port} or engine not in {None, str(running.engine)}):
        raise Conflict(
            f"the chain of {data} is already served at {running.rpc_url}, by {running.engine}",
            hint="Stop it with `supportledger down`; then it can be served elsewhere.",
        )
    with _ending(data, detach=detach or running is not None):
        with working(_("Starting the local chain …")):
            record = start_local(data, engine=engine, port=port, detach=detach)
        session.output.show(_up_data(record, data), _up_blocks(record, data, detach=detach))
        if not detach:
            _serve(record)
    return ExitCode.OK


def _running(data: Path) -> "LocalRecord | None":
    from supportledger.chain.local import LocalChain  # noqa: PLC0415 -- --help does without

    record = LocalChain(data).record()
    return record if record and record.is_running else None


@contextmanager
def _ending(data: Path, *, detach: bool) -> Iterator[None]:
    """Leave no process behind, whatever ends this command; one that was started to stay, stays."""
    if detach:
        yield
        return
    from supportledger.wiring import stop_local  # noqa: PLC0415 -- --help does without

    def interrupt(_signal: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        stop_local(data)


def _serve(record: "LocalRecord") -> None:
    from supportledger.errors import EngineFailed  # noqa: PLC0415 -- --help does without

    while record.is_running:
        threading.Event().wait(_LOOK_S)
    raise EngineFailed("the local chain has ended", hint="Start it again with `supportledger up`.")


def _up_data(record: "LocalRecord", data: Path) -> dict[str, Any]:
    return {
        "rpc_url": record.rpc_url,
        "chain_id": record.chain_id,
        "ledger": str(record.ledger),
        "data_dir": str(data),
        "engine": str(record.engine),
        "port": record.port,
        "deployment_block": record.deployment_block,
        "pid": record.process.pid if record.process else None,
        "identities": _identities(),
    }


def _identities() -> dict[str, str]:
    from supportledger.chain.signer import local_signer  # noqa: PLC0415 -- --help does without
    from supportledger.chain.wellknown import LocalName  # noqa: PLC0415 -- as above

    return {one.name: str(local_signer(one.name).address) for one in LocalName}


def _up_blocks(record: "LocalRecord", data: Path, *, detach: bool) -> "Iterator[Block]":
    from supportledger.cli.blocks import Cell, Facts, Line  # noqa: PLC0415 -- --help draws nothing

    yield Line("✔ " + _("The local chain runs, with a ledger on it"), "good")
    rows: list[tuple[str, Shown]] = [
        (_("Node"), Cell(record.rpc_url, "id")),
        (_("Chain"), f"{record.chain_id} ({record.engine.title()})"),
        (_("Ledger"), Cell(str(record.ledger), "id")),
        (_("Data"), str(data)),
        (_("Identities"), ", ".join(_identities())),
    ]
    yield Facts(rows)
    yield Line(_("Next: `supportledger ticket open 'My withdrawal is missing'`"), "dim")
    if not detach:
        yield Line(_("Stop it with Ctrl-C."), "dim")


@click.command(
    cls=Command,
    help=_("Stop the local chain\n\nIts data stays, and `supportledger up` goes on with it."),
    examples=("supportledger down", "supportledger down --data ./desk"),
)
@pass_session
def down(session: Session) -> None:
    """Stop it."""
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing
    from supportledger.wiring import stop_local  # noqa: PLC0415 -- as above

    data = session.settings.data_dir
    stopped = stop_local(data)
    said = _("The local chain is stopped") if stopped else _("No local chain was running")
    line = Line(f"✔ {said}", "good") if stopped else Line(said, "dim")
    session.output.show({"stopped": stopped, "data_dir": str(data)}, [line])


@click.command(
    cls=Command,
    help=_(
        "Show the chain, the ledger and what is waiting\n\n"
        "Exit code 6 when the chain is not running or cannot be reached."
    ),
    examples=("supportledger status", "supportledger status --json"),
)
@pass_session
def status(session: Session) -> None:
    """Show it."""
    desk = session.desk
    data = _status_data(session, desk)
    session.output.show(data, _status_blocks(data))


def _status_data(session: Session, desk: "Desk") -> dict[str, Any]:
    from supportledger.model.records import TicketQuery  # noqa: PLC0415 -- --help does without
    from supportledger.model.ticket import Status  # noqa: PLC0415 -- as above
    from supportledger.store.place import located  # noqa: PLC0415 -- as above

    record = _running(session.settings.data_dir) if session.settings.rpc_url is None else None
    found = desk.sync()
    queries = {str(one): TicketQuery(statuses=frozenset({one}), merged=True) for one in Status}
    counts = {name: desk.tickets.count(query) for name, query in queries.items()}
    return {
        "rpc_url": record.rpc_url if record else _without_key(session.settings.rpc_url or ""),
        "chain_id": desk.ledger.deployment.chain_id,
        "ledger": str(desk.ledger.deployment.ledger),
        "data_dir": str(session.settings.data_dir),
        "store": located(session.settings.store, session.settings.data_dir).name,
        "engine": str(record.engine) if record else None,
        "pid": record.process.pid if record and record.process else None,
        "block_number": found.block_number,
        "tickets": counts,
        "overdue": len(desk.service.due()),
        "actions_waiting": len(desk.waiting()),
        "agents_in_force": sum(one.is_in_force for one in desk.agents.list()),
        "policies_offered": sum(not one.retired for one in desk.policies.list().values()),
    }


def _without_key(rpc_url: str) -> str:
    """Leave out of an address whatever may be an access key."""
    from supportledger.chain.rpc import Rpc  # noqa: PLC0415 -- --help does without

    return Rpc(rpc_url).shown


def _status_blocks(data: dict[str, Any]) -> "Iterator[Block]":
    from supportledger.cli import views  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.blocks import Cell, Facts  # noqa: PLC0415 -- as above

    engine = f" ({data['engine'].title()})" if data["engine"] else ""
    rows: list[tuple[str, Shown]] = [
        (_("Node"), Cell(data["rpc_url"], "id")),
        (_("Chain"), f"{data['chain_id']}{engine}"),
        (_("Ledger"), Cell(data["ledger"], "id")),
        (_("Data"), data["data_dir"]),
        (_("Store"), data["store"]),
        (_("Block"), str(data["block_number"])),
        (_("Agents in force"), str(data["agents_in_force"])),
        (_("Policies on offer"), str(data["policies_offered"])),
        (_("Tickets"), views.counts_text(data["tickets"])),
        (_("Overdue"), Cell(str(data["overdue"]), "bad" if data["overdue"] else "good")),
        (
            _("Actions that wait"),
            Cell(str(data["actions_waiting"]), "warn" if data["actions_waiting"] else "good"),
        ),
    ]
    yield Facts(rows, title=_("Status"))
