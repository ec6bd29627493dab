"""What people do to tickets: one command for each verb of the ledger."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from supportledger.cli import incidents
from supportledger.cli.bodies import read_body
from supportledger.cli.commands import Command
from supportledger.cli.language import _
from supportledger.cli.params import FILE, account_argument, body_options, ticket_argument
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from supportledger.desk.contents import Attachment
    from supportledger.desk.posting import Outcome

signed_option = click.option(
    "--signed", is_flag=True, help=_("Sign only: the relayer sends it and pays, so that no ether is needed.")
)
attach_option = click.option(
    "--attach",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help=_("A file that belongs to it; may be given again."),
)
language_option = click.option(
    "--language", metavar="TAG", help=_("Language of the text, for example zh-CN.")
)


def _command(name: str, text: str, *examples: str) -> Callable[[Callable[..., Any]], Command]:
    """Make a command of a function that acts; it shows the outcome."""

    def decorate(act: "Callable[..., Outcome]") -> Command:
        @wraps(act)
        def run(session: Session, **given: Any) -> None:
            outcome = act(session, **given)
            from supportledger.cli import views  # noqa: PLC0415 -- needs the model, which --help does not

            session.output.show(views.outcome_data(outcome), views.outcome_blocks(outcome, session.names))
            incidents.warn(outcome.removed)

        return click.command(name, cls=Command, help=text, examples=examples)(pass_session(run))

    return decorate


@_command(
    "open",
    _(
        "Open a ticket\n\n"
        "The text comes from the argument, from --file, from stdin (-) or, at a terminal, from your editor. "
        "It stays with the desk; the chain gets a salted hash of it."
    ),
    "supportledger ticket open 'My withdrawal has been pending for two days'",
    "supportledger ticket open --subject 'KYC' --policy 2 --file question.txt",
    "cat question.txt | supportledger ticket open --signed --json -",
    "supportledger ticket open --keyless --channel email --author 'Ms Li' '我的提现还没有到账'",
)
@body_options()
@click.option("--subject", metavar="TEXT", help=_("What it is about, in a line."))
@click.option(
    "--policy",
    type=click.IntRange(1),
    metavar="N",
    help=_("The promise to open it under; else the first on offer."),
)
@click.option("--keyless", is_flag=True, help=_("Record it as an agent, for a customer without a key."))
@click.option("--channel", metavar="NAME", help=_("Where it came from: email, chat, phone."))
@click.option(
    "--author", metavar="NAME", help=_("Who wrote it, if that is to be kept; it never goes on chain.")
)
@language_option
@attach_option
@signed_option
def open_(
    session: Session, text: str | None, file: str | None, attach: tuple[Path, ...], **given: Any
) -> "Outcome":
    """Open a ticket."""
    body = str(read_body(text, file))
    return session.desk.tickets.open(body, attachments=_attachments(attach), **given)


@_command(
    "reply",
    _("Write as the customer\n\nA reply to a solved ticket opens it again, while its policy allows it."),
    "supportledger ticket reply abcd 'It still has not arrived'",
    "supportledger ticket reply abcd --contested --signed 'I never got your answer'",
)
@ticket_argument()
@body_options()
@click.option("--contested", is_flag=True, help=_("Put on record that the last answer never arrived."))
@attach_option
@signed_option
def reply(
    session: Session, ticket: str, text: str | None, file: str | None, attach: tuple[Path, ...], **given: Any
) -> "Outcome":
    """Write as the customer."""
    body = str(read_body(text, file))
    return session.desk.tickets.reply(ticket, body, attachments=_attachments(attach), **given)


@_command(
    "answer",
    _("Answer the customer, as a certified agent\n\nOnly an answer stops the response clock."),
    "supportledger ticket answer abcd 'The network was congested; it is on chain now.'",
    "supportledger ticket answer abcd --status open --seen 2 --file answer.txt",
    "supportledger ticket answer abcd --as agent --signed '已处理,请查收'",
)
@ticket_argument()
@body_options()
@click.option(
    "--status",
    type=click.Choice(["open", "pending", "on-hold"]),
    default="pending",
    show_default=True,
    help=_("What the ticket waits for then: the desk, the customer, or somebody else."),
)
@click.option(
    "--seen",
    type=click.IntRange(1),
    metavar="N",
    help=_("Customer message up to which you have read; else all."),
)
@language_option
@attach_option
@signed_option
def answer(
    session: Session, ticket: str, text: str | None, file: str | None, attach: tuple[Path, ...], **given: Any
) -> "Outcome":
    """Answer the customer."""
    body = str(read_body(text, file))
    return session.desk.tickets.answer(ticket, body, attachments=_attachments(attach), **given)


@_command(
    "note",
    _("Leave an internal note, as an agent"),
    "supportledger ticket note abcd 'Escalated to the custody team'",
)
@ticket_argument()
@body_options()
@signed_option
def note(session: Session, ticket: str, text: str | None, file: str | None, signed: bool) -> "Outcome":  # noqa: FBT001 -- click gives it by name
    """Leave a note."""
    return session.desk.tickets.note(ticket, str(read_body(text, file)), signed=signed)


@_command(
    "assign",
    _(
        "Give the ticket to an agent\n\n"
        "Without a name you take it yourself; giving it to others takes a supervisor."
    ),
    "supportledger ticket assign abcd senior",
    "supportledger ticket assign abcd --as agent",
)
@ticket_argument()
@click.argument("assignee", required=False, metavar="[NAME|ADDRESS]")
@click.option("--reason", metavar="TEXT", help=_("Why."))
@signed_option
def assign(session: Session, ticket: str, **given: Any) -> "Outcome":
    """Give the ticket to an agent."""
    return session.desk.tickets.assign(ticket, **given)


@_command(
    "hold",
    _(
        "Wait for a third party or the chain, and say why\n\n"
        "Pauses the resolution clock, never the response clock."
    ),
    "supportledger ticket hold abcd 'Waiting for 30 confirmations'",
)
@ticket_argument()
@body_options()
@signed_option
def hold(session: Session, ticket: str, text: str | None, file: str | None, signed: bool) -> "Outcome":  # noqa: FBT001 -- click gives it by name
    """Wait for somebody else."""
    return session.desk.tickets.hold(ticket, str(read_body(text, file)), signed=signed)


@_command(
    "resume",
    _("Wait no longer"),
    "supportledger ticket resume abcd",
)
@ticket_argument()
@click.option("--reason", metavar="TEXT", help=_("Why."))
@signed_option
def resume(session: Session, ticket: str, **given: Any) -> "Outcome":
    """Wait no longer."""
    return session.desk.tickets.resume(ticket, **given)


@_command(
    "solve",
    _("Declare the matter solved, as an agent\n\nWhile messages wait, a text is needed: it answers them."),
    "supportledger ticket solve abcd",
    "supportledger ticket solve abcd 'Your funds arrived at 10:32.'",
)
@ticket_argument()
@body_options()
@click.option(
    "--seen",
    type=click.IntRange(1),
    metavar="N",
    help=_("Customer message up to which you have read; else all."),
)
@signed_option
def solve(session: Session, ticket: str, text: str | None, file: str | None, **given: Any) -> "Outcome":
    """Declare it solved."""
    return session.desk.tickets.solve(ticket, read_body(text, file, required=False), **given)


@_command(
    "close",
    _(
        "Close for good\n\n"
        "The customer may at any time; anybody may once a solved ticket can no longer be reopened."
    ),
    "supportledger ticket close abcd",
    "supportledger ticket close abcd --reason 'Thank you, it works'",
    "supportledger ticket close abcd --as keeper",
)
@ticket_argument()
@click.option("--reason", metavar="TEXT", help=_("Why; only the customer may say it."))
@click.option("--successor", metavar="ADDRESS", help=_("Ledger where the matter goes on."))
@signed_option
def close(session: Session, ticket: str, successor: str | None, **given: Any) -> "Outcome":
    """Close for good."""
    from supportledger.model.ids import Address  # noqa: PLC0415 -- --help does without

    named = Address.parse(successor) if successor else None
    return session.desk.tickets.close(ticket, successor=named, **given)


@_command(
    "rate",
    _("Rate a solved ticket, once, as its customer"),
    "supportledger ticket rate abcd 5",
    "supportledger ticket rate abcd 2 'It took too long' --signed",
)
@ticket_argument()
@click.argument("stars", type=click.IntRange(1, 5), metavar="1-5")
@click.argument("comment", required=False)
@signed_option
def rate(session: Session, ticket: str, **given: Any) -> "Outcome":
    """Rate it."""
    return session.desk.tickets.rate(ticket, **given)


@_command(
    "claim",
    _(
        "Give a keyless ticket its customer\n\n"
        "The customer signs their consent with the identity named; an agent records it."
    ),
    "supportledger ticket claim abcd customer",
)
@ticket_argument()
@account_argument("customer")
@signed_option
def claim(session: Session, ticket: str, customer: str, signed: bool) -> "Outcome":  # noqa: FBT001 -- click gives it by name
    """Give it its customer."""
    return session.desk.tickets.claim(ticket, customer, signed=signed)


@_command(
    "repolicy",
    _(
        "Promise more than before, as a supervisor\n\n"
        "The new policy may be stricter in every point, never looser."
    ),
    "supportledger ticket repolicy abcd 2",
)
@ticket_argument()
@click.argument("policy", type=click.IntRange(1))
@click.option("--reason", metavar="TEXT", help=_("Why."))
@signed_option
def repolicy(session: Session, ticket: str, **given: Any) -> "Outcome":
    """Promise more."""
    return session.desk.tickets.repolicy(ticket, **given)


def _attachments(paths: tuple[Path, ...]) -> "list[Attachment]":
    import mimetypes  # noqa: PLC0415 -- only messages with files need it

    from supportledger.desk.contents import Attachment  # noqa: PLC0415 -- as above

    unknown = "application/octet-stream"
    return [
        Attachment(path.name, path.read_bytes(), mimetypes.guess_type(path.name)[0] or unknown)
        for path in paths
    ]
