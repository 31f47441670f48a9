"""How far models are from the truth, over items."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from scipy.special import rel_entr

from analysis.meters.meter import Column, Meter
from analysis.view import View
from ecosystem.sampling import Floats


class Distance(Meter):
    """Kullback-Leibler divergence and total variation between topics and the truth.

    The divergence is taken from the model to the truth: the other way it is infinite as soon
    as one item is forgotten.
    """

    kind: ClassVar[str] = "distance"
    columns: ClassVar[Mapping[str, Column]] = {
        "kl": Column("Kullback-Leibler divergence KL(model || truth) of topics.", "model", "nats"),
        "tv": Column("Total variation, half the sum of |model - truth| of topics.", "model"),
    }

    def measure(self, view: View) -> dict[str, Floats | float]:
        truth = view.domain.topics
        return {
            "kl": rel_entr(view.topics, truth).sum(axis=1),
            "tv": 0.5 * np.abs(view.topics - truth).sum(axis=1),
        }
