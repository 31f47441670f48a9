"""Diversity of what all models write together."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr

from analysis.meters.meter import Column, Meter
from analysis.row_view import SAMPLE, VectorView
from ecosystem.sampling import Floats


class Vendi(Meter):
    """Vendi score (Friedman & Dieng 2023, arXiv 2210.02410): an effective number of documents.

    exp of the Shannon entropy of the eigenvalues of K / n, with K = exp(-|x - y|^2 / (2 s^2))
    over n documents and s the median distance between human documents: 1 when all are the same,
    n when none is like another. All scores are of 500 documents: of each model, of all models
    (equally many of each, so a few less where 500 cannot be shared out), of humans (the same
    every time). Not defined for more than 500 models.
    """

    kind: ClassVar[str] = "vendi"
    sees = VectorView
    costly = True
    columns: ClassVar[Mapping[str, Column]] = {
        "vendi": Column("Vendi score of what all models write together.", unit="documents"),
        "vendi_model": Column("Vendi score of what a model writes.", "model", "documents"),
        "vendi_human": Column("Vendi score of human documents.", unit="documents"),
    }

    def measure(self, view: VectorView) -> dict[str, Floats | float]:
        human, scale = view.human_sample, view.human_distance
        known = [sample for sample in view.samples if len(sample)]
        each = SAMPLE // max(1, len(known))
        mixed = np.concatenate([view.human[:0], *(sample[:each] for sample in known)])
        return {
            "vendi": score(mixed, scale),
            "vendi_model": np.array([score(sample, scale) for sample in view.samples]),
            "vendi_human": score(human, scale),
        }


def score(documents: NDArray[Any], scale: float) -> float:
    """Vendi score with a Gaussian kernel; NaN where there are no documents."""
    from scipy.spatial.distance import pdist, squareform

    if not len(documents):
        return float("nan")
    alike = np.exp(-squareform(pdist(documents, "sqeuclidean")) / (2 * scale**2))
    values = np.maximum(np.linalg.eigvalsh(alike / len(documents)), 0.0)
    return float(np.exp(entr(values).sum()))
