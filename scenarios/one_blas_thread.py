"""One thread in the linear algebra of runs, so that their last bits depend on no machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

_lock = threading.Lock()
_running = 0
_limits: threadpool_limits | None = None


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold linear algebra to one thread in this block.

    The limit is of the whole process, in whose threads several runs may go on at once (an
    executor's, a Dask worker's): the first sets it, the last takes it back.
    """
    global _running, _limits
    with _lock:
        if not _running:
            _limits = threadpool_limits(limits=1)
        _running += 1
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if not _running and _limits is not None:
                _limits.restore_original_limits()
