"""The family tree of models: time downwards, a column a model, and whose text each is of.

A bar is a model at a moment, as wide as all of its text. What that is of comes in at its upper
edge: blue what humans wrote, orange what models of the row above had written by then, directly or
over what others made of it in between (see `analysis.family`).
"""

import textwrap

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from analysis.ancestry import Ancestry
from analysis.family import Tree, tree
from analysis.layers import Floats
from analysis.pictures import style
from analysis.pictures.order import side_by_side
from analysis.pictures.sheet import BELOW_HEAD, MARGIN, Sheet
from analysis.run import Run
from analysis.wording import moment, number

LEAST = 0.02
"""The least share of a model that is drawn as a line from another, or from its former self."""
COLUMN, ROW, LEFT, TOP = 0.78, 0.78, 1.3, 1.4
"""Inches: of a column, of a row, at the left, above the first row."""
BAR, THICK, DROP, FRAME = 0.54, 0.12, 0.2, 0.05
"""Inches: width of a bar, which is a share of 1, its height, that of the blue above it, and how far
the frame of the inbred is from it."""


def draw(run: Run, ancestry: Ancestry) -> Figure:
    """The tree, models side by side that are much of each other."""
    found = tree(run, ancestry)
    between = found.shares.sum(axis=0)
    found = found.ordered(side_by_side(between + between.T))
    rows, columns = found.there.shape
    wide = LEFT + max(COLUMN * columns, 5.6) + MARGIN
    sheet = Sheet(wide, TOP + ROW * (rows - 1) + 0.45, "Family tree of the models")
    across = LEFT + COLUMN * (np.arange(columns, dtype=np.float64) + 0.5)
    down = TOP + ROW * np.arange(rows, dtype=np.float64)
    _lines(sheet, found, across, down)
    _bars(sheet, found, across, down)
    _names(sheet, run, found, across, down)
    _key(sheet, found)
    return sheet.figure


def _lines(sheet: Sheet, found: Tree, across: Floats, down: Floats) -> None:
    """What each bar is of: from humans, and from the bars of the row above, side by side."""
    ends = found.human[:, :, None] + np.cumsum(found.shares, axis=2) - found.shares / 2
    row, reader, source = np.nonzero(found.shares >= LEAST)
    # lines leave a bar in the order of their readers
    leave = across[source] + BAR * 0.8 * ((reader + 0.5) / len(found.names) - 0.5)
    arrive = across[reader] + BAR * (ends[row, reader, source] - 0.5)
    lines = np.column_stack([leave, down[row - 1] + THICK, arrive, down[row]])
    widths = BAR * found.shares[row, reader, source]
    sheet.curves(lines.tolist(), widths, edgecolors=style.MACHINE, alpha=0.6, zorder=1)
    row, column = np.nonzero(found.there)
    left, by_humans = across[column] - BAR / 2, BAR * found.human[row, column]
    blue = np.column_stack([left, down[row] - DROP, by_humans, np.full(row.size, DROP)])
    sheet.boxes(blue, style.HUMAN, zorder=2)


def _bars(sheet: Sheet, found: Tree, across: Floats, down: Floats) -> None:
    """Models, coloured by their contamination; those that are inbred in a frame, with their F."""
    row, column = np.nonzero(found.there)
    bar = np.broadcast_to([BAR, THICK], (row.size, 2))
    places = np.column_stack([across[column] - BAR / 2, down[row], bar])
    shades = _colours(found)(found.load[row, column] / _darkest(found))
    sheet.boxes(places, shades, edgecolors=style.INK, linewidths=0.5, zorder=3)
    for r, c in found.inbred():
        corner = across[c] - BAR / 2 - FRAME, down[r] - FRAME
        frame = [*corner, BAR + 2 * FRAME, THICK + 2 * FRAME]
        sheet.boxes(frame, "none", edgecolors=style.INK, linewidths=1.4, zorder=4)
        said = f"F {number(float(f'{found.inbreeding[r, c]:.2g}'))}"
        sheet.text(across[c], down[r] + THICK + 0.08, said, 7.5, ha="center", va="top", zorder=4)


def _names(sheet: Sheet, run: Run, found: Tree, across: Floats, down: Floats) -> None:
    """Names of the columns, and moments and generations of the rows."""
    most = int(COLUMN / style.LETTER)
    for name, x in zip(found.names, across, strict=True):
        lines = textwrap.wrap(name.replace("-", "- "), most)
        said = "\n".join(style.plain(line.replace("- ", "-"), most) for line in lines[:3])
        sheet.text(x, TOP - DROP - 0.1, said, ha="center", linespacing=1.0)
    agents = run.agents
    for step, y in zip(found.steps, down, strict=True):
        generation = agents.loc[agents["step"] == step, "generation"]
        low, high = int(generation.min()), int(generation.max())
        said = f"generation {low}" if low == high else f"generations {low} to {high}"
        sheet.text(MARGIN, y + 0.02, moment(run, step))
        sheet.text(MARGIN, y + 0.06, said, 8, style.WEB, va="top")


def _key(sheet: Sheet, found: Tree) -> None:
    """What colours and widths say."""
    x, y = MARGIN, BELOW_HEAD
    for colour, share, said in (
        (style.HUMAN, 0.5, "half of a text, by humans"),
        (style.MACHINE, 0.1, "a tenth of it, by a model"),
    ):
        sheet.boxes([x, y - 0.07, BAR * share, 0.14], colour)
        sheet.text(x + BAR * share + 0.07, y, said, colour=style.WEB, va="center")
        x += 0.25 + BAR * share + 0.064 * len(said)
    shades = np.linspace(0, 1, 20)
    wide = 0.04
    places = [[x + 0.12 + wide * i, y - THICK / 2, wide * 1.03, THICK] for i in range(shades.size)]
    sheet.text(x, y, "0", colour=style.WEB, va="center")
    sheet.boxes(places, _colours(found)(shades))
    top = number(float(f"{_darkest(found):.2g}"), "share")
    kind = "error load" if _errors(found) else "of human ancestry lost"
    sheet.text(x + 1.0, y, f"{top} {kind}", colour=style.WEB, va="center")
    said = f"Lines of less than {number(LEAST, 'share')} are left out."
    sheet.text(MARGIN, y + 0.27, said, 8, style.WEB)


def _errors(found: Tree) -> bool:
    return found.measure.name == "error load"


def _colours(found: Tree) -> LinearSegmentedColormap:
    """Red for errors, orange for what is synthetic."""
    dark = style.FALSE if _errors(found) else style.MACHINE
    return LinearSegmentedColormap.from_list("load", [style.PAPER, dark])


def _darkest(found: Tree) -> float:
    """The contamination of the darkest bar."""
    top = float(np.nanmax(found.load))
    return top if top > 0 else 1.0
