"""What one run of the program has at hand: its settings, its output, and the desk once a command needs it."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from supportledger.config import Settings, load

if TYPE_CHECKING:
    from supportledger.cli.names import Names
    from supportledger.cli.output import Output
    from supportledger.desk.desk import Desk
    from supportledger.desk.front import Front
    from supportledger.desk.witness import Witness

T = TypeVar("T")
_HANDED: Final = "SUPPORTLEDGER_HANDED"
_HERE: Final = "http://localhost:8080"
"""Where the desk is reached unless a setting says otherwise."""


class Session:
    """
    One run of the program.

    Args:
        connect: Opens the desk; None: as `wiring.connect` does.
    """

    def __init__(self, connect: "Callable[[Settings], Desk] | None" = None) -> None:
        self.flags: dict[str, Any] = {}
        self.is_verbose = False
        self._connect = connect
        self._closing = ExitStack()

    @cached_property
    def settings(self) -> Settings:
        """
        The settings, of which flags win; or those that whoever started this process has handed over.

        Raises:
            ConfigError: One is malformed.
        """
        return _handed() or load(**self.flags)

    @cached_property
    def output(self) -> "Output":
        """Where results go."""
        from supportledger.cli.output import Output  # noqa: PLC0415 -- --help shows no results

        return Output(as_json=self.settings.json)

    @cached_property
    def desk(self) -> "Desk":
        """The desk, closed when the command ends."""
        desk = (self._connect or _connect)(self.settings)
        self._closing.callback(desk.close)
        return desk

    @cached_property
    def worker_desk(self) -> "Desk":
        """A desk whose ledger does not wait for finality, closed when the command ends."""
        desk = (self._connect or _connect_worker)(self.settings)
        self._closing.callback(desk.close)
        return desk

    @cached_property
    def front(self) -> "Front":
        """What stands before the desk: its people, and how tickets are filed; closed with it."""
        from supportledger.wiring.fronting import front_of, house_of  # noqa: PLC0415 -- few commands need it
        from supportledger.wiring.mailing import open_mail  # noqa: PLC0415 -- as above

        house = house_of(self.settings, self.settings.public_url or _HERE)
        return front_of(self.desk, house, open_mail(self.settings, self.desk.clock))

    @cached_property
    def witness(self) -> "Witness":
        """The witness of the data directory, which needs neither a chain nor a desk."""
        from supportledger.wiring.witnessing import open_witness  # noqa: PLC0415 -- few commands need it

        return open_witness(self.settings.data_dir)

    def close(self) -> None:
        """Let go of everything that was opened."""
        self._closing.close()

    @cached_property
    def names(self) -> "Names":
        """The names of identities, for people who type and read them instead of addresses."""
        from supportledger.cli.names import Names  # noqa: PLC0415 -- a command without addresses needs none

        return Names(self.settings.data_dir)


def _handed() -> Settings | None:
    if _HANDED not in os.environ:
        return None
    from supportledger.wiring.handing import handed  # noqa: PLC0415 -- nobody who types needs it

    return handed()


def _connect(settings: Settings) -> "Desk":
    from supportledger import wiring  # noqa: PLC0415 -- brings SQLAlchemy and the chain's client
    from supportledger.cli.passphrases import passphrase  # noqa: PLC0415 -- as above

    return wiring.connect(settings=settings, passphrase=passphrase(settings))


def _connect_worker(settings: Settings) -> "Desk":
    from supportledger import wiring  # noqa: PLC0415 -- brings SQLAlchemy and the chain's client
    from supportledger.cli.passphrases import passphrase  # noqa: PLC0415 -- as above

    return wiring.connect(settings=settings, passphrase=passphrase(settings), waits=False)


def pass_session(command: Callable[..., T]) -> Callable[..., T]:
    """Give a command the session of this run."""
    return click.make_pass_decorator(Session, ensure=True)(command)
