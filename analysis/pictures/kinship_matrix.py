"""Who is kin to whom: the kinship of all models at the last step, as a heat map."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.ancestry import Ancestry
from analysis.inbreeding import kinship
from analysis.layers import Floats
from analysis.pictures import style
from analysis.pictures.order import side_by_side
from analysis.pictures.sheet import MARGIN, Sheet
from analysis.run import Run
from analysis.selves import selves
from analysis.wording import number

KIN = LinearSegmentedColormap.from_list("kin", ["#fdf3dc", style.MACHINE, "#8a4b08", "#3b1d02"])
NONE = "#eef0f3"
"""Of a kinship of 0."""
DECADES = 1.5
"""Orders of magnitude between the least and the largest kinship, from which on colours are
logarithmic."""
NAMED, VECTORS = 40, 60
"""Models that are named one by one, and cells a side that are drawn as vectors."""
CELL, TOP, BELOW, RIGHT, SHADES = 0.27, 0.66, 0.15, 1.35, 40
"""Inches: of a cell, above the map, below it, at its right; and shades in the key."""


def models(run: Run, ancestry: Ancestry) -> tuple[list[str], Floats]:
    """Names, and kinship (m, m), of the models present at the last step, kin beside kin."""
    last = selves(run, ancestry, [int(run.metrics["step"].iloc[-1])]).iloc[0]
    last = last[last >= 0]
    phi = kinship(ancestry, last.to_numpy())
    positive = phi[phi > 0]
    least = positive.min() / 100 if positive.size else 1.0  # where there is no kinship at all
    order = side_by_side(np.log(np.maximum(phi, least)))
    return [str(name) for name in last.index[order]], phi[np.ix_(order, order)]


def draw(run: Run, ancestry: Ancestry) -> Figure:
    """The map: off the diagonal two different models, on it a model with itself."""
    names, phi = models(run, ancestry)
    count = len(names)
    shown = [style.plain(name) for name in names] if count <= NAMED else []
    room = 0.15 + style.LETTER * max(map(len, shown), default=0)
    side = float(np.clip(CELL * count, 2.2, 4.4))
    cell, left = side / count, MARGIN + room
    title = "Who is kin to whom" + ("" if shown else f": {count} models")
    said = "chance that two documents are copies of one original"
    high = TOP + side + (room if shown else BELOW)
    sheet = Sheet(max(left + side + RIGHT, 4.4), high, title, said)
    scale = _scale(phi)
    shades = KIN(scale(phi))
    shades[phi <= 0] = [int(NONE[i : i + 2], 16) / 255 for i in (1, 3, 5)] + [1.0]
    if count <= VECTORS:
        row, column = np.indices(phi.shape).reshape(2, -1)
        size = np.full((row.size, 2), cell)
        places = np.column_stack([left + cell * column, TOP + cell * row, size])
        sheet.boxes(places, shades.reshape(-1, 4), edgecolors=style.PAPER, linewidths=0.6)
    else:
        sheet.image(shades, left, TOP, side)
    for place, name in enumerate(shown):
        middle = cell * (place + 0.5)
        sheet.text(left - 0.06, TOP + middle, name, ha="right", va="center")
        at = left + middle, TOP + side + 0.06
        sheet.text(*at, name, rotation=90, ha="center", va="top")
    _key(sheet, scale, left + side + 0.22, min(side, 2.0))
    return sheet.figure


def _scale(phi: Floats) -> Normalize:
    """Colours from the least to the largest kinship above 0."""
    positive = phi[phi > 0]
    if not positive.size:
        return Normalize(0.0, 1.0)
    low, high = float(positive.min()), float(positive.max())
    if np.log10(high / low) >= DECADES:
        return LogNorm(low, high)
    return Normalize(0.0, high)


def _key(sheet: Sheet, scale: Normalize, left: float, tall: float) -> None:
    """What colours say, from the least below to the largest above."""
    each = tall / SHADES
    middles = (np.arange(SHADES) + 0.5) / SHADES
    places = [[left, TOP + tall * (1 - m) - each / 2, 0.14, 1.03 * each] for m in middles]
    sheet.boxes(places, KIN(middles))
    low, top = float(scale.vmin or 0.0), float(scale.vmax or 1.0)
    if isinstance(scale, LogNorm):
        first, last = np.ceil(np.log10(low)), np.floor(np.log10(top))
        ticks = 10.0 ** np.arange(first, last + 1)
    else:
        ticks = np.asarray(MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(low, top))
    for tick in ticks[(ticks >= low) & (ticks <= top)]:
        y = TOP + tall * (1 - float(scale(tick)))
        sheet.boxes([left + 0.14, y - 0.005, 0.05, 0.01], style.INK)
        sheet.text(left + 0.23, y, number(float(f"{tick:.2g}")), va="center")
