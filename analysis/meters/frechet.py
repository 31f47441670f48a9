"""How far what models write is from what humans write, as distributions of vectors."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.row_view import VectorView
from ecosystem.sampling import Floats


class Frechet(Meter):
    """Fréchet distance between normal distributions of the same moments (Dowson & Landau 1982).

    |m - h|^2 + tr(C + H - 2 (C H)^(1/2)), as the Fréchet inception distance of Heusel et al.
    (2017, arXiv 1706.08500) but on the numbers themselves. In one dimension it is the squared
    2-Wasserstein distance of the two normal distributions (law A-10).
    """

    kind: ClassVar[str] = "frechet"
    sees = VectorView
    columns: ClassVar[Mapping[str, Column]] = {
        "frechet": Column(
            "Fréchet distance of what a model writes from human writing.", "model", "squared units"
        ),
        "web_frechet": Column(
            "The same of the documents on the web; a sample of 500, whose moments alone are some "
            "distance off even where humans wrote them all.",
            unit="squared units",
        ),
    }

    def measure(self, view: VectorView) -> dict[str, Floats | float]:
        centre, human = view.human_moments
        root = square_root(human)
        web = view.web_moments
        return {
            "frechet": view.of_models(lambda m, c: distance(m, c, centre, human, root)),
            "web_frechet": float("nan") if web is None else distance(*web, centre, human, root),
        }


def square_root(covariance: Floats) -> Floats:
    """The symmetric square root of a covariance."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


def distance(mean: Floats, spread: Floats, centre: Floats, human: Floats, root: Floats) -> float:
    """Squared Fréchet distance of N(mean, spread) from N(centre, human), root its root."""
    crossed = np.maximum(np.linalg.eigvalsh(root @ spread @ root), 0.0)
    apart = np.square(mean - centre).sum()
    return float(max(0.0, apart + np.trace(spread) + np.trace(human) - 2 * np.sqrt(crossed).sum()))
