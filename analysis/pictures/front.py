"""Gain against cost: the arms that nothing beats, and those that are beaten."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.pictures import style
from analysis.pictures.study_axes import LONGEST, Found, column, outcome_of, reach, title_of

NAMED = 9
"""Arms of the front that are named."""


def draw(found: Found) -> Figure:
    """Dots with 95 % intervals of the gain; the front as steps, its arms named."""
    what, members = outcome_of(found), found["members"]
    made, axes = style.panel()
    cost, gain, low, high = (column(members, key) for key in ("cost", "gain", "low", "high"))
    front = np.array([bool(one["front"]) for one in members])
    axes.axhline(0, color=style.INK, linewidth=0.8)
    axes.vlines(cost[~front], low[~front], high[~front], color=style.FAINT, linewidth=1.2)
    axes.plot(cost[~front], gain[~front], "o", color="#9aa3af", markersize=3.5)
    axes.vlines(cost[front], low[front], high[front], color=what.colour, linewidth=1.6, alpha=0.5)
    steps = np.argsort(cost[front], kind="stable")
    x, y = cost[front][steps], gain[front][steps]
    axes.step(x, y, where="post", color=what.colour, linewidth=1.2)
    axes.plot(x, y, "o", color=what.colour, markersize=5.5)
    less = "gain: less" if found["better"] == "lower" else "gain:"
    style.dress(axes, title_of(found, 48), f"{less} {what.ylabel}", what.unit)
    axes.set_ylim(*reach(gain, low, high))
    axes.set_xlim(*reach(cost, room=0.06))
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.set_xlabel("cost over the run", fontsize=9.5, color=style.INK)
    names = [one["arm"] for one, on in zip(members, front, strict=True) if on]
    labels = [
        (style.plain(names[i], LONGEST), float(value), what.colour)
        for i, value in list(zip(steps, y, strict=True))[-NAMED:]
    ]
    style.end_labels(axes, labels)
    style.fit(axes)
    return made
