"""Which lever matters: Sobol's indices as bars, that with the largest part in all on top."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.pictures import style
from analysis.pictures.study_axes import LONGEST, Found, column, frame, heading, title_of
from analysis.sensitivity import ranked

WIDTH, ROW, ABOVE, BELOW, RIGHT = 4.4, 0.4, 0.45, 0.8, 0.25
"""Inches: of the figure, of a lever, above and below the levers, at their right."""
ALONE, ALL, LETTERS = style.INK, "#b4bcc8", "#6b7686"
"""Colours of what a lever explains by itself, of that in which it has a part, of its name."""


def draw(found: Found) -> Figure:
    """Indices of one outcome by a plan of Sobol, as the findings of a study have them."""
    rows = ranked(found)  # type: ignore[arg-type]
    titles = found.get("titles", {})
    names = [style.plain(titles.get(row["lever"], row["lever"]), LONGEST) for row in rows]
    left = 0.2 + style.LETTER * max(map(len, names))
    wide, high = max(WIDTH, left + 3.0), ABOVE + BELOW + ROW * len(rows)
    made = style.figure(wide, high)
    axes = made.add_axes(
        (left / wide, BELOW / high, 1 - (left + RIGHT) / wide, 1 - (ABOVE + BELOW) / high)
    )
    at, ends = np.arange(len(rows)), [np.array([0.0, 0.1])]
    for key, colour, shift in (("total", ALL, -0.17), ("first", ALONE, 0.17)):
        value, half = column(rows, key), column(rows, f"{key}_half")
        axes.barh(at + shift, value, 0.32, color=colour)
        axes.errorbar(
            value, at + shift, xerr=half, fmt="none", ecolor=style.WEB, elinewidth=1.2, capsize=2.5
        )
        ends += [value - half, value + half]
    floor = found["floor"]
    known = np.concatenate(ends)
    low, top = float(np.nanmin(known)), float(np.nanmax(known))
    if floor is not None and floor > 0.02 * top:
        axes.axvline(floor, color=style.WEB, linewidth=1.0, linestyle="--")
        axes.annotate(
            "chance",
            (floor, 0.0),
            xycoords=("data", "axes fraction"),
            xytext=(3, 3),
            textcoords="offset points",
            fontsize=8.5,
            color=style.WEB,
        )
    axes.set_xlim(low * 1.05, top * 1.05)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(at, names)
    frame(axes, "x")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{100 * x:.0f} %"))
    axes.set_xlabel("share of the variance over the points", fontsize=9.5)
    axes.xaxis.label.set_color(style.INK)
    heading(made, title_of(found))
    for text, along, colour in (("■ by itself (S1)", 0.0, ALONE), ("■ in all (ST)", 1.3, LETTERS)):
        made.text((left + along) / wide, 0.12 / high, text, fontsize=9, color=colour)
    return made
