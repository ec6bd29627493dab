"""Progress bars on stderr, for people who watch."""

from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from supportledger.cli.language import _
from supportledger.cli.messages import translate
from supportledger.cli.pretty import console
from supportledger.cli.text import safe

if TYPE_CHECKING:
    from supportledger.desk.auditing.findings import Stage
    from supportledger.desk.demo_report import Scene


class Bars:
    """Reports a demonstration or an audit: a bar for each part, and sentences above them."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console(to_stderr=True),
        )
        self._task: TaskID | None = None
        self._steps = 0
        self._done = 0

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._progress.start()
        return self

    def __exit__(self, *exc: object) -> None:
        """Leave the bars as they are."""
        self._progress.stop()

    def begin(self, scene: "Scene | Stage", steps: int) -> None:
        """As `Reporter.begin` and `Watcher.begin`; the part before is then over."""
        if self._task is not None:
            done = self._steps or self._done
            self._progress.update(self._task, total=done, completed=done)
            self._progress.stop_task(self._task)
        self._steps = steps
        self._task = self._progress.add_task(_(str(scene)), total=steps or None)

    def advance(self, done: int) -> None:
        """As `Reporter.advance`."""
        self._done = done
        if self._task is not None:
            self._progress.update(self._task, completed=done)

    def tell(self, what: str) -> None:
        """As `Reporter.tell`."""
        self._progress.console.print(f"  {safe(translate(what))}", style="dim")
