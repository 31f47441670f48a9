"""A small curve beside the picture of the web: made once, then drawn on step by step."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from analysis.pictures import style
from analysis.run import Run
from analysis.small_curves import SmallCurve
from analysis.wording import number

LETTERS_A_LINE = 46


class Small:
    """The artists of one curve.

    Attributes:
        moving: those that change, in the order of drawing.

    Args:
        axes: to draw on.
        run: whose curve.
        curve: which.
    """

    def __init__(self, axes: Axes, run: Run, curve: SmallCurve) -> None:
        self._curve = curve
        metrics = run.metrics
        self._at, dated = style.times(metrics)
        self._values = [metrics[line.column].to_numpy(dtype=np.float64) for line in curve.lines]
        self._range = None
        seen = list(self._values)
        if curve.ranged:
            low, high = (metrics[f"{curve.lines[0].column}.{e}"].to_numpy() for e in ("min", "max"))
            self._range = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
            seen += self._range
        style.dress(axes, "", "", curve.unit)
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
        said = f"{curve.domain.capitalize()}: {curve.text}" if curve.domain else curve.text
        text = "\n".join(textwrap.wrap(style.plain(said, 3 * LETTERS_A_LINE), LETTERS_A_LINE)[:3])
        above: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points"}
        axes.annotate(text, (0, 1), (-20, 5), fontsize=6.4, color=style.WEB, va="bottom", **above)
        lines = text.count("\n") + 1
        axes.annotate(
            curve.title,
            (0, 1),
            (-20, 9 + 7.9 * lines),
            fontsize=8.0,
            fontweight="bold",
            color=style.INK,
            **above,
        )
        self._axes = axes
        self._band = axes.fill_between(
            [], [], [], color=curve.lines[0].colour, alpha=0.2, linewidth=0
        )
        self._lines = [
            axes.plot([], [], color=line.colour, linewidth=1.6, clip_on=False)[0]
            for line in curve.lines
        ]
        self._now = [
            axes.annotate(
                "",
                (0, 0),
                (4, 0),
                textcoords="offset points",
                fontsize=6.9,
                va="center",
                color=style.LETTERS.get(line.colour, line.colour),
                annotation_clip=False,
            )
            for line in curve.lines
        ]

        self.moving: list[Artist] = [self._band, *self._lines, *self._now]

    def show(self, row: int) -> None:
        """Draw the curve up to a row of the metrics."""
        shown = slice(0, row + 1)
        if self._range is not None:
            low, high = (values[shown] for values in self._range)
            known = np.isfinite(low)
            self._band.set_data(self._at[shown][known], low[known], high[known])
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
        placed = style.spread(wanted, 0.17)
        for note, line, value, y in zip(
            self._now, self._curve.lines, latest, placed.tolist(), strict=True
        ):
            shown = number(value, self._curve.unit) if np.isfinite(value) else ""
            note.xy = (at, bottom + y * (top - bottom))
            note.set_text(f"{shown} {line.name}".strip())


def _when(metrics: pd.DataFrame, row: int, dated: bool) -> str:
    """The year, or the step, of a row."""
    return str(metrics["date"].iloc[row])[:4] if dated else f"step {metrics['step'].iloc[row]}"
