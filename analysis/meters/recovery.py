"""Whether models learn again what they had forgotten."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.view import View
from ecosystem.sampling import Floats

LEAST = 0.1
"""Of the rarest half: a smaller loss is coming and going by chance, and nothing to recover."""


class Recovery(Meter):
    """Share of the lost tail that a model has regained since it knew least of it.

    With c the share of the rarest half of items that a model speaks of (tail coverage), c0 in
    its first row and c_min the least measured since: (c - c_min) / (c0 - c_min). Not defined
    before a tenth of the rarest half was lost (c0 - c_min < .1). 0 at the low point; 1 when it
    knows as many rare items as at first, whichever they are; above 1 when it knows more.
    """

    kind: ClassVar[str] = "recovery"
    columns: ClassVar[Mapping[str, Column]] = {
        "recovery": Column(
            "Share of the rare items lost that a model has regained since its low point; not "
            "defined where less than a tenth was lost.",
            "model",
        ),
    }

    def measure(self, view: View) -> dict[str, Floats | float]:
        authors, now = view.stock.voices.shape[0], view.tail_coverage
        for key in ("tail_first", "tail_least"):
            view.memory.setdefault(key, np.full(authors, np.nan))
            before = view.memory[key][view.rows]
            view.memory[key][view.rows] = np.where(np.isnan(before), now, before)
        first = view.memory["tail_first"][view.rows]
        least = np.minimum(view.memory["tail_least"][view.rows], now)
        view.memory["tail_least"][view.rows] = least
        lost = first - least
        return {
            "recovery": np.divide(
                now - least, lost, out=np.full(now.shape, np.nan), where=lost >= LEAST - 1e-12
            )
        }
