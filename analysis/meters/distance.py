"""How far models are from the truth, over items."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.view import View, by_rows, entropies
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
        return {
            "kl": divergence(view.topics, view.entropy, truth),
            "tv": by_rows(lambda rows: 0.5 * np.abs(rows - truth).sum(axis=1), view.topics),
            "pooled_kl": float(
                divergence(view.pooled[None], entropies(view.pooled[None]), truth)[0]
            ),
            "pooled_tv": float(0.5 * np.abs(view.pooled - truth).sum()),
        }


def divergence(shares: Floats, entropy: Floats, truth: Floats) -> Floats:
    """KL(row || truth) = sum p ln(p / truth) in nats, at least 0; NaN where it is infinite.

    Args:
        shares: (M, K) distributions.
        entropy: (M,) the entropy of each, in nats.
        truth: (K,) what they are compared with.
    """
    known = truth > 0
    crossed = -np.einsum("ij,j->i", shares, np.log(np.where(known, truth, 1.0)))
    found = np.maximum(crossed - entropy, 0.0)
    if not known.all():
        found[shares[:, ~known].any(axis=1)] = np.nan
    return found
