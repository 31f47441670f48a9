"""Do all models write alike? Differences between the models present."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from scipy.special import entr

from analysis.meters.meter import Column, Meter
from analysis.view import View
from ecosystem.sampling import Floats


class Divergence(Meter):
    """Jensen-Shannon divergence (Lin 1991) and F_ST between models, equally weighted.

    JSD = H(mean) - mean H. F_ST = (H_T - H_S) / H_T with H = 1 - sum p^2 (Nei 1973): H_T of
    the pooled output, H_S the mean within models. Over items much of both is sampling noise
    (about (K - 1) / 2n); over groups hardly any is. Under homogeneous pooling F_ST = 1/n: a
    law, not a collapse.
    """

    kind: ClassVar[str] = "divergence"
    columns: ClassVar[Mapping[str, Column]] = {
        "divergence": Column("Jensen-Shannon divergence between models over items.", unit="nats"),
        "divergence_groups": Column(
            "Jensen-Shannon divergence between models over groups of items.", unit="nats"
        ),
        "fst": Column("F_ST between models over items."),
        "fst_groups": Column("F_ST between models over groups of items."),
    }

    def measure(self, view: View) -> dict[str, Floats | float]:
        if len(view.models) < 2:
            return dict.fromkeys(self.columns, float("nan"))
        return {
            "divergence": jensen_shannon(view.topics),
            "divergence_groups": jensen_shannon(view.group_topics),
            "fst": fixation_index(view.topics),
            "fst_groups": fixation_index(view.group_topics),
        }


def jensen_shannon(shares: Floats) -> float:
    """JSD in nats between the rows of (M, k), equally weighted; 0 to ln M."""
    within = entr(shares).sum(axis=1).mean()
    return max(0.0, float(entr(shares.mean(axis=0)).sum() - within))


def fixation_index(shares: Floats) -> float:
    """F_ST between the rows of (M, k); NaN where the pool has no diversity left."""
    pooled = 1.0 - float(np.square(shares.mean(axis=0)).sum())
    within = 1.0 - float(np.square(shares).sum(axis=1).mean())
    return (pooled - within) / pooled if pooled > 1e-12 else float("nan")
