"""Regret: what every arm loses against the best arm of each world, as a table in shades."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure

from analysis.pictures import style
from analysis.pictures.sheet import MARGIN, Sheet
from analysis.pictures.study_axes import LONGEST, Found, outcome_of, title_of
from analysis.wording import PER_CENT, number, places

SHADES = LinearSegmentedColormap.from_list("regret", ["#f4f6f9", "#8d99ab", "#2a3340"])
ROW, CELL, NARROW, TOP, BELOW = 0.27, 0.62, 0.16, 0.75, 0.12
"""Inches: of an arm, of a world with numbers, of one without, above and below the table."""
BOLD = 0.1
"""Inches of a letter of the title."""
ARMS, NUMBERED = 24, 8
"""Arms that are shown, and worlds up to which numbers are written."""


def draw(found: Found) -> Figure:
    """Arms from the least largest regret down, worlds across, and the largest at the right."""
    regret = np.array(found["regret"], dtype=np.float64)
    worst = regret.max(axis=1)
    order = np.argsort(worst, kind="stable")[:ARMS]
    regret, worst = regret[order], worst[order]
    names = [style.plain(found["arms"][i], LONGEST) for i in order]
    chosen = next(r["choice"] for r in found["rules"] if r["rule"] == "minimax regret")
    what = outcome_of(found)
    numbered = len(found["worlds"]) <= NUMBERED
    wide = CELL if numbered else NARROW
    left = MARGIN + 0.1 + style.LETTER * max(map(len, names))
    worlds = [style.plain(name, 22) for name in found["worlds"]] if numbered else []
    head = TOP + 0.05 + 0.062 * max(map(len, worlds), default=0)
    side = left + wide * regret.shape[1] + 0.12
    high = head + ROW * len(names) + BELOW
    unit = "percentage points" if what.unit in PER_CENT else what.unit
    hidden = len(found["arms"]) - len(names)
    said = f"regret ({unit})" if unit else "regret"
    said += f"; the {len(names)} arms of {len(found['arms'])} with least" if hidden else ""
    title = title_of(found, 90)
    sheet = Sheet(max(side + CELL + 0.5, MARGIN + BOLD * len(title)), high, title, said)
    scale = 100.0 if what.unit in PER_CENT else 1.0
    regret, worst = regret * scale, worst * scale
    most = float(worst.max()) or 1.0
    rows, columns = np.indices(regret.shape).reshape(2, -1)
    cells = np.column_stack(
        [left + wide * columns, head + ROW * rows, np.full((rows.size, 2), (wide, ROW))]
    )
    sheet.boxes(cells, SHADES(regret.ravel() / most), edgecolors=style.PAPER, linewidths=0.8)
    ends = np.column_stack(
        [np.full(len(names), side), head + ROW * np.arange(len(names))]
        + [np.full(len(names), size) for size in (CELL, ROW)]
    )
    sheet.boxes(ends, SHADES(worst / most), edgecolors=style.PAPER, linewidths=0.8)
    decimals = places(worst.tolist())
    for at, name in enumerate(names):
        middle = head + ROW * (at + 0.5)
        best = found["arms"][order[at]] in chosen
        weight = "bold" if best else "normal"
        sheet.text(left - 0.06, middle, name, ha="right", va="center", fontweight=weight)
        written = [(side + CELL / 2, worst[at])]
        if numbered:
            written += [(left + wide * (i + 0.5), value) for i, value in enumerate(regret[at])]
        for x, value in written:
            colour = style.PAPER if sum(to_rgb(SHADES(value / most))) < 1.5 else style.INK
            text = f"{value:,.{decimals}f}" if value else "0"
            sheet.text(x, middle, text, 8.5, colour, ha="center", va="center", fontweight=weight)
    for i, name in enumerate(worlds):
        x = left + wide * (i + 0.5)
        sheet.text(x, head - 0.06, name, 8.5, rotation=90, ha="center", va="bottom")
    if not numbered:
        sheet.text(left, head - 0.06, f"{number(regret.shape[1])} worlds", 8.5, va="bottom")
    sheet.text(side + CELL / 2, head - 0.06, "largest", 8.5, ha="center", va="bottom")
    return sheet.figure
