"""Theory as a line, our runs as points with error bars; a panel for each target of a family."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from analysis.pictures.style import FAINT, FALSE, HUMAN, INK, MACHINE, WEB, dress, figure

Plain = Mapping[str, Any]
ACROSS, WIDTH, HEIGHT = 3, 4.3, 3.2
MOST_SERIES, MOST_ROWS = 5, 12
COLOURS = (HUMAN, MACHINE, "#009e73", "#7a3e9d", WEB)
"""Of series, safe for colour-blind readers."""
ERRORS = 3.0
"""Standard errors that a bar reaches to either side."""


def family_picture(targets: Sequence[Plain]) -> Figure:
    """The panels of a family, `ACROSS` a row; of the first seed."""
    rows = -(-len(targets) // ACROSS)
    across = min(ACROSS, len(targets))
    made = figure(WIDTH * across, HEIGHT * rows)
    for place, target in enumerate(targets, start=1):
        axes = made.add_subplot(rows, across, place)
        numbers = [n for n in target["numbers"] if n["seed"] == target["numbers"][0]["seed"]]
        curves = [n for n in numbers if n["at"] is not None]
        if len({n["at"] for n in curves}) > 1:
            _curves(axes, target, curves)
        else:
            _distances(axes, target, numbers)
    made.tight_layout(w_pad=1.6, h_pad=1.8)
    return made


def _curves(axes: Axes, target: Plain, numbers: Sequence[Plain]) -> None:
    """Observed over the target's axis, the law as a line through what it says at these places.

    Where only a direction is claimed the points are joined by dots instead.
    """
    _dress(axes, target)
    series = list(dict.fromkeys(n["name"] for n in numbers if n["rule"] != "bound"))
    series = series or list(dict.fromkeys(n["name"] for n in numbers))
    for colour, name in zip(COLOURS, series[:MOST_SERIES], strict=False):
        own = sorted((n for n in numbers if n["name"] == name), key=lambda n: n["at"])
        at, rule = [n["at"] for n in own], own[0]["rule"]
        lawful = rule not in ("bound", "direction")
        line = _heights(own, "expected" if lawful else "observed")
        axes.plot(at, line, color=colour, linewidth=1.3, linestyle="-" if lawful else ":")
        axes.errorbar(
            at,
            _heights(own, "observed"),
            yerr=ERRORS * _heights(own, "error"),
            fmt="o",
            markersize=3.6,
            color=colour,
            elinewidth=1,
            label=_wrapped(name, 30),
        )
    axes.set_xlabel(target["axis"], fontsize=9, color=INK)
    places = [n["at"] for n in numbers]
    if min(places) > 0 and max(places) / min(places) > 60:
        axes.set_xscale("log")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.12 * min(len(series), MOST_SERIES) * (high - low))
    left = len(series) - MOST_SERIES
    axes.legend(
        fontsize=7,
        frameon=False,
        loc="upper right",
        title=f"and {left} more" if left > 0 else None,
        title_fontsize=7,
        labelcolor=INK,
    )


def _heights(numbers: Sequence[Plain], what: str) -> NDArray[np.float64]:
    """Of these numbers; nan, which is not drawn, where one is not finite."""
    return np.array([n[what] for n in numbers], dtype=np.float64)


def _dress(axes: Axes, target: Plain) -> None:
    """The claim as the title."""
    dress(axes, "", "", "nats")
    axes.set_title(
        _wrapped(f"{target['id']}: {target['claim']}", 58),
        loc="left",
        y=1.0,
        fontsize=7.5,
        color=INK,
    )


def _wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width))


def _distances(axes: Axes, target: Plain, numbers: Sequence[Plain]) -> None:
    """How far each number is from what is expected, for what is allowed: 1 is the limit."""
    _dress(axes, target)
    worst = sorted(numbers, key=_strain, reverse=True)[:MOST_ROWS]
    shown = [n for n in numbers if n in worst]
    for row, number in enumerate(reversed(shown)):
        colour = HUMAN if number["passed"] else FALSE
        axes.plot(min(_strain(number), 1.6), row, "o", markersize=4.5, color=colour)
    axes.axvline(1, color=FALSE, linewidth=1, linestyle="--")
    axes.set_xlim(-0.04, 1.7)
    axes.set_ylim(-0.7, len(shown) - 0.3)
    labels = [_short(n) for n in reversed(shown)]
    axes.set_yticks(range(len(shown)), labels, fontsize=6.5)
    axes.grid(axis="x", color=FAINT, linewidth=0.5)
    axes.set_xlabel("distance from expected / allowed", fontsize=8, color=INK)


def _strain(number: Plain) -> float:
    """Distance over what is allowed; of a direction the inverse."""
    if number["observed"] is None or number["expected"] is None:  # not finite
        return np.inf
    gap, allowed = abs(number["observed"] - number["expected"]), number["allowed"] or 0.0
    if number["rule"] == "direction":
        return allowed / gap if number["observed"] > number["expected"] else np.inf
    return gap / allowed if allowed > 1e-12 else (0.0 if gap <= 1e-12 else np.inf)


def _short(number: Plain) -> str:
    text = number["name"] if len(number["name"]) <= 34 else number["name"][:33] + "…"
    return text if number["at"] is None else f"{text}, {number['at']:g}"
