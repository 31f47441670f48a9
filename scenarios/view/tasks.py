"""What a visitor's process does when it is asked; see `scenarios.view.worker`."""

import tempfile
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ecosystem.claim import Claim
from scenarios.processes import worker
from scenarios.scenario import Scenario
from scenarios.view.engine import Engine, Follower, Reference
from scenarios.view.levers import levers
from scenarios.view.limits import checked, uploaded
from scenarios.view.settings import Settings, count_models, floor_of
from scenarios.view.worker import limited, served

Plain = dict[str, Any]
Source = str | bytes
"""A shipped name, the path of a file of the user's own, or the bytes of an upload."""

levers()  # loads every policy, once, in the process that the visitors' are forked from


def serve(line: Connection, memory: int, folder: str) -> None:
    """Be a visitor's process until the page lets it go; what it writes it writes in a folder."""
    tempfile.tempdir = folder
    worker()
    limited(memory)
    served(line, Tasks(line).begin)


class Tasks:
    """How the world of a process begins; afterwards its own methods are what can be asked.

    Args:
        line: to the page, for the progress of long work.
    """

    def __init__(self, line: Connection) -> None:
        self._line = line

    def begin(self, role: str, **given: Any) -> tuple[Any, Mapping[str, Any]]:
        """A world in one of the roles, and its first answer."""
        return getattr(self, role)(**given)

    def engine(self, source: Source, settings: Plain) -> tuple[Engine, Plain]:
        """The run that is seen."""
        original = _loaded(source)
        engine = Engine(checked(Settings(**settings).of(original)), self.tell)
        offered = {"models": count_models(original), "floor": floor_of(original)}
        about = engine.about() | {"offered": offered}
        return engine, {"about": about, "frame": engine.frame({})}

    def reference(self, source: Source, settings: Plain) -> tuple[Reference, Plain]:
        """The same without policies."""
        reference = Reference(checked(Settings(**settings).of(_loaded(source))))
        return reference, reference.frame()

    def follower(
        self, plain: Plain, folder: str | None, claim: tuple[str, str, str], step: int
    ) -> tuple[Follower, Plain]:
        """The run so far again, with one falsehood watched."""
        scenario = Scenario.parse(plain, Path(folder) if folder else None)
        follower = Follower(scenario, Claim(*claim))
        return follower, follower.catch_up(step, self.tell)

    def tell(self, done: int, total: int) -> None:
        """Say how far long work has come."""
        self._line.send(("progress", (done, total)))


def _loaded(source: Source) -> Scenario:
    return uploaded(source) if isinstance(source, bytes) else Scenario.load(source)
