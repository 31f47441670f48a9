"""A study over time: the baseline and some arms, and what the arms differ by, step by step."""

import textwrap

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from scipy.special import stdtrit

from analysis.pictures import style
from analysis.pictures.study_axes import BETTER, heading, signs
from analysis.told_study import Curve, Wanted

COLOURS = (BETTER, "#7a3e9d", style.HUMAN, "#8a4b08")
DASHES = ("-", "--", ":", "-.")
LETTERS = 24
FAR = 1.5
"""How far bands may widen the axis, in widths of what the means need."""


def course(outcome: Wanted, curve: Curve) -> Figure:
    """Left the means, right the mean paired differences with their 95 % bands, by step."""
    names = {name: _two_lines(name) for name in curve.arms}
    longest = max(len(line) for name in names.values() for line in name.split("\n"))
    label = 0.25 + 0.075 * max(8, longest)
    made = style.figure(2 * (0.85 + 2.7 + label), style.PANEL[1] + 0.25)
    width, height = made.get_size_inches()
    when, dated = style.times(curve.times)
    level, apart = (
        made.add_axes((x / width, 0.5 / height, 2.7 / width, (height - 1.15) / height))
        for x in (0.85, 2 * 0.85 + 2.7 + label)
    )
    base = curve.baseline.mean(axis=0)
    level.plot(when, base, color=style.WEB, linewidth=2)
    levels, ends = [("baseline", float(base[-1]), style.WEB)], []
    means, middles = [base], [np.zeros(1)]
    for (name, values), colour, dash in zip(curve.arms.items(), COLOURS, DASHES, strict=False):
        mean, difference = values.mean(axis=0), (values - curve.baseline) * outcome.scale
        middle, half = difference.mean(axis=0), _half(difference)
        level.plot(when, mean, dash, color=colour, linewidth=1.8)
        apart.plot(when, middle, dash, color=colour, linewidth=1.8)
        apart.fill_between(
            when, middle - half, middle + half, color=colour, alpha=0.14, linewidth=0
        )
        means.append(mean)
        middles.append(middle)
        levels.append((names[name], float(mean[-1]), colour))
        ends.append((names[name], float(middle[-1]), colour))
    apart.axhline(0, color=style.WEB, linewidth=1)
    style.dress(level, "means", outcome.unit, outcome.unit)
    style.dress(
        apart, "minus the baseline, on the same draws", outcome.of_differences, outcome.unit
    )
    apart.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    signs(apart.yaxis)
    level.set_ylim(*_around(np.concatenate(means), 0.08))
    low, high = _around(np.concatenate(middles), FAR)  # wider bands go on
    bottom, top = apart.get_ylim()
    apart.set_ylim(max(bottom, low), min(top, high))
    for axes, labels in ((level, levels), (apart, ends)):
        style.time_axis(axes, dated)
        style.end_labels(axes, labels, 0.15)
    heading(made, style.plain(outcome.title, 90))
    return made


def _half(differences: style.Floats) -> style.Floats:
    """(rows,) half the 95 % interval over (replicates, rows); NaN for a single replicate."""
    n = len(differences)
    if n < 2:
        return np.full(differences.shape[1], np.nan)
    return np.asarray(stdtrit(n - 1, 0.975) * differences.std(axis=0, ddof=1) / np.sqrt(n))


def _around(values: style.Floats, room: float) -> tuple[float, float]:
    """Limits with room beside all values, in widths of what they need; 0 to 1 where none is."""
    known = values[np.isfinite(values)]
    if not known.size:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    span = room * ((high - low) or abs(high) or 1.0)
    return low - span, high + span


def _two_lines(name: str) -> str:
    lines = textwrap.wrap(name, LETTERS) or [name]
    return "\n".join(
        style.plain(line, LETTERS) for line in [*lines[:1], " ".join(lines[1:])] if line
    )
