"""Certificates: who may act for the desk, from when, until when, and for what."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from supportledger.cli.commands import Command, Group
from supportledger.cli.language import _
from supportledger.cli.params import DURATION, INSTANT, account_argument
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from supportledger.cli.blocks import Block, Cell, Shown
    from supportledger.desk.agents import AgentView
    from supportledger.model.acts import Mined

agent = Group(
    name="agent",
    no_args_is_help=True,
    help=_(
        "Certificates: who may act for the desk\n\n"
        "A certificate is on the chain; what an agent did while it was in force stays valid for ever."
    ),
    examples=(
        "supportledger agent list",
        "supportledger agent certify alice --tier 2 --for 365d --languages zh,en",
    ),
)


_YEAR: Final = 365 * 86_400
_NO_REASONS: Final[Mapping[bytes, str]] = {}
F = TypeVar("F", bound=Callable[..., Any])


def _validity(command: F) -> F:
    until = click.option(
        "--until", type=INSTANT, metavar="TIME", help=_("First moment at which it is no longer in force.")
    )
    length = click.option(
        "--for",
        "length",
        type=DURATION,
        metavar="DURATION",
        help=_("How long it is in force; 365d unless --until is given."),
    )
    return until(length(command))


@agent.command(
    cls=Command,
    help=_(
        "Certify an agent, as a certifier\n\nAgain for a certified one: changes tier, skills or languages."
    ),
    examples=(
        "supportledger agent certify alice",
        "supportledger agent certify alice --tier 2 --for 180d --skills withdrawal,card --languages zh,en",
        "supportledger agent certify 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --until 2027-01-31",
    ),
)
@account_argument()
@click.option(
    "--tier",
    type=click.IntRange(0, 255),
    default=1,
    show_default=True,
    help=_("What they may answer; 0 records for others and answers nothing."),
)
@_validity
@click.option("--skills", metavar="NAMES", default="", help=_("Skills, separated by commas."))
@click.option("--languages", metavar="TAGS", default="", help=_("Languages, separated by commas."))
@click.option(
    "--credential",
    metavar="FILE",
    help=_("The credential that it rests on; its hash goes into the certificate."),
)
@pass_session
def certify(session: Session, who: str, **given: Any) -> None:
    """Certify them."""
    length, until, credential = (given.pop(name) for name in ("length", "until", "credential"))
    for name in ("skills", "languages"):
        given[name] = [part.strip() for part in given[name].split(",") if part.strip()]
    mined = session.desk.agents.certify(
        who,
        until=until,
        valid_for=_YEAR if length is None else length,
        credential=Path(credential).read_text("utf-8") if credential else b"",
        **given,
    )
    _show_change(session, who, mined, _("{who} is certified"))


@agent.command(
    cls=Command,
    help=_("Extend a certificate"),
    examples=(
        "supportledger agent renew alice --for 365d",
        "supportledger agent renew alice --until 2028-01-01",
    ),
)
@account_argument()
@_validity
@pass_session
def renew(session: Session, who: str, length: int | None, until: int | None) -> None:
    """Extend it."""
    mined = session.desk.agents.renew(who, until=until, valid_for=_YEAR if length is None else length)
    _show_change(session, who, mined, _("{who} is certified for longer"))


@agent.command(
    cls=Command,
    help=_("Suspend a certificate: they cannot act until it is reinstated"),
    examples=('supportledger agent suspend alice --reason "Asked for by the customer\'s bank"',),
)
@account_argument()
@click.option("--reason", default="", metavar="TEXT", help=_("Why; kept by the desk, and not on the ledger."))
@pass_session
def suspend(session: Session, who: str, reason: str) -> None:
    """Suspend it."""
    mined = session.desk.agents.suspend(who, reason=reason)
    _show_change(session, who, mined, _("{who} is suspended"))


@agent.command(
    cls=Command,
    help=_("End a suspension"),
    examples=("supportledger agent reinstate alice",),
)
@account_argument()
@pass_session
def reinstate(session: Session, who: str) -> None:
    """End it."""
    _show_change(session, who, session.desk.agents.reinstate(who), _("{who} is certified again"))


@agent.command(
    cls=Command,
    help=_(
        "Revoke a certificate for good\n\n"
        "What they did before stays valid; with --since in the past, what they did after it is flagged."
    ),
    examples=(
        "supportledger agent revoke mallory",
        "supportledger agent revoke mallory --since 2026-11-01 --yes",
    ),
)
@account_argument()
@click.option(
    "--since", type=INSTANT, metavar="TIME", help=_("Since when they are not to be trusted; else now.")
)
@click.option("--reason", default="", metavar="TEXT", help=_("Why; kept by the desk, and not on the ledger."))
@click.option("--yes", is_flag=True, help=_("Do not ask."))
@pass_session
def revoke(session: Session, who: str, since: int | None, reason: str, yes: bool) -> None:  # noqa: FBT001 -- click gives it by name
    """Revoke it."""
    if not yes and session.output.is_terminal:
        _confirm(_("Revoke {who} for good?").format(who=who))
    mined = session.desk.agents.revoke(who, since=since, reason=reason)
    _show_change(session, who, mined, _("{who} is revoked"))


@agent.command(
    cls=Command,
    help=_("Show a certificate, whether it is in force, and how it came to be"),
    examples=("supportledger agent show agent", "supportledger agent show agent --json"),
)
@account_argument()
@pass_session
def show(session: Session, who: str) -> None:
    """Show it."""
    found = session.desk.agents.show(who)
    reasons = session.desk.agents.reasons(who)
    changes = _changes_data(found, reasons)
    session.output.show(_data(found) | {"changes": changes}, _blocks(session, found, reasons))


@agent.command(
    "list",
    cls=Command,
    help=_("List everybody who was ever certified"),
    examples=("supportledger agent list", "supportledger agent list --json"),
)
@pass_session
def list_(session: Session) -> None:
    """List them."""
    from supportledger.cli import times  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.blocks import Column, Listing  # noqa: PLC0415 -- as above

    found = session.desk.agents.list()
    columns = (
        Column(_("Agent")),
        Column(_("Status"), whole=True),
        Column(_("Tier"), right=True),
        Column(_("Until"), rank=1),
        Column(_("Skills"), rank=3, wraps=True),
        Column(_("Languages"), rank=2, wraps=True),
    )
    rows = [
        (
            session.names.short(one.account),
            _status(one),
            str(one.certificate.tier),
            times.both(one.certificate.until),
            ", ".join(_skills(one)),
            ", ".join(_languages(one)),
        )
        for one in found
    ]
    empty = _("Nobody is certified. `supportledger agent certify` does it.")
    session.output.show({"agents": [_data(one) for one in found]}, [Listing(columns, rows, empty=empty)])


def _confirm(question: str) -> None:
    from supportledger.errors import Denied  # noqa: PLC0415 -- --help does without

    if not click.confirm(question, err=True):
        raise Denied("it was not confirmed: nothing was done", hint="To be asked nothing, use --yes.")


def _status(view: "AgentView") -> "Cell":
    from supportledger.cli.blocks import Cell  # noqa: PLC0415 -- --help draws nothing

    named = {
        "none": Cell(_("never certified"), "dim"),
        "certified": Cell(_("certified"), "good") if view.is_in_force else Cell(_("expired"), "warn"),
        "suspended": Cell(_("suspended"), "warn"),
        "revoked": Cell(_("revoked"), "bad"),
    }
    return named[str(view.certificate.status)]


def _skills(view: "AgentView") -> list[str]:
    from supportledger.desk.agents import SKILLS, bit_names  # noqa: PLC0415 -- --help does without

    return bit_names(view.certificate.skills, SKILLS)


def _languages(view: "AgentView") -> list[str]:
    from supportledger.desk.agents import LANGUAGES, bit_names  # noqa: PLC0415 -- --help does without

    return bit_names(view.certificate.languages, LANGUAGES)


def _data(view: "AgentView") -> dict[str, Any]:
    certificate = view.certificate
    return {
        "account": str(view.account),
        "name": view.name,
        "status": str(certificate.status),
        "in_force": view.is_in_force,
        "from": certificate.from_,
        "until": certificate.until,
        "tier": certificate.tier,
        "skills": _skills(view),
        "languages": _languages(view),
        "credential": "0x" + certificate.credential.hex(),
    }


def _changes_data(view: "AgentView", reasons: Mapping[bytes, str]) -> list[dict[str, Any]]:
    return [
        {
            "timestamp": one.time,
            "certifier": str(one.certifier),
            "status": str(one.certificate.status),
            "from": one.certificate.from_,
            "until": one.certificate.until,
            "tier": one.certificate.tier,
            "transaction_hash": "0x" + one.transaction.hex(),
            "reason": reasons.get(one.transaction, ""),
        }
        for one in view.changes
    ]


def _blocks(
    session: Session, view: "AgentView", reasons: Mapping[bytes, str] = _NO_REASONS
) -> "Iterator[Block]":
    from supportledger.cli import times  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.blocks import Column, Facts, Listing  # noqa: PLC0415 -- as above

    yield Facts([*_facts(session, view)], title=view.name or str(view.account))
    if view.changes:
        columns = (
            Column(_("Time")),
            Column(_("Status")),
            Column(_("Tier"), right=True),
            Column(_("Until")),
            Column(_("By")),
            Column(_("Why"), wraps=True),
        )
        rows = [
            (
                times.local(one.time),
                _(str(one.certificate.status)),
                str(one.certificate.tier),
                times.local(one.certificate.until),
                session.names.short(one.certifier),
                reasons.get(one.transaction, ""),
            )
            for one in view.changes
        ]
        yield Listing(columns, rows, title=_("How it came to be"))


def _facts(session: Session, view: "AgentView") -> "Iterator[tuple[str, Shown]]":
    from supportledger.cli import times  # noqa: PLC0415 -- --help draws nothing

    certificate = view.certificate
    yield _("Account"), session.names.full(view.account)
    yield _("Status"), _status(view)
    yield _("From"), times.both(certificate.from_)
    yield _("Until"), times.both(certificate.until)
    yield _("Tier"), str(certificate.tier)
    yield _("Skills"), ", ".join(_skills(view)) or times.NEVER
    yield _("Languages"), ", ".join(_languages(view)) or times.NEVER
    if any(certificate.credential):
        yield _("Credential"), "0x" + certificate.credential.hex()


def _show_change(session: Session, who: str, mined: "Mined", said: str) -> None:
    from supportledger.cli.blocks import Line  # noqa: PLC0415 -- --help draws nothing

    view = session.desk.agents.show(who)
    data = _data(view) | {
        "transaction_hash": "0x" + mined.transaction.hex(),
        "block_number": mined.block_number,
        "gas_used": mined.gas_used,
    }
    blocks = [Line("✔ " + said.format(who=view.name or view.account), "good"), *_blocks(session, view)]
    session.output.show(data, blocks[:2])
