"""The index: the store's reading of the chain, which can be deleted and read again at any time."""

from typing import TYPE_CHECKING

from supportledger.cli.commands import Command, Group
from supportledger.cli.language import _, _n
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from supportledger.cli.blocks import Block

index = Group(
    name="index",
    no_args_is_help=True,
    help=_(
        "The index: what lists are made from\n\n"
        "It is read from the chain's events, proves nothing, and can be read again at any time."
    ),
    examples=("supportledger index follow", "supportledger index rebuild"),
)


@index.command(
    cls=Command,
    help=_("Read what is new on the chain"),
    examples=("supportledger index follow", "supportledger index follow --json"),
)
@pass_session
def follow(session: Session) -> None:
    """Read it."""
    _show(session, rebuild=False)


@index.command(
    cls=Command,
    help=_(
        "Forget the index, and read it again from the chain\n\n"
        "The result is the same, row by row; contents and what waits are not touched."
    ),
    examples=("supportledger index rebuild", "supportledger index rebuild --json"),
)
@pass_session
def rebuild(session: Session) -> None:
    """Read it again."""
    _show(session, rebuild=True)


def _show(session: Session, *, rebuild: bool) -> None:
    from supportledger.cli.blocks import Facts, Line  # noqa: PLC0415 -- --help draws nothing
    from supportledger.cli.output import working  # noqa: PLC0415 -- as above

    desk = session.desk
    with working(_("Reading the chain …")):
        found = desk.index.rebuild() if rebuild else desk.index.follow()
    data = {
        "block_number": found.block_number,
        "entries": found.entries,
        "rewound": found.was_rewound,
        "depth": found.depth,
        "returned": ["0x" + one.key.hex() for one in found.returned],
    }
    rows = [(_("Block"), str(found.block_number)), (_("Entries read"), str(found.entries))]
    blocks: list[Block] = [Line("✔ " + _("The index is up to date"), "good"), Facts(rows)]
    if found.returned:
        said = _n(
            "{count} action lost its block and waits again",
            "{count} actions lost their block and wait again",
            len(found.returned),
        )
        blocks.append(Line(said, "warn"))
    session.output.show(data, blocks)
