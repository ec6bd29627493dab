"""
A witness on disk.

    <folder>/key                its private key
             logs/<hash>/key    public key of a log, under the hash of its name
             logs/<hash>/seen   the last checkpoint of it that was cosigned: replaced as a whole
             evidence/<hash>    what shows that a log contradicted itself
             lock               held by whoever decides

Source: docs/spec/anchored-log.md, L8.3.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from supportledger.ports.witness import Decide
from supportledger.store import log_disk, witness_rules

FOLDER: Final = "witness"
"""The folder of the witness, in the data directory."""


class FolderWitness:
    """
    A witness in a folder, as `ports.WitnessStore`.

    Args:
        folder: Made, for its owner only, when the witness is created.
        lock_timeout_s: How long to wait for somebody else who decides.
    """

    def __init__(self, folder: Path, *, lock_timeout_s: float = log_disk.LOCK_TIMEOUT_S) -> None:
        self._folder = folder
        self._lock_timeout_s = lock_timeout_s

    def create(self, signer: bytes) -> None:
        """As `WitnessStore.create`."""
        with log_disk.excused(self._folder):
            log_disk.make_whole(self._folder, {"key": signer}, witness_rules.taken())

    def signer(self) -> bytes:
        """As `WitnessStore.signer`."""
        path = self._folder / "key"
        with log_disk.excused(path):
            if not path.exists():
                raise witness_rules.no_witness()
            return path.read_bytes()

    def trust(self, origin: str, key: bytes) -> None:
        """As `WitnessStore.trust`."""
        self.signer()
        path = self._log(origin) / "key"
        with log_disk.excused(path), log_disk.locked(self._folder / "lock", self._lock_timeout_s):
            path.parent.parent.mkdir(mode=0o700, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            if path.exists():
                witness_rules.check_same_key(origin, path.read_bytes(), key)
            else:
                log_disk.write_whole(path, key)
                log_disk.sync_folder(path.parent.parent)

    def trusted(self) -> Mapping[str, bytes]:
        """As `WitnessStore.trusted`."""
        self.signer()
        with log_disk.excused(self._folder):
            keys = [path.read_bytes() for path in self._folder.glob("logs/*/key")]
        return dict(sorted((key.decode().split("+")[0], key) for key in keys))

    def seen(self, origin: str) -> bytes | None:
        """As `WitnessStore.seen`."""
        self.signer()
        path = self._log(origin) / "seen"
        with log_disk.excused(path):
            return path.read_bytes() if path.exists() else None

    def advance(self, origin: str, decide: Decide) -> None:
        """As `WitnessStore.advance` (L8.3)."""
        self.signer()
        folder = self._log(origin)
        if not (folder / "key").exists():
            raise witness_rules.not_watched(origin)
        with log_disk.excused(folder), log_disk.locked(self._folder / "lock", self._lock_timeout_s):
            log_disk.write_whole(folder / "seen", decide(self.seen(origin)))

    def keep_evidence(self, evidence: bytes) -> str:
        """As `WitnessStore.keep_evidence`."""
        self.signer()
        path = self._folder / "evidence" / f"{sha256(evidence).hexdigest()}.json"
        with log_disk.excused(path):
            path.parent.mkdir(mode=0o700, exist_ok=True)
            log_disk.write_whole(path, evidence)
        return str(path)

    def _log(self, origin: str) -> Path:
        return self._folder / "logs" / sha256(origin.encode()).hexdigest()
