"""The tree of one falsehood: who asserted it when, from whom they had it, and how far it got."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import lineage
from analysis.layers import Bools, Floats, Ints
from analysis.pictures import style
from analysis.pictures.sheet import BELOW_HEAD, MARGIN, Sheet
from analysis.run import Run
from analysis.stories import BEGAN
from analysis.wording import moment

LEAST = 0.1
"""Of what an author writes on the item, the least share asserting the claim that is drawn; less
only where others that are drawn have it from there."""
MOST_LANES = 16
LANE, WIDE, LEFT, TOP, CURVE, BELOW = 0.27, 7.0, 1.15, 0.82, 0.9, 0.62
"""Inches: of a lane, of all lanes, at their left, above them; height of the curve of the web, and
what stands below it."""
DOT, RING = 0.12, 0.17
"""Inches: of the dot of an author that asserts nothing else, and of the ring of patient zero."""


@dataclass(frozen=True)
class Drawn:
    """The events that are drawn, and their lanes.

    Attributes:
        events: as in `ecosystem.descent.EVENTS`, numbered from 0, all of them.
        shown: (events,) which are drawn.
        lanes: authors from the top down, communities first.
        lane: (events,) its lane; -1 where its author has none.
        main: (events,) whether it is of the line of patient zero.
        zero: the event of patient zero.
    """

    events: pd.DataFrame
    shown: Bools
    lanes: list[str]
    lane: Ints
    main: Bools
    zero: int


def chosen(events: pd.DataFrame) -> Drawn:
    """What is drawn of a claim's events.

    Those of authors that assert it in a tenth of what they write on the item, patient zero, and
    those that these have it from, all the way back. Where there are more authors than lanes,
    those stay that asserted it most.
    """
    share, parents = events["share"].to_numpy(), events["parent"].to_numpy()
    zero = int(lineage.lines(events)["event"].iloc[0])
    author = events["author"]
    models = events["generation"] >= 0
    shown = share >= LEAST
    shown[zero] = True
    shown = _with_ancestors(shown, parents)
    held = (events["share"] * shown).groupby(author).sum()
    most = held.sort_values(ascending=False, kind="stable").index
    keep = {author[zero], *most[: MOST_LANES - 1]}
    shown &= author.isin(keep).to_numpy()
    names = list(dict.fromkeys(author[shown & ~models])) + sorted(set(author[shown & models]))
    lane = author.map({name: at for at, name in enumerate(names)}).fillna(-1).to_numpy(np.int64)
    return Drawn(events, shown, names, lane, (events["origin"] == zero).to_numpy(), zero)


def _with_ancestors(shown: Bools, parents: Ints) -> Bools:
    found = shown.copy()
    for event in range(found.size - 1, -1, -1):
        if found[event] and parents[event] >= 0:
            found[parents[event]] = True
    return found


def draw(run: Run, domain: str, item: str, value: str) -> Figure:
    """Lanes of authors over time, lines to whom each had it from, and its share of the web.

    Raises:
        ValueError: nobody asserted it, or it was not traced.
    """
    events = lineage.of_claim(run.claims, domain, item, value)
    rows = lineage.of_claim(run.prevalence, domain, item, value)
    if events.empty or rows.empty:
        raise ValueError(f"claim: given {domain}:{item}={value}, allowed one that was traced")
    found = chosen(events)
    tall = LANE * len(found.lanes)
    wide, high = LEFT + WIDE + 0.2, TOP + tall + CURVE + BELOW
    zero, truth = events.iloc[found.zero], style.plain(str(events["truth"].iloc[0]))
    title = f"{style.plain(item, 56)}: {style.plain(value)} (in truth {truth})"
    sheet = Sheet(wide, high, title)
    began = style.plain(BEGAN[zero["kind"]].format(author=zero["author"]), 60)
    said = f"patient zero: {began}, {moment(run, zero['step'])}"
    sheet.text(MARGIN, BELOW_HEAD, said, colour=style.FALSE)

    when, dated = style.times(run.metrics)
    steps, room = run.metrics["step"].to_numpy(), 0.015 * float(when[-1] - when[0]) or 0.5
    low, end = float(when[0]) - room, float(when[-1]) + room
    at: Floats = np.asarray(np.interp(events["step"], steps, when))
    _lanes(sheet, found, LEFT + WIDE * (at - low) / (end - low))
    place = (LEFT / wide, (BELOW - 0.12) / high, WIDE / wide, (CURVE - 0.18) / high)
    axes = sheet.figure.add_axes(place)
    _curve(axes, rows, np.asarray(np.interp(rows["step"], steps, when)))
    axes.set_xlim(low, end)
    style.time_axis(axes, dated)
    axes.set_xlim(low, end)
    return sheet.figure


def _lanes(sheet: Sheet, found: Drawn, x: Floats) -> None:
    """Lanes with their authors, and events as dots; x: (events,) inches."""
    events = found.events
    y: Floats = TOP + LANE * (found.lane.astype(np.float64) + 0.5)
    human = (events["generation"] < 0).to_numpy()
    of_humans = set(events["author"][human])
    for place, name in enumerate(found.lanes):
        middle = TOP + LANE * (place + 0.5)
        sheet.boxes([LEFT, middle - 0.004, WIDE, 0.008], style.FAINT, zorder=0)
        colour = style.HUMAN if name in of_humans else style.INK
        at = {"ha": "right", "va": "center"}
        sheet.text(LEFT - 0.06, middle, style.plain(name, 16), 9, colour, **at)
    _taken(sheet, found, x, y)
    face = np.where(human, style.HUMAN, np.where(found.main, style.FALSE, style.MACHINE))
    least = np.where(human, 0.07, 0.024)
    size = np.maximum(DOT * np.sqrt(events["share"].to_numpy()), least)
    shown = found.shown
    sheet.dots(x[shown], y[shown], size[shown], facecolors=face[shown], zorder=3)
    zero = [found.zero]
    ring = {"facecolors": "none", "edgecolors": style.FALSE, "linewidths": 1.8, "zorder": 4}
    sheet.dots(x[zero], y[zero], np.array([RING]), **ring)


def _taken(sheet: Sheet, found: Drawn, x: Floats, y: Floats) -> None:
    """Lines from the event that each was taken from; thick along a lane where it was kept."""
    parents = found.events["parent"].to_numpy()
    shown = found.shown & (parents >= 0)
    shown[shown] = found.shown[parents[shown]]
    for main, colour in ((False, style.MACHINE), (True, style.FALSE)):
        some = np.flatnonzero(shown & (found.main == main))
        source = parents[some]
        ends = np.column_stack([x[source], y[source], x[some], y[some]])
        widths = np.where(found.lane[some] == found.lane[source], 0.022, 0.011)
        sheet.curves(ends.tolist(), widths, edgecolors=colour, alpha=0.6, zorder=2, sideways=True)


def _curve(axes: Axes, rows: pd.DataFrame, at: Floats) -> None:
    """Its share of the web's documents on the item."""
    share = rows["share"].fillna(0.0).to_numpy()
    axes.fill_between(at, share, color=style.FALSE, alpha=0.2, linewidth=0)
    axes.plot(at, share, color=style.FALSE, linewidth=1.6)
    style.dress(axes, "", "share", "share")
    said = "of the web's documents on it, those that say so"
    axes.set_title(said, loc="left", y=1.0, fontsize=9, color=style.FALSE)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1])
