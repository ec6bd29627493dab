"""
The demonstration: a local chain of its own, a desk on it, and what no desk can do.

* Everything is in a folder of its own, `<data>/demo`, made anew by every run: one that was interrupted is
  begun again from the start. Nothing else of the data directory is read or written.
* The chain ends with the run, however that ends. Its data stays, so that what happened can be looked at:
  `supportledger up --data <data>/demo`.
* The text that is altered is put back before the end.
"""

import secrets
import shutil
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from supportledger.chain.local import LocalChain, advance
from supportledger.chain.rpc import Rpc
from supportledger.chain.signer import KeySigner
from supportledger.desk import demo
from supportledger.desk.demo_report import DemoReport, Reporter
from supportledger.desk.questions import Question
from supportledger.errors import Conflict, ForeignData
from supportledger.model.ids import TicketId
from supportledger.ports import Signer
from supportledger.store.tampering import alter_body
from supportledger.wiring.connecting import DATABASE, connect
from supportledger.wiring.local import start_local, stop_local

FOLDER: Final = "demo"
_MARK: Final = "made-by-supportledger-demo"
_KEY_BYTES: Final = 32


def run_demo(
    data: Path,
    questions: Iterable[Question],
    *,
    count: int = 100,
    engine: str | None = None,
    reporter: Reporter | None = None,
) -> DemoReport:
    """
    Run the whole story on a new local chain, and stop the chain.

    Args:
        data: The story is in `demo` below it.
        questions: At least one; asked again from the first when there are too few.
        count: How many tickets.
        engine: `ganache` or `anvil`; None: Ganache.
        reporter: Whoever watches.

    Raises:
        InputError: The story needs more tickets, or a question is malformed; nothing was begun.
        Conflict: A demonstration is running there.
        ForeignData: The folder is there, and no demonstration made it.
        EngineFailed: The chain cannot be started.
    """
    asked = demo.choose(questions, count)
    folder = data / FOLDER
    _make_anew(folder)
    try:
        record = start_local(folder, engine=engine, port=0, detach=False)
        own, at = f"sqlite:///{DATABASE}", record.rpc_url
        with (
            connect(folder, rpc=at, ledger=str(record.ledger), confirmations=0, store=own) as desk,
            closing(Rpc(record.rpc_url)) as rpc,
        ):
            return demo.run(desk, asked, LocalStage(rpc, folder / DATABASE), count=count, reporter=reporter)
    finally:
        stop_local(folder)


class LocalStage:
    """A local chain's clock, keys and database, as `demo_report.Stage` has them."""

    def __init__(self, rpc: Rpc, database: Path) -> None:
        self._rpc = rpc
        self._database = database

    def newcomer(self) -> Signer:
        """As `Stage.newcomer`."""
        return KeySigner(secrets.token_bytes(_KEY_BYTES))

    def wait_until(self, instant: int) -> None:
        """As `Stage.wait_until`."""
        latest = int(self._rpc.block()["timestamp"], 16)
        advance(self._rpc, max(instant - latest, 0))

    def alter(self, ticket: TicketId, commitment: bytes, body: str) -> Callable[[], None]:
        """As `Stage.alter`."""
        return alter_body(self._database, ticket, commitment, body)


def _make_anew(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise ForeignData(f"{folder} is there, and no demonstration made it", hint="Name another --data.")
        record = LocalChain(folder).record()
        if record is not None and record.is_running:
            raise Conflict(
                f"a chain is running for {folder}", hint="Wait for it, or stop it with `supportledger down`."
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()
