"""The exception tree is what its docstring draws."""

import inspect
import pickle
import re
from collections.abc import Iterator

import pytest

from supportledger import errors
from supportledger.errors import AmbiguousId, Error, InputError, TransactionReverted, VerificationError

_DRAWN = re.compile(r"^    ( *)([A-Z]\w+)(\*?)(?: {2,}\S.*)?$")


def _children(cls: type[Error]) -> list[type[Error]]:
    return [child for child in cls.__subclasses__() if child.__module__ == errors.__name__]


def _walk(cls: type[Error] = Error, depth: int = 0) -> Iterator[tuple[int, type[Error]]]:
    yield depth, cls
    for child in _children(cls):
        yield from _walk(child, depth + 1)


def _drawing() -> list[tuple[int, str, bool]]:
    matches = map(_DRAWN.match, inspect.getdoc(errors).splitlines())  # type: ignore[union-attr]  # it has one
    return [(len(m[1]) // 2, m[2], m[3] == "*") for m in matches if m]


TREE = [cls for _, cls in _walk()]


def test_drawn_tree_is_the_real_tree() -> None:
    """The drawing names every class, in order, under its parent, with a star for each retryable one."""
    expected = [(depth, cls.__name__, cls.retryable) for depth, cls in _walk()]
    assert expected == _drawing()


def test_every_class_of_the_module_is_in_the_tree() -> None:
    """No exception stands outside the tree."""
    own = {cls for _, cls in inspect.getmembers(errors, inspect.isclass) if cls.__module__ == errors.__name__}
    assert own == set(TREE)


def test_codes_are_unique() -> None:
    """A machine can tell every class from every other by its code."""
    codes = [cls.code for cls in TREE]
    assert sorted(set(codes)) == sorted(codes)


@pytest.mark.parametrize("cls", TREE, ids=lambda cls: str(cls.__name__))
def test_class_documents_itself(cls: type[Error]) -> None:
    """Every class has a docstring of its own and a kebab-case code."""
    assert cls.__doc__
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", cls.code)


@pytest.mark.parametrize(
    ("cls", "code"),
    [
        (errors.NotALedger, "not-a-ledger"),
        (errors.RpcUnavailable, "rpc-unavailable"),
        (errors.AmbiguousId, "ambiguous-id"),
    ],
)
def test_code_is_the_name_in_words(cls: type[Error], code: str) -> None:
    """The code is the class name in kebab-case."""
    assert code == cls.code


def test_class_may_set_its_own_code() -> None:
    """An explicit code wins over the derived one."""

    class Renamed(InputError):  # noqa: N818 -- as in the tree
        """Kept its public code through a renaming."""

        code = "old-name"

    assert Renamed.code == "old-name"


def test_message_and_hint_are_kept() -> None:
    """str() is the message alone; the hint stands beside it."""
    error = InputError("no body", hint="write one")
    assert (str(error), error.message, error.hint) == ("no body", "no body", "write one")


@pytest.mark.parametrize("step", range(1, 13))
def test_every_step_of_the_verifier_has_an_error(step: int) -> None:
    """Each number of the verification list names at least one class."""
    assert [cls for cls in TREE if issubclass(cls, VerificationError) and cls.step == step]


def test_reverted_shows_the_contracts_arguments() -> None:
    """A revert reads like the Solidity error that caused it."""
    error = TransactionReverted("Panic", (17,))
    assert (str(error), error.name, error.arguments) == ("Panic(17)", "Panic", (17,))


@pytest.mark.parametrize(
    "error",
    [
        InputError("no body", hint="write one"),
        TransactionReverted("Panic", (17,), hint="report it"),
        AmbiguousId("two", ["0x01", "0x02"], hint="longer"),
    ],
    ids=lambda error: str(error.code),
)
def test_errors_survive_pickling(error: Error) -> None:
    """An error crosses a process boundary unchanged."""
    copy = pickle.loads(pickle.dumps(error))
    assert (str(error), vars(error)) == (str(copy), vars(copy))
