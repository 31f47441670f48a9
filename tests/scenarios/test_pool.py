"""Making runs: whose processes end, and what threads of one process share."""

import multiprocessing
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import ThreadpoolController, threadpool_info

from ecosystem import threads
from scenarios.execution import Execution
from scenarios.plan import plan
from scenarios.pool import Workers
from scenarios.processes import processes
from tests.scenarios.small_study import small


def test_an_interrupt_ends_the_processes_of_its_own_pool_only() -> None:
    mine = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(60,))
    mine.start()
    try:
        with pytest.raises(KeyboardInterrupt), processes(1) as workers:
            workers.submit(int, 7).result()
            theirs = [p for p in multiprocessing.active_children() if p.pid != mine.pid]
            raise KeyboardInterrupt
        for process in theirs:
            process.join(10)
            assert process.exitcode is not None
        assert mine.is_alive()
    finally:
        mine.kill()
        mine.join()


def blas_threads() -> set[int]:
    return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}


def test_runs_in_two_threads_keep_linear_algebra_to_one() -> None:
    """The first to end does not take the limit from the other."""
    told = blas_threads()
    set_blas_threads(2)  # whatever the tests are told to use
    try:
        runs_in_two_threads()
    finally:
        set_blas_threads(min(told))


def set_blas_threads(number: int) -> None:
    """In a thread that ends, as `one_blas_thread` does."""
    libraries = ThreadpoolController().select(user_api="blas").lib_controllers
    for library in libraries:
        thread = threading.Thread(target=library.set_num_threads, args=(number,))
        thread.start()
        thread.join()


def runs_in_two_threads() -> None:
    assert blas_threads() == {2}
    both, ended, seen = threading.Barrier(2), threading.Event(), list[set[int]]()
    long, short = (Execution(small().baseline.with_(steps=n)) for n in (3, 2))

    def first(done: int, total: int) -> None:
        if done == 1:
            both.wait(30)
            ended.wait(30)
        seen.append(blas_threads())

    def other() -> None:
        short.advance(lambda done, total: both.wait(30) and None if done == 1 else None)
        ended.set()

    with ThreadPoolExecutor(2) as executor:
        for future in [executor.submit(long.advance, first), executor.submit(other)]:
            future.result(60)
    assert seen == [{1}] * 3
    assert blas_threads() == {2}


def test_a_run_through_any_executor_has_one_core(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[int] = []
    monkeypatch.setattr(threads, "use", used.append)
    study = small(replicates=1)
    todo: list[Any] = plan(study, list(study.cases()))
    with ThreadPoolExecutor(1) as executor, Workers(executor) as makers:
        assert len(list(makers.made(todo))) == 3
    assert used == [1, 1, 1]
    used.clear()
    list(Workers().made(todo))
    assert not used, "this process keeps what it has"
