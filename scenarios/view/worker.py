"""A process of its own for each world of a visitor.

What runs there can neither stop the page nor take the machine with it: a worker has a limit of
memory, is ended when it does not answer in time, and does not outlive the page. It is told what to
do by name, and answers in plain data.
"""

import multiprocessing
import resource
import shutil
import tempfile
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from scenarios.complaints import ScenarioError

MEMORY = 4 * 2**30
"""Bytes that a world may take."""
PATIENCE = 120.0
"""Seconds without a word after which a worker is ended."""
_CONTEXT = multiprocessing.get_context("forkserver")


def prepare() -> None:
    """Start the process that workers are forked from, with everything loaded, once and early."""
    _CONTEXT.set_forkserver_preload(["scenarios.view.tasks"])
    process = _CONTEXT.Process(target=time.sleep, args=(0,))
    process.start()
    process.join()


class Worker:
    """A process that holds one world.

    Args:
        told: called with the progress of long work, done and to do.
    """

    def __init__(self, told: Callable[[int, int], None] | None = None) -> None:
        from scenarios.view.tasks import serve

        self.told = told or (lambda done, total: None)
        self._lock = threading.Lock()
        self._line, theirs = _CONTEXT.Pipe()
        self._folder = tempfile.mkdtemp(prefix="habsburg-view-")
        self._clean = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        given = theirs, MEMORY, self._folder
        self._process = _CONTEXT.Process(target=serve, args=given, daemon=True)
        self._process.start()
        theirs.close()
        self._dead = ""

    def ask(self, task: str, **given: Any) -> Any:
        """Do a task and wait for its answer.

        Raises:
            ScenarioError: what was asked cannot be; the world is as before.
            WorkerDied: the world is lost.
        """
        return self.later(task, **given)()

    def later(self, task: str, **given: Any) -> Callable[[], Any]:
        """Begin a task; what is given back waits for its answer."""
        self._lock.acquire()
        try:
            self._send((task, given))
        except BaseException:
            self._lock.release()
            raise

        def answer() -> Any:
            try:
                return self._answer()
            finally:
                self._lock.release()

        return answer

    def close(self) -> None:
        """End the process, and all that it holds in memory and on disk.

        Safe to call twice, and while another thread waits for an answer: that one gets
        `WorkerDied`. The pipe's end is left to whoever holds the worker last.
        """
        self._end("closed")
        self._process.join()
        self._clean()

    def _send(self, message: Any) -> None:
        if self._dead:
            raise WorkerDied(self._dead)
        try:
            self._line.send(message)
        except OSError:
            raise WorkerDied(self._end("the process of this run has ended")) from None

    def _answer(self) -> Any:
        while True:
            try:
                if not self._line.poll(PATIENCE):
                    raise WorkerDied(
                        self._end(
                            f"the run did not answer for {PATIENCE:.0f} seconds and was ended; "
                            "allowed are worlds that take less for a step"
                        )
                    )
                kind, value = self._line.recv()
            except (EOFError, OSError):
                raise WorkerDied(
                    self._end("the process of this run has ended (out of memory?)")
                ) from None
            if kind == "progress":
                self.told(*value)
            elif kind == "refused":
                raise ScenarioError(value)
            elif kind == "failed":
                raise WorkerDied(self._end(value))
            else:
                return value

    def _end(self, why: str) -> str:
        self._dead = self._dead or why
        self._process.kill()
        return self._dead


class WorkerDied(Exception):
    """The process of a world is no more; one plain sentence why."""


def limited(memory: int) -> None:
    """Hold this process to so many bytes of memory of its own."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _limit() -> int:
    return resource.getrlimit(resource.RLIMIT_DATA)[0]


def served(line: Connection, begin: Callable[..., tuple[Any, Any]]) -> None:
    """Begin a world, then do what it is asked, one task after the other, until nobody asks.

    Args:
        line: to the page.
        begin: makes the world and its first answer of what the first message gives.
    """
    world: Any = None
    while True:
        try:
            task, given = line.recv()
        except (EOFError, OSError):
            return
        try:
            if task == "begin":
                world, value = begin(**given)
            else:
                value = getattr(world, task)(**given)
            answer = "done", value
        except MemoryError:
            answer = (
                "failed",
                (
                    f"the run needed more than {_limit() / 2**30:.2g} GiB of memory and was ended; "
                    "allowed are smaller worlds"
                ),
            )
        except ValueError as error:
            answer = "refused", " ".join(str(error).split())
        except Exception as error:
            traceback.print_exc()
            answer = "failed", f"the run was ended by an error of the program: {error!r}"
        try:
            line.send(answer)
        except OSError:
            return
