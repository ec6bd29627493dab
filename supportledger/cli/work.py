"""The work in the background: in one supervised process, or singly; and how it goes."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from supportledger.cli.commands import Command
from supportledger.cli.exit_codes import ExitCode
from supportledger.cli.language import _
from supportledger.cli.params import DURATION, warn_options
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from supportledger.cli.blocks import Block, Shown
    from supportledger.workers.health import RoleHealth, WorkerHealth
    from supportledger.workers.supervisor import Supervisor

_ROLES = ("relayer", "index", "keeper", "anchorer", "librarian", "courier", "dispatcher")


@click.command(
    cls=Command,
    help=_(
        "Do the work in the background\n\n"
        "Carries what waits to the ledger, follows the chain, watches promises, anchors logs and tells "
        "people; until Ctrl-C. May be killed at any instant, and run several times: what waits is shared."
    ),
    examples=(
        "supportledger work",
        "supportledger work --role relayer --role index --metrics-port 9100",
        "supportledger work --until-idle",
        "supportledger work --health --json",
    ),
)
@click.option(
    "--role",
    "roles",
    type=click.Choice(_ROLES),
    metavar="ROLE",
    multiple=True,
    help=_(
        "Only this: relayer, index, keeper, anchorer, librarian, courier or dispatcher; may be repeated. "
        "Else everything."
    ),
)
@warn_options
@click.option(
    "--metrics-port",
    type=click.IntRange(1, 65535),
    metavar="N",
    help=_("Answer Prometheus here, on this machine only."),
)
@click.option(
    "--anchor-every",
    type=DURATION,
    default=3600,
    metavar="DURATION",
    help=_("How often conversations, readings, erasures and contacts are anchored, if new; else 1h."),
)
@click.option("--until-idle", is_flag=True, help=_("End when there is nothing to do."))
@click.option("--until-eof", is_flag=True, hidden=True, help=_("End also when standard input does."))
@click.option("--health", is_flag=True, help=_("Say how the workers of this data directory are, and end."))
@pass_session
def work(session: Session, *, health: bool, **given: Any) -> int:
    """Do it."""
    return _show_health(session) if health else run(session, **given)


def run(
    session: Session,
    *,
    roles: tuple[str, ...],
    warn: int,
    warn_policy: tuple[tuple[int, int], ...],
    until_idle: bool,
    until_eof: bool = False,
    metrics_port: int | None = None,
    anchor_every: int = 3600,
) -> int:
    """Let workers work until they are asked to end."""
    from supportledger.wiring.leash import leash  # noqa: PLC0415 -- as above
    from supportledger.workers.keeper import Thresholds  # noqa: PLC0415 -- --help does without
    from supportledger.workers.role import Role  # noqa: PLC0415 -- as above
    from supportledger.workers.staff import Duties, supervised  # noqa: PLC0415 -- as above
    from supportledger.workers.telemetry import Telemetry  # noqa: PLC0415 -- as above

    telemetry = Telemetry()
    if metrics_port:
        telemetry.serve(metrics_port)
    chosen = tuple(map(Role, roles)) or tuple(Role)
    duties = Duties(
        chosen,
        Thresholds(warn, dict(warn_policy)),
        anchor_every_s=anchor_every,
        is_loopback_told=session.settings.webhook_loopback,
    )
    supervisor = supervised(session.worker_desk, session.settings.data_dir, duties, telemetry)
    if until_eof:
        leash(supervisor.stop)
    with _ended_by_signals(supervisor):
        supervisor.run(until_idle=until_idle)
    if until_idle and (left := len(session.worker_desk.waiting())):
        said = f"{left} actions wait for something; `supportledger action list` shows them"
        telemetry.log.warning("work.left", actions=left, message=said)
    return ExitCode.OK


@contextmanager
def _ended_by_signals(supervisor: "Supervisor") -> Iterator[None]:
    """End in order at the first signal; at the second, at once, which loses nothing either."""
    numbers = (signal.SIGTERM, signal.SIGINT)

    def stop(number: int, _frame: Any) -> None:
        signal.signal(number, signal.SIG_DFL)
        supervisor.stop()

    before = [signal.signal(number, stop) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


# -- health --------------------------------------------------------------------------------------------------


def _show_health(session: Session) -> int:
    import time  # noqa: PLC0415 -- --help does without

    from supportledger.workers import health  # noqa: PLC0415 -- as above

    found, now = health.read(session.settings.data_dir), time.time()
    is_well = bool(found) and all(one.is_well(now) for one in found)
    data = {"healthy": is_well, "workers": [_health_data(one, now) for one in found]}
    session.output.show(data, _health_blocks(found, now))
    return ExitCode.OK if is_well else ExitCode.UNREACHABLE


def _health_data(worker: "WorkerHealth", now: float) -> dict[str, Any]:
    from dataclasses import asdict  # noqa: PLC0415 -- --help does without

    return {
        "pid": worker.pid,
        "healthy": worker.is_well(now),
        "started_at": int(worker.started_at),
        "seen_at": int(worker.seen_at),
        "roles": {
            name: asdict(one) | {"done_at": int(one.done_at) or None} for name, one in worker.roles.items()
        },
    }


def _health_blocks(workers: "list[WorkerHealth]", now: float) -> "Iterator[Block]":
    from supportledger.cli.blocks import Column, Listing  # noqa: PLC0415 -- --help draws nothing

    columns = (
        Column(_("Process"), right=True),
        Column(_("Role"), whole=True),
        Column(_("State"), whole=True),
        Column(_("What happened"), wraps=True),
    )
    rows = [_health_row(worker, name, one, now) for worker in workers for name, one in worker.roles.items()]
    empty = _("No worker runs. Start one with `supportledger work`.")
    yield Listing(columns, rows, title=_("Workers"), empty=empty)


def _health_row(
    worker: "WorkerHealth", name: str, role: "RoleHealth", now: float
) -> "tuple[Shown, Shown, Shown, Shown]":
    from supportledger.cli import times  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.blocks import Cell  # noqa: PLC0415 -- as above
    from supportledger.cli.messages import translate  # noqa: PLC0415 -- as above
    from supportledger.workers.health import FRESH_S  # noqa: PLC0415 -- as above

    pid = str(worker.pid)
    if abs(now - worker.seen_at) >= FRESH_S:
        return pid, name, Cell(_("hangs"), "bad"), times.relative(int(worker.seen_at))
    if role.is_well:
        return pid, name, Cell(_("well"), "good"), ""
    said = " ".join(filter(None, (translate(role.message), translate(role.hint))))
    return pid, name, Cell(_("tries again"), "bad"), said
