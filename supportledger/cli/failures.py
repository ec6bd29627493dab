"""
How a run that fails tells so.

One sentence on stderr, and what to do next; with `--json` also `{"error": {code, message, hint}}` on stdout,
which is then the one document. A traceback is shown only to those who ask for it, a secret to
nobody.
"""

import traceback
from collections.abc import Mapping
from typing import Any, Final

import click

from supportledger.cli.exit_codes import ExitCode, exit_code
from supportledger.cli.language import _
from supportledger.cli.output import emit, say
from supportledger.errors import AmbiguousId, Error, VerificationError

_HELP_INSTEAD: Final = (getattr(click.exceptions, "NoArgsIsHelpError", ()),)
"""Raised by newer clicks when a group is called alone; its message is the help."""


class Failures:
    """
    Reports what went wrong.

    Args:
        as_json: stdout belongs to a program.
        is_verbose: Show tracebacks.
    """

    def __init__(self, *, as_json: bool, is_verbose: bool) -> None:
        self._as_json = as_json
        self._is_verbose = is_verbose

    def report(self, failure: BaseException) -> ExitCode:
        """Tell people and programs, and give the exit code."""
        if isinstance(failure, KeyboardInterrupt | EOFError | click.Abort):
            return self._tell(ExitCode.INTERRUPTED, "interrupted", _("Interrupted."), "")
        if self._is_verbose:
            say(_without_secrets("".join(traceback.format_exception(failure)).rstrip()))
        if isinstance(failure, click.ClickException):
            return self._misuse(failure)
        if isinstance(failure, Error):
            message, hint = translated(failure)
            return self._tell(exit_code(type(failure)), failure.code, message, hint, details(failure))
        return self._surprise(failure)

    def _misuse(self, failure: click.ClickException) -> ExitCode:
        if isinstance(failure, _HELP_INSTEAD):
            say(failure.format_message())
            return self._tell(ExitCode.USAGE, "usage", "", "")
        context = failure.ctx if isinstance(failure, click.UsageError) else None
        hint = _("See `{command} --help`.").format(command=context.command_path) if context else ""
        return self._tell(ExitCode.USAGE, "usage", failure.format_message(), hint)

    def _surprise(self, failure: BaseException) -> ExitCode:
        if isinstance(failure, OSError):
            where = f"{failure.filename}: " if failure.filename else ""
            return self._tell(ExitCode.UNREACHABLE, "system", f"{where}{failure.strerror or failure}", "")
        message = f"{type(failure).__name__}: {failure}"
        hint = _("This is a fault of supportledger. Run it again with -v and report what it says.")
        return self._tell(ExitCode.INTERNAL, "internal", message, hint)

    def _tell(
        self, code: ExitCode, name: str, message: str, hint: str, more: Mapping[str, Any] | None = None
    ) -> ExitCode:
        message, hint = _without_secrets(message), _without_secrets(hint)
        if message:
            say(message if code == ExitCode.INTERRUPTED else _("Error: {message}").format(message=message))
        if hint:
            say(_("Hint: {hint}").format(hint=hint))
        if self._as_json:
            emit({"error": {"code": name, "message": message, "hint": hint, **(more or {})}})
        return code


def _without_secrets(text: str) -> str:
    """Take out what somebody typed where no secret belongs: what a run says of it ends up in logs."""
    from supportledger.assist import guard  # noqa: PLC0415 -- most runs do not fail

    return guard.redact_diagnostics(text).text


def translated(error: Error) -> tuple[str, str]:
    """Give message and hint of an error in the reader's language, as far as the catalogue has them."""
    from supportledger.cli.messages import translate  # noqa: PLC0415 -- most runs do not fail

    return translate(error.message), translate(error.hint)


def details(error: Error) -> dict[str, Any]:
    """Give what an error says besides its message, for programs."""
    found: dict[str, Any] = {"retryable": error.retryable}
    if isinstance(error, AmbiguousId):
        found["candidates"] = list(error.candidates)
    if isinstance(error, VerificationError):
        found |= {"step": error.step, "entry": error.entry}
    return found
