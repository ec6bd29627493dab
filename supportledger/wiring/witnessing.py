"""The witness of a data directory."""

from pathlib import Path

from supportledger.desk.witness import Witness
from supportledger.store.witness_files import FOLDER, FolderWitness
from supportledger.wiring.clock import SystemClock


def open_witness(data_dir: Path) -> Witness:
    """Open the witness of a data directory; it needs neither a chain nor a desk."""
    return Witness(FolderWitness(data_dir / FOLDER), SystemClock())
