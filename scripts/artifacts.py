"""
Compile the contracts into what the package ships: interface, bytecode, and where the storage lies.

    python scripts/artifacts.py            write supportledger/chain/artifacts/SupportLedger.json
    python scripts/artifacts.py --check    compare with it, and name the first difference

The settings are those of brownie-config.yaml and the compiler is npm's, so that Brownie makes the same bytes.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # it ships no types

from supportledger.model.ids import keccak

ROOT = Path(__file__).resolve().parents[1]
ARTIFACT = ROOT / "supportledger/chain/artifacts/SupportLedger.json"
CONTRACT = "SupportLedger"
SOURCE = f"contracts/{CONTRACT}.sol"
OUTPUTS = ["abi", "evm.bytecode.object", "evm.deployedBytecode", "metadata", "storageLayout"]
SHOWN = 60


def settings(root: Path = ROOT) -> dict[str, Any]:
    """Read the compiler settings as Brownie hands them to the compiler."""
    config = yaml.safe_load((root / "brownie-config.yaml").read_text("utf-8"))["compiler"]["solc"]
    return {
        "evmVersion": config["evm_version"],
        "optimizer": config["optimizer"],
        "remappings": config["remappings"],
        "viaIR": config["viaIR"],
    }


def standard_input(wanted: Mapping[str, Any], root: Path = ROOT) -> dict[str, Any]:
    """
    Make the compiler's input; what the contract imports, the compiler reads from disk.

    Brownie compiles all contracts of the project at once; the bytes are the same, a test shows.
    """
    return {
        "language": "Solidity",
        "sources": {SOURCE: {"content": (root / SOURCE).read_text("utf-8")}},
        "settings": {**wanted, "outputSelection": {"*": {"": ["ast"]}, SOURCE: {CONTRACT: OUTPUTS}}},
    }


def compile_contracts(wanted: Mapping[str, Any] | None = None, root: Path = ROOT) -> dict[str, Any]:
    """
    Compile, and give the compiler's whole output.

    Args:
        wanted: Settings other than the project's.
        root: The checkout whose contracts are compiled.

    Raises:
        SystemExit: They do not compile.
    """
    text = json.dumps(standard_input(wanted or settings(root), root))
    compiler = ROOT / "toolchain/solc/solc-v0.8.30"
    done = subprocess.run(  # noqa: S603 -- the project's compiler
        [compiler, "--standard-json"], input=text, capture_output=True, text=True, check=True, cwd=root
    )
    output: dict[str, Any] = json.loads(done.stdout)
    errors = [one["formattedMessage"] for one in output.get("errors", ()) if one["severity"] == "error"]
    if errors:
        sys.exit("\n".join(errors))
    return output


def artifact(output: Mapping[str, Any]) -> dict[str, Any]:
    """Choose from the compiler's output what the package needs."""
    contract = output["contracts"][SOURCE][CONTRACT]
    code, metadata = contract["evm"]["deployedBytecode"], json.loads(contract["metadata"])
    names = dict(_immutables(output["sources"]))
    return {
        "contractName": CONTRACT,
        "compiler": {
            "version": metadata["compiler"]["version"],
            "settings": metadata["settings"],
        },
        "abi": contract["abi"],
        "bytecode": "0x" + contract["evm"]["bytecode"]["object"],
        "deployedBytecode": "0x" + code["object"],
        "immutableReferences": {
            names[int(number)]: places for number, places in code["immutableReferences"].items()
        },
        "storageLayout": _storage(contract["storageLayout"]),
        "sources": {path: source["keccak256"] for path, source in metadata["sources"].items()},
    }


def to_text(made: Mapping[str, Any]) -> str:
    """Write an artifact as it is kept, the same every time."""
    return json.dumps(made, indent=1) + "\n"


def first_difference(old: Any, new: Any, place: str = "") -> str | None:
    """Name the first place where two JSON values differ; None when they are equal."""
    if isinstance(old, dict) and isinstance(new, dict):
        pairs = [(f".{key}", old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new])]
    elif isinstance(old, list) and isinstance(new, list):
        pairs = [(f"[{at}]", *two) for at, two in enumerate(zip_longest(old, new))]
    else:
        return None if old == new else f"{place.lstrip('.')}: {_shown(old, new)}"
    found = (first_difference(before, now, place + key) for key, before, now in pairs)
    return next((one for one in found if one), None)


def check(made: Mapping[str, Any], path: Path = ARTIFACT) -> str | None:
    """Compare byte for byte with what is kept, and say what differs first."""
    if not path.exists():
        return "there is none"
    kept = path.read_text("utf-8")
    if kept == to_text(made):
        return None
    return first_difference(json.loads(kept), made) or "the same content, written differently"


def _immutables(sources: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Give the compiler's number and the name of each immutable variable."""
    for source in sources.values():
        for contract in source["ast"]["nodes"]:
            for node in contract.get("nodes", ()):
                if node.get("mutability") == "immutable":
                    yield node["id"], node["name"]


def _storage(layout: Mapping[str, Any]) -> dict[str, Any]:
    return {
        variable["label"]: {
            "slot": int(variable["slot"]),
            "offset": variable["offset"],
            "type": layout["types"][variable["type"]]["label"],
        }
        for variable in layout["storage"]
    }


def _shown(old: Any, new: Any) -> str:
    """Show two different values; of long ones, from where they differ."""
    if not (isinstance(old, str) and isinstance(new, str)):
        return f"was {old!r:.{SHOWN}}, is {new!r:.{SHOWN}}"
    at = next(
        (at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    start = max(0, at - 8) if max(len(old), len(new)) > SHOWN else 0
    where = f"at character {at}, " if start else ""
    return f"{where}was {old[start : start + SHOWN]!r}, is {new[start : start + SHOWN]!r}"


def main() -> int:
    """Write the artifact, or check the one that is kept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail when it is not up to date")
    made = artifact(compile_contracts())
    if parser.parse_args().check:
        difference = check(made)
        if difference:
            print(f"{ARTIFACT.relative_to(ROOT)} is not what the sources compile to: {difference}")
            print("Run `make artifacts`.")
        return 1 if difference else 0
    ARTIFACT.parent.mkdir(exist_ok=True)
    ARTIFACT.write_text(to_text(made), "utf-8", newline="\n")
    code = bytes.fromhex(made["deployedBytecode"][2:])
    print(f"{ARTIFACT.relative_to(ROOT)}: {len(code):,} bytes of code, keccak256 {keccak(code).hex()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
