"""The staff of a desk: who is invited, with which roles, and who is let in again."""

from typing import TYPE_CHECKING, Any, Final

import click

from supportledger.cli.commands import Command, Group
from supportledger.cli.language import _, _n, mark
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from supportledger.cli.blocks import Shown
    from supportledger.desk.people.accounts import Account
    from supportledger.desk.people.invitations import Invitation
    from supportledger.desk.people.sessions import Session as SignedIn

ROLES: Final = (
    mark("agent"),
    mark("supervisor"),
    mark("certifier"),
    mark("auditor"),
    mark("admin"),
)
"""Of `model.people.Role`, without customers, as they are typed and shown."""
WAYS: Final = (mark("wallet"), mark("passkey"), mark("link"), mark("invitation"), mark("chat"))
"""Of `desk.people.sessions.Way`, for the catalogue."""

staff = Group(
    name="staff",
    no_args_is_help=True,
    help=_(
        "Staff: who works at the desk, and as what\n\n"
        "An invitation is a link that works once; whoever opens it chooses a passkey or a wallet to sign in "
        "with from then on. A role lets somebody through the desk's door; whether their signatures count, "
        "the ledger decides."
    ),
    examples=(
        "supportledger staff invite Lin --role admin",
        "supportledger staff list",
        "supportledger staff recover Lin",
    ),
)


_role_option = click.option(
    "--role",
    "roles",
    type=click.Choice(ROLES),
    multiple=True,
    required=True,
    help=_("What they are to the desk; may be repeated."),
)
_queue_option = click.option(
    "--queue",
    "queues",
    metavar="QUEUE",
    multiple=True,
    help=_("Only the tickets of this queue are theirs to see; may be repeated. Else all."),
)


@staff.command(
    cls=Command,
    help=_(
        "Invite somebody\n\n"
        "The link is shown once, and sent to --mail if the desk sends mail. It works for a week."
    ),
    examples=(
        "supportledger staff invite Lin --role admin",
        "supportledger staff invite 'Ana Silva' --role agent --queue billing --mail ana@desk.example",
    ),
)
@click.argument("name")
@_role_option
@_queue_option
@click.option("--mail", default="", metavar="ADDRESS", help=_("Their mail address."))
@pass_session
def invite(session: Session, name: str, roles: tuple[str, ...], queues: tuple[str, ...], mail: str) -> None:
    """Invite them."""
    from supportledger.model.people import Role  # noqa: PLC0415 -- --help does without

    made = session.front.invitations.invite(
        name,
        list(map(Role, roles)),
        queues=queues or None,
        mail=mail,
        language=session.settings.language,
    )
    _show_invitation(session, made, _("Invited {name}").format(name=made.account.name))


@staff.command(
    "list",
    cls=Command,
    help=_("List who works at the desk"),
    examples=("supportledger staff list", "supportledger staff list --json"),
)
@pass_session
def list_(session: Session) -> None:
    """List them."""
    from supportledger.cli.blocks import Column, Listing  # noqa: PLC0415 -- --help draws nothing

    listed = session.front.people.staff()
    columns = (
        Column(_("Name")),
        Column(_("Roles")),
        Column(_("Queues"), rank=2),
        Column(_("Address"), whole=True, rank=1),
        Column(_("Since"), whole=True, rank=3),
        Column(_("State"), whole=True),
    )
    empty = _("Nobody works here yet: `supportledger staff invite NAME --role admin` lets the first one in.")
    listing = Listing(columns, [_row(session, one) for one in listed], empty=empty)
    session.output.show({"staff": [account_data(one) for one in listed]}, [listing])


@staff.command(
    cls=Command,
    help=_(
        "Say what somebody is to the desk\n\n"
        "It replaces the roles and queues that they had, at once. Whoever gains any signs in anew."
    ),
    examples=(
        "supportledger staff roles Lin --role agent --role supervisor",
        "supportledger staff roles Ana --role agent --queue billing",
    ),
)
@click.argument("name")
@_role_option
@_queue_option
@pass_session
def roles(session: Session, name: str, roles: tuple[str, ...], queues: tuple[str, ...]) -> None:
    """Say it."""
    from supportledger.model.people import Role  # noqa: PLC0415 -- --help does without

    people = session.front.people
    made = people.set_roles(people.find(name).id, list(map(Role, roles)), queues or None)
    _show_account(session, made, _("Changed what {name} is to the desk").format(name=made.name))


@staff.command(
    cls=Command,
    help=_("Let somebody do nothing any more; their sessions, links and API keys end"),
    examples=("supportledger staff disable Lin",),
)
@click.argument("name")
@pass_session
def disable(session: Session, name: str) -> None:
    """Disable them."""
    people = session.front.people
    made = people.disable(people.find(name).id)
    _show_account(session, made, _("Disabled {name}").format(name=made.name))


