"""The port of a witness: its key, the logs that it watches, and how far it has seen each."""

from collections.abc import Callable, Mapping
from typing import Protocol

Decide = Callable[[bytes | None], bytes]
"""Takes what was seen last, None for nothing, and gives what is seen now; or raises, and nothing changes."""


class WitnessStore(Protocol):
    """
    What a witness must never forget.

    * A call that returns has been written to disk as a whole; one that raises has changed nothing.
    * It is safe under threads, and several processes may open the same witness.
    * Warning: the key is not sealed; whoever reads the disk can sign for the witness.

    Raises, anywhere: StoreError, when the disk cannot do what was asked; NotFound, before `create`.
    """

    def create(self, signer: bytes) -> None:
        """
        Begin a witness, with its private key.

        Raises:
            Conflict: There is one.
        """

    def signer(self) -> bytes:
        """Give the private key."""

    def trust(self, origin: str, key: bytes) -> None:
        """
        Watch a log.

        Args:
            origin: Its name.
            key: Its public key.

        Raises:
            Conflict: It is watched with another key.
        """

    def trusted(self) -> Mapping[str, bytes]:
        """Give the keys of all logs that are watched, by origin, ascending."""

    def seen(self, origin: str) -> bytes | None:
        """Give the last checkpoint of a log that was cosigned; None for none."""

    def advance(self, origin: str, decide: Decide) -> None:
        """
        Replace what was seen of a log, while nobody else does.

        Raises:
            NotFound: The log is not watched.
        """

    def keep_evidence(self, evidence: bytes) -> str:
        """Keep what shows that a log contradicted itself, and tell where."""
