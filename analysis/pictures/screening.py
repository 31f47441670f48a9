"""Which lever matters, by Morris: how large its effects are, and how unlike from place to place."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.pictures import style
from analysis.pictures.study_axes import LONGEST, Found, column, frame, outcome_of, title_of

HIGH = 3.4
"""Inches."""


def draw(found: Found) -> Figure:
    """mu* against sigma; below the slanted line a lever acts much the same everywhere."""
    rows, what = found["levers"], outcome_of(found)
    made = style.figure(style.PANEL[0], HIGH)
    axes = made.add_axes((0.7 / 4.4, 0.55 / HIGH, 3.5 / 4.4, 1 - 1.0 / HIGH))
    x, half, y = (column(rows, key) for key in ("mu_star", "mu_star_half", "sigma"))
    floor = float(found["floor"] or 0.0)
    right = max(float(np.nanmax(x + np.nan_to_num(half))), floor, 1e-12) * 1.08
    top = max(float(np.nanmax(y)) * 1.25, right / 3)
    end = min(right, top)
    axes.plot([0, end], [0, end], color=style.FAINT, linewidth=1.2)
    axes.annotate(
        "sigma = mu*",
        (end, end),
        xytext=(-4, -2),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=8.5,
        color=style.WEB,
    )
    if floor > 0.02 * right:
        axes.axvline(floor, color=style.WEB, linewidth=1.0, linestyle="--")
        axes.annotate("chance", (floor, top), (3, -10), textcoords="offset points", fontsize=8.5)
    axes.errorbar(x, y, xerr=half, fmt="o", color=style.INK, ecolor="#9aa3af", markersize=5)
    axes.set_xlim(min(0.0, float(np.nanmin(x - np.nan_to_num(half)))), right)
    axes.set_ylim(0, top)
    titles = found.get("titles", {})
    wanted = (y / top + 0.05).tolist()
    for row, across, place in zip(rows, x, style.spread(wanted, 0.07, 0.03, 0.97), strict=True):
        far = across > right / 2
        axes.annotate(
            style.plain(titles.get(row["lever"], row["lever"]), LONGEST),
            (across, float(place) * top),
            xytext=(-6 if far else 6, 0),
            textcoords="offset points",
            ha="right" if far else "left",
            va="center",
            fontsize=9,
            color=style.INK,
        )
    frame(axes, "both")
    axes.set_title(title_of(found), loc="left", x=-0.17, fontsize=11, fontweight="bold")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    unit = f" ({what.unit})" if what.unit else ""
    axes.set_xlabel(f"effect over the lever's range, mu*{unit}", fontsize=9.5, color=style.INK)
    axes.set_ylabel(f"spread of the effect, sigma{unit}", fontsize=9.5, color=style.INK)
    return made
