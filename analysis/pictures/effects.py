"""What each mechanism does to one meter: a dot for the end, a ring for what grew since row 0."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.ablation import SUM, TOGETHER, Difference, Effect, total
from analysis.pictures import style
from analysis.pictures.study_axes import signs
from analysis.pictures.subjects import Subject
from analysis.wording import PER_CENT, aligned, places

WIDTH, ROW, MARGIN = 4.4, 0.25, 0.95
"""Inches: of a panel, of a row in it, of what stands above and below the rows."""
LONGEST = 32
GREY = (SUM, TOGETHER, "the run since its start")
ROOM = 1.0
"""How far intervals may widen the axis, in widths of what the dots and rings need."""


def panel(names: Sequence[str], rows: int) -> tuple[Figure, Axes]:
    """A figure for so many rows, with room for the names of mechanisms."""
    longest = max([len(style.plain(name, LONGEST)) for name in [*names, *GREY]])
    made = style.figure(WIDTH, MARGIN + ROW * rows)
    axes = made.add_subplot()
    height = made.get_figheight()
    made.subplots_adjust(
        (0.14 + 0.068 * longest) / WIDTH, 0.5 / height, 1 - 0.6 / WIDTH, 1 - 0.42 / height
    )
    return made, axes


def draw(
    axes: Axes,
    what: Subject,
    found: Mapping[str, Effect],
    together: Effect | None,
    full: Difference,
) -> None:
    """Rows of mechanisms, then in grey their sum, all at once, and the run's own change."""
    rows = [(name, one.level, one.trend, what.colour) for name, one in found.items()]
    added = total(found.values())
    rows.append((GREY[0], added.level, added.trend, style.WEB))
    if together is not None:
        rows.append((GREY[1], together.level, together.trend, style.WEB))
    rows.append((GREY[2], full, full, style.WEB))

    scale = 100.0 if what.unit in PER_CENT else 1.0
    points, reach = [0.0], []
    decimals = places((level.mean * scale for _, level, *_ in rows), what.unit)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    axes.axhline(len(found) - 0.5, color=style.FAINT, linewidth=0.8)
    for at, (_, level, trend, colour) in enumerate(rows):
        ends = [level.low * scale, level.high * scale]
        if np.isfinite(ends).all():
            axes.plot(ends, [at, at], color=colour, linewidth=1.6, alpha=0.55, zorder=2)
            reach += ends
        if level is not trend:
            axes.plot(level.mean * scale, at, "o", color=colour, markersize=5.5, zorder=3)
        ring = trend.mean * scale
        axes.scatter(ring, at, s=80, facecolors="none", edgecolors=colour, linewidths=1.2, zorder=4)
        points += [level.mean * scale, trend.mean * scale]
        axes.annotate(
            aligned(level.mean * scale, decimals),
            (1.03, at),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=9,
            color=style.INK,
            annotation_clip=False,
        )
    _dress(axes, what, [name for name, *_ in rows], points, reach)


def _dress(
    axes: Axes, what: Subject, names: Sequence[str], points: list[float], reach: list[float]
) -> None:
    low, high = min(points), max(points)
    span = high - low
    if low == high:
        low, high = -1.0, 1.0
    low = max(min([low, *reach]), low - ROOM * span)
    high = min(max([high, *reach]), high + ROOM * span)
    room = 0.07 * (high - low)
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), [style.plain(name, LONGEST) for name in names])
    axes.tick_params(axis="y", length=0, labelsize=9, colors=style.INK)
    axes.tick_params(axis="x", length=3, labelsize=9, colors=style.INK)
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    signs(axes.xaxis)
    axes.grid(axis="x", color=style.FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(style.FAINT)
    unit = "percentage points" if what.unit in PER_CENT else what.unit
    axes.set_xlabel(f"with it − without it ({unit})", fontsize=9.5, color=style.INK)
    axes.figure.suptitle(  # over the names too: the panel's whole width
        what.title,
        x=0.01,
        y=0.99,
        ha="left",
        va="top",
        fontsize=11,
        fontweight="bold",
        color=style.INK,
    )
