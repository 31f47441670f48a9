"""What models can still work out, by family of exercises."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.exercise_view import ExerciseView
from analysis.meters.meter import Column, Meter
from ecosystem.problems import FAMILIES
from ecosystem.sampling import Floats

NAMES = {family.name: family.name.replace(" ", "_") for family in FAMILIES}


class Families(Meter):
    """Accuracy on the common and on the edge branches of each family, on the test of `Capability`.

    Means over branches; not defined for families that a domain does not ask.
    """

    kind: ClassVar[str] = "families"
    sees = ExerciseView
    columns: ClassVar[Mapping[str, Column]] = {
        f"{which}_{short}": Column(
            f"Share of test problems of {which} branches of {name} that a model gets right.",
            "model",
        )
        for name, short in NAMES.items()
        for which in ("common", "edge")
    }

    def measure(self, view: ExerciseView) -> dict[str, Floats | float]:
        found: dict[str, Floats | float] = {}
        for name, short in NAMES.items():
            mine = np.array([view.domain.groups[g] == name for g in view.domain.group_of])
            for which, edge in (("common", ~view.domain.edge), ("edge", view.domain.edge)):
                found[f"{which}_{short}"] = view.by_branch(view.accuracy, mine & edge)
        return found
