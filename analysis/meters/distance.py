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
    as one item is forgotten. It is undefined (NaN) where a model writes on an item that no
    human writes about.
    """

    kind: ClassVar[str] = "distance"
    columns: ClassVar[Mapping[str, Column]] = {
        "kl": Column("Kullback-Leibler divergence KL(model || truth) of topics.", "model", "nats"),
        "tv": Column("Total variation, half the sum of |model - truth| of topics.", "model"),
        "pooled_kl": Column("KL(pool || truth) of the models' pooled output.", unit="nats"),
        "pooled_tv": Column("Total variation between the models' pooled output and the truth."),
    }

    def measure(self, view: View) -> dict[str, Floats | float]:
        truth = view.domain.topics
        if not view.models:
            nothing = np.empty(0)
            return {"kl": nothing, "tv": nothing, "pooled_kl": np.nan, "pooled_tv": np.nan}
        pooled = view.topics.mean(axis=0)
        return {
            "kl": divergence(view.topics, truth),
            "tv": 0.5 * np.abs(view.topics - truth).sum(axis=1),
            "pooled_kl": float(divergence(pooled[None], truth)[0]),
            "pooled_tv": float(0.5 * np.abs(pooled - truth).sum()),
        }


def divergence(shares: Floats, truth: Floats) -> Floats:
    """KL(row || truth) in nats of (M, K) shares, at least 0; NaN where it is infinite."""
    found = np.maximum(rel_entr(shares, truth).sum(axis=1), 0.0)
    return np.where(np.isfinite(found), found, np.nan)
