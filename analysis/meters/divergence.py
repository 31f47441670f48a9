"""Do all models write alike? Differences between the models present."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from scipy.special import entr

from analysis.meters.meter import Column, Meter
from analysis.view import View, entropies
from ecosystem.sampling import Floats

ROUNDING = 1e-12
"""What entropies lose in their last bits: a divergence below it is none."""


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
        groups = view.group_topics
        return {
            "divergence": jensen_shannon(view.pooled, view.entropy),
            "divergence_groups": jensen_shannon(groups.mean(axis=0), entropies(groups)),
            "fst": fixation_index(view.pooled, view.squares),
            "fst_groups": fixation_index(groups.mean(axis=0), np.square(groups).sum(axis=1)),
        }


def jensen_shannon(pooled: Floats, entropy: Floats) -> float:
    """JSD in nats between M distributions, equally weighted; 0 to ln M.

    Args:
        pooled: (k,) their mean.
        entropy: (M,) the entropy of each, in nats.
    """
    found = float(entr(pooled).sum() - entropy.mean())
    return found if found > ROUNDING else 0.0


def fixation_index(pooled: Floats, squares: Floats) -> float:
    """F_ST between M distributions; NaN where the pool has no diversity left.

    Args:
        pooled: (k,) their mean.
        squares: (M,) the sum of squared shares of each.
    """
    whole = 1.0 - float(np.square(pooled).sum())
    within = 1.0 - float(squares.mean())
    return (whole - within) / whole if whole > 1e-12 else float("nan")
