"""A witness in this process's memory: the same promises as one on disk, but the disk's."""

from collections.abc import Mapping
from hashlib import sha256
from threading import RLock

from supportledger.ports.witness import Decide
from supportledger.store import witness_rules


class MemoryWitness:
    """A witness in dictionaries, as `ports.WitnessStore`."""

    def __init__(self) -> None:
        self._signer: bytes | None = None
        self._keys: dict[str, bytes] = {}
        self._seen: dict[str, bytes] = {}
        self.evidence: dict[str, bytes] = {}
        """What was kept, by where."""
        self._lock = RLock()

    def create(self, signer: bytes) -> None:
        """As `WitnessStore.create`."""
        with self._lock:
            if self._signer is not None:
                raise witness_rules.taken()
            self._signer = signer

    def signer(self) -> bytes:
        """As `WitnessStore.signer`."""
        if self._signer is None:
            raise witness_rules.no_witness()
        return self._signer

    def trust(self, origin: str, key: bytes) -> None:
        """As `WitnessStore.trust`."""
        with self._lock:
            self.signer()
            witness_rules.check_same_key(origin, self._keys.setdefault(origin, key), key)

    def trusted(self) -> Mapping[str, bytes]:
        """As `WitnessStore.trusted`."""
        self.signer()
        return dict(sorted(self._keys.items()))

    def seen(self, origin: str) -> bytes | None:
        """As `WitnessStore.seen`."""
        self.signer()
        return self._seen.get(origin)

    def advance(self, origin: str, decide: Decide) -> None:
        """As `WitnessStore.advance`."""
        with self._lock:
            if origin not in self.trusted():
                raise witness_rules.not_watched(origin)
            self._seen[origin] = decide(self._seen.get(origin))

    def keep_evidence(self, evidence: bytes) -> str:
        """As `WitnessStore.keep_evidence`."""
        self.signer()
        name = sha256(evidence).hexdigest()
        self.evidence[name] = evidence
        return name
