"""Precision and recall of what models write: is it human-like, and does it cover the human?"""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from analysis.meters.meter import Column, Meter
from analysis.row_view import VectorView
from ecosystem.sampling import Floats

NEIGHBOURS = 3


class Fidelity(Meter):
    """Improved precision and recall (Kynkäänniemi et al. 2019, arXiv 1904.06991), k = 3.

    Each set is surrounded by balls that reach from each document to its 3rd nearest neighbour
    in its own set. Precision is the share of generated documents inside the human balls; recall
    the share of human documents inside the generated balls. Of 500 documents a model against
    500 human ones, the same every time.
    """

    kind: ClassVar[str] = "fidelity"
    sees = VectorView
    costly = True
    columns: ClassVar[Mapping[str, Column]] = {
        "precision": Column("Share of what a model writes that is like human documents.", "model"),
        "recall": Column("Share of human documents that are like something it writes.", "model"),
    }

    def measure(self, view: VectorView) -> dict[str, Floats | float]:
        found = [within(view.human_sample, sample) for sample in view.samples]
        return {
            "precision": np.array([precision for precision, _ in found]),
            "recall": np.array([recall for _, recall in found]),
        }


def within(human: NDArray[Any], made: NDArray[Any]) -> tuple[float, float]:
    """Precision and recall of documents made against human ones; NaN where there are too few."""
    if min(len(human), len(made)) <= NEIGHBOURS:
        return float("nan"), float("nan")
    return covered(human, made), covered(made, human)


def covered(balls: NDArray[Any], points: NDArray[Any]) -> float:
    """Share of points inside a ball around some document that reaches to its 3rd neighbour."""
    from sklearn.metrics import pairwise_distances  # takes long to load

    own = np.sort(pairwise_distances(balls), axis=1)[:, NEIGHBOURS]
    return float((pairwise_distances(points, balls) <= own).any(axis=1).mean())
