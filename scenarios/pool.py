"""Making runs: in this process, in processes of this machine, or through any executor."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    wait,
)
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ecosystem import threads
from scenarios import shards
from scenarios.plan import Planned
from scenarios.processes import processes

AHEAD = 2
"""Runs handed out at once for each worker."""


def made(
    todo: Sequence[Planned], executor: Executor | None, workers: int
) -> Iterator[tuple[Planned, shards.Files | None, str]]:
    """Every run as it ends: its files, or None and why it failed."""
    if executor is None and min(workers, len(todo)) <= 1:
        for one in todo:
            try:
                yield one, shards.made(*one.given), ""
            except Exception as error:
                yield one, None, _said(error)
        return
    waiting = list(reversed(todo))
    while waiting:
        suspects: list[Planned] = []
        with _pool(executor, min(workers, len(waiting))) as pool:
            yield from _through(pool, waiting, suspects, AHEAD * workers)
        if suspects and executor is not None:
            raise RuntimeError(
                "the executor given is broken; what is done is stored, and the same study goes on "
                "from there with another"
            )
        while suspects:  # one at a time, so that none is blamed for another
            guilty: list[Planned] = []
            with _pool(None, 1) as pool:
                yield from _through(pool, suspects, guilty, 1)
            for one in guilty:
                yield one, None, "its worker died, twice (out of memory?)"


def _through(
    pool: Executor, waiting: list[Planned], suspects: list[Planned], most: int
) -> Iterator[tuple[Planned, shards.Files | None, str]]:
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


def _pool(executor: Executor | None, workers: int) -> AbstractContextManager[Executor]:
    """The executor given, which stays; or processes of this machine."""
    return processes(workers) if executor is None else nullcontext(executor)


def _alone(task: Callable[..., shards.Files], *given: Any) -> shards.Files:
    """Make a run in a worker, which has one core, whoever started it."""
    threads.use(1)
    return task(*given)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:500]
