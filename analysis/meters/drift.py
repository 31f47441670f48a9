"""What inbreeding alone would have done to diversity, and what is left to explain."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.view import DomainView, View
from ecosystem.kinship import TOPIC
from ecosystem.sampling import Floats


class Drift(Meter):
    """Diversity, as it is and as neutral copying over the same ancestry is expected to leave it.

    Under neutral copying E[1 - sum p^2] = 1 - Phi, with Phi the kinship by topic (see
    `ecosystem.kinship`), which for one founder of diversity H_0 is H_0 (1 - kinship by descent).
    What neutral copying does not do, a temperature, top-p, filters, smoothing, is selection; the
    selection excess is the logarithm of expected over observed: how much more diversity is gone
    than inbreeding explains. Below 0 more is left. Measured where a scenario keeps `kinship`.
    """

    kind: ClassVar[str] = "drift"
    columns: ClassVar[Mapping[str, Column]] = {
        "diversity": Column(
            "Gini-Simpson diversity: the chance that two documents of a model are on different "
            "items.",
            "model",
            "chance",
        ),
        "diversity_neutral": Column(
            "The same chance, expected if models had only copied what they read.",
            "model",
            "chance",
        ),
        "fst_neutral": Column(
            "F_ST between models over items, expected if they had only copied what they read."
        ),
        "selection_excess": Column(
            "Selection excess: log of the diversity expected of copying over the diversity there "
            "is, means over models. Above 0, models are mode-seeking beyond their inbreeding.",
            unit="log ratio",
        ),
    }

    @classmethod
    def measures(cls, view: DomainView) -> bool:
        return super().measures(view) and view.kinship is not None

    def measure(self, view: View) -> dict[str, Floats | float]:
        phi = view.kin[TOPIC]
        there, expected = 1.0 - view.squares, 1.0 - np.diagonal(phi)
        whole = 1.0 - float(phi.mean()) if phi.size else float("nan")
        left, kept = float(there.sum()), float(expected.sum())
        return {
            "diversity": there,
            "diversity_neutral": expected,
            "fst_neutral": 1.0 - float(expected.mean()) / whole if whole > 1e-12 else float("nan"),
            "selection_excess": (
                float(np.log(kept / left)) if min(kept, left) > 0 else float("nan")
            ),
        }
