"""How all figures look: colours, axes, direct labels, and files that are the same every time.

Figures are made with matplotlib's `Figure` alone, never with pyplot, so that servers can make
them in any thread.
"""

import io
import threading
from collections.abc import Sequence
from datetime import date

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_hex, to_rgb
from matplotlib.dates import (
    AutoDateLocator,
    ConciseDateFormatter,
    DateFormatter,
    YearLocator,
)
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from analysis.wording import MINUS, PER_CENT

HUMAN, MACHINE, FALSE = "#0072b2", "#e69f00", "#c1121f"
INK, FAINT, PAPER = "#1b1f24", "#c9ced6", "#ffffff"
WEB = "#5b6470"
"""What belongs to neither: the web as a whole, controls."""
NEUTRAL, UNKNOWN = "#d8d2c4", "#ffffff"
"""Half by humans and half by models; nothing known."""
LETTERS = {MACHINE: "#94620a"}
"""Colours of text, where that of the line is too light to read."""
PANEL = (4.4, 2.9)
"""Inches of a panel of a page."""
LETTER = 0.072
"""Inches of a letter at a tick."""
FLOWS = (5.6, 6.2)
"""Inches of a picture of who reads whom."""

_ONE_AT_A_TIME = threading.Lock()
_EPOCH = date(1970, 1, 1).toordinal()
"""Day 0 of matplotlib's axes."""
_UNDATED = {"Date": None, "Creator": None}
_UNSIGNED = {"Software": None}
Floats = NDArray[np.float64]


def origin(synthetic: float | None) -> str:
    """Colour of text by its share of text by models, 0 to 1: from blue through light to orange."""
    if synthetic is None or not np.isfinite(synthetic):
        return UNKNOWN
    share = min(max(float(synthetic), 0.0), 1.0)
    one, other = (HUMAN, NEUTRAL) if share < 0.5 else (NEUTRAL, MACHINE)
    part = 2 * share - (share >= 0.5)
    mixed = [(1 - part) * a + part * b for a, b in zip(to_rgb(one), to_rgb(other), strict=True)]
    return to_hex((mixed[0], mixed[1], mixed[2]))


def figure(width: float, height: float) -> Figure:
    """An empty figure; inches."""
    made = Figure(figsize=(width, height), facecolor=PAPER, dpi=150)
    FigureCanvasAgg(made)
    return made


def panel() -> tuple[Figure, Axes]:
    """A figure of one plot; `fit` it when it is drawn."""
    made = figure(*PANEL)
    return made, made.add_subplot()


def fit(axes: Axes, left: float = 0.0, bottom: float = 0.0) -> None:
    """Put a plot into a panel of its figure, at a place in inches, with room for its labels.

    All panels have their axes at the same height; much quicker than matplotlib's own layouts.
    """
    made = axes.get_figure(root=True)
    assert made is not None
    width, height = made.get_size_inches()
    lines = [line for text in axes.texts for line in text.get_text().split("\n")]
    labels = 0.12 + 0.075 * max(map(len, lines), default=0)
    numbers = max(0.74, 0.37 + LETTER * max(map(len, _numbers(axes)), default=0))
    axes.set_position(
        (
            (left + numbers) / width,
            (bottom + 0.5) / height,
            (PANEL[0] - numbers - labels) / width,
            (PANEL[1] - 0.8) / height,
        )
    )


def _numbers(axes: Axes) -> list[str]:
    """What is written at the ticks of the y axis."""
    low, high = axes.get_ylim()
    ticks = [tick for tick in axes.get_yticks() if low <= tick <= high]
    return axes.yaxis.get_major_formatter().format_ticks(ticks)


def dress(axes: Axes, title: str, ylabel: str, unit: str) -> None:
    """Title, axis label with its unit, light grid, no box; shares in per cent."""
    # y: or matplotlib measures all tick labels, twice a drawing, to look for room
    axes.set_title(title, loc="left", y=1.0, fontsize=11, fontweight="bold", color=INK, wrap=True)
    axes.set_ylabel(ylabel, fontsize=9.5, color=INK)
    axes.tick_params(colors=INK, labelsize=9, length=3)
    axes.grid(axis="y", color=FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(FAINT)
    whole = unit not in ("share", "nats", "passages", "ratio", "squared units", "chance")
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10], integer=whole))
    if unit in PER_CENT:
        axes.yaxis.set_major_formatter(FuncFormatter(_per_cent))
    else:
        axes.yaxis.set_major_formatter(FuncFormatter(_in_full))


def _per_cent(value: float, _: object) -> str:
    return f"{_in_full(100 * value)} %"


