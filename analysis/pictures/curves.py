"""Curves over time and over model generations, of one run, of replicates, against baselines."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from analysis.collector import costly
from analysis.pictures import style
from analysis.pictures.subjects import ORIGINS, Subject
from analysis.run import Run

Floats = NDArray[np.float64]
BAND = (0.10, 0.90)
"""Quantiles over replicates of a band."""
BASELINES = (style.HUMAN, style.WEB, "#7a3e9d", "#00916e")
DASHES = ("--", ":", "-.", (0, (5, 1, 1, 1)))


def over_time(axes: Axes, runs: Sequence[Run], domain: str, what: Subject) -> None:
    """One meter over time.

    One run: the mean over models, their median (dotted) and their range (shaded). Several
    runs: the mean over replicates and the 10 to 90 % band over them.
    """
    column = f"{domain}.{what.column}"
    at, dated = style.times(runs[0].metrics)
    mean, low, high = statistics(runs, column)
    if costly(what.column):
        measured = np.isfinite(mean)
        at, mean, low, high = at[measured], mean[measured], low[measured], high[measured]
        axes.plot(at, mean, "o", color=what.colour, markersize=3.5)
    several_models = len(runs) == 1 and what.of_models and runs[0].agents["agent"].nunique() > 1
    labels = []
    if several_models:
        metrics = runs[0].metrics
        if costly(what.column):
            metrics = metrics[np.isfinite(metrics[column])]
        low, high = (metrics[f"{column}.{end}"].to_numpy() for end in ("min", "max"))
        median = metrics[f"{column}.median"].to_numpy()
        axes.plot(at, median, color=what.colour, linewidth=1.2, linestyle=":")
        labels += [("mean", _last(mean), what.colour), ("median", _last(median), what.colour)]
        labels += [("most", _last(high), style.WEB), ("least", _last(low), style.WEB)]
    if several_models or len(runs) > 1:
        axes.fill_between(at, low, high, color=what.colour, alpha=0.18, linewidth=0)
    axes.plot(at, mean, color=what.colour, linewidth=2)
    style.dress(axes, what.title, what.ylabel, what.unit)
    style.from_zero(axes, np.concatenate([mean, low, high]))
    style.time_axis(axes, dated)
    style.end_labels(axes, labels)


def origins(axes: Axes, runs: Sequence[Run]) -> None:
    """How much of the web is synthetic: what is published, what stands, what models read."""
    at, dated = style.times(runs[0].metrics)
    labels, seen = [], [np.zeros(1)]
    for column, name, colour in ORIGINS:
        if column not in runs[0].metrics:
            continue
        mean, low, high = statistics(runs, column)
        if len(runs) > 1:
            axes.fill_between(at, low, high, color=colour, alpha=0.2, linewidth=0)
        axes.plot(at, mean, color=colour, linewidth=2)
        labels.append((name, _last(mean), colour))
        seen += [mean, high]
    style.dress(axes, "Text written by models", "share of documents", "share")
    style.from_zero(axes, np.concatenate(seen))
    style.time_axis(axes, dated)
    style.end_labels(axes, labels)


def volumes(axes: Axes, runs: Sequence[Run]) -> None:
    """Documents published in a step, by humans and by models (the start left out)."""
    labels, seen = [], [np.zeros(1)]
    pairs = (
        ("web.new_human", "humans", style.HUMAN),
        ("web.new_synthetic", "models", style.MACHINE),
    )
    at, dated = style.times(runs[0].metrics[1:])
    for column, name, colour in pairs:
        mean, low, high = (values[1:] for values in statistics(runs, column))
        if len(runs) > 1:
            axes.fill_between(at, low, high, color=colour, alpha=0.2, linewidth=0)
        axes.plot(at, mean, color=colour, linewidth=2)
        labels.append((name, _last(mean), colour))
        seen += [mean, high]
    style.dress(axes, "New text a step, by who wrote it", "documents a step", "documents")
    style.from_zero(axes, np.concatenate(seen))
    style.time_axis(axes, dated)
    style.end_labels(axes, labels)


def by_generation(axes: Axes, runs: Sequence[Run], domain: str, what: Subject) -> None:
    """One meter over model generations, the first five marked; means over models."""
    tables = [run.generations() for run in runs]
    column = f"{domain}.{what.column}"
    table = pd.concat([t[column] for t in tables], axis=1).dropna(how="all")
    at, mean = table.index.to_numpy(), table.mean(axis=1).to_numpy()
    if len(runs) > 1:
        low, high = (table.quantile(q, axis=1).to_numpy() for q in BAND)
        axes.fill_between(at, low, high, color=what.colour, alpha=0.18, linewidth=0)
    axes.plot(at, mean, color=what.colour, linewidth=1.2, alpha=0.7)
    early = at <= 5
    axes.plot(at[early], mean[early], "o", color=what.colour, markersize=5)
    style.dress(axes, what.title, what.ylabel, what.unit)
    style.from_zero(axes, table.to_numpy().ravel())
    axes.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10], integer=True))
    axes.set_xlabel("model generation (dots: up to 5)", fontsize=9.5, color=style.INK)


def against(
    axes: Axes,
    runs: Sequence[Run],
    baseline: Mapping[str, Sequence[Run]],
    domain: str,
    what: Subject,
) -> None:
    """One meter of a run against its baselines, means over replicates; bands for several."""
    labels, seen = [], []
    column = f"{domain}.{what.column}"
    looks = zip(BASELINES * 9, DASHES * 9, strict=True)
    lines = [(name, others, *look) for (name, others), look in zip(baseline.items(), looks)]  # noqa: B905
    for name, several, colour, dash in [*lines, (runs[0].name, runs, what.colour, "-")]:
        if not several or column not in several[0].metrics:
            continue
        at, dated = style.times(several[0].metrics)
        mean, low, high = statistics(several, column)
        if costly(what.column):
            measured = np.isfinite(mean)
            at, mean, low, high = at[measured], mean[measured], low[measured], high[measured]
        if len(several) > 1:
            axes.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(at, mean, color=colour, linewidth=2 if dash == "-" else 1.5, linestyle=dash)
        labels.append((_two_lines(name), _last(mean), colour))
        seen += [mean, high]
    style.dress(axes, what.title, what.ylabel, what.unit)
    style.from_zero(axes, np.concatenate(seen))
    style.time_axis(axes, dated)
    style.end_labels(axes, labels, 0.15)


def statistics(runs: Sequence[Run], column: str) -> tuple[Floats, Floats, Floats]:
    """Mean, 10 % and 90 % quantile over replicates of a column, by row; NaN where undefined."""
    steps = runs[0].metrics["step"].to_numpy()
    table = np.array([_on_steps(run, column, steps) for run in runs])
    if len(runs) == 1:
        return table[0], table[0], table[0]
    known = np.isfinite(table).any(axis=0)
    found = np.full((3, steps.size), np.nan)
    found[0, known] = np.nanmean(table[:, known], axis=0)
    found[1:, known] = np.nanquantile(table[:, known], BAND, axis=0)
    return found[0], found[1], found[2]


def _on_steps(run: Run, column: str, steps: NDArray[Any]) -> Floats:
    """A run's column at given steps; NaN where it has none."""
    own, values = run.metrics["step"].to_numpy(), run.metrics[column].to_numpy(dtype=np.float64)
    if np.array_equal(own, steps):
        return values
    return pd.Series(values, own).reindex(steps).to_numpy(dtype=np.float64)


def _two_lines(name: str) -> str:
    """A scenario's name, broken where that keeps the label narrow."""
    words = style.plain(name, 30).replace("_", " ")
    lines = textwrap.wrap(words, max(9, len(words) // 2 + 2)) if len(words) > 12 else [words]
    return "\n".join(lines)


def _last(values: Floats) -> float:
    return float(values[-1])
