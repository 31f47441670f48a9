"""A panel beside the picture of the web: made once, then drawn on step by step."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from analysis.panels import Panel
from analysis.pictures import style
from analysis.pictures.subjects import subject
from analysis.run import Run
from analysis.wording import number

LETTERS_A_LINE = 46
ENDS = ("min", "max")


class Small:
    """The artists of one panel: means, and the range over models, shaded.

    Attributes:
        moving: those that change, in the order of drawing.

    Args:
        axes: to draw on.
        run: whose.
        panel: which.
    """

    def __init__(self, axes: Axes, run: Run, panel: Panel) -> None:
        self._panel = panel
        metrics = run.metrics
        self._at, dated = style.times(metrics)
        self._values = [metrics[line.column].to_numpy(dtype=np.float64) for line in panel.lines]
        self._ranges = [
            tuple(metrics[f"{line.column}.{end}"].to_numpy(dtype=np.float64) for end in ENDS)
            for line in panel.lines
            if line.of_models
        ]
        seen = [*self._values, *(end for ends in self._ranges for end in ends)]
        style.dress(axes, "", "", panel.unit)
        axes.tick_params(labelsize=6.5, length=2, pad=2)
        axes.grid(axis="y", color=style.FAINT, linewidth=0.4)
        axes.locator_params(axis="y", nbins=3)
        style.from_zero(axes, np.concatenate(seen))
        axes.set_xlim(self._at[0], self._at[-1] if self._at.size > 1 else self._at[0] + 1)
        ends = (0, -1)
        axes.set_xticks(self._at[list(ends)], [_when(metrics, at, dated) for at in ends])
        first, last = axes.get_xticklabels()
        first.set_horizontalalignment("left")
        last.set_horizontalalignment("right")
        text = "\n".join(
            textwrap.wrap(_definition(panel), LETTERS_A_LINE, max_lines=4, placeholder=" …")
        )
        above: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points"}
        axes.annotate(text, (0, 1), (-20, 5), fontsize=6.4, color=style.WEB, va="bottom", **above)
        lines = text.count("\n") + 1
        axes.annotate(
            f"{panel.title} · {panel.domain}" if panel.domain else panel.title,
            (0, 1),
            (-20, 9 + 7.9 * lines),
            fontsize=8.0,
            fontweight="bold",
            color=style.INK,
            **above,
        )
        self._axes = axes
        self._bands = [
            axes.fill_between([], [], [], color=line.colour, alpha=0.18, linewidth=0)
            for line in panel.lines
            if line.of_models
        ]
        self._lines = [
            axes.plot([], [], color=line.colour, linewidth=1.6, clip_on=False)[0]
            for line in panel.lines
        ]
        self._now = [
            axes.annotate(
                "",
                (0, 0),
                (4, 0),
                textcoords="offset points",
                fontsize=6.9,
                va="center",
                linespacing=0.95,
                color=style.LETTERS.get(line.colour, line.colour),
                annotation_clip=False,
            )
            for line in panel.lines
        ]

        self.moving: list[Artist] = [*self._bands, *self._lines, *self._now]

    def show(self, row: int) -> None:
        """Draw the curve up to a row of the metrics."""
        shown = slice(0, row + 1)
        for band, (low, high) in zip(self._bands, self._ranges, strict=True):
            known = np.isfinite(low[shown])
            band.set_data(self._at[shown][known], low[shown][known], high[shown][known])
        latest = []
        for line, values in zip(self._lines, self._values, strict=True):
            known = np.isfinite(values[shown])
            line.set_data(self._at[shown][known], values[shown][known])
            latest.append(values[shown][known][-1] if known.any() else np.nan)
        self._label(latest, self._at[row])

    def _label(self, latest: list[float], at: float) -> None:
        """Each line's value of now, at its end, moved apart where they touch."""
        bottom, top = self._axes.get_ylim()
        wanted = [
            (value - bottom) / (top - bottom) if np.isfinite(value) else 0 for value in latest
        ]
        placed = style.spread(wanted, 0.34)
        for note, line, value, y in zip(
            self._now, self._panel.lines, latest, placed.tolist(), strict=True
        ):
            shown = number(value, self._panel.unit) if np.isfinite(value) else ""
            note.xy = (at, bottom + y * (top - bottom))
            note.set_text(f"{shown}\n{line.name}".strip())


def _definition(panel: Panel) -> str:
    """What the numbers of a panel are, in words."""
    texts = [subject(line.column.partition(".")[2]).plainly or line.text for line in panel.lines]
    if len(panel.lines) == 1:
        return style.plain(texts[0], 400)
    firsts = [f"{text.partition('. ')[0].removesuffix('.')}." for text in texts]
    told = zip(panel.lines, firsts, strict=True)
    return style.plain(" ".join(f"{line.name.capitalize()}: {text}" for line, text in told), 400)


def _when(metrics: pd.DataFrame, row: int, dated: bool) -> str:
    """The year, or the step, of a row."""
    return str(metrics["date"].iloc[row])[:4] if dated else f"step {metrics['step'].iloc[row]}"
