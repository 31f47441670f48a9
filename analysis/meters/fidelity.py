"""What models write beside what humans write: is it human-like, and does it cover the human?"""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from analysis.meters.meter import Column, Meter
from analysis.row_view import VectorView
from ecosystem.sampling import Floats

NEIGHBOURS = 3


class Fidelity(Meter):
    """Precision and recall (Kynkäänniemi et al. 2019, arXiv 1904.06991) and coverage, k = 3.

    Each set is surrounded by balls that reach from each document to its 3rd nearest neighbour
    in its own set. Precision is the share of generated documents inside the human balls; recall
    the share of human documents inside the generated balls. Where a model writes noise, its own
    balls are so large that they hold everything, and recall is 1: coverage (Naeem et al. 2020,
    arXiv 2002.09797) is the share of human balls that hold a generated document, which noise does
    not reach; 7 in 8 for a model that writes as humans do. Neither is a measure of spread alone.
    Of 500 documents a model against 500
    human ones, the same every time.
    """

    kind: ClassVar[str] = "fidelity"
    sees = VectorView
    costly = True
    columns: ClassVar[Mapping[str, Column]] = {
        "precision": Column("Share of what a model writes that is like human documents.", "model"),
        "recall": Column(
            "Share of human documents that are among what it writes; noise reaches all of them.",
            "model",
        ),
        "coverage": Column(
            "Share of human documents to which something it writes is near.", "model"
        ),
    }

    def measure(self, view: VectorView) -> dict[str, Floats | float]:
        found = [beside(view.human_sample, sample) for sample in view.samples]
        return {name: np.array([each[i] for each in found]) for i, name in enumerate(self.columns)}


def beside(human: NDArray[Any], made: NDArray[Any]) -> tuple[float, float, float]:
    """Precision, recall and coverage of documents made; NaN where there are too few."""
    from sklearn.metrics import pairwise_distances  # takes long to load

    if min(len(human), len(made)) <= NEIGHBOURS:
        return float("nan"), float("nan"), float("nan")
    apart = pairwise_distances(human, made)
    around_human, around_made = (
        np.sort(pairwise_distances(documents), axis=1)[:, NEIGHBOURS] for documents in (human, made)
    )
    near = apart <= around_human[:, None]
    return (
        float(near.any(axis=0).mean()),
        float((apart <= around_made).any(axis=1).mean()),
        float(near.any(axis=1).mean()),
    )
