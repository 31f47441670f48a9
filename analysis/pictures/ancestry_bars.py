"""Ancestry bars: by whom each model's text was first written, at some moments of the run."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.ancestry import MADE_UP, Ancestry
from analysis.layers import Floats
from analysis.pictures import style
from analysis.pictures.sheet import MARGIN, Sheet
from analysis.run import Run
from analysis.selves import selves
from analysis.wording import counted, moment
from ecosystem.parentage import HUMANS

MOST_MODELS, MOMENTS, NAMED = 12, 6, 6
BLUES = ("#0a4a75", "#1f7fbd", "#7db8dd", "#2f5f9e", "#58a0d0", "#b5d7ec")
"""Of named communities, the largest first; neighbours unlike."""
OTHERS, STARTS = "#dbe9f3", style.WEB
ERRORS = "errors"
"""The part that goes back to something made up by a model, or got wrong by a human."""
BAR, HIGH, GAP, ACROSS = 0.2, 0.92, 0.32, 3
"""Inches: width of a bar, height of a bar, between two models; and models in a row."""
TOP, HEAD, BELOW, KEY = 0.42, 0.24, 0.24, 1.95
"""Inches: for the title, above and below the bars of a model, and for the names of sources."""


@dataclass(frozen=True)
class Mix:
    """What is drawn.

    Attributes:
        steps: the moments.
        names: of the models.
        left_out: how many models are not drawn.
        sources: the parts of a bar, from its foot up.
        colours: of the parts.
        shares: (models, moments, sources), rows sum to 1; NaN where a model is not there.
    """

    steps: list[int]
    names: list[str]
    left_out: int
    sources: list[str]
    colours: list[str]
    shares: Floats


def mix(run: Run, ancestry: Ancestry) -> Mix:
    """Source mix of models at some moments; communities beyond the six largest are summed.

    The largest are those that most of the models' text goes back to at the last moment. Of many
    models those drawn are spread evenly over their order.
    """
    steps = run.metrics["step"].to_numpy()
    chosen = steps[np.unique(np.linspace(0, steps.size - 1, MOMENTS).round().astype(int))]
    who = selves(run, ancestry, chosen)
    who = who.loc[:, (who >= 0).any()]
    every = who.shape[1]
    some = np.unique(np.linspace(0, every - 1, MOST_MODELS).round().astype(int))
    who = who.iloc[:, some]
    groups, sources, colours = _groups(ancestry, who)
    table = ancestry.source_mix(groups).rename(columns={MADE_UP: ERRORS})
    table = table.reindex(columns=sources, fill_value=0.0)
    shown = table.columns[(table > 0).any()]
    values = np.vstack([table[shown].to_numpy(), np.full(len(shown), np.nan)])
    return Mix(
        steps=chosen.tolist(),
        names=[str(name) for name in who],
        left_out=every - len(some),
        sources=list(shown),
        colours=[colours[name] for name in shown],
        shares=values[who.to_numpy().T],
    )


def _groups(
    ancestry: Ancestry, who: pd.DataFrame
) -> tuple[dict[str, str], list[str], dict[str, str]]:
    """The part that each source counts in, and the parts in order with their colours."""
    at = who.to_numpy()[-1]
    weights = np.zeros(len(ancestry.nodes))
    weights[at[at >= 0]] = 1.0
    reached = ancestry.layers.backward(weights, ancestry.passed)[ancestry.origin]
    human = ancestry.nodes["kind"][ancestry.origin].isin(HUMANS)
    source = ancestry.sources()
    size = pd.Series(reached, source.index).groupby(source).sum()
    communities = size[size.index.isin(source[human])].sort_values(ascending=False, kind="stable")
    named = list(communities.index[:NAMED])
    rest = list(communities.index[NAMED:])
    if len(rest) == 1:
        named, rest = [*named, *rest], []
    others = counted(len(rest), "other community", "other communities")
    starts = "models as they started"
    groups = dict.fromkeys(rest, others) | dict.fromkeys(source[~human], starts)
    blues = dict(zip(named, (*BLUES, OTHERS), strict=False))
    colours = blues | {others: OTHERS, starts: STARTS, ERRORS: style.FALSE}
    return groups, [*named, others, starts, ERRORS], colours


def draw(run: Run, ancestry: Ancestry) -> Figure:
    """Small multiples of stacked bars, a group a model, and the sources named at the right."""
    found = mix(run, ancestry)
    models, moments, parts = found.shares.shape
    across = min(ACROSS, models)
    each, tall = moments * BAR + GAP, HEAD + HIGH + BELOW
    wide = max(MARGIN + across * each + KEY, 4.4)
    high = max(TOP + tall * -(-models // across), TOP + HEAD + 0.2 * (parts + 2))
    sheet = Sheet(wide, high, "Who first wrote what models know")
    short = _ends(run, found.steps)
    places: list[list[list[float]]] = [[] for _ in found.sources]
    for i, name in enumerate(found.names):
        left, top = MARGIN + each * (i % across), TOP + tall * (i // across) + HEAD
        sheet.text(left, top - 0.06, style.plain(name))
        sheet.text(left, top + HIGH + 0.04, short[0], 8, style.WEB, va="top")
        right = left + moments * BAR
        sheet.text(right, top + HIGH + 0.04, short[1], 8, style.WEB, va="top", ha="right")
        for m, bar in enumerate(found.shares[i]):
            if np.isnan(bar).any():
                continue
            tops = top + HIGH * (1 - np.cumsum(bar))
            for part, y, share in zip(places, tops, bar, strict=True):
                part.append([left + m * BAR, y, 0.94 * BAR, HIGH * share])
    for part, colour in zip(places, found.colours, strict=True):
        sheet.boxes(part, colour)
    _key(sheet, found, MARGIN + across * each)
    return sheet.figure


def _ends(run: Run, steps: list[int]) -> list[str]:
    """The first and the last moment, short: years, or months where they are in one year."""
    ends = [moment(run, step).split() for step in (steps[0], steps[-1])]
    if "date" not in run.metrics or len(ends[0]) < 2:
        return [" ".join(words) for words in ends]
    if ends[0][-1] != ends[1][-1]:
        return [words[-1] for words in ends]
    return [f"{words[-2][:3]} {words[-1]}" for words in ends]


def _key(sheet: Sheet, found: Mix, left: float) -> None:
    """The sources with their colours, in the order of the bars."""
    y = TOP + HEAD
    for name, colour in zip(reversed(found.sources), reversed(found.colours), strict=True):
        sheet.boxes([left, y, 0.14, 0.12], colour)
        sheet.text(left + 0.2, y + 0.06, style.plain(name), va="center")
        y += 0.2
    if found.left_out:
        sheet.text(left, y + 0.2, f"and {found.left_out} models more", colour=style.WEB)
