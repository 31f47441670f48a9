"""What levers do to one outcome: along one, over a grid of two, at points sampled of two."""

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from analysis.pictures import style
from analysis.pictures.study_axes import BETTER, WORSE, frame, heading, reach, signs
from analysis.told_study import Wanted
from analysis.wording import aligned, number, places, signed

COLUMNS = 9
"""Beyond so many columns the cells of a grid are small, and without numbers."""
DEEPEST, PALEST = 0.6, 0.06
"""How opaque the greatest difference is, and one of 0."""


def along(outcome: Wanted, ranked: pd.DataFrame, lever: str, title: str) -> Figure:
    """One lever: the mean difference at every value, with its 95 % interval."""
    made = style.figure(5.6, 3.1)
    axes = made.add_subplot()
    width, height = made.get_size_inches()
    made.subplots_adjust(1.0 / width, 0.55 / height, 1 - 0.2 / width, 1 - 0.5 / height)
    ordered = ranked.sort_values(f"lever:{lever}")
    at = ordered[f"lever:{lever}"].to_numpy(dtype=np.float64)
    mean, low, high = (
        ordered[name].to_numpy(dtype=np.float64) * outcome.scale
        for name in ("difference", "low", "high")
    )
    axes.fill_between(at, low, high, color=style.HUMAN, alpha=0.18, linewidth=0)
    axes.plot(at, mean, "o-", color=style.HUMAN, linewidth=1.8, markersize=4)
    bottom, top = reach(mean, low, high, np.zeros(1))
    begin, end = (0.0, top) if outcome.sign > 0 else (bottom, 0.0)
    axes.axhspan(begin, end, color=BETTER, alpha=0.06, linewidth=0, zorder=0)
    axes.axhline(0, color=style.INK, linewidth=0.8, zorder=1)
    axes.set_ylim(bottom, top)
    frame(axes, "y")
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    signs(axes.yaxis)
    axes.set_ylabel(f"arm − baseline\n({outcome.of_differences})", fontsize=9.5, color=style.INK)
    axes.set_xlabel(title or lever, fontsize=9.5, color=style.INK)
    heading(made, style.plain(outcome.title, 62))
    return made


def plane(outcome: Wanted, ranked: pd.DataFrame, levers: Mapping[str, str]) -> Figure:
    """A grid of two levers: the mean difference at every point.

    Outlined are those whose 95 % interval leaves out 0.
    """
    (x, x_title), (y, y_title) = levers.items()
    xs, ys = (sorted(ranked[f"lever:{lever}"].unique()) for lever in (x, y))
    grid = np.full((len(ys), len(xs)), np.nan)
    sure = np.zeros(grid.shape, dtype=bool)
    for row in ranked.to_dict("records"):
        place = ys.index(row[f"lever:{y}"]), xs.index(row[f"lever:{x}"])
        grid[place], sure[place] = row["difference"] * outcome.scale, row["settled"]
    told = len(xs) <= COLUMNS
    cell = (0.95, 0.5) if told else (0.34, 0.3)
    made = style.figure(
        min(16.0, max(6.2, 1.8 + cell[0] * len(xs))), min(16.0, max(2.6, 1.3 + cell[1] * len(ys)))
    )
    axes = made.add_subplot()
    width, height = made.get_size_inches()
    made.subplots_adjust(1.25 / width, 0.6 / height, 1 - 0.2 / width, 1 - 0.62 / height)
    decimals = places(grid.ravel(), outcome.unit)
    shades = _shades(outcome, grid)
    for i, j in np.argwhere(np.isfinite(grid)).tolist():
        shade = tuple(shades[i, j])
        axes.add_patch(Rectangle((j - 0.47, i - 0.45), 0.94, 0.9, facecolor=shade, linewidth=0))
        if told:
            axes.text(
                j, i, aligned(float(grid[i, j]), decimals), ha="center", va="center", fontsize=9.5,
                color=style.INK, fontweight="bold" if sure[i, j] else "normal",
            )  # fmt: skip
    _outline(axes, sure)
    axes.set_xlim(-0.55, len(xs) - 0.45)
    axes.set_ylim(-0.55, len(ys) - 0.45)
    every = max(1, round(len(xs) / 12))
    axes.set_xticks(range(0, len(xs), every), [number(value) for value in xs[::every]])
    axes.set_yticks(range(len(ys)), [number(value) for value in ys])
    axes.set_xlabel(x_title or x, fontsize=9.5, color=style.INK)
    room = max(16, int(11 * cell[1] * len(ys)))
    axes.set_ylabel(textwrap.fill(y_title or y, room), fontsize=9.5, color=style.INK)
    axes.tick_params(length=0, labelsize=9, colors=style.INK)
    for spine in axes.spines.values():
        spine.set_visible(False)
    _head(made, outcome, grid)
    return made


