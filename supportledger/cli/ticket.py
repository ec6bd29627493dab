"""The tickets of the desk."""

from supportledger.cli import ticket_acts as acts
from supportledger.cli import ticket_reads as reads
from supportledger.cli import ticket_talk as talk
from supportledger.cli.commands import Group
from supportledger.cli.language import _

ticket = Group(
    name="ticket",
    no_args_is_help=True,
    help=_(
        "Open, answer, follow and verify tickets\n\n"
        "TICKET is an id, a handle like abcd-efgh-ijkl-mnop, or the beginning of one that fits one ticket "
        "only."
    ),
    examples=(
        "supportledger ticket open 'My deposit is missing'",
        "supportledger ticket list --status open",
        "supportledger ticket verify abcd",
    ),
)
for command in (
    acts.open_,
    acts.reply,
    acts.answer,
    acts.note,
    acts.assign,
    acts.hold,
    acts.resume,
    acts.solve,
    acts.close,
    acts.rate,
    acts.claim,
    acts.repolicy,
    talk.say,
    talk.lines,
    reads.show,
    reads.list_,
    reads.history,
    reads.verify,
):
    ticket.add_command(command)
