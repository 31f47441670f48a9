"""What pictures of a study share: which outcome it is, what it is called, frames and places."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.pictures import style
from analysis.pictures.subjects import Subject, subject
from analysis.told_study import Wanted
from analysis.wording import signed

LONGEST = 34
"""Letters of the name of an arm or a lever."""
BETTER, WORSE = "#00916e", style.FALSE
Found = Mapping[str, Any]


def outcome_of(found: Found) -> Subject:
    """The meter of an outcome such as 'birds.hill_1 (mean)'."""
    name = str(found["outcome"]).partition(" (")[0]
    return subject(name.partition(".")[2] or name)


def title_of(found: Found, most: int = 60) -> str:
    """The outcome's title, with the world or arm that it is of."""
    held = [f"{name} {value}" for name, value in (found.get("held") or {}).items()]
    where = ", ".join(filter(None, (found.get("world"), found.get("arm"), *held)))
    said = str(found.get("title") or found["outcome"])
    return style.plain(f"{said} ({where})" if where else said, most)


def heading(made: Figure, text: str, below: str = "", down: float = 0.27) -> None:
    """A title over the whole width, so many inches down, and a line below it."""
    wide, high = made.get_size_inches()
    made.text(0.1 / wide, 1 - down / high, text, fontsize=11, fontweight="bold", color=style.INK)
    if below:
        made.text(0.1 / wide, 1 - 0.47 / high, below, fontsize=9, color=style.WEB)


def frame(axes: Axes, grid: Literal["x", "y", "both"]) -> None:
    """Light grid, no box."""
    axes.grid(axis=grid, color=style.FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(colors=style.INK, labelsize=9, length=3)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(style.FAINT)


def signs(axis: Axis, scale: float = 1.0) -> None:
    """Ticks of differences: with their signs, multiplied by a scale."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: signed(round(scale * value, 12))))


def differences(axes: Axes, outcome: Wanted) -> None:
    """The x axis of differences to the baseline, and no line on the left."""
    frame(axes, "x")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    signs(axes.xaxis)
    better = "right" if outcome.sign > 0 else "left"
    axes.set_xlabel(
        f"arm − baseline ({outcome.of_differences}); better to the {better}",
        fontsize=9.5,
        color=style.INK,
    )


def column(rows: Any, key: str) -> style.Floats:
    """One number of every row; NaN for None."""
    return np.array([row[key] for row in rows], dtype=np.float64)


def reach(*several: style.Floats, room: float = 0.08) -> tuple[float, float]:
    """Least and greatest of what is known, with room beside; 0 to 1 where nothing is."""
    known = np.concatenate([each[np.isfinite(each)] for each in several])
    if not known.size:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    wide = (high - low) or abs(high) or 1.0
    return low - room * wide, high + room * wide
