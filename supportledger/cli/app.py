"""The program: its commands, how a line is run, and how every run ends."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Final

import click

from supportledger.cli.commands import Root
from supportledger.cli.language import _
from supportledger.cli.session import Session

PROGRAM: Final = "supportledger"
_COMPLETE: Final = "_SUPPORTLEDGER_COMPLETE"
_ROOM: Final = "supportledger.cli"

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "up": (f"{_ROOM}.local:up", _("Start a local chain with everything on it")),
    "down": (f"{_ROOM}.local:down", _("Stop the local chain")),
    "status": (f"{_ROOM}.local:status", _("Show the chain, the ledger and what is waiting")),
    "deploy": (f"{_ROOM}.deploy:deploy", _("Deploy a ledger on any EVM network")),
    "identity": (f"{_ROOM}.identity:identity", _("Keys, and names for them")),
    "agent": (f"{_ROOM}.agent:agent", _("Certificates: who may act for the desk")),
    "policy": (f"{_ROOM}.policy:policy", _("Service promises: how fast, and who may answer")),
    "ticket": (f"{_ROOM}.ticket:ticket", _("Open, answer, follow and verify tickets")),
    "log": (f"{_ROOM}.log:log", _("Append-only logs: lines, checkpoints, anchors, proofs")),
    "witness": (f"{_ROOM}.witness:witness", _("Cosign checkpoints of logs that only grow")),
    "proof": (f"{_ROOM}.proof:proof", _("Proof files: export, verify, show, redact")),
    "audit": (f"{_ROOM}.audit:audit", _("Check the whole ledger, and this desk's rows, texts and logs")),
    "privacy": (f"{_ROOM}.privacy:privacy", _("Privacy: who read what people wrote; erase, hold, export")),
    "db": (f"{_ROOM}.db:db", _("The desk's database: upgrade, check, back up, restore, change its key")),
    "sla": (f"{_ROOM}.sla:sla", _("Deadlines: what is due, and what is late")),
    "serve": (f"{_ROOM}.serve:serve", _("Serve the desk that people see")),
    "staff": (f"{_ROOM}.staff:staff", _("Staff: who works at the desk, and as what")),
    "figures": (f"{_ROOM}.figures:figures", _("Show how much was done, how fast and how well")),
    "work": (f"{_ROOM}.work:work", _("Do the work in the background")),
    "action": (f"{_ROOM}.action:action", _("Actions: what waits, and finishing it")),
    "index": (f"{_ROOM}.index:index", _("The index: what lists are made from")),
    "demo": (f"{_ROOM}.demo:demo", _("Run the whole story on real questions")),
    "completion": (f"{_ROOM}.completion:completion", _("Print the completion script of a shell")),
}

root = Root(
    name=PROGRAM,
    lazy=COMMANDS,
    no_args_is_help=True,
    help=_(
        "Certified customer support whose record nobody can rewrite.\n\n"
        "New here? `supportledger up --detach` starts a local chain, `supportledger demo` shows the whole "
        "story."
    ),
    examples=(
        "supportledger up --detach",
        "supportledger ticket open 'My withdrawal has been pending for two days'",
        "supportledger ticket verify abcd-efgh-ijkl-mnop",
    ),
)


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 -- click's signature
    if wanted and not context.resilient_parsing:
        from importlib.metadata import version  # noqa: PLC0415 -- 10 ms, for one option

        click.echo(f"{PROGRAM} {version(PROGRAM)}")
        context.exit()


root.params.append(
    click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_version,
        help=_("Show the version and exit."),
    )
)


def run(arguments: Sequence[str], session: Session | None = None) -> int:
    """
    Run one command line; whatever happens, nothing is raised.

    Returns:
        The exit code.
    """
    session = session or Session()
    if _COMPLETE in os.environ:
        root.main(list(arguments), prog_name=PROGRAM, complete_var=_COMPLETE, obj=session)
    _write_anything()
    try:
        code = _invoke(arguments, session)
        sys.stdout.flush()
    except BrokenPipeError:
        return _stop_writing()
    except BaseException as failure:  # noqa: BLE001 -- the last stop of every error
        return _report(failure, arguments, session)
    return code


def _invoke(arguments: Sequence[str], session: Session) -> int:
    try:
        with closing(session), root.make_context(PROGRAM, list(arguments), obj=session) as context:
            return root.invoke(context) or 0
    except click.exceptions.Exit as end:
        return end.exit_code


def _report(failure: BaseException, arguments: Sequence[str], session: Session) -> int:
    from supportledger.cli.failures import Failures  # noqa: PLC0415 -- most runs do not fail

    verbose = session.is_verbose or "-v" in arguments or "--verbose" in arguments
    try:
        return Failures(as_json=_wants_json(arguments, session), is_verbose=verbose).report(failure)
    except BrokenPipeError:
        return _stop_writing()


def _wants_json(arguments: Sequence[str], session: Session) -> bool:
    """Tell whether a program reads stdout, as well as that can be known when even the settings are wrong."""
    before = list(arguments)[: list(arguments).index("--")] if "--" in arguments else arguments
    if session.flags.get("json") or "--json" in before:
        return True
    try:
        return session.settings.json
    except Exception:  # noqa: BLE001 -- they may be what failed
        return False


def _write_anything() -> None:
    """Let signs that the terminal's encoding lacks show as something rather than end the run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _stop_writing() -> int:
    """Let nothing more be written to a pipe that nobody reads, also not by the interpreter as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    from supportledger.cli.exit_codes import ExitCode  # noqa: PLC0415 -- --help does without

    return ExitCode.BROKEN_PIPE
