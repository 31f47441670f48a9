"""Loss of variance: do all pictures become the same picture?"""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.row_view import VectorView
from ecosystem.sampling import Floats

LEAST = 1e-9
"""Of human variance: directions in which humans vary less are left out, and a model's variance in
a direction never counts for less."""


class Variance(Meter):
    """How far what a model writes is spread, and how far models are apart.

    With C the covariance of what a model writes (exact, after decoding) and H that of human
    writing: the trace of C over that of H; and (det C / det H)^(1/2d) in the d directions in
    which humans vary, by their log-determinants: the geometric mean ratio of standard deviations.
    The mean over models hides what the median shows (law A-13). `between` is the mean squared
    distance of the models' means from their mean, over the trace of H (law A-46).
    """

    kind: ClassVar[str] = "variance"
    sees = VectorView
    columns: ClassVar[Mapping[str, Column]] = {
        "variance": Column(
            "Variance of what a model writes, over that of humans.", "model", "ratio"
        ),
        "spread": Column(
            "Standard deviation in a typical direction, over that of humans.", "model", "ratio"
        ),
        "error_mean": Column(
            "Squared distance of a model's mean from that of humans, over their variance.",
            "model",
            "ratio",
        ),
        "between": Column("Variance between the models' means, over that of humans.", unit="ratio"),
        "web_variance": Column(
            "Variance of the documents on the web, over that of humans.", unit="ratio"
        ),
    }

    def measure(self, view: VectorView) -> dict[str, Floats | float]:
        centre, human = view.human_moments
        whole = float(np.trace(human))
        means = np.array([each[0] for each in view.moments if each is not None])
        web = view.web_moments
        return {
            "variance": view.of_models(lambda _, spread: np.trace(spread) / whole),
            "spread": view.of_models(lambda _, spread: np.exp(log_spread(spread, human))),
            "error_mean": view.of_models(lambda mean, _: np.square(mean - centre).sum() / whole),
            "between": float(means.var(axis=0).sum() / whole) if len(means) else float("nan"),
            "web_variance": float("nan") if web is None else float(np.trace(web[1]) / whole),
        }


def log_spread(spread: Floats, human: Floats) -> float:
    """Mean log ratio of standard deviations over the directions in which humans vary."""
    values, vectors = np.linalg.eigh(human)
    varied = values > LEAST * values.sum()
    kept = vectors[:, varied]
    found = np.linalg.eigvalsh(kept.T @ spread @ kept)
    ratio = np.log(np.maximum(found, LEAST * values.sum())).sum() - np.log(values[varied]).sum()
    return float(ratio / 2 / varied.sum())
