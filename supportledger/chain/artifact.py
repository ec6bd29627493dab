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
from supportledger.model import abi
from supportledger.model.ids import keccak
from supportledger.proof.typed_data import Domain

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
        fixed: The same by name of the immutable.
        storage: Position of each variable's slot, by its name without the underscore of a private one.
        compiler: Version and settings.
    """

    interface: Interface
    bytecode: bytes
    runtime: bytes
    immutables: tuple[tuple[int, int], ...]
    storage: Mapping[str, int]
    compiler: Mapping[str, Any]
    fixed: Mapping[str, tuple[tuple[int, int], ...]]

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

    def hash_deployed(self, chain_id: int, ledger: bytes) -> bytes:
        """
        Tell the hash of the code on a chain before anybody has asked a node for it.

        All that is fixed at deployment follows from the chain and the address.

        Args:
            chain_id: Of the chain at deployment.
            ledger: Address of the contract; 20 bytes.
        """
        values = {
            "_deployedOn": abi.uint(chain_id),
            "_separatorChain": abi.uint(chain_id),
            "_separator": Domain(chain_id, ledger).separator,
        }
        code = bytearray(self.runtime)
        for name, places in self.fixed.items():
            for start, length in places:
                code[start : start + length] = values[name]
        return keccak(bytes(code))


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
        fixed={
            name: tuple((place["start"], place["length"]) for place in found)
            for name, found in content["immutableReferences"].items()
        },
    )


def _places(references: Iterable[Iterable[Mapping[str, int]]]) -> Iterable[tuple[int, int]]:
    return ((place["start"], place["length"]) for places in references for place in places)
