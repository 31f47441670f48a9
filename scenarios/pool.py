"""Making runs: in this process, in processes of this machine, or through any executor.

The unit of work is one run. Runs go out in the order of the plan, a few ahead of the workers; each
comes back as it ends.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from ecosystem import threads
from scenarios import shards
from scenarios.plan import Planned
from scenarios.processes import processes

AHEAD = 2
"""Runs handed out at once for each worker."""
Made = tuple[Planned, shards.Files | None, str]
"""A run that ended: its files, or None and why it failed."""


class Workers:
    """Those who make runs, from the first run asked of them to the end of the block.

    Args:
        executor: whose workers they are; it stays open. By default processes of this machine.
        workers: how many runs are made at once; with 1 and no executor it is this process.
    """

    def __init__(self, executor: Executor | None = None, workers: int = 1) -> None:
        self.executor = executor
        self.workers = workers
        self._pool: Executor | None = executor
        self._own = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._own.__exit__(kind, error, trace)

    def made(self, todo: Sequence[Planned]) -> Iterator[Made]:
        """Every run as it ends.

        Raises:
            RuntimeError: the executor given is broken.
        """
        if self._pool is None and min(self.workers, len(todo)) <= 1:
            for one in todo:
                try:
                    yield one, shards.made(*one.given), ""
                except Exception as error:
                    yield one, None, _said(error)
            return
        waiting = list(reversed(todo))
        while waiting:
            if self._pool is None:
                self._pool = self._own.enter_context(processes(self.workers))
            suspects: list[Planned] = []
            yield from _through(self._pool, waiting, suspects, AHEAD * self.workers)
            if suspects:
                yield from self._questioned(suspects)

    def _questioned(self, suspects: list[Planned]) -> Iterator[Made]:
        """The runs under which a worker died: one at a time, so that none is blamed for another."""
        if self.executor is not None:
            raise RuntimeError(
                "the executor given is broken; what is done is stored, and the same study goes on "
                "from there with another"
            )
        self._own.close()
        self._pool = None
        while suspects:
            guilty: list[Planned] = []
            with processes(1) as pool:
                yield from _through(pool, suspects, guilty, 1)
            for one in guilty:
                yield one, None, "its worker died, twice (out of memory?)"


def _through(
    pool: Executor, waiting: list[Planned], suspects: list[Planned], most: int
) -> Iterator[Made]:
    """Hand out what waits, a few at a time, until a worker dies; what was out is suspect then."""
    out: dict[Future[shards.Files], Planned] = {}
    try:
        while waiting or out:
            while waiting and len(out) < most:
                out[pool.submit(_alone, shards.made, *waiting[-1].given)] = waiting[-1]
                waiting.pop()
            for future in wait(out, return_when=FIRST_COMPLETED).done:
                try:
                    files, cause = future.result(), ""
                except BrokenExecutor:
                    raise
                except Exception as error:
                    files, cause = None, _said(error)
                yield out.pop(future), files, cause
    except BrokenExecutor:
        # an executor that takes nothing at all: what it was given first, or this would never end
        suspects += list(out.values()) or [waiting.pop()]


def _alone(task: Callable[..., shards.Files], *given: Any) -> shards.Files:
    """Make a run in a worker, which has one core, whoever started it."""
    threads.use(1)
    return task(*given)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:500]
