import json
import tomllib
from pathlib import Path

import pytest

from scripts.artifacts import (
    ARTIFACT,
    ROOT,
    artifact,
    check,
    compile_contracts,
    first_difference,
    settings,
    to_text,
)


@pytest.fixture(scope="module")
def compiled():
    return artifact(compile_contracts())


@pytest.mark.node
def test_packaged(compiled):
    """The package ships what the sources compile to, byte for byte."""
    assert None is check(compiled)
    assert to_text(compiled) == ARTIFACT.read_text("utf-8")


@pytest.mark.node
def test_compiled_elsewhere(tmp_path):
    """The bytes do not depend on where the project lies."""
    (tmp_path / "contracts").symlink_to(ROOT / "contracts")
    elsewhere = artifact(compile_contracts(settings(), tmp_path))
    assert json.loads(ARTIFACT.read_text("utf-8")) == elsewhere


@pytest.mark.node
def test_checked(compiled, tmp_path):
    """Checking names the first difference, in a value, in its presence, and in how the file is written."""
    changed = json.loads(to_text(compiled))
    changed["bytecode"] = changed["bytecode"][:1000] + "xyz" + changed["bytecode"][1003:]
    path = tmp_path / "SupportLedger.json"
    assert "there is none" == check(compiled, path)
    path.write_text(to_text(changed), "utf-8")
    assert check(compiled, path).startswith("bytecode: at character 1000, was ")
    path.write_text(json.dumps(compiled), "utf-8")
    assert "the same content, written differently" == check(compiled, path)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}, None),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, "a[1].b: was 2, is 3"),
        ({"a": [1]}, {"a": [1, 2]}, "a[1]: was None, is 2"),
        ({"a": 1, "b": 2}, {"a": 1}, "b: was 2, is None"),
        ({"a": "0x1234"}, {"a": "0x1244"}, "a: was '0x1234', is '0x1244'"),
    ],
)
def test_difference(old, new, expected):
    """A difference is named by its place and both values."""
    assert expected == first_difference(old, new)


def test_forge():
    """Forge compiles with the settings of Brownie, but for how each writes its remappings."""
    forge = tomllib.loads(Path("foundry.toml").read_text("utf-8"))["profile"]["default"]
    expected = settings()
    assert expected["evmVersion"] == forge["evm_version"]
    assert expected["viaIR"] == forge["via_ir"]
    assert expected["optimizer"] == {
        "enabled": forge["optimizer"],
        "runs": forge["optimizer_runs"],
        "details": forge["optimizer_details"],
    }
    assert {one.replace("=", "/=") + "/" for one in expected["remappings"]} <= set(forge["remappings"])
