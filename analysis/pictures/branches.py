"""Who still gets which case right: a heat map, a row a branch, a column a step."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from analysis import worked
from analysis.pictures import style
from analysis.run import Run
from ecosystem.domains.exercises import Exercises

HIGH, NAMES, MAP, BESIDE, ENDS = 0.215, 3.75, 4.05, 3.1, 0.8
"""Inches: of a branch, for the names at the left, of a map, of one of several beside each other,
for the figures at the right of each."""
TOP, BOTTOM, APART, HEADING = 0.55, 0.5, 0.1, 0.3
KNOWN = LinearSegmentedColormap.from_list("known", [style.FALSE, "#f2b8a0", "#dce6ef"])


def draw(
    runs: Sequence[Run], domain: str, beside: Mapping[str, Sequence[Run]] | None = None
) -> Figure:
    """Share of the models that get half of a branch right, by step; mean over replicates.

    With other runs by name, their maps stand at its right, at the same scale and row by row.
    """
    field = worked.exercises(runs[0], domain)
    assert field is not None
    maps = {"This run": runs, **(beside or {})}
    each = BESIDE if beside else MAP
    wide = NAMES + (each + ENDS) * len(maps)
    top = TOP + (HEADING if beside else 0.0)
    rows = len(field.items) + APART / HIGH * (len(field.groups) - 1)
    high = top + BOTTOM + rows * HIGH
    made = style.figure(wide, high)
    _names(made, field, top)
    heads = [(0.08, "share of the models that get each case right:")]
    for place, (name, several) in enumerate(maps.items()):
        left = NAMES + place * (each + ENDS)
        _map(made, field, several, (left, top), each)
        heads.append((left + each + 0.08, "at the end"))
        if beside:
            at = left / wide, 1 - 0.24 / high
            made.text(*at, style.plain(name, 40), fontsize=12, fontweight="bold", color=style.INK)
    for left, head in heads:
        at = left / wide, 1 - (top - TOP + 0.28) / high
        made.text(*at, head, fontsize=9.5, color=style.WEB)
    _key(made, NAMES, top - TOP)
    return made


def _families(field: Exercises, top: float) -> Iterator[tuple[str, list[int], float]]:
    """Name and branches of each family, and how far below the upper edge of a figure it begins."""
    for group, family in enumerate(field.groups):
        items = np.flatnonzero(field.group_of == group).tolist()
        yield family, items, top
        top += len(items) * HIGH + APART


def _names(made: Figure, field: Exercises, top: float) -> None:
    """Families and their branches, at the left; rare ones bold."""
    wide, high = made.get_size_inches()
    for family, items, down in _families(field, top):
        at = 0.08 / wide, 1 - (down + HIGH / 2) / high
        made.text(*at, family, va="center", fontsize=9.5, color=style.INK)
        for place, item in enumerate(items):
            edge = bool(field.edge[item])
            made.text(
                (NAMES - 0.08) / wide,
                1 - (down + (place + 0.5) * HIGH) / high,
                field.items[item].removeprefix(f"{family}: "),
                ha="right",
                va="center",
                fontsize=9,
                color=style.INK if edge else style.WEB,
                weight="bold" if edge else "normal",
            )


def _map(
    made: Figure,
    field: Exercises,
    runs: Sequence[Run],
    corner: tuple[float, float],
    across: float,
) -> None:
    """The map of some replicates, so many inches from the left and the upper edge of a figure."""
    wide, high = made.get_size_inches()
    left, top = corner
    shares = worked.right(runs, field.name)
    when, dated = style.times(runs[0].metrics)
    known = np.isin(runs[0].metrics["step"].to_numpy(), shares.columns.to_numpy())
    edges = _edges(when[known])
    values = shares.to_numpy(dtype=np.float64)
    for family, items, down in _families(field, top):
        tall = len(items) * HIGH
        axes = made.add_axes((left / wide, 1 - (down + tall) / high, across / wide, tall / high))
        axes.pcolormesh(
            edges,
            np.arange(len(items) + 1),
            values[items],
            cmap=KNOWN,
            vmin=0,
            vmax=1,
            edgecolors=style.PAPER,
            linewidth=0.4,
        )
        axes.set_ylim(len(items), 0)
        axes.set_xlim(edges[0], edges[-1])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set_visible(False)
        if family == field.groups[-1]:
            axes.tick_params(colors=style.INK, labelsize=9, length=3)
            style.time_axis(axes, dated)
            axes.margins(x=0)
        else:
            axes.set_xticks([])
        for place, last in enumerate(values[items, -1]):
            said = "" if np.isnan(last) else f"{last:.0%}".replace("%", " %")
            colour = style.FALSE if last < worked.FEW else style.WEB
            at = (left + across + 0.08) / wide, 1 - (down + (place + 0.5) * HIGH) / high
            made.text(*at, said, va="center", fontsize=9, color=colour)


def _key(made: Figure, left: float, top: float) -> None:
    """Colours of none, half and all of the models."""
    wide, high = made.get_size_inches()
    for name, share in (("none", 0.0), ("half", 0.5), ("all", 1.0)):
        box = made.add_axes((left / wide, 1 - (top + 0.3) / high, 0.16 / wide, 0.14 / high))
        box.set_facecolor(KNOWN(share))
        box.set_xticks([])
        box.set_yticks([])
        for spine in box.spines.values():
            spine.set_visible(False)
        at = (left + 0.2) / wide, 1 - (top + 0.28) / high
        made.text(*at, name, fontsize=9, color=style.WEB)
        left += 0.55


def _edges(when: style.Floats) -> style.Floats:
    """Where the column of each step begins, and the last one ends."""
    if when.size < 2:
        return np.append(when - 0.5, when[-1] + 0.5)
    middles = (when[1:] + when[:-1]) / 2
    first, last = when[0] - (middles[0] - when[0]), when[-1] + (when[-1] - middles[-1])
    return np.concatenate([[first], middles, [last]])