def cloud(outcome: Wanted, ranked: pd.DataFrame, levers: Mapping[str, str]) -> Figure:
    """Points sampled of two levers: the deeper the larger the mean difference.

    Ringed where its 95 % interval leaves out 0.
    """
    (x, x_title), (y, y_title) = levers.items()
    made = style.figure(6.2, 3.8)
    axes = made.add_subplot()
    width, height = made.get_size_inches()
    made.subplots_adjust(0.85 / width, 0.55 / height, 1 - 0.2 / width, 1 - 0.64 / height)
    values = ranked["difference"].to_numpy(dtype=np.float64) * outcome.scale
    sure = ranked["settled"].tolist()
    axes.scatter(
        ranked[f"lever:{x}"],
        ranked[f"lever:{y}"],
        s=60,
        c=_shades(outcome, values),
        edgecolors=[style.INK if one else "none" for one in sure],
        linewidths=0.9,
    )
    frame(axes, "both")
    axes.set_xlabel(x_title or x, fontsize=9.5, color=style.INK)
    axes.set_ylabel(textwrap.fill(y_title or y, 34), fontsize=9.5, color=style.INK)
    _head(made, outcome, values)
    return made


def _shades(outcome: Wanted, values: style.Floats) -> style.Floats:
    """(..., 4) colours: green where better, red where worse, grey at 0; clear where not defined."""
    known = np.isfinite(values)
    most = float(np.abs(values[known]).max()) if known.any() else 0.0
    depth = np.nan_to_num(np.abs(values) / (most or 1.0))
    found = np.empty((*values.shape, 4))
    found[...] = to_rgba(WORSE)
    found[outcome.sign * np.nan_to_num(values) > 0] = to_rgba(BETTER)
    found[values == 0] = to_rgba(style.WEB)
    found[..., 3] = np.where(known, PALEST + (DEEPEST - PALEST) * depth, 0.0)
    return found


def _outline(axes: Axes, sure: np.ndarray) -> None:
    """Lines between cells that are settled and cells, or nothing, that are not."""
    wide = np.pad(sure, 1)
    for i, j in np.argwhere(sure).tolist():
        for up, aside in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            if wide[i + 1 + up, j + 1 + aside]:
                continue
            x = [j + aside / 2] * 2 if aside else [j - 0.5, j + 0.5]
            y = [i + up / 2] * 2 if up else [i - 0.5, i + 0.5]
            axes.plot(x, y, color=style.INK, linewidth=1.3, solid_capstyle="projecting")


def _head(made: Figure, outcome: Wanted, values: style.Floats) -> None:
    """Title, and in what the differences are."""
    known = values[np.isfinite(values)]
    span = f"; from {signed(known.min())} to {signed(known.max())}" if known.size else ""
    wide = int(made.get_figwidth() * 10)
    heading(
        made, style.plain(outcome.title, wide), f"arm − baseline ({outcome.of_differences}){span}"
    )
