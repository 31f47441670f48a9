"""Who complies, who gains: the mean difference among models inside a policy and outside it."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.pictures import style
from analysis.pictures.study_axes import differences, heading
from analysis.told_study import Wanted

WIDE, ROW, MARGIN = 8.6, 0.36, 1.15
LONGEST = 46
INSIDE, OUTSIDE = style.HUMAN, "#7a3e9d"
FAR = 1.0
"""How far intervals may widen the axis, in widths of what the means need."""


def draw(outcome: Wanted, gains: pd.DataFrame) -> Figure:
    """A row an arm and policy: a dot for those that take part, a ring for the others, intervals."""
    rows = gains.to_dict("records")
    alike = gains["told"].nunique() == 1
    names = [
        style.plain(row["arm"] if alike else f"{row['arm']} ({row['told']})", LONGEST)
        for row in rows
    ]
    made = style.figure(WIDE, MARGIN + ROW * len(rows))
    axes = made.add_subplot()
    height, left = made.get_figheight(), 0.2 + 0.075 * max(map(len, names))
    made.subplots_adjust(left / WIDE, 0.52 / height, 1 - 0.25 / WIDE, 1 - 0.62 / height)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    means, ends = [0.0], []
    for at, row in enumerate(rows):
        for side, colour, face, y in (
            ("inside", INSIDE, INSIDE, at - 0.14),
            ("outside", OUTSIDE, style.PAPER, at + 0.14),
        ):
            mean, low, high = (row[f"{side}{end}"] * outcome.scale for end in ("", "_low", "_high"))
            if not np.isfinite(mean):
                continue
            means.append(mean)
            if np.isfinite(low):
                axes.plot([low, high], [y, y], color=colour, linewidth=1.5, alpha=0.6, zorder=2)
                ends += [low, high]
            axes.plot(mean, y, "o", color=colour, markerfacecolor=face, markersize=5.5, zorder=3)
    low, high = min(means), max(means)
    span = (high - low) or 1.0
    low, high = max(min([low, *ends]), low - FAR * span), min(max([high, *ends]), high + FAR * span)
    room = 0.05 * (high - low) or 0.05
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), names)
    differences(axes, outcome)
    heading(made, style.plain(outcome.title, 90))
    key = 1 - 0.47 / height
    made.text(0.1 / WIDE, key, "● those that take part", fontsize=9, color=INSIDE)
    made.text(1.75 / WIDE, key, "○ the others", fontsize=9, color=OUTSIDE)
    if alike:
        made.text(2.75 / WIDE, key, f"({rows[0]['told']})", fontsize=9, color=style.WEB)
    return made
