"""Pictures of a study: effects of arms, their course, levers, and what they cost."""

import textwrap
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from scipy.special import stdtrit

from analysis.effects import settled
from analysis.pictures import style
from analysis.told_study import Curve, Wanted
from analysis.wording import PER_CENT, aligned, number, places, signed

WIDE, ROW, MARGIN = 8.6, 0.27, 1.0
"""Inches: of a picture of many arms, of a row in it, of what stands above and below the rows."""
LONGEST = 44
MOST_ROWS = 40
COLOURS = (style.HUMAN, style.MACHINE, "#00916e", "#7a3e9d")
BETTER, WORSE = "#00916e", style.FALSE
FAR = 1.5
"""How far intervals may widen the axis, in widths of what the means need."""


def forest(outcome: Wanted, ranked: pd.DataFrame) -> Figure:
    """A row an arm, the best first: mean paired difference and its 95 % interval."""
    if len(ranked) > MOST_ROWS:
        half = MOST_ROWS // 2
        ranked = pd.concat([ranked.head(half), ranked.tail(half)])
    scale = 100.0 if outcome.unit in PER_CENT else 1.0
    names = [style.plain(arm, LONGEST) for arm in ranked["arm"]]
    made = style.figure(WIDE, MARGIN + ROW * len(ranked))
    axes = made.add_subplot()
    height, left = made.get_figheight(), 0.2 + 0.075 * max(map(len, names))
    made.subplots_adjust(left / WIDE, 0.52 / height, 1 - 0.95 / WIDE, 1 - 0.42 / height)
    means = ranked["difference"].to_numpy() * scale
    decimals = places(means, outcome.unit)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    for at, row in enumerate(ranked.to_dict("records")):
        colour = style.WEB if not settled(row) else BETTER if row["gain"] > 0 else WORSE
        axes.plot(means[at], at, "o", color=colour, markersize=5.5, zorder=3)
        if np.isfinite(row["low"]):
            ends = [row["low"] * scale, row["high"] * scale]
            axes.plot(ends, [at, at], color=colour, linewidth=1.7, alpha=0.6, zorder=2)
        axes.annotate(
            aligned(means[at], decimals),
            (1.02, at),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=9,
            color=style.INK,
            annotation_clip=False,
        )
    reach = ranked[["low", "high"]].to_numpy(dtype=np.float64) * scale
    _reach(axes, means, reach[np.isfinite(reach)])
    axes.set_ylim(len(ranked) - 0.4, -0.6)
    axes.set_yticks(range(len(ranked)), names)
    axes.tick_params(axis="y", length=0, labelsize=9, colors=style.INK)
    axes.tick_params(axis="x", length=3, labelsize=9, colors=style.INK)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(round(value, 12))))
    axes.grid(axis="x", color=style.FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(style.FAINT)
    unit = "percentage points" if outcome.unit in PER_CENT else outcome.unit
    better = "right" if outcome.sign > 0 else "left"
    axes.set_xlabel(
        f"arm − baseline ({unit}); better to the {better}", fontsize=9.5, color=style.INK
    )
    _title(made, outcome.title)
    return made


def course(outcome: Wanted, curve: Curve) -> Figure:
    """Over time: the baseline and some arms (means), and their paired differences with bands."""
    names = [style.plain(name, 30) for name in curve.arms]
    label = 0.25 + 0.075 * max(8, *map(len, names))
    made = style.figure(2 * (0.85 + 2.7 + label), style.PANEL[1])
    width, height = made.get_size_inches()
    when, dated = style.times(curve.times)
    level, apart = (
        made.add_axes((x / width, 0.5 / height, 2.7 / width, (height - 0.85) / height))
        for x in (0.85, 2 * 0.85 + 2.7 + label)
    )
    base = curve.baseline.mean(axis=0)
    level.plot(when, base, color=style.WEB, linewidth=2)
    labels = [("baseline", float(base[-1]), style.WEB)]
    ends, everything = [], [base]
    middles = [np.zeros(1)]
    for colour, shown, values in zip(COLOURS, names, curve.arms.values(), strict=False):
        mean, difference = values.mean(axis=0), values - curve.baseline
        level.plot(when, mean, color=colour, linewidth=1.8)
        everything.append(mean)
        labels.append((shown, float(mean[-1]), colour))
        middle = difference.mean(axis=0)
        middles.append(middle)
        apart.plot(when, middle, color=colour, linewidth=1.8)
        if len(difference) > 1:
            n = len(difference)
            half = stdtrit(n - 1, 0.975) * difference.std(axis=0, ddof=1) / np.sqrt(n)
            apart.fill_between(
                when, middle - half, middle + half, color=colour, alpha=0.18, linewidth=0
            )
        ends.append((shown, float(middle[-1]), colour))
    apart.axhline(0, color=style.WEB, linewidth=1)
    style.dress(level, style.plain(outcome.title, 40), outcome.unit, outcome.unit)
    style.dress(apart, "minus the baseline, on the same draws", outcome.unit, outcome.unit)
    values = np.concatenate(everything)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    room = 0.08 * (high - low or abs(high) or 1.0)
    level.set_ylim(low - room, high + room)
    low, high = (f(np.concatenate(middles)) for f in (np.nanmin, np.nanmax))
    room = FAR * (high - low or 1.0)  # wider bands go on
    bottom, top = apart.get_ylim()
    apart.set_ylim(max(bottom, low - room), min(top, high + room))
    for axes, named in ((level, labels), (apart, ends)):
        style.time_axis(axes, dated)
        style.end_labels(axes, named)
    return made


def plane(outcome: Wanted, ranked: pd.DataFrame, levers: Mapping[str, str]) -> Figure:
    """Two levers: the mean difference at every point; framed where its interval leaves out 0."""
    (x, x_title), (y, y_title) = levers.items()
    xs, ys = (sorted(ranked[f"lever:{lever}"].unique()) for lever in (x, y))
    scale = 100.0 if outcome.unit in PER_CENT else 1.0
    grid = np.full((len(ys), len(xs)), np.nan)
    sure = np.zeros(grid.shape, dtype=bool)
    for row in ranked.to_dict("records"):
        place = ys.index(row[f"lever:{y}"]), xs.index(row[f"lever:{x}"])
        grid[place], sure[place] = row["difference"] * scale, settled(row)
    made = style.figure(max(5.6, 1.8 + 0.95 * len(xs)), max(2.6, 1.1 + 0.5 * len(ys)))
    axes = made.add_subplot()
    width, height = made.get_size_inches()
    made.subplots_adjust(1.25 / width, 0.6 / height, 1 - 0.2 / width, 1 - 0.4 / height)
    most = float(np.nanmax(np.abs(grid))) or 1.0
    shown = outcome.sign * grid / most
    decimals = places(grid.ravel(), outcome.unit)
    for (i, j), value in np.ndenumerate(shown):
        if not np.isfinite(value):
            continue
        colour = BETTER if value > 0 else WORSE
        axes.add_patch(_cell(j, i, colour, 0.08 + 0.72 * abs(float(value)), bool(sure[i, j])))
        axes.text(
            j, i, aligned(float(grid[i, j]), decimals), ha="center", va="center", fontsize=9.5,
            color=style.INK, fontweight="bold" if sure[i, j] else "normal",
        )  # fmt: skip
    axes.set_xlim(-0.5, len(xs) - 0.5)
    axes.set_ylim(-0.5, len(ys) - 0.5)
    axes.set_xticks(range(len(xs)), [_value(value) for value in xs])
    axes.set_yticks(range(len(ys)), [_value(value) for value in ys])
    axes.set_xlabel(x_title or x, fontsize=9.5, color=style.INK)
    axes.set_ylabel(textwrap.fill(y_title or y, 26), fontsize=9.5, color=style.INK)
    axes.tick_params(length=0, labelsize=9, colors=style.INK)
    for spine in axes.spines.values():
        spine.set_visible(False)
    _title(made, outcome.title)
    return made


def along(outcome: Wanted, ranked: pd.DataFrame, lever: str, title: str) -> Figure:
    """One lever: the mean difference at every value, with its 95 % interval."""
    made, axes = style.panel()
    ordered = ranked.sort_values(f"lever:{lever}")
    at = ordered[f"lever:{lever}"].to_numpy(dtype=np.float64)
    axes.axhline(0, color=style.WEB, linewidth=1)
    low, high = (ordered[end].to_numpy(dtype=np.float64) for end in ("low", "high"))
    axes.fill_between(at, low, high, color=style.HUMAN, alpha=0.18, linewidth=0)
    axes.plot(at, ordered["difference"], "o-", color=style.HUMAN, linewidth=1.8, markersize=4)
    style.dress(
        axes, style.plain(outcome.title, 44), f"arm − baseline ({outcome.unit})", outcome.unit
    )
    axes.set_xlabel(title or lever, fontsize=9.5, color=style.INK)
    style.fit(axes)
    return made


def price(outcome: Wanted, ranked: pd.DataFrame, front: Sequence[str]) -> Figure:
    """What arms gain against what they cost; those that none beats at less cost are joined."""
    made = style.figure(WIDE * 0.75, 3.6)
    axes = made.add_subplot()
    width, height = made.get_size_inches()
    made.subplots_adjust(0.95 / width, 0.55 / height, 1 - 1.6 / width, 1 - 0.45 / height)
    scale = 100.0 if outcome.unit in PER_CENT else 1.0
    best = ranked[ranked["arm"].isin(front)].sort_values(["cost", "gain"])
    rest = ranked[~ranked["arm"].isin(front)]
    axes.axhline(0, color=style.WEB, linewidth=1)
    axes.plot(rest["cost"], rest["gain"] * scale, "o", color=style.FAINT, markersize=5)
    axes.plot(best["cost"], best["gain"] * scale, "o", color=BETTER, markersize=6.5)
    points = [*zip(best["cost"], best["gain"] * scale, strict=True)]
    for (x, y), (then, above) in pairwise(points):
        axes.plot([x, then, then], [y, y, above], color=BETTER, linewidth=1.2)
    texts = best.assign(y=best["gain"] * scale)
    span = axes.get_ylim()
    wanted = [(y - span[0]) / (span[1] - span[0]) for y in texts["y"]]
    for (name, x, y), place in zip(
        texts[["arm", "cost", "y"]].itertuples(index=False), style.spread(wanted, 0.07), strict=True
    ):
        axes.annotate(
            style.plain(name, 24), (x, y), xytext=(1.02, float(place)), textcoords="axes fraction",
            fontsize=8.5, va="center", color=style.INK, annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": style.FAINT, "linewidth": 0.6},
        )  # fmt: skip
    unit = "percentage points" if outcome.unit in PER_CENT else outcome.unit
    style.dress(axes, "", f"gain ({unit})", "")
    axes.set_xlabel("cost over the whole run (units of the study)", fontsize=9.5, color=style.INK)
    _title(made, f"{outcome.title}: gain against cost")
    return made


def _cell(x: float, y: float, colour: str, alpha: float, framed: bool):  # type: ignore[no-untyped-def]
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Rectangle

    return Rectangle(
        (x - 0.47, y - 0.45), 0.94, 0.9, facecolor=to_rgba(colour, alpha * 0.75),
        edgecolor=style.INK if framed else "none", linewidth=1.1,
    )  # fmt: skip


def _value(value: object) -> str:
    return number(value) if isinstance(value, int | float) else str(value)


def _reach(axes: Axes, means: np.ndarray, ends: np.ndarray) -> None:
    """Limits that show all means and, as far as they do not dwarf them, the intervals."""
    low, high = min(0.0, float(means.min())), max(0.0, float(means.max()))
    span = high - low or 1.0
    low = max(min([low, *ends]), low - FAR * span)
    high = min(max([high, *ends]), high + FAR * span)
    room = 0.05 * (high - low)
    axes.set_xlim(low - room, high + room)


def _title(made: Figure, text: str) -> None:
    made.suptitle(
        style.plain(text, 90), x=0.01, y=0.99, ha="left", va="top", fontsize=11,
        fontweight="bold", color=style.INK,
    )  # fmt: skip
