"""Many worlds of one number: documents of many numbers, each of which is fitted by itself.

A model whose covariance is diagonal fits every number of its documents apart from the others, and
draws them apart: R models of 50 numbers are 50 R worlds of one dimension, in one run.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ecosystem.ecosystem import Ecosystem
from scenarios.replicated import DOMAIN, UNLIMITED, Floats, Plain, lineages, watch

NUMBERS = 50
"""In a document: as many worlds."""
BIASED: Plain = {"kind": "gaussian", "covariance": "diagonal"}
UNBIASED: Plain = {**BIASED, "estimator": "unbiased"}
Moments = tuple[Floats, Floats]


def points(numbers: int = 1) -> Plain:
    """A domain of documents of so many numbers, each of mean 0 and variance 1."""
    return {"kind": "portraits", "pictures": {"dimensions": numbers}}


def learnt(world: Ecosystem, group: str = "m") -> Moments:
    """(R, numbers) mean and variance of each number that the models of a group have learnt."""
    own = [model for model in world.models() if model.name.rpartition("-")[0] == group]
    found = [model.learners[DOMAIN].parts().moments() for model in own]
    return np.array([mean for mean, _ in found]), np.array([np.diag(c) for _, c in found])


def fits(group: str = "m") -> Callable[[Ecosystem], Moments]:
    """Reads the mean (worlds,) and the variance (worlds,) in every world of a group."""

    def read(world: Ecosystem) -> Moments:
        means, variances = learnt(world, group)
        return means.ravel(), variances.ravel()

    return read


def closed(
    seed: int,
    rows: Sequence[int],
    replicates: int,
    n: int,
    site: Plain = UNLIMITED,
    take: Plain | None = None,
    numbers: int = NUMBERS,
    **model: Any,
) -> dict[int, Moments]:
    """Mean and variance by row in so many worlds of models on their own n documents."""
    models = max(1, replicates // numbers)
    given = lineages(seed, max(rows), models, n, points(numbers), site, take, **model)
    return watch(given, rows, fits())
