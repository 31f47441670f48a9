"""Accuracy by number of facts: how questions fare that take 1, 2, 4 or 8 facts at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from analysis.meters.reasoning import STEPS
from analysis.pictures import style
from analysis.pictures.curves import statistics
from analysis.run import Run
from analysis.wording import moment

FIRST, LAST = style.WEB, style.MACHINE
"""Colours of the two moments."""


@dataclass(frozen=True)
class Answers:
    """One row of the run.

    Attributes:
        step: of the row.
        facts: (n,) how many facts a question takes, 1 first.
        right: (n,) share of questions answered rightly, mean over models and replicates.
        product: (n,) what independent facts would give, the same mean.
    """

    step: int
    facts: style.Floats
    right: style.Floats
    product: style.Floats


def rows(runs: Sequence[Run], domain: str) -> list[Answers]:
    """The first and the last row with a measurement; none where questions were not asked."""
    names = [f"{domain}.answers_{k}" for k in STEPS]
    if any(name not in run.metrics for run in runs for name in names):
        return []
    right = np.array([statistics(runs, name)[0] for name in names])
    # one fact alone is right where it is right: there the product law holds by itself
    powers = (statistics(runs, f"{domain}.product_{k}")[0] for k in STEPS[1:])
    product = np.array([right[0], *powers])
    asked = np.isfinite(right) & np.isfinite(product)
    measured = np.flatnonzero(asked.sum(axis=0) > 1)
    steps = runs[0].metrics["step"].to_numpy()
    return [
        Answers(
            int(steps[at]),
            np.array(STEPS, dtype=np.float64)[asked[:, at]],
            right[asked[:, at], at],
            product[asked[:, at], at],
        )
        for at in dict.fromkeys(measured[[0, -1]] if measured.size else [])
    ]


def draw(axes: Axes, runs: Sequence[Run], domain: str) -> None:
    """A line for each of the two rows, and dashed the product law of the same row."""
    found = rows(runs, domain)
    colours = (FIRST, LAST)[-len(found) :]
    labels = []
    for row, colour in zip(found, colours, strict=True):
        at = np.log2(row.facts)  # 1, 2, 4 and 8 at equal distances
        axes.plot(at, row.product, color=colour, linewidth=1.4, linestyle="--")
        axes.plot(at, row.right, "o-", color=colour, linewidth=2, markersize=4)
        labels.append((moment(runs[0], row.step), row.right[-1], colour))
        labels.append(("if independent", row.product[-1], colour))
    style.dress(axes, "Questions over several facts", "share answered rightly", "share")
    style.from_zero(axes, np.concatenate([np.append(row.right, row.product) for row in found]))
    axes.set_xticks(np.log2(STEPS), [str(k) for k in STEPS])
    axes.set_xlabel("facts that a question takes", fontsize=9.5, color=style.INK)
    style.end_labels(axes, labels)
