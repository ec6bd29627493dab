"""Keys, and names for them. Keys lie in keystores under a passphrase, or with an external signer."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from supportledger.cli.commands import Command, Group
from supportledger.cli.language import _
from supportledger.cli.passphrases import passphrase, secret_text
from supportledger.cli.session import Session, pass_session

if TYPE_CHECKING:
    from supportledger.chain.identities import Identities, Identity

identity = Group(
    name="identity",
    no_args_is_help=True,
    help=_(
        "Keys, and names for them\n\n"
        "The local chain has identities of its own, which need no passphrase: customer, agent, "
        "supervisor and others."
    ),
    examples=("supportledger identity list", "supportledger identity new alice"),
)


@identity.command(
    cls=Command,
    help=_(
        "Make a key and keep it under a passphrase\n\n"
        "The passphrase is asked for, or read from the first line of --passphrase-file."
    ),
    examples=("supportledger identity new alice", "supportledger identity new bob --passphrase-file bob.txt"),
)
@click.argument("name")
@pass_session
def new(session: Session, name: str) -> None:
    """Make it."""
    made = _identities(session).new(name, passphrase(session.settings, is_new=True))
    _show(session, made, _("Made identity {name}").format(name=name))


@identity.command(
    "import",
    cls=Command,
    help=_(
        "Take over a key, a keystore, or an account of an external signer\n\n"
        "Without an option the private key is asked for; it is never given on the command line."
    ),
    examples=(
        "supportledger identity import alice",
        "supportledger identity import alice --keystore UTC--2026-01-01--alice.json",
        "supportledger identity import bob --key-file -",
        "supportledger identity import vault --signer http://127.0.0.1:8550 --address 0x7099…79C8",
    ),
)
@click.argument("name")
@click.option(
    "--keystore", metavar="FILE", help=_("A keystore of another wallet (Web3 Secret Storage, version 3).")
)
@click.option("--key-file", metavar="FILE", help=_("A file with the private key in hexadecimal; - is stdin."))
@click.option("--signer", metavar="URL", help=_("A program that keeps the key and signs."))
@click.option("--address", metavar="ADDRESS", help=_("The account at the signer."))
@click.option(
    "--kind",
    type=click.Choice(["node", "web3signer", "clef"]),
    default="node",
    show_default=True,
    help=_("What kind of signer it is."),
)
@pass_session
def import_(  # noqa: PLR0917 -- click gives them by name
    session: Session,
    name: str,
    keystore: str | None,
    key_file: str | None,
    signer: str | None,
    address: str | None,
    kind: str,
) -> None:
    """Take it over."""
    if sum(one is not None for one in (keystore, key_file, signer)) > 1:
        raise click.UsageError(_("Give only one of --keystore, --key-file and --signer."))
    if (signer is None) != (address is None):
        raise click.UsageError(_("--signer and --address belong together."))
    identities = _identities(session)
    if signer is not None and address is not None:
        from supportledger.model.ids import Address  # noqa: PLC0415 -- --help does without

        taken = identities.add_external(name, Address.parse(address), signer, kind)
    elif keystore is not None:
        text = secret_text(keystore, "")
        taken = identities.import_keystore(name, text, passphrase(session.settings))
    else:
        taken = _from_key(session, identities, name, key_file)
    _show(session, taken, _("Took over identity {name}").format(name=name))


def _from_key(session: Session, identities: "Identities", name: str, file: str | None) -> "Identity":
    from supportledger.chain.identities import parse_private_key  # noqa: PLC0415 -- --help does without

    key = parse_private_key(secret_text(file, _("Private key of {name}").format(name=name)))
    return identities.import_key(name, key, passphrase(session.settings, is_new=True))


@identity.command(
    "list",
    cls=Command,
    help=_("List the identities there are"),
    examples=("supportledger identity list", "supportledger identity list --json"),
)
@pass_session
def list_(session: Session) -> None:
    """List them."""
    from supportledger.cli.blocks import Column, Listing  # noqa: PLC0415 -- --help draws nothing

    found = _identities(session).list(local=session.settings.rpc_url is None)
    columns = (Column(_("Name"), whole=True), Column(_("Address")), Column(_("Kind"), rank=1, wraps=True))
    rows = [(one.name, str(one.address), _kind(one)) for one in found]
    data = {"identities": [_data(one) for one in found]}
    session.output.show(data, [Listing(columns, rows, empty=_("There are no identities."))])


def _identities(session: Session) -> "Identities":
    from supportledger.chain.identities import Identities  # noqa: PLC0415 -- --help does without
    from supportledger.cli.names import FOLDER  # noqa: PLC0415 -- as above

    return Identities(Path(session.settings.data_dir) / FOLDER)


def _kind(one: "Identity") -> str:
    kinds = {
        "keystore": _("keystore"),
        "external": _("external signer"),
        "local": _("local chain only, its key is public"),
    }
    return kinds[one.kind]


def _data(one: "Identity") -> dict[str, str]:
    return {"name": one.name, "address": str(one.address), "kind": one.kind}


def _show(session: Session, one: "Identity", said: str) -> None:
    from supportledger.cli.blocks import Facts, Line  # noqa: PLC0415 -- --help draws nothing

    facts = Facts([(_("Address"), str(one.address)), (_("Kind"), _kind(one))])
    session.output.show(_data(one), [Line(f"✔ {said}", "good"), facts])
