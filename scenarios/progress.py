"""How far something is: what is told, and a bar on the terminal."""

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
    """A bar on stderr with the time that is left; none where quiet or stderr is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich import progress
    from rich.console import Console

    with progress.Progress(
        progress.TextColumn(f"{{task.completed}}/{{task.total}} {of}"),
        progress.BarColumn(),
        progress.TimeElapsedColumn(),
        progress.TextColumn("left:"),
        progress.TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task(of, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
