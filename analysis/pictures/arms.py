"""What arms do to one outcome: a forest plot, and for very many a ranked bar of all."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.pictures import style
from analysis.pictures.study_axes import BETTER, WORSE, differences, frame, heading, signs
from analysis.told_study import Wanted
from analysis.wording import aligned, number, places

WIDE, ROW, MARGIN = 8.6, 0.27, 1.0
"""Inches: of a picture of many arms, of a row in it, of what stands above and below the rows."""
LONGEST = 44
MOST_ROWS, BEST, WORST = 40, 20, 8
"""Beyond so many arms a forest shows the best and the worst."""
FAR = 1.5
"""How far intervals may widen the axis, in widths of what the means need."""


def forest(outcome: Wanted, ranked: pd.DataFrame) -> Figure:
    """A row an arm, the best first: mean paired difference, its 95 % interval, the cost if any.

    The better side is tinted. Of more than `MOST_ROWS` arms the best and the worst are drawn.
    """
    left_out = len(ranked) - BEST - WORST if len(ranked) > MOST_ROWS else 0
    if left_out:
        ranked = pd.concat([ranked.head(BEST), ranked.tail(WORST)])
    at = np.arange(len(ranked)) + (np.arange(len(ranked)) >= BEST) * bool(left_out)
    names = [style.plain(name, LONGEST) for name in ranked["name"]]
    costly = bool((ranked["cost"] > 0).any())
    made = style.figure(WIDE, MARGIN + ROW * (at[-1] + 1))
    axes = made.add_subplot()
    height, left = made.get_figheight(), 0.2 + 0.075 * max(map(len, names))
    right = 1.75 if costly else 0.95
    made.subplots_adjust(left / WIDE, 0.52 / height, 1 - right / WIDE, 1 - 0.46 / height)
    means = ranked["difference"].to_numpy() * outcome.scale
    reach = ranked[["low", "high"]].to_numpy(dtype=np.float64) * outcome.scale
    _reach(axes, means, reach[np.isfinite(reach)])
    _tint(axes, outcome)
    decimals = places(means, outcome.unit)
    inches = WIDE - left - right
    for y, mean, row in zip(at, means, ranked.to_dict("records"), strict=True):
        colour = _colour(row)
        axes.plot(mean, y, "o", color=colour, markersize=5.5, zorder=3)
        if np.isfinite(row["low"]):
            ends = [row["low"] * outcome.scale, row["high"] * outcome.scale]
            axes.plot(ends, [y, y], color=colour, linewidth=1.7, alpha=0.6, zorder=2)
        _beside(axes, aligned(mean, decimals), 1 + 0.75 / inches, y)
        if costly:
            _beside(axes, number(row["cost"]), 1 + 1.6 / inches, y)
    if costly:
        _beside(axes, "cost", 1 + 1.6 / inches, -0.95, style.WEB)
    if left_out:
        _beside(axes, f"… {left_out} arms between these …", 0.5, BEST, style.WEB, "center")
    axes.set_ylim(at[-1] + 0.6, -0.6)
    axes.set_yticks(at, names)
    differences(axes, outcome)
    heading(made, style.plain(outcome.title, 90))
    return made


def ranks(outcome: Wanted, ranked: pd.DataFrame) -> Figure:
    """All arms as bars, the best at the left, each with its 95 % interval; none is named."""
    made = style.figure(WIDE, 2.8)
    axes = made.add_subplot()
    made.subplots_adjust(1.0 / WIDE, 0.52 / 2.8, 1 - 0.2 / WIDE, 1 - 0.46 / 2.8)
    means = ranked["difference"].to_numpy() * outcome.scale
    ends = ranked[["low", "high"]].to_numpy(dtype=np.float64) * outcome.scale
    at = np.arange(1, len(ranked) + 1)
    colours = [_colour(row) for row in ranked.to_dict("records")]
    axes.bar(at, means, width=0.85, color=colours, alpha=0.75, linewidth=0)
    axes.vlines(at, ends[:, 0], ends[:, 1], color=style.INK, linewidth=0.6, alpha=0.7)
    axes.axhline(0, color=style.INK, linewidth=0.8)
    low, high = _limits(means, ends[np.isfinite(ends)])
    axes.set_ylim(low, high)
    axes.set_xlim(0.2, len(ranked) + 0.8)
    frame(axes, "y")
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    signs(axes.yaxis)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.set_ylabel(f"arm − baseline\n({outcome.of_differences})", fontsize=9.5, color=style.INK)
    axes.set_xlabel("rank of the arm", fontsize=9.5, color=style.INK)
    heading(made, style.plain(f"{outcome.title}: all {len(ranked)} arms", 90))
    return made


def _colour(row: Mapping[Any, Any]) -> str:
    if not row["settled"]:
        return style.WEB
    return BETTER if row["gain"] > 0 else WORSE


def _tint(axes: Axes, outcome: Wanted) -> None:
    """The side of 0 on which the outcome is better."""
    low, high = axes.get_xlim()
    begin, end = (0.0, high) if outcome.sign > 0 else (low, 0.0)
    axes.axvspan(begin, end, color=BETTER, alpha=0.06, linewidth=0, zorder=0)
    axes.axvline(0, color=style.INK, linewidth=0.8, zorder=1)
    axes.set_xlim(low, high)


def _beside(
    axes: Axes, text: str, x: float, y: float, colour: str = style.INK, align: str = "right"
) -> None:
    """A text at a fraction of the width (beyond 1: beside the plot) and a row."""
    axes.annotate(
        text, (x, y), xycoords=("axes fraction", "data"), va="center", ha=align, fontsize=9,
        color=colour, annotation_clip=False,
    )  # fmt: skip


def _limits(means: style.Floats, ends: style.Floats) -> tuple[float, float]:
    """What shows 0, all means and, as far as they do not dwarf them, the intervals."""
    low, high = min(0.0, float(means.min())), max(0.0, float(means.max()))
    span = (high - low) or 1.0
    low = max(min([low, *ends]), low - FAR * span)
    high = min(max([high, *ends]), high + FAR * span)
    room = 0.05 * (high - low) or 0.05
    return low - room, high + room


def _reach(axes: Axes, means: style.Floats, ends: style.Floats) -> None:
    axes.set_xlim(*_limits(means, ends))
