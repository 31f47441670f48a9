"""Gain against cost: the arms that nothing beats, and those that are beaten."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.pictures import style
from analysis.pictures.study_axes import (
    BETTER,
    LONGEST,
    Found,
    column,
    frame,
    heading,
    outcome_of,
    reach,
    signs,
    title_of,
)
from analysis.wording import PER_CENT

NAMED = 9
"""Arms of the front that are named."""
PALE = "#9aa3af"


def draw(found: Found) -> Figure:
    """Dots with 95 % intervals of the gain; the front as steps, its arms named at the right."""
    what, members = outcome_of(found), found["members"]
    scale = 100.0 if what.unit in PER_CENT else 1.0
    cost = column(members, "cost")
    gain, low, high = (column(members, key) * scale for key in ("gain", "low", "high"))
    front = np.array([bool(one["front"]) for one in members])
    order = np.flatnonzero(front)[np.argsort(cost[front], kind="stable")]
    names = {i: style.plain(members[i]["arm"], LONGEST) for i in order[-NAMED:]}
    made = style.figure(4.1 + 0.45 + 0.075 * max(map(len, names.values()), default=0), 3.3)
    axes = made.add_subplot()
    width, height = made.get_size_inches()
    axes.set_position((0.85 / width, 0.55 / height, 3.15 / width, (height - 1.05) / height))
    axes.axhline(0, color=style.INK, linewidth=0.8)
    axes.vlines(cost[~front], low[~front], high[~front], color=style.FAINT, linewidth=1.2)
    axes.plot(cost[~front], gain[~front], "o", color=PALE, markersize=3.5)
    axes.vlines(cost[front], low[front], high[front], color=BETTER, linewidth=1.6, alpha=0.5)
    axes.step(cost[order], gain[order], where="post", color=BETTER, linewidth=1.2)
    axes.plot(cost[order], gain[order], "o", color=BETTER, markersize=5.5)
    axes.set_ylim(*reach(gain, low, high))
    axes.set_xlim(*reach(cost, room=0.06))
    frame(axes, "y")
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    signs(axes.yaxis)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
    less = "gain: less" if found["better"] == "lower" else "gain:"
    unit = f"{what.ylabel.partition(' (')[0]} (points)" if scale > 1 else what.ylabel
    axes.set_ylabel(f"{less} {unit}", fontsize=9.5, color=style.INK)
    axes.set_xlabel("cost over the run", fontsize=9.5, color=style.INK)
    _name(axes, cost, gain, names)
    heading(made, title_of(found, int(width * 11)))
    return made


def _name(axes: Axes, cost: style.Floats, gain: style.Floats, names: dict[int, str]) -> None:
    """Names at the right, each with a line to its dot."""
    low, high = axes.get_ylim()
    wanted = [(gain[i] - low) / (high - low) for i in names]
    for i, place in zip(names, style.spread(wanted, 0.075, 0.02, 0.98), strict=True):
        axes.annotate(
            names[i], (cost[i], gain[i]), xytext=(1.07, float(place)), textcoords="axes fraction",
            fontsize=9, va="center", color=style.INK, annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": PALE, "linewidth": 0.6, "shrinkB": 3},
        )  # fmt: skip
