"""Diversity of topics: Hill numbers."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from scipy.special import entr

from analysis.meters.meter import Column, Meter
from analysis.view import ONE_DOCUMENT, View
from ecosystem.sampling import Floats


class Hill(Meter):
    """Effective numbers of items (Hill 1973, Ecology 54:427).

    Order 0 counts the items still spoken of (producible), order 1 is exp(Shannon entropy),
    order 2 is 1 / sum p^2. `pooled_` is the mean of the models' outputs, `web_` the documents
    standing on the web.
    """

    kind: ClassVar[str] = "hill"
    columns: ClassVar[Mapping[str, Column]] = {
        "hill_0": Column(
            "Items a model still speaks of: at least one expected document among as many as it "
            "last read.",
            "model",
            "items",
        ),
        "hill_1": Column(
            "Effective number of items a model writes about: that many, equally frequent, would "
            "have the same entropy.",
            "model",
            "items",
        ),
        "hill_2": Column(
            "Effective number of items a model writes about: that many, equally frequent, would "
            "have the same sum of squared shares.",
            "model",
            "items",
        ),
        "pooled_hill_0": Column("Items that at least one model still speaks of.", unit="items"),
        "pooled_hill_1": Column(
            "Effective number of items, by entropy, of the models' pooled output.", unit="items"
        ),
        "pooled_hill_2": Column(
            "Effective number of items, by squares, of the pooled output.", unit="items"
        ),
        "web_hill_0": Column("Items with at least one document on the web.", unit="items"),
        "web_hill_1": Column("Effective number of items, by entropy, of the web.", unit="items"),
        "web_hill_2": Column("Effective number of items, by squares, of the web.", unit="items"),
    }

    def measure(self, view: View) -> dict[str, Floats | float]:
        return {
            "hill_0": np.count_nonzero(view.producible, axis=1).astype(np.float64),
            "hill_1": view.hill_1,
            "hill_2": 1.0 / view.squares,
            "pooled_hill_0": float(view.producible.any(axis=0).sum()),
            "pooled_hill_1": _hill_1(view.pooled),
            "pooled_hill_2": _hill_2(view.pooled),
            "web_hill_0": float((view.web_topics >= ONE_DOCUMENT).sum()),
            "web_hill_1": _hill_1(view.web_topics),
            "web_hill_2": _hill_2(view.web_topics),
        }


def _hill_1(weights: Floats) -> float:
    total = weights.sum()
    return float(np.exp(entr(weights / total).sum())) if total > 0 else 0.0


def _hill_2(weights: Floats) -> float:
    total = weights.sum()
    return float(1.0 / np.square(weights / total).sum()) if total > 0 else 0.0
