"""One thread in the linear algebra of runs, so that their last bits depend on no machine."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

_lock = threading.Lock()
_first: list[threadpool_limits] = []
_running = 0


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold linear algebra to one thread in this block.

    The limit is one of the whole process, in whose threads several runs may go on at once (those
    of an executor, of a Dask worker): the last to end takes back what the first had set.
    """
    global _running
    with _lock:
        _running += 1
        _apart(lambda: _first.append(threadpool_limits(limits=1)))  # again: more may be loaded
        del _first[1:]
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if not _running:
                _apart(_first.pop().restore_original_limits)


def _apart(task: Callable[[], None]) -> None:
    """Do it in a thread that ends: while the first to set a limit lives, no other may."""
    thread = threading.Thread(target=task)
    thread.start()
    thread.join()
