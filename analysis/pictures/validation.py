"""Theory as a line, our runs as points with error bars; a panel for each target of a family."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.pictures.style import FAINT, FALSE, HUMAN, INK, MACHINE, WEB, Floats, dress, figure

Plain = Mapping[str, Any]
ACROSS, WIDTH, HEIGHT = 3, 4.3, 3.2
MOST_SERIES, MOST_ROWS = 5, 12
COLOURS = (HUMAN, MACHINE, "#009e73", "#7a3e9d", WEB)
"""Of series, safe for colour-blind readers."""
BOUND, DIRECTION = "bound", "direction"
"""Rules under which no law is drawn."""
SPREAD = 150
"""Largest over smallest place of an axis beyond which it is logarithmic."""
ERRORS = 3.0
"""Standard errors that a bar reaches to either side."""


CLASSICS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Shumailov: variance by sample size",
        "generation",
        (("A-14", "variance, n = 10"), ("A-14", "variance, n = 32"), ("A-14", "variance, n = 100")),
    ),
    (
        "Gerstgrasser, Kazdan: replace or accumulate",
        "generation",
        (("A-21", "E / U, replaced"), ("A-22", "E / U, the same problems")),
    ),
    (
        "Alemohammad: fresh data forget the start",
        "generation",
        (
            ("A-16", "risk, first model on 100 human"),
            ("A-16", "risk, first model on 1,000 human"),
        ),
    ),
    (
        "Dohmatob: a cut tail is a plateau",
        "documents read",
        (
            ("A-26", "error, cut at 10"),
            ("A-26", "error, cut at 100"),
            ("A-26", "error, cut at 1,000"),
        ),
    ),
    (
        "Feng: a verifier's breakdown",
        "share of labels wrong",
        (
            ("A-30", "relative accuracy, phi = 1, psi = 1"),
            ("A-30", "relative accuracy, phi = 0.9, psi = 0.6"),
            ("A-30", "relative accuracy, phi = 0.8, psi = 0.2"),
        ),
    ),
    ("Suresh: unique words left", "generation", (("A-05", "unique words"),)),
)
"""The figures of the papers: whose, the axis, and the series (target, number) drawn in it."""


def classics_picture(targets: Sequence[Plain]) -> Figure | None:
    """The papers' own figures from our runs; None where a target of one of them was not run."""
    numbers = {target["id"]: target["numbers"] for target in targets}
    if any(kind not in numbers for _, _, series in CLASSICS for kind, _ in series):
        return None
    made = figure(WIDTH * ACROSS, HEIGHT * 2)
    for place, (title, axis, series) in enumerate(CLASSICS, start=1):
        axes, drawn = made.add_subplot(2, ACROSS, place), []
        _dress(axes, title)
        for colour, (kind, name) in zip(COLOURS, series, strict=False):
            seed = numbers[kind][0]["seed"]
            own = [
                n
                for n in numbers[kind]
                if (n["name"], n["seed"]) == (name, seed) and n["at"] is not None
            ]
            _series(axes, own, name, colour)
            drawn += [n["at"] for n in own]
        _labelled(axes, axis, drawn, 0)
    made.tight_layout(w_pad=1.6, h_pad=1.8)
    return made


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
    _dress(axes, f"{target['id']}: {target['claim']}")
    series = list(dict.fromkeys(n["name"] for n in numbers if n["rule"] != BOUND))
    series = series or list(dict.fromkeys(n["name"] for n in numbers))
    for colour, name in zip(COLOURS, series[:MOST_SERIES], strict=False):
        _series(axes, [n for n in numbers if n["name"] == name], name, colour)
    left = max(0, len(series) - MOST_SERIES)
    _labelled(axes, target["axis"], [n["at"] for n in numbers], left)


def _series(axes: Axes, numbers: Sequence[Plain], name: str, colour: str) -> None:
    """Points with error bars, and the law between those that it says something of."""
    own = sorted(numbers, key=lambda n: n["at"])
    at = [n["at"] for n in own]
    drawn = _heights(own, "observed")
    law = _heights(own, "expected")
    law[[n["rule"] in (BOUND, DIRECTION) for n in own]] = np.nan
    axes.plot(at, law, color=colour, lw=1.3)
    if np.isnan(law).any():
        axes.plot(at, drawn, color=colour, lw=1.1, linestyle=":")
    axes.errorbar(
        at,
        drawn,
        yerr=ERRORS * _heights(own, "error"),
        fmt="o",
        markersize=3.6,
        color=colour,
        elinewidth=1,
        label=_wrapped(name, 30),
    )


def _heights(numbers: Sequence[Plain], field: str) -> Floats:
    """A field of each number; nan where JSON has none that is finite."""
    return np.array([np.nan if n[field] is None else n[field] for n in numbers])


def _labelled(axes: Axes, axis: str, places: Sequence[float], left: int) -> None:
    """What is drawn over what, and which colour is which series."""
    axes.set_xlabel(axis, fontsize=9, color=INK)
    if min(places) > 0 and max(places) / min(places) > SPREAD:
        axes.set_xscale("log")
    labels = axes.get_legend_handles_labels()[1]
    lines = sum(label.count("\n") + 1 for label in labels) + (left > 0)
    low, high = axes.get_ylim()
    axes.set_ylim(low, low + (high - low) / (1 - 0.06 * lines - 0.03))
    axes.legend(
        fontsize=7,
        frameon=False,
        loc="upper right",
        title=f"and {left} more" if left > 0 else None,
        title_fontsize=7,
        labelcolor=INK,
    )


def _dress(axes: Axes, title: str) -> None:
    dress(axes, "", "", "nats")
    axes.set_title(_wrapped(title, 58), loc="left", y=1.0, fontsize=7.5, color=INK)


def _wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width))


def _distances(axes: Axes, target: Plain, numbers: Sequence[Plain]) -> None:
    """How far each number is from what is expected, for what is allowed: 1 is the limit."""
    _dress(axes, f"{target['id']}: {target['claim']}")
    worst = sorted(numbers, key=_reach, reverse=True)[:MOST_ROWS]
    shown = [n for n in numbers if n in worst]
    for row, number in enumerate(reversed(shown)):
        colour = HUMAN if number["passed"] else FALSE
        axes.plot(min(_reach(number), 1.6), row, "o", markersize=4.5, color=colour)
    axes.axvline(1, color=FALSE, linewidth=1, linestyle="--")
    axes.set_xlim(-0.04, 1.7)
    axes.set_ylim(-0.7, len(shown) - 0.3)
    labels = [_short(n) for n in reversed(shown)]
    axes.set_yticks(range(len(shown)), labels, fontsize=6.5)
    axes.grid(axis="x", color=FAINT, linewidth=0.5)
    axes.set_xlabel("distance from expected / allowed", fontsize=8, color=INK)


def _reach(number: Plain) -> float:
    """How far it is for what is allowed; beyond all where that is not defined."""
    return np.inf if number["strain"] is None else float(number["strain"])


def _short(number: Plain) -> str:
    text = number["name"] if len(number["name"]) <= 34 else number["name"][:33] + "…"
    return text if number["at"] is None else f"{text}, {number['at']:g}"
