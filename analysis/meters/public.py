"""What the public believes, and how people come to believe it."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.view import View
from ecosystem.sampling import Floats


class Public(Meter):
    """How far what stands on the web is from the truth, and who learns through models.

    With p true human writing over everything that can be said and P the documents standing on
    open sites, the Hellinger distance is sqrt(1 - sum sqrt(p P)): 0 where they are alike, 1 where
    nothing on the web is true. A small web is a little off by chance alone.
    """

    kind: ClassVar[str] = "public"
    columns: ClassVar[Mapping[str, Column]] = {
        "public_distance": Column(
            "Hellinger distance of the documents on the web from true human writing.",
            unit="distance",
        ),
        "through_models": Column(
            "Share of human documents whose writers learnt through a model what they wrote."
        ),
    }

    def measure(self, view: View) -> dict[str, Floats | float]:
        standing, domain = view.stock.standing(), view.domain.name
        total = standing.sum()
        alike = np.sqrt(view.domain.truth().ravel() * standing / total).sum() if total else 0.0
        humans = [a for a in view.world.agents if not a.synthetic]
        volumes = np.array([human.volume(domain, view.step) for human in humans])
        relies = np.array([human.relies[domain] for human in humans])
        return {
            "public_distance": float(np.sqrt(max(0.0, 1 - alike))) if total else float("nan"),
            "through_models": float(relies @ volumes / volumes.sum()) if volumes.any() else 0.0,
        }
