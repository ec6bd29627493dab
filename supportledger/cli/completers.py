"""What the shell may complete: names that only this data directory knows."""

from contextlib import closing

import click
from click.shell_completion import CompletionItem

from supportledger.cli.session import Session


def complete_identity(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Propose the names of identities, without reading a key."""
    from supportledger.chain.wellknown import LocalName  # noqa: PLC0415 -- only a shell that completes needs it

    folder = _session(context).settings.data_dir / "identities"
    names = {path.stem for path in folder.glob("*.json")} | set(LocalName.__members__)
    return [CompletionItem(name) for name in sorted(names) if name.startswith(incomplete)]


def complete_ticket(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Propose handles of the tickets that the store has read; none when it cannot be read."""
    from supportledger.model.records import TicketQuery  # noqa: PLC0415 -- only a shell that completes needs it

    try:
        with closing(_session(context)) as session:
            tickets = session.desk.store.tickets(TicketQuery(limit=200))
    except Exception:  # noqa: BLE001 -- whatever is wrong, a line that is being typed is no place to say it
        return []
    found = [(one.id.handle, str(one.state.status)) for one in tickets]
    return [CompletionItem(name, help=status) for name, status in found if name.startswith(incomplete)]


def _session(context: click.Context) -> Session:
    return context.find_object(Session) or Session()
