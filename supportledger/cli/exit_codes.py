"""
What the process's exit code says, for every error there is.

Source: EVIDENCE, "Verdicts on the command line".
"""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from supportledger import errors


class ExitCode(IntEnum):
    """One number for each kind of end."""

    OK = 0
    """Everything asked for was done, or checked and holds."""
    DOES_NOT_HOLD = 1
    """Evidence is tampered with, forged or inconsistent."""
    USAGE = 2
    """Wrong usage, malformed input or settings."""
    NOT_FOUND = 3
    NOT_PERMITTED = 4
    CONFLICT = 5
    """Stale, duplicate, or not possible in this state."""
    UNREACHABLE = 6
    """Chain, server or store cannot be used: nothing can be said."""
    NOT_FINAL = 7
    """Not final yet, or something required could not be checked."""
    INTERNAL = 70
    """A fault of this program (`EX_SOFTWARE`)."""
    INTERRUPTED = 130
    """Ctrl-C (128 + SIGINT)."""
    BROKEN_PIPE = 141
    """Whoever read the output has stopped (128 + SIGPIPE)."""


EXIT_CODES: Final[Mapping[type[errors.Error], ExitCode]] = MappingProxyType(
    {
        errors.VerificationError: ExitCode.DOES_NOT_HOLD,
        errors.InputError: ExitCode.USAGE,
        errors.ConfigError: ExitCode.USAGE,
        errors.BundleFormatError: ExitCode.USAGE,
        errors.NotFound: ExitCode.NOT_FOUND,
        errors.Denied: ExitCode.NOT_PERMITTED,
        errors.InsufficientFunds: ExitCode.NOT_PERMITTED,
        errors.StoreReadOnly: ExitCode.NOT_PERMITTED,
        errors.Conflict: ExitCode.CONFLICT,
        errors.ForeignData: ExitCode.CONFLICT,
        errors.PortTaken: ExitCode.CONFLICT,
        errors.TransactionReverted: ExitCode.CONFLICT,
        errors.ChainError: ExitCode.UNREACHABLE,
        errors.StoreError: ExitCode.UNREACHABLE,
        errors.DeliveryError: ExitCode.UNREACHABLE,
        errors.Inconclusive: ExitCode.NOT_FINAL,
        errors.TransactionPending: ExitCode.NOT_FINAL,
        errors.TransactionDropped: ExitCode.NOT_FINAL,
        errors.ReorgDetected: ExitCode.NOT_FINAL,
    }
)
"""A class that is not listed has the code of its nearest ancestor."""


def exit_code(kind: type[errors.Error]) -> ExitCode:
    """Give the exit code of an error's class."""
    return next((EXIT_CODES[cls] for cls in kind.__mro__ if cls in EXIT_CODES), ExitCode.INTERNAL)
