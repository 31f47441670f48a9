"""A process of its own for each world of a visitor.

What runs there can neither stop the page nor take the machine with it: a worker has a limit of
memory, is ended when it does not answer in time, and does not outlive the page. It is told what to
do by name, and answers in plain data.
"""

import errno
import multiprocessing
import resource
import shutil
import tempfile
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
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
    """A process that holds one world; one thread asks at a time, another may close it meanwhile.

    Args:
        told: called with the progress of long work, done and to do.

    Attributes:
        pid: of the process.

    Raises:
        WorkerDied: no process can be started.
    """

    def __init__(self, told: Callable[[int, int], None] | None = None) -> None:
        from scenarios.view.tasks import serve

        self.told = told or (lambda done, total: None)
        try:
            self._line, theirs = _CONTEXT.Pipe()
            self._folder = tempfile.mkdtemp(prefix="habsburg-view-")
            self._clean = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            given = theirs, MEMORY, self._folder
            process = _CONTEXT.Process(target=serve, args=given, daemon=True)
            process.start()
        except (EOFError, OSError) as error:
            raise WorkerDied(f"no process can be started for the run: {error}") from None
        theirs.close()
        assert process.pid is not None
        self.pid: int = process.pid
        self._process: BaseProcess | None = process
        self._ending = threading.Lock()
        self._in_use = False
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
        try:
            with self._used():
                self._line.send((task, given))
        except OSError:
            self._end("the process of this run has ended")
        except WorkerDied:
            pass  # as the answer says
        return self._answer

    def close(self) -> None:
        """End the process, and all that it holds in memory and on disk; safe to call twice.

        A thread that waits for an answer gets `WorkerDied`.
        """
        self._end("closed")
        with self._ending:
            if self._process is not None:
                self._process.join()
                self._process.close()
                self._process = None
            self._clean()
            if not self._in_use:  # otherwise whoever uses it does it
                self._line.close()

    def _answer(self) -> Any:
        with self._used():
            return self._received()

    @contextmanager
    def _used(self) -> Iterator[None]:
        """Use the line, which whoever closes the worker meanwhile leaves open."""
        with self._ending:
            if self._dead:
                raise WorkerDied(self._dead)
            self._in_use = True
        try:
            yield
        finally:
            with self._ending:
                self._in_use = False
                if self._dead:
                    self._line.close()

    def _received(self) -> Any:
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
        with self._ending:
            self._dead = self._dead or why
            if self._process is not None:
                self._process.kill()
        return self._dead


class WorkerDied(Exception):
    """The process of a world is no more; one plain sentence why."""


def limited(memory: int) -> None:
    """Hold this process to so many bytes of memory beyond those that it has."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = _held() + memory
    resource.setrlimit(
        resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
    )


def _held() -> int:
    """Bytes of writable memory, as the limit counts them; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * resource.getpagesize()


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
        except Exception as error:
            answer = _why(error)
        try:
            line.send(answer)
        except OSError:
            return


def _why(error: Exception) -> tuple[str, str]:
    """What is answered where a task could not be done."""
    if _short_of_memory(error):
        return (
            "failed",
            "the run needed more memory than a world may take and was ended; "
            f"allowed are {MEMORY / 2**30:.0f} GiB",
        )
    if isinstance(error, ValueError):
        return "refused", " ".join(str(error).split())
    traceback.print_exception(error)
    return "failed", f"the run was ended by an error of the program: {error!r}"


def _short_of_memory(error: BaseException | None) -> bool:
    """Whether that is what an error, or one of those that led to it, says."""
    while error is not None:
        if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            return True
        error = error.__cause__ or error.__context__
    return False
