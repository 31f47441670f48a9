"""What a learner of regression writes: problems, with answers by its estimator and noise."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents import estimators
from ecosystem.corpus import Rows
from ecosystem.sampling import Floats, Generator

Asks = Literal["fresh", "read", "again"]


@dataclass(frozen=True, eq=False)
class WorkedProblems:
    """Problems by one of three rules, answered by a fitted estimator plus normal noise.

    Attributes:
        model: the estimator.
        noise: standard deviation of an answer.
        asks: fresh: new standard normal problems; read: drawn from those it was fitted to, with
            replacement; again: those it was fitted to, each once, and as often as any other.
        known: the state of its learner, from which the estimator can be fitted anew.
    """

    model: Any
    noise: float
    asks: Asks
    known: Mapping[str, NDArray[Any]]

    def write(self, n: int, rng: Generator) -> Rows:
        """N documents."""
        problems = self._problems(n, rng)
        answers = np.zeros(n)
        if n:
            with estimators.quickly():
                answers = estimators.predict(self.model, problems)
        answers = answers + self.noise * rng.standard_normal(n)
        return Rows(np.column_stack([problems, answers]))

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything it is, as arrays."""
        return dict(self.known)

    def _problems(self, n: int, rng: Generator) -> Floats:
        read = self.known["rows"][:, :-1]
        if self.asks == "fresh":
            return rng.standard_normal((n, read.shape[1]))
        if self.asks == "read":
            weights = self.known["weights"]
            if np.ptp(weights) == 0:
                return read[rng.integers(len(read), size=n)]
            return read[rng.choice(len(read), size=n, p=weights / weights.sum())]
        each, more = divmod(n, len(self._distinct))
        rest = rng.permutation(len(self._distinct))[:more]
        asked = np.concatenate([np.repeat(self._distinct, each, axis=0), self._distinct[rest]])
        return np.asarray(asked[rng.permutation(n)])

    @cached_property
    def _distinct(self) -> Floats:
        return np.unique(self.known["rows"][:, :-1], axis=0)
