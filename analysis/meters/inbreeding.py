"""How closely related are the documents that models learn from?"""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.view import DomainView
from ecosystem.kinship import DESCENT
from ecosystem.sampling import Floats


class Inbreeding(Meter):
    """Kinship (Malécot 1948) and inbreeding (Wright 1922) of models; see `ecosystem.kinship`.

    Both are relative to the founders: what humans write is never kin, whenever they write it, and
    what a model makes up is a new original. Measured where a scenario keeps `kinship`.
    """

    kind: ClassVar[str] = "inbreeding"
    sees = DomainView
    columns: ClassVar[Mapping[str, Column]] = {
        "inbreeding": Column(
            "Inbreeding coefficient F of a model's latest training set: the chance that two "
            "distinct documents of it are copies of one original, a human's or one made up.",
            "model",
            "chance",
        ),
        "kinship": Column(
            "Chance that two documents drawn from what a model knows are copies of one original.",
            "model",
            "chance",
        ),
        "kinship_between": Column(
            "Chance that a document of one model and one of another are copies of one original, "
            "over all pairs of models.",
            unit="chance",
        ),
    }

    @classmethod
    def measures(cls, view: DomainView) -> bool:
        return super().measures(view) and view.kinship is not None

    def measure(self, view: DomainView) -> dict[str, Floats | float]:
        kinship, own = view.kinship, view.stock.training_node[view.rows]
        assert kinship is not None
        found = np.full(own.size, np.nan)
        found[own >= 0] = kinship.inbreeding(own[own >= 0])
        phi = view.kin[DESCENT]
        return {
            "inbreeding": found,
            "kinship": np.diagonal(phi).copy(),
            "kinship_between": between(phi),
        }


def between(phi: Floats) -> float:
    """Mean of (M, M) over pairs of two different ones; NaN where there is none."""
    several = len(phi)
    if several < 2:
        return float("nan")
    return float((phi.sum() - np.trace(phi)) / (several * (several - 1)))
