"""The world in one picture: who writes where, what stands there, and who reads it.

Three columns, text flows from left to right: authors, sites, readers. Heights are shares of all
that is published (left edge of a site) and of all that is read (its right edge), so a site with
much text and little attention narrows. Blue is text by humans, orange text by models, all the
way through.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from analysis.network import flows
from analysis.pictures import style
from analysis.run import Run
from analysis.traffic import groups

MOST_ROWS = 14
COLUMNS = ((0.0, 0.025), (0.45, 0.55), (0.975, 1.0))
LETTER = 0.083
"""Inches of a letter in a name."""
Edges = dict[tuple[str, bool], tuple[float, float]]


def draw(axes: Axes, run: Run, first: int, last: int, title: str) -> None:
    """Draw the flows of text in a window of steps; `ValueError` where there is no ledger."""
    published, read = flows(run, first, last)
    of = {key: groups(run.scenario.get(key, [])) for key in ("humans", "models", "sites")}
    writers = _folded(published["author"], published["documents"], of["humans"] | of["models"])
    readers = _folded(read["reader"], read["documents"], of["models"])
    both = pd.concat([published[["site", "documents"]], read[["site", "documents"]]])
    sites = _folded(both["site"], both["documents"], of["sites"], always=True)
    published = _summed(published, {"author": writers, "site": sites}, "author")
    read = _summed(read, {"reader": readers, "site": sites}, "reader")
    order = {"author": _order(published, "author"), "site": list(dict.fromkeys(sites.values()))}
    order["reader"] = sorted(read["reader"].unique(), key=list(readers.values()).index)
    left = _stack(published, "author", order["author"], 0.012)
    site_in, site_out = _slots(published, read, order["site"])
    right = _stack(read, "reader", order["reader"], 0.012)
    _ribbons(
        axes, published, ("author", left, order["author"]), ("site", site_in, order["site"]), 0
    )
    _ribbons(axes, read, ("site", site_out, order["site"]), ("reader", right, order["reader"]), 1)
    _blocks(axes, left, left, COLUMNS[0])
    _blocks(axes, site_in, site_out, COLUMNS[1])
    _blocks(axes, right, right, COLUMNS[2])
    _names(axes, left, published, "author", "right")
    _names(axes, right, read, "reader", "left")
    _site_names(axes, order["site"], site_in)
    for x, head, where in (
        (0.025, "who writes", "right"),
        (0.5, "where it stands", "center"),
        (0.975, "who reads", "left"),
    ):
        axes.text(x, 1.06, head, ha=where, fontsize=10, color=style.WEB)
    axes.set_title(title, loc="center", fontsize=11, fontweight="bold", color=style.INK)
    axes.set_xlim(*_room(axes))
    axes.set_ylim(-0.02, 1.1)
    axes.set_axis_off()


def _folded(
    names: pd.Series, documents: pd.Series, groups: Mapping[str, str], always: bool = False
) -> dict[str, str]:
    """Each name's row in the picture: itself, its group, or "others" where rows are many."""
    known = [name for name in groups if name in set(names)]
    known += [name for name in dict.fromkeys(names) if name not in groups]
    size = {group: sum(g == group for g in groups.values()) for group in set(groups.values())}

    def row(name: str) -> str:
        group = groups.get(name, name)
        many = size.get(group, 1)
        return f"{group} ({many})" if many > (1 if always else 6) else name

    rows = {name: row(name) for name in known}
    volume = documents.groupby(names.map(rows)).sum().sort_values(ascending=False)
    if len(volume) > MOST_ROWS:
        small = set(volume.index[MOST_ROWS - 1 :])
        rows = {n: f"{len(small)} others" if r in small else r for n, r in rows.items()}
    return rows


def _summed(table: pd.DataFrame, rows: Mapping[str, Mapping[str, str]], who: str) -> pd.DataFrame:
    """The table by rows of the picture, documents as shares of all."""
    table = table.assign(**{key: table[key].map(of) for key, of in rows.items()})
    table = table.groupby([who, "site", "synthetic"], as_index=False, sort=False).sum()
    total = table["documents"].sum()
    return table.assign(documents=table["documents"] / (total or 1.0))


def _order(table: pd.DataFrame, key: str) -> list[str]:
    """Humans first, then models, each by name."""
    origin = table.groupby(key)["synthetic"].mean()
    return sorted(table[key].unique(), key=lambda name: (origin[name] > 0.5, name))


def _stack(table: pd.DataFrame, key: str, order: list[str], gap: float) -> Edges:
    """Where each row's text stands, (top, bottom) from 1 down to 0, human above synthetic."""
    share = table.groupby([key, "synthetic"])["documents"].sum()
    gap = min(gap, 0.4 / max(1, len(order)))
    scale = 1.0 - gap * (len(order) - 1)
    found, top = {}, 1.0
    for name in order:
        for synthetic in (False, True):
            bottom = top - scale * float(share.get((name, synthetic), 0.0))
            found[name, synthetic] = (top, bottom)
            top = bottom
        top -= gap
    return found


