"""Proof files: a ticket's record for somebody who has neither node nor store, and what to make of one."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from supportledger.cli.commands import Command, Group
from supportledger.cli.completers import complete_ticket
from supportledger.cli.exit_codes import ExitCode
from supportledger.cli.files import STDIO, output_options, read_file, write_file
from supportledger.cli.language import _, _n
from supportledger.cli.output import say
from supportledger.cli.params import reason_option
from supportledger.cli.session import Session, pass_session
from supportledger.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from supportledger.desk.proofs import Absent, Exported
    from supportledger.proof.verdict import Verdict
    from supportledger.wiring.trusting import Named

    F = TypeVar("F", bound=Callable[..., Any])

_NOTE_LIMIT: Final = 1 << 20

proof = Group(
    name="proof",
    no_args_is_help=True,
    help=_(
        "Proof files: export, verify, show, redact\n\n"
        "A proof file holds a ticket's whole record with everything needed to verify it, and needs no "
        "server. FIELD is a name like body, an entry's field like 3.body, 3.all or all; internal notes "
        "are meant only where their entry is named by its number."
    ),
    examples=(
        "supportledger proof export abcd --disclose all --withhold author",
        "supportledger proof verify abcd-efgh-ijkl-mnop.proof.json",
        "supportledger proof show abcd-efgh-ijkl-mnop.proof.json",
    ),
)


def choosing(command: "F") -> "F":
    """Let fields be shown and withheld."""
    withhold = click.option(
        "--withhold", multiple=True, metavar="FIELD", help=_("Do not show this; may be given again.")
    )
    disclose = click.option(
        "--disclose", multiple=True, metavar="FIELD", help=_("Show this; may be given again.")
    )
    return disclose(withhold(command))


@proof.command(
    cls=Command,
    help=_(
        "Write a ticket's proof file\n\n"
        "Without --disclose and --withhold it shows no text at all, only that there is one. With "
        "--withhold alone, everything else is shown but internal notes. With --receipt it proves the "
        "contrary: that an action which the desk promised to relay never came."
    ),
    examples=(
        "supportledger proof export abcd",
        "supportledger proof export abcd --disclose body --withhold 3.body -o proof.json",
        "supportledger proof export abcd --withhold author --force",
    ),
)
@click.argument("ticket", metavar="[TICKET]", required=False, shell_complete=complete_ticket)
@click.option("--receipt", metavar="DIGEST", help=_("Prove that the action of this receipt never came."))
@choosing
@reason_option()
@output_options
@pass_session
def export(
    session: Session,
    output: str | None,
    force: bool,  # noqa: FBT001 -- click names it
    **given: Any,
) -> None:
    """Write it."""
    exported = _exported(session, **given)
    where = output or exported.file.name
    write_file(where, exported.data, force=force)
    if where != STDIO:
        from supportledger.cli import proof_views  # noqa: PLC0415 -- needs the model, which --help does not

        data = proof_views.written_data(exported.file, exported.data, where)
        session.output.show(data, proof_views.written_blocks(exported.file, exported.data, where))
        if exported.left_out:
            lines = _n("{count} line", "{count} lines", exported.left_out)
            say(
                _("Not in the file, because no anchor covers it: {lines} of the conversation.").format(
                    lines=lines
                )
            )


def _exported(
    session: Session,
    *,
    ticket: str | None,
    receipt: str | None,
    disclose: tuple[str, ...],
    withhold: tuple[str, ...],
    reason: str,
) -> "Exported | Absent":
    from supportledger.wiring.trusting import parse_hash  # noqa: PLC0415 -- --help exports nothing

    if (ticket is None) == (receipt is None) or (receipt is not None and (disclose or withhold)):
        raise click.UsageError(_("Name a ticket, or a receipt with --receipt and nothing else."))
    if receipt is not None:
        return session.desk.proofs.absence(parse_hash(receipt))
    return session.desk.proofs.export(str(ticket), disclose=disclose, withhold=withhold, reason=reason)


@proof.command(
    cls=Command,
    help=_(
        "Verify a proof file, step by step\n\n"
        "The ledger that is meant is named by you: by --ledger and --chain-id, a trust file, the "
        "settings, or the data directory; never by the file. The block is trusted by --block-hash, by a "
        "trust file, or because the node (--rpc) has it. Exit code 0: it holds; 1: it does not; 2: it is "
        "no proof file; 6: the node is away; 7: something required could not be checked, or is not final "
        "yet."
    ),
    examples=(
        "supportledger proof verify abcd-efgh-ijkl-mnop.proof.json",
        "supportledger proof verify proof.json --offline --trust trust.json --require 8,9,10",
        "supportledger proof verify proof.json --json",
    ),
)
@click.argument("file", metavar="FILE|-")
@click.option("--offline", is_flag=True, help=_("Open no connection, whatever the settings say."))
@click.option("--block-hash", metavar="HASH", help=_("Trust the block with this hash."))
@click.option("--chain-id", type=click.IntRange(0), metavar="N", help=_("Chain of the ledger that is meant."))
@click.option(
    "--code-hash", metavar="HASH", help=_("Of the ledger's code; else that of this version's contract.")
)
@click.option(
    "--trust",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("Read ledger and blocks from a trust file."),
)
@click.option(
    "--cosigned", metavar="FILE", help=_("Trust the block that enough witnesses name in this note.")
)
@click.option("--witnesses", metavar="FILE", help=_("The policy that says which witnesses are enough."))
@click.option(
    "--require",
    multiple=True,
    metavar="STEPS",
    help=_("Steps that must have been checked, like 8,10; else 1 to 8."),
)
@pass_session
def verify(session: Session, file: str, require: tuple[str, ...], **given: Any) -> int:
    """Verify it."""
    from supportledger.cli import verdicts  # noqa: PLC0415 -- --help shows none
    from supportledger.proof.canonical import FILE_LIMIT  # noqa: PLC0415 -- as above
    from supportledger.proof.verify import verify_proof  # noqa: PLC0415 -- as above
    from supportledger.wiring.trusting import NodeBlocks, trust  # noqa: PLC0415 -- as above

    required = _steps(require) if require else None
    trusted = trust(_named(session, **given), session.settings, offline=given["offline"])
    verdict = verify_proof(read_file(file, FILE_LIMIT), trusted, required=required)
    session.output.show(verdict.to_json(), verdicts.verdict_blocks(verdict))
    asked = trusted.blocks if isinstance(trusted.blocks, NodeBlocks) else None
    return _unreachable(verdict, asked.failure if asked else None) or verdicts.verdict_code(verdict)


@proof.command(
    cls=Command,
    help=_("Show what a proof file says, without verifying it"),
    examples=("supportledger proof show abcd-efgh-ijkl-mnop.proof.json",),
)
@click.argument("file", metavar="FILE|-")
@pass_session
def show(session: Session, file: str) -> None:
    """Show it."""
    from supportledger.cli import proof_views  # noqa: PLC0415 -- needs the model, which --help does not
    from supportledger.proof.absence import AbsenceFile  # noqa: PLC0415 -- as above
    from supportledger.proof.canonical import FILE_LIMIT  # noqa: PLC0415 -- as above
    from supportledger.proof.proof_file import ABSENCE, ProofFile, opened  # noqa: PLC0415 -- as above

    said = opened(read_file(file, FILE_LIMIT))
    kind = AbsenceFile if said["kind"] == ABSENCE else ProofFile
    found = kind.from_json(said)
    session.output.show(proof_views.file_data(found), proof_views.file_blocks(found))


@proof.command(
    cls=Command,
    help=_(
        "Write a proof file that shows less of the same ticket\n\n"
        "Needs neither node nor store. With --disclose, nothing else stays shown."
    ),
    examples=(
        "supportledger proof redact proof.json --withhold body -o public.json",
        "supportledger proof redact proof.json --disclose 3.body -o public.json",
    ),
)
@click.argument("file", metavar="FILE|-")
@choosing
@output_options
@pass_session
def redact(  # noqa: PLR0917 -- click names them
    session: Session,
    file: str,
    disclose: tuple[str, ...],
    withhold: tuple[str, ...],
    output: str | None,
    force: bool,  # noqa: FBT001 -- as above
) -> None:
    """Write it."""
    from supportledger.cli import proof_views  # noqa: PLC0415 -- needs the model, which --help does not
    from supportledger.proof.assembling import redact as redacted  # noqa: PLC0415 -- as above
    from supportledger.proof.canonical import FILE_LIMIT  # noqa: PLC0415 -- as above
    from supportledger.proof.choice import Choice  # noqa: PLC0415 -- as above
    from supportledger.proof.proof_file import ProofFile  # noqa: PLC0415 -- as above

    before = ProofFile.from_bytes(read_file(file, FILE_LIMIT))
    after = redacted(before, Choice.parse(disclose, withhold))
    data, where = after.to_bytes(), output or after.name
    write_file(where, data, force=force)
    if where != STDIO:
        shown = proof_views.written_data(after, data, where)
        session.output.show(shown, proof_views.written_blocks(after, data, where, before=before))


def _named(
    session: Session,
    *,
    trust: Path | None,
    chain_id: int | None,
    code_hash: str | None,
    block_hash: str | None,
    cosigned: str | None,
    witnesses: str | None,
    **_others: Any,
) -> "Named":
    from dataclasses import replace  # noqa: PLC0415 -- --help trusts nobody

    from supportledger.model.ids import Address  # noqa: PLC0415 -- as above
    from supportledger.wiring.trusting import Named, parse_hash, read_trust  # noqa: PLC0415 -- as above

    if (cosigned is None) != (witnesses is None):
        raise click.UsageError(_("--cosigned and --witnesses belong together."))
    found = read_trust(trust) if trust else Named()
    if cosigned and witnesses:
        from supportledger.proof.witness_policy import WitnessPolicy  # noqa: PLC0415 -- few trust witnesses

        policy = WitnessPolicy.parse(read_file(witnesses, _NOTE_LIMIT).decode("utf-8", "replace"))
        found = replace(found, witnesses=policy, cosigned=read_file(cosigned, _NOTE_LIMIT))
    ledger = session.flags.get("ledger")
    return replace(
        found,
        chain_id=found.chain_id if chain_id is None else chain_id,
        ledger=Address.parse(ledger) if ledger else found.ledger,
        code_hash=parse_hash(code_hash) if code_hash else found.code_hash,
        block_hash=parse_hash(block_hash) if block_hash else None,
    )


def _steps(given: tuple[str, ...]) -> frozenset[int]:
    """
    Read the steps that are required.

    Raises:
        InputError: One is not a number of the list.
    """
    words = [word.strip() for one in given for word in one.split(",")]
    if not all(word.isdecimal() and 1 <= int(word) <= 12 for word in words):
        raise InputError(
            f"no steps: {','.join(given)[:80]!r}", hint="Write them like 8,10; there are 1 to 12."
        )
    return frozenset(map(int, words))


def _unreachable(verdict: "Verdict", failure: Exception | None) -> ExitCode | None:
    """Tell that nothing could be said because the node was away; a file that does not hold is worse."""
    from supportledger.cli.exit_codes import exit_code  # noqa: PLC0415 -- --help exits well
    from supportledger.errors import Error  # noqa: PLC0415 -- as above
    from supportledger.proof.verdict import Conclusion  # noqa: PLC0415 -- as above

    if verdict.verdict is not Conclusion.INCOMPLETE or not isinstance(failure, Error):
        return None
    return exit_code(type(failure))