def _in_full(value: float, _: object = None) -> str:
    """A number at a tick, without powers of ten."""
    text = f"{value:,.{0 if abs(value) >= 1e5 else 9}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", MINUS)


def from_zero(axes: Axes, values: Floats) -> None:
    """Start the axis at 0, with room above the largest value."""
    known = values[np.isfinite(values)]
    top = float(known.max()) if known.size else 1.0
    low = min(0.0, float(known.min())) if known.size else 0.0
    axes.set_ylim(low * 1.08, top * 1.08 if top > 0 else 1.0)


def times(metrics: pd.DataFrame) -> tuple[Floats, bool]:
    """Where the rows stand on the time axis: days where there are dates, else steps."""
    if "date" in metrics:
        try:
            days = [date.fromisoformat(str(text)) for text in metrics["date"]]
            return np.array([day.toordinal() - _EPOCH for day in days], dtype=np.float64), True
        except ValueError:
            pass
    return metrics["step"].to_numpy(dtype=np.float64), False


def year(when: float) -> int:
    """The year of a place on a time axis of dates."""
    return date.fromordinal(round(when) + _EPOCH).year


def time_axis(axes: Axes, dated: bool) -> None:
    """Name the time axis."""
    axes.set_xlabel("date" if dated else "step", fontsize=9.5, color=INK)
    axes.margins(x=0.01)
    if not dated:
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        return
    low, high = axes.get_xlim()
    years = (high - low) / 365.25
    if years > 2:
        every = next(n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 9999) if years / n <= 6)
        axes.xaxis_date()
        axes.xaxis.set_major_locator(YearLocator(every))  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(DateFormatter("%Y"))  # type: ignore[no-untyped-call]
        return
    locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def spread(wanted: Sequence[float], least: float, low: float = 0.0, high: float = 1.0) -> Floats:
    """Positions near those wanted, at least `least` apart where there is room, within bounds."""
    if not len(wanted):
        return np.empty(0)
    order = np.argsort(wanted, kind="stable")
    least = min(least, (high - low) / max(1, len(wanted) - 1))
    # blocks of touching labels, each centred on the mean of what its labels want
    blocks: list[list[float]] = []
    for at in np.asarray(wanted, dtype=np.float64)[order]:
        blocks.append([at, 1.0])
        while len(blocks) > 1 and _overlap(blocks[-2], blocks[-1], least):
            (one, n), (other, m) = blocks.pop(-2), blocks.pop()
            blocks.append([(one * n + other * m) / (n + m), n + m])
    found = np.concatenate([c + least * (np.arange(n) - (n - 1) / 2) for c, n in blocks])
    for i in range(found.size):
        found[i] = max(found[i], low if i == 0 else found[i - 1] + least)
    for i in range(found.size - 1, -1, -1):
        found[i] = min(found[i], high if i == found.size - 1 else found[i + 1] - least)
    placed = np.empty_like(found)
    placed[order] = found
    return placed


def _overlap(below: list[float], above: list[float], least: float) -> bool:
    (one, n), (other, m) = below, above
    return other - one < least * (n + m) / 2


def end_labels(axes: Axes, labels: Sequence[tuple[str, float, str]], apart: float = 0.095) -> None:
    """Name lines at their right end: (text, y in data, colour); moved apart where they touch."""
    shown = [label for label in labels if np.isfinite(label[1])]
    low, high = axes.get_ylim()
    wanted = [(y - low) / (high - low) for _, y, _ in shown]
    for (text, _, colour), at in zip(shown, spread(wanted, apart, 0.02, 0.98), strict=True):
        axes.annotate(
            text,
            (1.015, float(at)),
            xycoords="axes fraction",
            va="center",
            fontsize=9,
            linespacing=1.0,
            color=LETTERS.get(colour, colour),
            annotation_clip=False,
        )


def plain(text: str, most: int = 22) -> str:
    """A name as it is to be drawn: no formula in it, and not too long."""
    short = text if len(text) <= most else text[: most - 1] + "…"
    return short.replace("$", r"\$")


def svg(drawn: Figure) -> str:
    """The figure as SVG text, the same for the same figure."""
    target = io.StringIO()
    # the hash salt is read from matplotlib's settings, which threads share
    with _ONE_AT_A_TIME, mpl.rc_context({"svg.hashsalt": "habsburg", "svg.fonttype": "none"}):
        FigureCanvasSVG(drawn).print_svg(target, metadata=_UNDATED)  # type: ignore[no-untyped-call]
    return target.getvalue()


def png(drawn: Figure) -> bytes:
    """The figure as PNG."""
    target = io.BytesIO()
    FigureCanvasAgg(drawn).print_png(target, metadata=_UNSIGNED)  # type: ignore[no-untyped-call]
    return target.getvalue()
