"""When a model, and the population, counts as collapsed."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from analysis.meters.meter import Column, Meter
from analysis.view import View, share
from ecosystem.sampling import Floats


class Collapse(Meter):
    """The first step at which a model counts as collapsed.

    Rule: its effective number of items (Hill 1) or its tail coverage has fallen to half, or
    less, of what it was in the model's own first row. The population counts as collapsed from
    the first step at which more than half of the models present do. Once collapsed, always
    counted: the step is the first. Eight definitions compete (Schaeffer 2503.03150); this one
    is a convention.
    """

    kind: ClassVar[str] = "collapse"
    columns: ClassVar[Mapping[str, Column]] = {
        "collapsed_at": Column(
            "First step at which a model's Hill 1 or tail coverage is at most half of its first; "
            "not defined before.",
            "model",
            "step",
        ),
        "collapsed": Column(
            "Share of the models present that ever fell to half, or less, of the variety "
            "(effective number of items, Hill 1) or of the tail coverage (share of the rarest "
            "half of items spoken of) of their own first row; counted even if they recovered."
        ),
        "population_collapsed_at": Column(
            "First step at which more than half of the models present have collapsed; not defined "
            "before.",
            unit="step",
        ),
    }

    def measure(self, view: View) -> dict[str, Floats | float]:
        authors = view.stock.voices.shape[0]
        memory = view.memory
        for key in ("hill_1", "tail_coverage", "collapsed_at"):
            memory.setdefault(key, np.full(authors, np.nan))
        memory.setdefault("population_collapsed_at", np.full(1, np.nan))
        fallen = np.zeros(len(view.models), dtype=bool)
        for key, now in (("hill_1", view.hill_1), ("tail_coverage", view.tail_coverage)):
            first = memory[key][view.rows]
            first = np.where(np.isnan(first), now, first)
            memory[key][view.rows] = first
            fallen |= (now <= 0.5 * first * (1 + 1e-9)) & (first > 0)
        at = memory["collapsed_at"][view.rows]
        at = np.where(np.isnan(at) & fallen, float(view.step), at)
        memory["collapsed_at"][view.rows] = at
        collapsed = float(share((~np.isnan(at)).sum(), len(view.models)))
        if collapsed > 0.5 and np.isnan(memory["population_collapsed_at"][0]):
            memory["population_collapsed_at"][0] = view.step
        return {
            "collapsed_at": at,
            "collapsed": collapsed,
            "population_collapsed_at": float(memory["population_collapsed_at"][0]),
        }
