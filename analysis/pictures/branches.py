"""Who still gets which case right: a heat map, a row a branch, a column a step."""

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from analysis import worked
from analysis.pictures import style
from analysis.run import Run

HIGH, WIDE, NAMES, ENDS = 0.215, 8.6, 3.75, 0.8
"""Inches: of a branch, of the figure, for the names at the left and the figures at the right."""
TOP, BOTTOM, APART = 0.55, 0.5, 0.1
KNOWN = LinearSegmentedColormap.from_list("known", [style.FALSE, "#f2b8a0", "#dce6ef"])


def draw(runs: Sequence[Run], domain: str) -> Figure:
    """Share of the models that get half of a branch right, by step; mean over replicates."""
    field = worked.exercises(runs[0], domain)
    assert field is not None
    shares = worked.right(runs, domain)
    rows = len(shares) + APART / HIGH * (len(field.groups) - 1)
    high = TOP + BOTTOM + rows * HIGH
    made = style.figure(WIDE, high)
    when, dated = style.times(runs[0].metrics)
    known = np.isin(runs[0].metrics["step"].to_numpy(), shares.columns.to_numpy())
    edges = _edges(when[known])
    values = shares.to_numpy(dtype=np.float64)
    top = high - TOP
    for group, family in enumerate(field.groups):
        items = np.flatnonzero(field.group_of == group)
        low = top - items.size * HIGH
        axes = made.add_axes(
            (NAMES / WIDE, low / high, (WIDE - NAMES - ENDS) / WIDE, items.size * HIGH / high)
        )
        axes.pcolormesh(
            edges,
            np.arange(items.size + 1),
            values[items],
            cmap=KNOWN,
            vmin=0,
            vmax=1,
            edgecolors=style.PAPER,
            linewidth=0.4,
        )
        axes.set_ylim(items.size, 0)
        axes.set_xlim(edges[0], edges[-1])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set_visible(False)
        if group == len(field.groups) - 1:
            axes.tick_params(colors=style.INK, labelsize=9, length=3)
            style.time_axis(axes, dated)
            axes.margins(x=0)
        else:
            axes.set_xticks([])
        made.text(0.08 / WIDE, (top - HIGH / 2) / high, family, va="center", fontsize=9.5)
        for place, item in enumerate(items.tolist()):
            middle = (top - (place + 0.5) * HIGH) / high
            name = field.items[item].removeprefix(f"{family}: ")
            colour = style.INK if field.edge[item] else style.WEB
            weight = "bold" if field.edge[item] else "normal"
            at = (NAMES - 0.08) / WIDE
            made.text(
                at, middle, name, ha="right", va="center", fontsize=9, color=colour, weight=weight
            )
            last = float(values[item, -1])
            said = "" if np.isnan(last) else f"{last:.0%}".replace("%", " %")
            colour = style.FALSE if last < worked.FEW else style.WEB
            at = (WIDE - ENDS + 0.08) / WIDE
            made.text(at, middle, said, va="center", fontsize=9, color=colour)
        top = low - APART
    heads = (
        (0.08, "share of the models that get each case right:"),
        (WIDE - ENDS + 0.08, "at the end"),
    )
    for left, head in heads:
        made.text(left / WIDE, 1 - 0.28 / high, head, fontsize=9.5, color=style.WEB)
    _key(made, NAMES, high)
    return made


def _key(made: Figure, left: float, high: float) -> None:
    """Colours of none, half and all of the models."""
    for name, share in (("none", 0.0), ("half", 0.5), ("all", 1.0)):
        box = made.add_axes((left / WIDE, 1 - 0.3 / high, 0.16 / WIDE, 0.14 / high))
        box.set_facecolor(KNOWN(share))
        box.set_xticks([])
        box.set_yticks([])
        for spine in box.spines.values():
            spine.set_visible(False)
        made.text((left + 0.2) / WIDE, 1 - 0.28 / high, name, fontsize=9, color=style.WEB)
        left += 0.55


def _edges(when: style.Floats) -> style.Floats:
    """Where the column of each step begins, and the last one ends."""
    if when.size < 2:
        return np.append(when - 0.5, when[-1] + 0.5)
    middles = (when[1:] + when[:-1]) / 2
    first, last = when[0] - (middles[0] - when[0]), when[-1] + (when[-1] - middles[-1])
    return np.concatenate([[first], middles, [last]])
