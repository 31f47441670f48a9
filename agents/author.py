"""Whoever publishes: volumes per domain, spread over sites."""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import mesa
import numpy as np

from ecosystem.ecosystem import Ecosystem
from ecosystem.posting import Post
from ecosystem.sampling import Floats
from ecosystem.schedule import Schedule
from ecosystem.shelves import Ints

Placement = tuple[Ints, Floats]


class _Counters(WeakKeyDictionary[Any, Iterator[int]]):
    """Numbers for the agents of each world. Mesa's own hold every world ever made in memory."""

    def __getitem__(self, world: Any) -> Iterator[int]:
        return self.setdefault(world, count(1))


class Author(mesa.Agent):
    """An agent that writes documents.

    Attributes:
        name: unique among the authors; keys its random streams.
        row: its place among the authors of every domain's stock.
        volumes: documents per step, by domain.
        placement: sites it writes on, and the share of its documents on each (sum 1).
        factor: multiplies its volumes; policies that steer may change it each step.
    """

    model: Ecosystem
    synthetic = False
    _ids = _Counters()

    def __init__(
        self,
        model: Ecosystem,
        name: str,
        row: int,
        volumes: Mapping[str, Schedule],
        placement: Placement,
    ) -> None:
        super().__init__(model)
        self.name = name
        self.row = row
        self.volumes = dict(volumes)
        self.placement = placement
        self.factor = 1.0

    def volume(self, domain: str, step: int) -> float:
        """Documents this author writes on a domain at a step."""
        schedule = self.volumes.get(domain)
        return 0.0 if schedule is None else schedule.at(step) * self.factor

    def due(self, step: int) -> bool:
        """Whether it crawls and retrains at a step."""
        return False

    def publish(self) -> None:
        """Announce this step's batches."""
        sites, shares = self.placement
        if not sites.size:
            return
        step = self.model.steps
        for domain, stock in self.model.stocks.items():
            volume = self.volume(domain, step)
            if volume > 0:
                stock.post(Post(self.row, volume, sites, shares, self.synthetic))

    def state(self) -> dict[str, Any]:
        """What an interrupted run needs, as arrays."""
        return {"factor": np.array(self.factor)}

    def load(self, state: Mapping[str, Any]) -> None:
        """Restore what `state` gave."""
        self.factor = float(state["factor"])
