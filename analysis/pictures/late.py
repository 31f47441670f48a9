"""How late is too late: the gain that is left, against the start."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.pictures import style
from analysis.pictures.study_axes import Found, column, heading, outcome_of, reach, signs, title_of
from analysis.wording import PER_CENT, number


def draw(found: Found) -> Figure:
    """Gain with its 95 % interval; dashed half of the first; a band where half is last left."""
    what = outcome_of(found)
    made, axes = style.panel()
    at, gain, low, high = (column(found["starts"], key) for key in ("start", "gain", "low", "high"))
    axes.axhline(0, color=style.INK, linewidth=0.8)
    axes.fill_between(at, low, high, color=what.colour, alpha=0.22, linewidth=0)
    axes.plot(at, gain, "o-", color=what.colour, linewidth=1.8, markersize=3.5)
    less = "gain: less" if found["better"] == "lower" else "gain:"
    heading(made, title_of(found, 46), down=0.2)
    shares = what.unit in PER_CENT
    style.dress(axes, "", f"{less} {what.ylabel}{' (points)' if shares else ''}", what.unit)
    signs(axes.yaxis, 100.0 if shares else 1.0)
    axes.set_ylim(*reach(gain, low, high, column([{"zero": 0}], "zero")))
    axes.set_xlim(*reach(at, room=0.02))
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.set_xlabel(f"start: {style.plain(found['lever'], 50)}", fontsize=9.5, color=style.INK)
    style.fit(axes)
    _half(axes, found["half"], at, float(gain[0]))
    return made


def _half(axes: Axes, half: Found, at: style.Floats, first: float) -> None:
    """Half of the first gain, and until when it is left."""
    if half["tried"] is not None:
        axes.axhline(first / 2, color=style.INK, linewidth=1.0, linestyle="--", zorder=1)
        axes.annotate(
            "half of the first",
            (0.0, first / 2),
            (3, 3),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            fontsize=8.5,
            color=style.INK,
        )
    if half["at"] is not None:
        left = at[0] if half["low"] is None else half["low"]
        right = at[-1] if half["high"] is None else half["high"]
        axes.axvspan(left, right, color=style.FAINT, alpha=0.5, linewidth=0, zorder=0)
        axes.axvline(half["at"], color=style.INK, linewidth=1.2, zorder=1)
        axes.annotate(
            f"half is left until {number(round(half['at'], 1))}",
            (half["at"], 1.0),
            (4, -3) if half["at"] < at.mean() else (-4, -3),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="left" if half["at"] < at.mean() else "right",
            va="top",
            fontsize=9,
            color=style.INK,
        )
