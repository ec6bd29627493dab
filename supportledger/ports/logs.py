"""The port of append-only logs: where their lines and hashes lie."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from supportledger.proof.log_tree import Tiles, TreeHead


class LogStore(Protocol):
    """
    Append-only logs, by name.

    * A call that returns has been written to disk as a whole. One that raises, or whose process is killed,
      has appended nothing, or all of it if that happened at the last step. What was there before is never
      written again.
    * It is safe under threads, and several processes may open the same logs: one at a time appends to a log.
    * Beside a log lie documents, which can be replaced, and records by subject.
    * Warning: nothing is sealed here: whoever reads the disk reads lines, documents and records as they were
      given. What people wrote is sealed by whoever gives it.

    A name is of lower-case letters, digits and `._-`, at most 64, and does not begin with a sign.

    Raises, anywhere: NotFound, when there is no such log; InputError, when a name cannot be; StoreError, when
    the disk cannot do what was asked; StoreCorrupt, when files are damaged.
    """

    def logs(self) -> list[str]:
        """List the names of all logs, ascending."""

    def create(self, log: str, documents: Mapping[str, bytes]) -> None:
        """
        Begin a log, with its first documents.

        Raises:
            Conflict: There is one of this name.
        """

    def head(self, log: str) -> TreeHead:
        """Give size and root of all that was appended."""

    def append(
        self,
        log: str,
        lines: Iterable[bytes],
        *,
        after: int | None = None,
        records: "Callable[[int], Sequence[tuple[bytes, bytes]]] | None" = None,
    ) -> TreeHead:
        """
        Append lines, all of them or none.

        Args:
            log: Its name.
            lines: At most 65,535 bytes each; taken as they come, and not held.
            after: Lines that the log must have now; None: any number.
            records: Gives what to `remember` of them, once they are there, from the position of the first.

        Returns:
            The log with them.

        Raises:
            Conflict: The log has another number of lines.
            InputError: A line is too long.
        """

    def lines(self, log: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """
        Read lines in order, a bundle at a time.

        Args:
            log: Its name.
            start: The first, from 0.
            stop: The one behind the last; None, or more than there are: up to the end.
        """

    def tiles(self, log: str) -> Tiles:
        """Give the hashes of a log, for `proof.log_tree.TileTree`."""

    def keep(self, log: str, document: str, data: bytes) -> None:
        """Write a document, in place of one of the same name: all of it or nothing."""

    def kept(self, log: str, document: str) -> bytes:
        """
        Read a document.

        Raises:
            NotFound: There is none of this name.
        """

    def documents(self, log: str) -> list[str]:
        """List the names of documents, ascending."""

    def remember(self, log: str, records: Sequence[tuple[bytes, bytes]]) -> None:
        """
        Write records down, each behind those of its subject; one that is there is not written twice.

        Whose process is killed meanwhile has written the first of them, or all.

        Args:
            log: Its name.
            records: What each is about, which is 32 bytes; and itself, of any bytes but the line break.
        """

    def remembered(self, log: str, subject: bytes) -> list[bytes]:
        """Read the records of a subject, in order; none when it is not known."""

    def subjects(self, log: str) -> list[bytes]:
        """List what there are records about, ascending."""

    def tidy(self, log: str, least: int = 0) -> None:
        """
        Put records that came lately where they are found quickly; nothing reads otherwise meanwhile.

        Args:
            log: Its name.
            least: Bytes of them that are worth it.
        """

    def rewrite(self, log: str, subject: bytes, change: Callable[[bytes], bytes]) -> None:
        """
        Put other records in the place of those of a subject: all of them or none.

        Args:
            log: Its name.
            subject: What the records are about; 32 bytes.
            change: Gives the record that stands for one.
        """
