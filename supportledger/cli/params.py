"""Values as people type them, refused where they are typed."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from supportledger.cli.completers import complete_identity, complete_ticket
from supportledger.cli.language import _
from supportledger.errors import InputError
from supportledger.model.duration import parse_duration
from supportledger.model.hours import BusinessHours

F = TypeVar("F", bound=Callable[..., Any])
_UNIX: Final = re.compile("[0-9]{9,12}", re.ASCII)


class Duration(click.ParamType[int]):
    """Seconds, written `45s`, `30m`, `1h30m`, `2d`."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it."""
        if isinstance(value, int):
            return value
        try:
            return parse_duration(value)
        except InputError:
            message = _("{value!r} is not a duration: write it like 45s, 30m, 1h30m or 2d.")
            self.fail(message.format(value=value[:40]), param, ctx)


class Instant(click.ParamType[int]):
    """Unix seconds, written as a date, with a time and a zone if need be, or as Unix seconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it; without a zone it is local time."""
        if isinstance(value, int):
            return value
        if _UNIX.fullmatch(value):
            return int(value)
        try:
            return int(datetime.fromisoformat(value).astimezone().timestamp())
        except (ValueError, OverflowError):
            message = _("{value!r} is not a time: write it like 2027-01-31 or 2027-01-31T18:00+08:00.")
            self.fail(message.format(value=value[:40]), param, ctx)


class Hours(click.ParamType[BusinessHours | None]):
    """Business hours, written `Mo-Fr 09:00-18:00 +08:00`; None for 24/7."""

    name = "hours"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> BusinessHours | None:
        """Read them."""
        if isinstance(value, BusinessHours):
            return value
        from supportledger.desk.hours import parse_hours  # noqa: PLC0415 -- only policies have hours

        try:
            return parse_hours(value)
        except InputError as error:
            self.fail(f"{error.message} {error.hint}".strip(), param, ctx)


DURATION: Final = Duration()
INSTANT: Final = Instant()
HOURS: Final = Hours()
FILE: Final = click.Path(path_type=Path, exists=True, dir_okay=False)


def ticket_argument() -> Callable[[F], F]:
    """Name a ticket: an id, a handle, or the beginning of one."""
    return click.argument("ticket", metavar="TICKET", shell_complete=complete_ticket)


def account_argument(name: str = "who") -> Callable[[F], F]:
    """Name an account: an identity's name or an address."""
    return click.argument(name, metavar="NAME|ADDRESS", shell_complete=complete_identity)


def body_options() -> Callable[[F], F]:
    """Let a text be given as argument, file, stdin or in an editor."""

    def decorate(command: F) -> F:
        option = click.option(
            "--file", "-f", metavar="FILE", help=_("Read the text from a file; - is stdin.")
        )
        return click.argument("text", required=False, metavar="[TEXT|-]")(option(command))

    return decorate


def reason_option(default: str = "support") -> Callable[[F], F]:
    """Let people say why they read; it goes on record before anything is shown."""
    return click.option(
        "--reason",
        default=default,
        show_default=True,
        metavar="TEXT",
        help=_("Why you read it, which goes on record."),
    )


def warn_options(command: F) -> F:
    """Let a command be told how long before deadlines people are warned."""
    usual = click.option(
        "--warn",
        type=DURATION,
        default=900,
        metavar="DURATION",
        help=_("How long before a deadline to warn; else 15 minutes."),
    )
    by_policy = click.option(
        "--warn-policy",
        type=(int, DURATION),
        multiple=True,
        metavar="N DURATION",
        help=_("The same for one policy; may be repeated."),
    )
    return usual(by_policy(command))
