"""A ledger on any EVM network."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from supportledger.cli.commands import Command
from supportledger.cli.language import _
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from supportledger.cli.blocks import Block
    from supportledger.wiring.deploying import Installed

F = TypeVar("F", bound=Callable[..., Any])


def _holder(role: str, text: str) -> "Callable[[F], F]":
    return click.option(f"--{role}", metavar="NAME|ADDRESS", help=text)


@click.command(
    cls=Command,
    help=_(
        "Deploy a ledger on any EVM network\n\n"
        "The identity that acts pays, and is its admin. Roles go to the identities with their names, if "
        "there are any, else to the admin. Afterwards, commands with the same --data know the ledger and "
        "need --rpc only."
    ),
    examples=(
        "supportledger deploy --rpc https://rpc.example.org --as alice",
        "supportledger deploy --rpc http://127.0.0.1:8545 --certifier alice --supervisor bob --json",
    ),
)
@_holder("certifier", _("Who certifies agents."))
@_holder("supervisor", _("Who publishes policies and assigns tickets."))
@_holder("anchorer", _("Who anchors logs."))
@pass_session
def deploy(session: Session, **holders: str | None) -> None:
    """Deploy it."""
    from supportledger.cli.output import working  # noqa: PLC0415 -- --help does without
    from supportledger.cli.passphrases import passphrase  # noqa: PLC0415 -- as above
    from supportledger.desk.cast import Part  # noqa: PLC0415 -- as above
    from supportledger.wiring.deploying import deploy_ledger  # noqa: PLC0415 -- as above

    named = {Part(role): who for role, who in holders.items() if who}
    with working(_("Deploying the ledger …")):
        installed = deploy_ledger(session.settings, passphrase(session.settings), named)
    session.output.show(_data(installed), _blocks(session, installed))


def _data(installed: "Installed") -> dict[str, Any]:
    deployed = installed.deployed
    return {
        "chain_id": deployed.deployment.chain_id,
        "ledger": str(deployed.deployment.ledger),
        "code_hash": "0x" + deployed.deployment.code_hash.hex(),
        "block_number": deployed.block_number,
        "transaction_hash": "0x" + deployed.transaction.hex(),
        "gas_used": deployed.gas_used,
        "admin": str(installed.admin),
        "roles": {str(part): str(account) for part, account in installed.roles.items()},
    }


def _blocks(session: Session, installed: "Installed") -> "Iterator[Block]":
    from supportledger.cli.blocks import Cell, Facts, Line  # noqa: PLC0415 -- --help draws nothing

    deployed, names = installed.deployed, session.names
    yield Line("✔ " + _("The ledger is deployed"), "good")
    yield Facts(
        [
            (_("Ledger"), Cell(str(deployed.deployment.ledger), "id")),
            (_("Chain"), str(deployed.deployment.chain_id)),
            (_("Block"), str(deployed.block_number)),
            (_("Gas"), f"{deployed.gas_used:,}"),
            (_("Admin"), names.full(installed.admin)),
            *((_(str(part)), names.full(account)) for part, account in installed.roles.items()),
        ]
    )
    yield Line(_("Next: `supportledger policy publish`, then `supportledger agent certify`."), "dim")
