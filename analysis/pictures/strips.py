"""Pictures that models would draw, row by row of a run: humans on top, the average at the right."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from analysis.pictures import style
from analysis.run import Run
from analysis.wording import moment

MOST_ROWS = 8
PICTURE, GAP, MARGIN, HEADING = 0.42, 0.06, 1.25, 0.3
"""Inches: of a picture, between two, for the names of the rows, for the name of a strip."""
Floats = NDArray[np.float64]


def shown(run: Run, domain: str) -> pd.DataFrame:
    """The documents kept of a domain whose documents are square pictures; empty where none are."""
    spec = run.scenario["domains"].get(domain, {})
    kept = run.samples
    if spec.get("kind") != "portraits" or spec.get("pictures", "digits") != "digits" or kept.empty:
        return pd.DataFrame()
    return kept[kept["domain"] == domain]


def rows_of(run: Run, domain: str) -> list[tuple[str, Floats, Floats]]:
    """Name, pictures (n, side, side) and average (side, side) of each row of the strip."""
    table = shown(run, domain)
    if table.empty:
        return []
    found = [("humans", *_pictures(table[table["who"] == "humans"]))]
    models = table[table["who"] == "models"]
    steps = models["step"].unique()
    chosen = steps[np.unique(np.linspace(0, len(steps) - 1, MOST_ROWS - 1).round().astype(int))]
    generation = run.agents.groupby("step")["generation"].mean()
    for step in chosen.tolist():
        when = f"{moment(run, step)}\ngeneration {generation.get(step, 0):.3g}"
        found.append((when, *_pictures(models[models["step"] == step])))
    return found


def draw(run: Run, domain: str, beside: Mapping[str, Run] | None = None) -> Figure:
    """The strip of one domain; with other runs by name, theirs at its right, at the same scale."""
    strips = {"This run": run, **(beside or {})}
    rows = {name: rows_of(one, domain) for name, one in strips.items()}
    across = max(len(pictures) for strip in rows.values() for _, pictures, _ in strip)
    each = MARGIN + (across + 1) * (PICTURE + GAP) + 0.5
    top = HEADING if beside else 0.0
    high = max(map(len, rows.values())) * (PICTURE + GAP) + 0.45 + top
    made = style.figure(each * len(strips), high)
    for place, (name, strip) in enumerate(rows.items()):
        _strip(made, strip, place * each, top, across)
        if beside:
            at = (place * each + MARGIN) / made.get_figwidth(), 1 - 0.24 / high
            made.text(*at, style.plain(name, 60), fontsize=12, fontweight="bold", color=style.INK)
    return made


def _strip(
    made: Figure, rows: list[tuple[str, Floats, Floats]], start: float, top: float, across: int
) -> None:
    """One strip of a figure, so many inches from its left and its upper edge."""
    wide, high = made.get_size_inches()
    left = start + MARGIN
    last = left + across * (PICTURE + GAP) + 0.35
    for number, (name, pictures, average) in enumerate(rows):
        low = high - top - 0.4 - (number + 1) * (PICTURE + GAP)
        colour = style.HUMAN if number == 0 else style.MACHINE
        made.text(
            (left - 0.1) / wide,
            (low + PICTURE / 2) / high,
            name,
            ha="right",
            va="center",
            fontsize=8.5,
            color=style.LETTERS.get(colour, colour),
        )
        places = [*(left + i * (PICTURE + GAP) for i in range(len(pictures))), last]
        for at, picture in zip(places, [*pictures, average], strict=True):
            axes = made.add_axes((at / wide, low / high, PICTURE / wide, PICTURE / high))
            axes.imshow(picture, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
            axes.set_xticks([])
            axes.set_yticks([])
            for spine in axes.spines.values():
                spine.set_color(style.FAINT)
    for at, head in ((left, "drawn by the models, one after the other"), (last, "average")):
        made.text(at / wide, 1 - (top + 0.26) / high, head, fontsize=9.5, color=style.WEB)


def _pictures(table: pd.DataFrame) -> tuple[Floats, Floats]:
    """Pictures in their order, and the average, which has the place -1."""
    every = table.pivot(index="place", columns="cell", values="value").sort_index()
    side = round(np.sqrt(every.shape[1]))
    pictures = every.to_numpy(dtype=np.float64).reshape(-1, side, side)
    return pictures[1:], pictures[0]