def _slots(published: pd.DataFrame, read: pd.DataFrame, order: list[str]) -> tuple[Edges, Edges]:
    """Where each site's text enters and leaves; both start at the top of the site's slot."""
    gap = min(0.06, 0.5 / max(1, len(order)))
    entering, leaving = (
        table.groupby(["site", "synthetic"])["documents"].sum() for table in (published, read)
    )
    sizes = [
        max(sum(float(t.get((name, s), 0.0)) for s in (False, True)) for t in (entering, leaving))
        for name in order
    ]
    scale = (1.0 - gap * (len(order) - 1)) / (sum(sizes) or 1.0)
    edges: tuple[Edges, Edges] = ({}, {})
    top = 1.0
    for name, size in zip(order, sizes, strict=True):
        for found, share in zip(edges, (entering, leaving), strict=True):
            at = top
            for synthetic in (False, True):
                bottom = at - scale * float(share.get((name, synthetic), 0.0))
                found[name, synthetic] = (at, bottom)
                at = bottom
        top -= scale * size + gap
    return edges


def _ribbons(
    axes: Axes,
    table: pd.DataFrame,
    source: tuple[str, Edges, list[str]],
    target: tuple[str, Edges, list[str]],
    column: int,
) -> None:
    """One band per flow, leaving and arriving in the order of the rows."""
    at = [{edge: top for edge, (top, _) in edges.items()} for _, edges, _ in (source, target)]
    scale = [_scale(edges, table, key) for key, edges, _ in (source, target)]
    rank = [{name: i for i, name in enumerate(order)} for _, _, order in (source, target)]
    x0, x1 = COLUMNS[column][1], COLUMNS[column + 1][0]
    rows = sorted(
        zip(
            table[source[0]], table[target[0]], table["synthetic"], table["documents"], strict=True
        ),
        key=lambda row: (rank[0][row[0]], row[2], rank[1][row[1]]),
    )
    for one, other, synthetic, documents in rows:
        ends = []
        for side, name in enumerate((one, other)):
            top = at[side][name, synthetic]
            at[side][name, synthetic] = top - scale[side] * documents
            ends.append((top, at[side][name, synthetic]))
        _band(axes, (x0, *ends[0]), (x1, *ends[1]), style.MACHINE if synthetic else style.HUMAN)


def _scale(edges: Edges, table: pd.DataFrame, key: str) -> float:
    """Height per document."""
    drawn = sum(top - bottom for top, bottom in edges.values())
    total = float(table["documents"].sum())
    return drawn / total if total > 0 else 0.0


def _band(
    axes: Axes, one: tuple[float, float, float], other: tuple[float, float, float], colour: str
) -> None:
    (x0, top0, low0), (x1, top1, low1) = one, other
    mid = (x0 + x1) / 2
    points = [
        (x0, top0), (mid, top0), (mid, top1), (x1, top1),
        (x1, low1), (mid, low1), (mid, low0), (x0, low0), (x0, top0),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(points, codes), facecolor=colour, alpha=0.32, linewidth=0))


def _blocks(axes: Axes, entering: Edges, leaving: Edges, x: tuple[float, float]) -> None:
    """Solid blocks, left edge as text enters, right edge as it leaves."""
    for (name, synthetic), (top, bottom) in entering.items():
        out_top, out_bottom = leaving[name, synthetic]
        corners = [(x[0], top), (x[1], out_top), (x[1], out_bottom), (x[0], bottom)]
        colour = style.MACHINE if synthetic else style.HUMAN
        axes.fill(*np.array(corners).T, facecolor=colour, linewidth=0)


def _names(axes: Axes, edges: Edges, table: pd.DataFrame, key: str, side: str) -> None:
    """Names beside the outer columns; readers with the share of models' text they read."""
    order = list(dict.fromkeys(name for name, _ in edges))
    middles = [(edges[name, False][0] + edges[name, True][1]) / 2 for name in order]
    x = -0.015 if side == "right" else 1.015
    for name, y in zip(order, style.spread(middles, 0.036, 0.0, 1.0), strict=True):
        text = style.plain(name)
        if key == "reader":
            own = table[table[key] == name]
            total = own["documents"].sum()
            part = own.loc[own["synthetic"], "documents"].sum() / total if total else 0.0
            text = f"{text}  {100 * part:.0f} %"
        axes.text(x, float(y), text, ha=side, va="center", fontsize=9.5, color=style.INK)


def _room(axes: Axes) -> tuple[float, float]:
    """Limits of the x axis that leave room for the names on both sides."""
    sides = {
        side: max(
            len(text.get_text()) for text in axes.texts if text.get_horizontalalignment() == side
        )
        for side in ("right", "left")
    }
    left, right = (0.15 + LETTER * longest for longest in sides.values())
    inside = style.FLOWS[0] - left - right
    return -left / inside, 1 + right / inside


def _site_names(axes: Axes, order: list[str], entering: Edges) -> None:
    tops = [entering[name, False][0] for name in order]
    for name, y in zip(order, style.spread(tops, 0.04, 0.0, 1.02), strict=True):
        axes.text(
            0.5,
            float(y) + 0.008,
            style.plain(name),
            ha="center",
            va="bottom",
            fontsize=9.5,
            color=style.INK,
        )
