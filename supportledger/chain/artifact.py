"""
The contract as the package ships it: interface, code, and where its storage lies.

Nothing here needs a compiler; a test of the project compiles the sources and compares.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from supportledger.chain.interface import Interface
from supportledger.model.ids import keccak

NAME: Final = "SupportLedger"
TICKETS: Final = "tickets"
"""The mapping from a ticket's id to the hash of its state."""
ANCHORS: Final = "anchorHash"
"""The mapping from a log's id to the hash of its last checkpoint."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """
    A compiled contract.

    Args:
        interface: What it can be asked and can say.
        bytecode: What deploys it, before the constructor's arguments.
        runtime: Its code on chain, with zeros for the immutables.
        immutables: Where in that code the chain writes what is fixed at deployment: start and length.
        storage: Position of each variable's slot, by its name without the underscore of a private one.
        compiler: Version and settings.
    """

    interface: Interface
    bytecode: bytes
    runtime: bytes
    immutables: tuple[tuple[int, int], ...]
    storage: Mapping[str, int]
    compiler: Mapping[str, Any]

    @property
    def code_hash(self) -> bytes:
        """Hash of the code with its immutables masked: the same for every deployment."""
        return self.hash_masked(self.runtime)

    def hash_masked(self, code: bytes) -> bytes:
        """Hash code that was found on a chain, with zeros for its immutables."""
        masked = bytearray(code)
        for start, length in self.immutables:
            masked[start : start + length] = bytes(length)
        return keccak(bytes(masked))


@cache
def packaged() -> Artifact:
    """Give the contract that this version of the package speaks to."""
    return parse(json.loads((files(__package__) / "artifacts" / f"{NAME}.json").read_text("utf-8")))


def parse(content: Mapping[str, Any]) -> Artifact:
    """Read an artifact from its JSON."""
    return Artifact(
        interface=Interface(content["abi"]),
        bytecode=bytes.fromhex(content["bytecode"][2:]),
        runtime=bytes.fromhex(content["deployedBytecode"][2:]),
        immutables=tuple(_places(content["immutableReferences"].values())),
        storage={
            name.removeprefix("_"): int(variable["slot"])
            for name, variable in content["storageLayout"].items()
        },
        compiler=content["compiler"],
    )


def _places(references: Iterable[Iterable[Mapping[str, int]]]) -> Iterable[tuple[int, int]]:
    return ((place["start"], place["length"]) for places in references for place in places)
