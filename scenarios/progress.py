"""How far something is: what is told, and a bar on the terminal."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do in all: steps, or runs."""


def tell(progress: Progress | None, done: int, total: int) -> None:
    """Say how far it is, where somebody wants to know."""
    if progress is not None:
        progress(done, total)


@contextmanager
def shown(quiet: bool, of: str = "steps") -> Iterator[Progress | None]:
    """A bar on stderr with the time that is left; none where quiet or stderr is no terminal.

    What long steps tell of themselves (loggers below "habsburg") stands under the bar, and on a
    line each where stderr is no terminal.
    """
    if quiet:
        yield None
        return
    if not sys.stderr.isatty():
        with _told(lambda note: print(note, file=sys.stderr, flush=True)):
            yield None
        return
    from rich import progress
    from rich.console import Console, RenderableType
    from rich.text import Text

    class Bar(progress.Progress):
        """A bar, and under it what was told last."""

        note = ""

        def get_renderables(self) -> Iterator[RenderableType]:
            yield from super().get_renderables()
            if self.note:
                yield Text(self.note, style="dim", no_wrap=True, overflow="ellipsis")

    with Bar(
        progress.TextColumn(f"{{task.completed}}/{{task.total}} {of}"),
        progress.BarColumn(),
        progress.TimeElapsedColumn(),
        progress.TextColumn("left:"),
        progress.TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task(of, total=None)
        with _told(lambda note: setattr(bar, "note", note)):
            yield lambda done, total: bar.update(task, completed=done, total=total)


class _Notes(logging.Handler):
    """Hands on what is logged."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__()
        self.tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self.tell(record.getMessage())


@contextmanager
def _told(tell: Callable[[str], None]) -> Iterator[None]:
    """Hand on what the program tells of itself in this block."""
    logger, notes = logging.getLogger("habsburg"), _Notes(tell)
    before = logger.level
    logger.addHandler(notes)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(notes)
        logger.setLevel(before)
