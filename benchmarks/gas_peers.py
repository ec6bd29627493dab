"""
What the peers' published contracts cost for the nearest thing they do, on the same chain.

EAS stores attestations, here the smallest useful one: a commitment of 32 bytes. Its timestamps store 32 bytes
and no attester. Neither knows tickets, deadlines, certificates, or what came before.
"""

import json
from collections.abc import Iterator
from typing import Any

from throwaway import ROOT, Chain, deploy

from supportledger.chain.wellknown import private_key
from supportledger.model import abi
from supportledger.model.ids import NOBODY, Address, keccak
from supportledger.proof.signature import sign_digest

PACKAGE = ROOT / "benchmarks/peers/node_modules/@ethereum-attestation-service/eas-contracts"
SCHEMA = "bytes32 commitment"
DELEGATED, MANY = 50, 100
DEPLOYER, ATTESTER, RELAYER, RECIPIENT = 10, 11, 12, 13

Row = tuple[str, int]
Data = tuple[Address, int, bool, bytes, bytes, int]


def version() -> str:
    """Name the package whose contracts are measured."""
    manifest = json.loads((PACKAGE / "package.json").read_text("utf-8"))
    return f"{manifest['name']} {manifest['version']}"


def measure(chain: Chain) -> dict[str, int]:
    """Measure the peers' operations; those of a batch each."""
    return dict(Eas(chain).rows())


class Eas:
    """
    The Ethereum Attestation Service, from its published artifacts.

    Args:
        chain: Where it is deployed.
    """

    def __init__(self, chain: Chain) -> None:
        self._people = chain.accounts
        self._registry = deploy(chain, self._people[DEPLOYER], _artifact("SchemaRegistry"))
        self._eas = deploy(chain, self._people[DEPLOYER], _artifact("EAS"), self._registry.address)
        self._separator: bytes = self._eas.read("getDomainSeparator")[0]
        self._number = 0

    def rows(self) -> Iterator[Row]:
        """Measure one operation after the other."""
        registered = self._registry.send(self._people[DEPLOYER], "register", SCHEMA, NOBODY, True)  # noqa: FBT003
        self._schema = registered.returned
        yield "eas_deploy", self._eas.deployment.gas
        yield "eas_registry_deploy", self._registry.deployment.gas
        yield "eas_register_schema", registered.gas
        yield from self._attestations()
        yield from self._delegated()
        yield from self._timestamps()

    def _attestations(self) -> Iterator[Row]:
        attested = [self._send(ATTESTER, "attest", (self._schema, self._data())) for _ in range(5)]
        yield "eas_attest", max(done.gas for done in attested)
        revoked = self._send(ATTESTER, "revoke", (self._schema, (attested[0].returned, 0)))
        yield "eas_revoke", revoked.gas
        many = self._send(ATTESTER, "multiAttest", [(self._schema, [self._data() for _ in range(MANY)])])
        yield f"eas_multiattest_{MANY}", -(-many.gas // MANY)

    def _delegated(self) -> Iterator[Row]:
        """Attest by signature; the first one of an attester also begins their count, which costs more."""
        deadline = 0xFFFFFFFF
        for nonce in range(2):
            data = self._data()
            one = (self._schema, data, self._signed(data, nonce, deadline), self._people[ATTESTER], deadline)
            done = self._send(RELAYER, "attestByDelegation", one)
        yield "eas_attest_delegated", done.gas
        many = [self._data() for _ in range(DELEGATED)]
        signatures = [self._signed(data, 2 + at, deadline) for at, data in enumerate(many)]
        request = (self._schema, many, signatures, self._people[ATTESTER], deadline)
        done = self._send(RELAYER, "multiAttestByDelegation", [request])
        yield f"eas_multiattest_delegated_{DELEGATED}", -(-done.gas // DELEGATED)

    def _timestamps(self) -> Iterator[Row]:
        yield "eas_timestamp", self._send(ATTESTER, "timestamp", self._random()).gas
        many = self._send(ATTESTER, "multiTimestamp", [self._random() for _ in range(MANY)])
        yield f"eas_multitimestamp_{MANY}", -(-many.gas // MANY)

    def _send(self, who: int, function: str, *values: Any) -> Any:
        return self._eas.send(self._people[who], function, *values)

    def _random(self) -> bytes:
        self._number += 1
        return keccak(b"attested" + self._number.to_bytes(4, "big"))

    def _data(self) -> Data:
        return self._people[RECIPIENT], 0, True, bytes(32), self._random(), 0

    def _signed(self, data: Data, nonce: int, deadline: int) -> tuple[int, bytes, bytes]:
        recipient, expires, revocable, reference, content, value = data
        words = (
            self._eas.read("getAttestTypeHash")[0],
            abi.address(self._people[ATTESTER]),
            self._schema,
            abi.address(recipient),
            abi.uint(expires),
            abi.uint(int(revocable)),
            reference,
            keccak(content),
            abi.uint(value),
            abi.uint(nonce),
            abi.uint(deadline),
        )
        digest = keccak(b"\x19\x01" + self._separator + keccak(b"".join(words)))
        signature = sign_digest(private_key(ATTESTER), digest)
        return signature[64], signature[:32], signature[32:64]


def _artifact(name: str) -> dict[str, Any]:
    path = PACKAGE / f"artifacts/contracts/{name}.sol/{name}.json"
    made: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return made
