"""Which ledger a data directory works with on another chain: `<data>/ledger.json`, once it was checked."""

import json
from dataclasses import dataclass
from pathlib import Path

from supportledger.errors import ConfigError
from supportledger.model.ids import Address
from supportledger.model.records import Deployment


@dataclass(frozen=True, slots=True)
class KnownLedger:
    """
    A ledger that was found before.

    Args:
        chain_id: Of its chain.
        ledger: Address of the contract.
        block: Where it was deployed, or any before that.
    """

    chain_id: int
    ledger: Address
    block: int


class Known:
    """
    Remembers a ledger.

    Args:
        data_dir: The data directory.
    """

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / "ledger.json"

    def read(self) -> KnownLedger | None:
        """
        Give the ledger that was found before; None if none was.

        Raises:
            ConfigError: The file is damaged.
        """
        try:
            content = json.loads(self._file.read_text("utf-8"))
            return KnownLedger(
                int(content["chain_id"]), Address.parse(content["ledger"]), int(content["block"])
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"{self._file} is damaged", hint="Remove it, and name the ledger again."
            ) from error

    def remember(self, deployment: Deployment, block: int) -> None:
        """Note a ledger that was checked."""
        content = {"chain_id": deployment.chain_id, "ledger": str(deployment.ledger), "block": block}
        new = self._file.with_suffix(".new")
        new.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
        new.replace(self._file)
