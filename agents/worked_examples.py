"""Worked examples that a model publishes: the problems it read, with its own answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ecosystem.corpus import Rows
from ecosystem.domains.exercises import Exercises
from ecosystem.sampling import Floats, Generator


@dataclass(frozen=True, eq=False)
class WorkedExamples:
    """Draws with replacement from a list of worked examples.

    Attributes:
        domain: what they are about.
        rows: (examples, width).
        weights: (examples,) how often each is written, relatively.
    """

    domain: Exercises
    rows: Floats
    weights: Floats

    def write(self, n: int, rng: Generator) -> Rows:
        """N documents."""
        if self._alike:
            return Rows(self.rows[rng.integers(len(self.rows), size=n)])
        places = np.searchsorted(self._cumulated, rng.random(n), side="right")
        return Rows(self.rows[places])

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything it is, as arrays."""
        return {"rows": self.rows, "weights": self.weights}

    @classmethod
    def of(cls, domain: Exercises, state: Mapping[str, NDArray[Any]]) -> Self:
        """From its state."""
        return cls(domain, state["rows"], state["weights"])

    @cached_property
    def cells(self) -> Floats:
        """(K, 2) probability of a right and of a wrong document on each item, exactly."""
        found = self.domain.tally(self.rows, self.weights)
        return found / self.weights.sum()

    @cached_property
    def _alike(self) -> bool:
        return bool((self.weights == self.weights[0]).all())

    @cached_property
    def _cumulated(self) -> Floats:
        cumulated = np.cumsum(self.weights)
        found: Floats = cumulated / cumulated[-1]
        return found