@staff.command(
    cls=Command,
    help=_("Let somebody sign in again, who was disabled"),
    examples=("supportledger staff enable Lin",),
)
@click.argument("name")
@pass_session
def enable(session: Session, name: str) -> None:
    """Enable them."""
    people = session.front.people
    made = people.enable(people.find(name).id)
    _show_account(session, made, _("Enabled {name}").format(name=made.name))


@staff.command(
    cls=Command,
    help=_(
        "Let somebody in again, who has lost their passkey or their link\n\n"
        "All their sessions, API keys, links and passkeys end; a new link works once. Their second factor "
        "stays, unless --second-factor says that it is lost, too."
    ),
    examples=("supportledger staff recover Lin", "supportledger staff recover Lin --second-factor"),
)
@click.argument("name")
@click.option("--second-factor", "has_lost_factor", is_flag=True, help=_("Their second factor is lost, too."))
@pass_session
def recover(session: Session, name: str, has_lost_factor: bool) -> None:  # noqa: FBT001 -- click gives it by name
    """Let them in."""
    front = session.front
    person = front.people.find(name).id
    made = front.invitations.again(person)
    if has_lost_factor:
        front.codes.discard(person)
    _show_invitation(session, made, _("{name} may come in again").format(name=made.account.name))


@staff.command(
    cls=Command,
    help=_("List where somebody is signed in, or sign them out everywhere"),
    examples=("supportledger staff sessions Lin", "supportledger staff sessions Lin --end"),
)
@click.argument("name")
@click.option("--end", is_flag=True, help=_("End all of them."))
@pass_session
def sessions(session: Session, name: str, end: bool) -> None:  # noqa: FBT001 -- click gives it by name
    """List them."""
    from supportledger.cli.blocks import Column, Line, Listing  # noqa: PLC0415 -- --help draws nothing

    front = session.front
    account = front.people.find(name)
    listed = front.sessions.of(account.id)
    data = {"account": account.id.hex(), "sessions": [session_data(one) for one in listed], "ended": end}
    if end:
        told = _n("Ended {count} session", "Ended {count} sessions", front.sessions.end_all(account.id))
        return session.output.show(data, [Line(f"✔ {told}", "good")])
    columns = (
        Column(_("Since"), whole=True),
        Column(_("Last used"), whole=True),
        Column(_("By"), whole=True),
        Column(_("Browser"), wraps=True),
    )
    empty = _("{name} is signed in nowhere.").format(name=account.name)
    return session.output.show(data, [Listing(columns, [_session_row(one) for one in listed], empty=empty)])


def account_data(account: "Account") -> dict[str, Any]:
    """Write an account for programs."""
    return {
        "id": account.id.hex(),
        "name": account.name,
        "roles": sorted(account.roles),
        "queues": None if account.queues is None else sorted(account.queues),
        "address": str(account.address) if account.address else None,
        "mail": account.mail or None,
        "language": account.language,
        "created_at": account.created_at,
        "disabled_at": account.disabled_at,
    }


def session_data(signed_in: "SignedIn") -> dict[str, Any]:
    """Write a session for programs."""
    return {
        "name": signed_in.name,
        "ways": sorted(signed_in.ways),
        "outstanding": signed_in.step.value or None,
        "created_at": signed_in.created_at,
        "seen_at": signed_in.seen_at,
        "ends_at": signed_in.ends_at,
        "agent": signed_in.agent,
        "is_unlocked": signed_in.is_unlocked,
    }


def _show_account(session: Session, account: "Account", told: str) -> None:
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing

    session.output.show(account_data(account), [Line(f"✔ {told}", "good")])


def _show_invitation(session: Session, made: "Invitation", told: str) -> None:
    from supportledger.cli import times  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.blocks import Facts, Line  # noqa: PLC0415 -- as above

    sent = _("yes") if made.is_sent else _("no: hand the link over yourself, where nobody else reads it")
    facts = Facts(
        (
            (_("Link"), made.link),
            (_("Works until"), times.both(made.expires_at)),
            (_("Sent by mail"), sent),
        )
    )
    more = {"link": made.link, "expires_at": made.expires_at, "is_sent": made.is_sent}
    session.output.show(account_data(made.account) | more, [Line(f"✔ {told}", "good"), facts])


def _row(session: Session, account: "Account") -> "tuple[Shown, ...]":
    from supportledger.cli import times  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.blocks import Cell  # noqa: PLC0415 -- as above

    state = Cell(_("disabled"), "warn") if account.disabled_at is not None else _("works here")
    return (
        Cell(account.name, "strong"),
        ", ".join(_(str(role)) for role in sorted(account.roles)),
        _("all") if account.queues is None else ", ".join(sorted(account.queues)),
        session.names.short(account.address) if account.address else "–",
        times.both(account.created_at),
        state,
    )


def _session_row(signed_in: "SignedIn") -> "tuple[Shown, ...]":
    from supportledger.cli import times  # noqa: PLC0415 -- --help draws nothing

    return (
        times.both(signed_in.created_at),
        times.both(signed_in.seen_at),
        ", ".join(_(str(way)) for way in sorted(signed_in.ways)),
        signed_in.agent,
    )
