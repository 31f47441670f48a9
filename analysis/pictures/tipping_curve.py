"""A tipping point: the outcome over a lever, the threshold, and where it is crossed."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.pictures import style
from analysis.pictures.study_axes import Found, column, heading, outcome_of, reach, signs, title_of
from analysis.wording import PER_CENT, number


def draw(found: Found) -> Figure:
    """Means with 95 % intervals at every value tried; a band for the tipping point's own."""
    what = outcome_of(found)
    made, axes = style.panel()
    at, mean, low, high = (column(found["tried"], key) for key in ("at", "mean", "low", "high"))
    colour = style.WEB if what.colour == style.WEB else what.colour
    axes.axhline(found["threshold"], color=style.INK, linewidth=1.0, linestyle="--", zorder=1)
    if found["value"] is not None:
        begin, end = found["range"]
        left = begin if found["low"] is None else found["low"]
        right = end if found["high"] is None else found["high"]
        if any(one["low"] is not None for one in found["tried"]):
            axes.axvspan(left, right, color=style.FAINT, alpha=0.5, linewidth=0, zorder=0)
        axes.axvline(found["value"], color=style.INK, linewidth=1.2, zorder=1)
    axes.fill_between(at, low, high, color=colour, alpha=0.22, linewidth=0)
    axes.plot(at, mean, "o-", color=colour, linewidth=1.8, markersize=3.5)
    change = found["of"] == "difference"
    shares = change and what.unit in PER_CENT
    label = f"{what.ylabel}, less baseline" if change else what.ylabel
    heading(made, title_of(found, 46), down=0.2)
    style.dress(axes, "", f"{label}{' (points)' if shares else ''}", what.unit)
    if change:
        signs(axes.yaxis, 100.0 if shares else 1.0)
    axes.set_ylim(*reach(mean, low, high, column([found], "threshold")))
    axes.set_xlim(*reach(at, room=0.02))
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axes.set_xlabel(style.plain(found["lever"], 60), fontsize=9.5, color=style.INK)
    style.fit(axes)
    _name(axes, found)
    return made


def _name(axes: Axes, found: Found) -> None:
    """The threshold by the end that is away from it, the tipping point at the top of its line."""
    begin, end = found["range"]
    far = found["value"] is None or found["value"] > (begin + end) / 2
    axes.annotate(
        "threshold",
        (0.0 if far else 1.0, found["threshold"]),
        (3 if far else -3, 3),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="left" if far else "right",
        fontsize=8.5,
        color=style.INK,
    )
    if found["value"] is None:
        return
    axes.annotate(
        f"tips at {number(found['value'])}",
        (found["value"], 1.0),
        (-4 if far else 4, -3),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="right" if far else "left",
        va="top",
        fontsize=9,
        color=style.INK,
    )
