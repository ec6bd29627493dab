"""
Trees and tests say the same.

* `<function>.tree` stands beside `test_<function>.py`, and there is one for each external function that
  changes something, for each action of `act`, and for each kind of attack.
* A line that begins with `it ` is a leaf, the lines above it are the conditions under which it holds.
* The leaf `it refuses other terms` is the test `test_refuses_other_terms`: the words after `it`, joined by
  underscores. A file's leaves and tests are the same, in the same order.
"""

import ast
import re
from pathlib import Path

import pytest

from supportledger.model.ticket import Action

HERE = Path(__file__).parent
TREES = sorted(HERE.rglob("*.tree"))
DRAWN = re.compile(r"^[│ ]*(?:[├└]── )?(?P<text>.*)$")


def leaves(tree: Path) -> list[str]:
    """The leaves, as tests are named."""
    texts = [DRAWN.match(line)["text"] for line in tree.read_text("utf-8").splitlines()]
    return ["test_" + text[3:].replace(" ", "_").lower() for text in texts if text.startswith("it ")]


def cases_in(file: Path) -> list[ast.FunctionDef]:
    """The tests of a file, in order."""
    nodes = ast.parse(file.read_text("utf-8")).body
    return [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.stem)
def test_leaves_and_tests_are_the_same(tree: Path) -> None:
    """Each leaf is a test, each test a leaf, in one order."""
    assert leaves(tree) == [test.name for test in cases_in(tree.with_name(f"test_{tree.stem}.py"))]


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.stem)
def test_trees_are_drawn_from_their_own_root(tree: Path) -> None:
    """The first line names the function; only conditions have branches, and no branch is without a leaf."""
    first, *rest = tree.read_text("utf-8").rstrip("\n").split("\n")
    assert tree.stem == first
    depths = [(len(line) - len(DRAWN.match(line)["text"])) // 4 for line in rest]
    texts = [DRAWN.match(line)["text"] for line in rest]
    for at, (depth, text) in enumerate(zip(depths, texts, strict=True)):
        deeper = at + 1 < len(rest) and depths[at + 1] > depth
        assert deeper != text.startswith("it "), f"{tree.stem}: {text}"


def test_every_test_is_in_a_tree() -> None:
    """No file of tests in a subject's folder is without a tree, and no test without its sentence."""
    for file in HERE.glob("*/test_*.py"):
        assert file.with_name(f"{file.stem.removeprefix('test_')}.tree").exists(), file
        for test in cases_in(file):
            assert ast.get_docstring(test), f"{file.name}: {test.name}"


def test_every_mutator_and_action_has_a_tree(SupportLedger) -> None:  # noqa: N803 -- Brownie's name
    """Each function of ours that changes something, and each action of `act`, has a tree."""
    interface = {
        re.sub(r"(?<!^)(?=[A-Z])", "_", entry["name"]).lower()
        for entry in SupportLedger.abi
        if entry["type"] == "function" and entry["stateMutability"] not in {"view", "pure"}
    }
    inherited = {
        "grant_role",
        "revoke_role",
        "renounce_role",
        "begin_default_admin_transfer",
        "cancel_default_admin_transfer",
        "accept_default_admin_transfer",
        "change_default_admin_delay",
        "rollback_default_admin_delay",
    }
    wanted = (interface - inherited) | {str(action).lower() for action in Action} | {"roles"}
    assert set() == wanted - {tree.stem for tree in TREES}
