"""Contamination over time as a stream: what models read, by how many models it went through."""

import numpy as np
from matplotlib.axes import Axes

from analysis import reading
from analysis.ancestry import Ancestry
from analysis.pictures import style
from analysis.run import Run
from analysis.wording import number

BROWN = "#8a4b08"
COLOURS = dict(
    zip(
        reading.PARTS,
        (
            *((style.HUMAN, style.HUMAN), (style.WEB, style.WEB)),
            *(("#fae3b4", style.MACHINE), ("#f2c566", style.MACHINE)),
            *((style.MACHINE, style.MACHINE), (BROWN, BROWN)),
            *(("#e9a3a9", style.FALSE), (style.FALSE, style.FALSE)),
        ),
        strict=True,
    )
)
"""Of a part, and of its name."""
SMALL = 0.001
"""Parts that are never more are left out; those that are no more at the end have no name."""


def draw(axes: Axes, run: Run, ancestry: Ancestry) -> None:
    """Stacked shares of what was read over time, named at the right with their last size."""
    table = reading.shares(ancestry)
    table = table.loc[:, (table > SMALL).any()]
    when, dated = style.times(run.metrics)
    at = np.interp(table.index.to_numpy(), run.metrics["step"].to_numpy(), when)
    axes.stackplot(
        at, table.to_numpy().T, colors=[COLOURS[str(name)][0] for name in table], linewidth=0
    )
    style.dress(axes, "How many models text went through", "share of documents read", "share")
    axes.set_ylim(0, 1)
    style.time_axis(axes, dated)
    axes.margins(x=0)
    last = table.iloc[-1]
    labels = [
        (f"{name} {number(float(f'{share:.2g}'), 'share')}", middle, COLOURS[str(name)][1])
        for name, share, middle in zip(last.index, last, last.cumsum() - last / 2, strict=True)
        if share > SMALL
    ]
    style.end_labels(axes, labels)
