"""One number for every way to fail."""

import pytest

from supportledger import errors
from supportledger.cli.exit_codes import EXIT_CODES, ExitCode, exit_code
from supportledger.errors import Error
from supportledger.model.refusal import REFUSALS, Refusal


def family(cls):
    return {cls}.union(*(family(child) for child in cls.__subclasses__()))


TREE = sorted(
    (one for one in family(Error) - {Error, Refusal} if one.__module__.startswith("supportledger.")),
    key=lambda one: one.__name__,
)


@pytest.mark.parametrize("cls", TREE)
def test_every_error_has_a_code(cls):
    """The table covers the whole tree, every refusal of the contract included, with the documented codes."""
    assert exit_code(cls) in set(ExitCode) - {ExitCode.OK, ExitCode.INTERNAL, ExitCode.INTERRUPTED}


def test_tree_is_not_empty():
    """The walk above has seen the contract's refusals."""
    assert set(REFUSALS.values()) <= set(TREE)


EXPECTED = [
    (errors.SignatureMismatch, 1),
    (errors.BundleFormatError, 2),
    (errors.AmbiguousId, 2),
    (errors.ConfigError, 2),
    (errors.NotFound, 3),
    (REFUSALS["TicketNotFound"], 3),
    (errors.Denied, 4),
    (REFUSALS["AgentNotInForce"], 4),
    (errors.Conflict, 5),
    (REFUSALS["TicketStale"], 5),
    (errors.RpcUnavailable, 6),
    (errors.WrongNetwork, 6),
    (errors.StoreBusy, 6),
    (errors.Inconclusive, 7),
    (errors.TransactionPending, 7),
]


@pytest.mark.parametrize(("cls", "expected"), EXPECTED)
def test_codes_are_those_of_the_documentation(cls, expected):
    """The numbers are part of what scripts rely on."""
    assert expected == exit_code(cls)


def test_table_has_no_idle_rows():
    """Every row is a class of the tree."""
    assert set() == set(EXIT_CODES) - family(Error)
