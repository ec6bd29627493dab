"""The desk that people see: API, console, portal and workers, in as many processes as it takes."""

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from supportledger.cli.commands import Command
from supportledger.cli.exit_codes import ExitCode
from supportledger.cli.language import _
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from supportledger.cli.blocks import Block
    from supportledger.config import Settings
    from supportledger.desk.people.invitations import Invitation
    from supportledger.web.serving import Plan

ROLES = ("web", "workers")


@click.command(
    cls=Command,
    help=_(
        "Serve the desk that people see\n\n"
        "Console for staff, portal for customers, HTTP API and the workers, with a local chain if no node is "
        "named; until Ctrl-C. --role splits it over machines that share a PostgreSQL store."
    ),
    examples=(
        "supportledger serve --demo",
        "supportledger serve --public-url https://desk.example --port 8080",
        "supportledger serve --role web --web-processes 4 --store postgresql://desk@db/desk",
    ),
)
@click.option("--demo", is_flag=True, help=_("Open a desk with the data of a demonstration, to look around."))
@click.option("--host", default="127.0.0.1", show_default=True, help=_("Address to listen at."))
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help=_("Port to listen at.")
)
@click.option(
    "--public-url",
    metavar="URL",
    help=_("What people type to get here; else as set, or http://localhost and the port."),
)
@click.option(
    "--role",
    "roles",
    type=click.Choice(ROLES),
    multiple=True,
    help=_("Only this; may be repeated. Else everything."),
)
@click.option(
    "--web-processes",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help=_("How many processes answer."),
)
@click.option("--behind-proxy", is_flag=True, help=_("Believe a proxy of yours who asks (X-Forwarded-For)."))
@pass_session
def serve(session: Session, *, demo: bool, roles: tuple[str, ...], **given: Any) -> int:
    """Serve it."""
    from supportledger.web.serving import listening  # noqa: PLC0415 -- --help does without
    from supportledger.web.serving import serve as run  # noqa: PLC0415 -- as above
    from supportledger.wiring.opening import prepare  # noqa: PLC0415 -- as above

    plan = _plan(session.settings, roles, given, is_demo=demo)
    with listening(plan) as listener, _surrounded(session.settings, roles, is_demo=demo) as settings:
        invited = None if demo else prepare(settings, plan.surroundings.public_url, roles or ROLES)
        session.output.show(_data(plan, settings, invited), _blocks(plan, invited))
        run(settings, plan, listener)
    return ExitCode.OK


def _surrounded(
    settings: "Settings", roles: tuple[str, ...], *, is_demo: bool
) -> "AbstractContextManager[Settings]":
    """Give what is served its chain; a machine that does only part of the work is not to have its own."""
    from supportledger.wiring.showing import chain_for, showcase  # noqa: PLC0415 -- --help does without

    if is_demo:
        return showcase(settings)
    return nullcontext(settings) if roles else chain_for(settings)


def _plan(settings: "Settings", roles: tuple[str, ...], given: dict[str, Any], *, is_demo: bool) -> "Plan":
    from supportledger.web.serving import Plan  # noqa: PLC0415 -- --help does without
    from supportledger.web.surroundings import Surroundings  # noqa: PLC0415 -- as above

    chosen = roles or ROLES
    url = given["public_url"] or settings.public_url or f"http://localhost:{given['port']}"
    return Plan(
        given["host"],
        given["port"],
        given["web_processes"] if "web" in chosen else 0,
        has_workers="workers" in chosen,
        surroundings=Surroundings(
            url.rstrip("/"),
            is_demo=is_demo,
            trusts_proxy=given["behind_proxy"],
            widget_origins=settings.widget_origins,
        ),
    )


def _data(plan: "Plan", settings: "Settings", invited: "Invitation | None") -> dict[str, Any]:
    return {
        "url": plan.surroundings.public_url,
        "data_dir": str(settings.data_dir),
        "web_processes": plan.web_processes,
        "workers": plan.has_workers,
        "invitation": invited.link if invited else None,
    }


def _blocks(plan: "Plan", invited: "Invitation | None") -> "Iterator[Block]":
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing

    url = plan.surroundings.public_url
    yield Line("✔ " + _said(plan).format(url=url), "good")
    if plan.surroundings.is_demo:
        yield Line(_("Look around as anybody: {url}").format(url=f"{url}/demo"))
    if invited:
        yield Line(
            _(
                "Nobody works here yet. This link lets the first one in, as {name}, once and for a week:"
            ).format(name=invited.account.name),
            "strong",
        )
        yield Line(invited.link)
    yield Line(_("Stop it with Ctrl-C."), "dim")


def _said(plan: "Plan") -> str:
    if plan.web_processes:
        return _("The desk is open at {url}")
    return _("The workers of {url} are at work")
