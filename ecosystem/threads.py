"""Draws of one step shared by threads, without changing a byte of what comes out.

Every piece of work draws from streams of its own and writes to rows of its own, so that it does
not matter which thread does it, or when. numpy lets go of the interpreter inside its draws; below
`LEAST_CELLS` a piece, threads would only wait on each other, as they do in the many short passes
of learning, which therefore has one.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")
Done = TypeVar("Done")
LEAST_CELLS = 2**13


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_most = min(2, _cores())


def use(threads: int) -> None:
    """Set the most threads that one run uses, 1 or more (at first 2, where there are two cores)."""
    global _most
    _most = threads


def each(work: Callable[[Piece], Done], pieces: Sequence[Piece], cells: float) -> list[Done]:
    """Work done on every piece, in their order.

    Args:
        work: what to do; must not depend on the order of the pieces.
        pieces: what to do it on.
        cells: about as many array elements that a piece has to touch.
    """
    threads = min(_most, len(pieces))
    if threads < 2 or cells < LEAST_CELLS:
        return [work(piece) for piece in pieces]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, pieces))
