"""Processes of this machine that make runs."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from threading import Thread

from ecosystem import threads


@contextmanager
def processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes end with the block: at once where it is left by an error."""
    context, others = multiprocessing.get_context("spawn"), multiprocessing.active_children()
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=worker)
    try:
        yield pool
    except BaseException:
        # those of this pool only: the caller may have others; one that was just being started is
        # not in its list yet (Python 3.14: terminate_workers)
        pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            if process not in others:
                process.terminate()
        raise
    pool.shutdown()


def worker() -> None:
    """A worker has one core, leaves an interrupt to its parent, and does not outlive it."""
    threads.use(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """A parent that is killed cannot say so: its workers would wait, and hold their memory."""
    wait([sentinel])
    os._exit(1)
