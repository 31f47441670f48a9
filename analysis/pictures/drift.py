"""What copying alone would have left of diversity, what there is, and how inbred models are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from analysis.likeness import COUSINS
from analysis.pedigree import Pedigree
from analysis.pictures import curves, style
from analysis.run import Run
from analysis.wording import number, signed

KINGS = {"charles2_es": "Charles II", "philip2_es": "Philip II"}
"""People of the pedigree beside whom models are set, by their id."""


def items(chance: style.Floats) -> style.Floats:
    """Effective number of items, 1 / (1 - H): H is the chance of two documents on unlike items.

    As many items, written about equally often, would have the same H (Hill number of order 2).
    """
    return np.asarray(1.0 / (1.0 - chance))


def diversity(axes: Axes, runs: Sequence[Run], domain: str) -> None:
    """The diversity that there is and that expected of copying; shaded is what selection took.

    Means over models and replicates of the chance that two documents are on unlike items, drawn
    as an effective number of items.
    """
    when, dated = style.times(runs[0].metrics)
    expected, there, excess = (
        curves.statistics(runs, f"{domain}.{column}")[0]
        for column in ("diversity_neutral", "diversity", "selection_excess")
    )
    known = np.isfinite(expected) & np.isfinite(there)
    when, expected, there = when[known], items(expected[known]), items(there[known])
    for less, colour in ((there < expected, style.FALSE), (there >= expected, style.WEB)):
        look: dict[str, Any] = {"color": colour, "alpha": 0.15, "linewidth": 0}
        axes.fill_between(when, there, expected, where=less, interpolate=True, **look)
    axes.plot(when, expected, color=style.WEB, linewidth=1.6, linestyle="--")
    axes.plot(when, there, color=style.MACHINE, linewidth=2)
    title = "Diversity, expected and observed"
    style.dress(axes, title, "effective number of items", "items")
    style.from_zero(axes, np.concatenate([expected, there]))
    style.time_axis(axes, dated)
    middle = float((expected[-1] + there[-1]) / 2)
    said = f"selection\nexcess {signed(float(excess[known][-1]))}"
    labels = [
        ("copying alone", float(expected[-1]), style.WEB),
        (said, middle, style.FALSE if there[-1] < expected[-1] else style.WEB),
        ("observed", float(there[-1]), style.MACHINE),
    ]
    style.end_labels(axes, labels, 0.13)


def reached(run: Run, domain: str) -> bool:
    """Whether some model of a run was seen to be as inbred as a child of first cousins."""
    names = [f"{domain}.inbreeding", f"{domain}.inbreeding.max"]
    known = run.metrics[[name for name in names if name in run.metrics]]
    return bool((known >= COUSINS.inbreeding).to_numpy().any())


def inbreeding(axes: Axes, runs: Sequence[Run], domain: str) -> None:
    """F over time, beside people where some model is as inbred as a child of first cousins.

    The mean over models, and their range; of replicates the mean and the 10 to 90 % band.
    """
    column = f"{domain}.inbreeding"
    when, dated = style.times(runs[0].metrics)
    mean, low, high = curves.statistics(runs, column)
    several = len(runs) == 1 and f"{column}.max" in runs[0].metrics
    if several:
        low, high = (runs[0].metrics[f"{column}.{end}"].to_numpy() for end in ("min", "max"))
    axes.fill_between(when, low, high, color=style.MACHINE, alpha=0.18, linewidth=0)
    axes.plot(when, mean, color=style.MACHINE, linewidth=2)
    style.dress(axes, "How inbred the models are", "inbreeding coefficient F", "chance")
    style.from_zero(axes, np.concatenate([mean, high]))
    labels = [("mean", float(mean[-1]), style.MACHINE)]
    apart = several and bool(high[-1] - low[-1] > 0.02 * axes.get_ylim()[1])
    labels += [("most inbred", float(high[-1]), style.WEB)] * apart
    if any(reached(run, domain) for run in runs):
        people = _people()
        axes.set_ylim(0, max(axes.get_ylim()[1], 1.08 * max(people.values())))
        for coefficient in people.values():
            axes.axhline(coefficient, color=style.WEB, linewidth=0.9, linestyle=":")
        labels += [(f"{name} {number(f)}", f, style.WEB) for name, f in people.items()]
    style.time_axis(axes, dated)
    style.end_labels(axes, labels, 0.13)


def _people() -> dict[str, float]:
    """F of those beside whom models are set, in lines that fit beside a curve."""
    found = Pedigree.read().inbreeding()
    kings = {name: float(found[person]) for person, name in KINGS.items()}
    return kings | {"child of first\ncousins": COUSINS.inbreeding}
