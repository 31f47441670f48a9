"""Which mechanism did how much: a run against the same run without each of its mechanisms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.comparison import interval, paired
from analysis.run import Run

METERS = (
    "hill_1",
    "tail_coverage",
    "divergence_groups",
    "kl",
    "false_share_rare",
    "web_leading_false_items",
    "established",
)
"""What is taken apart in every domain: one meter or two of each collapse."""


@dataclass(frozen=True)
class Ablation:
    """The runs without each mechanism.

    Attributes:
        without: by mechanism the replicates of the run without it.
        missing: mechanisms that are on and not measured yet.
        together: the replicates of the run without any of them; empty where not measured.
    """

    without: Mapping[str, Sequence[Run]] = field(default_factory=dict)
    missing: Sequence[str] = ()
    together: Sequence[Run] = ()


@dataclass(frozen=True)
class Difference:
    """A mean over paired replicates and its 95 % interval (NaN for a single pair)."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, values: np.ndarray) -> "Difference":
        """That of the differences of the pairs."""
        return cls(float(values.mean()), *interval(values))

    @property
    def settled(self) -> bool:
        """Whether the interval leaves out 0."""
        return bool(self.low * self.high > 0)


@dataclass(frozen=True)
class Effect:
    """What a mechanism does to a meter while all others are on: with it minus without it.

    Attributes:
        level: the difference at the last step.
        trend: how much of it came after row 0: the difference between the two runs' changes.
    """

    level: Difference
    trend: Difference


def effect(runs: Sequence[Run], without: Sequence[Run], column: str) -> Effect | None:
    """The effect on one column; None where a run has not measured it."""
    pairs = list(zip(*paired(runs, without), strict=True))
    if any(column not in run.metrics for pair in pairs for run in pair):
        return None
    ends = np.array([[run.metrics[column].iloc[[0, -1]] for run in pair] for pair in pairs])
    gaps = ends[:, 0] - ends[:, 1]  # (pairs, start and end)
    return Effect(Difference.of(gaps[:, 1]), Difference.of(gaps[:, 1] - gaps[:, 0]))


def idle(runs: Sequence[Run], without: Sequence[Run]) -> bool:
    """Whether a mechanism changed no number of the run: it was on in name only."""
    pairs = zip(*paired(runs, without), strict=True)
    return all(one.metrics.equals(other.metrics) for one, other in pairs)


def effects(runs: Sequence[Run], ablation: Ablation, column: str) -> dict[str, Effect]:
    """By mechanism its effect on a column, those that changed nothing anywhere left out."""
    found = {name: effect(runs, ablation.without[name], column) for name in ranked(runs, ablation)}
    return {name: one for name, one in found.items() if one is not None}


def ranked(runs: Sequence[Run], ablation: Ablation) -> list[str]:
    """The mechanisms that changed anything, the one that did most over all meters first.

    Effects at the end count relative to the largest on the same meter.
    """
    names = [name for name, others in ablation.without.items() if not idle(runs, others)]
    total = np.zeros(len(names))
    for column in (f"{domain}.{meter}" for domain in runs[0].domains for meter in METERS):
        found = [effect(runs, ablation.without[name], column) for name in names]
        sizes = np.array([abs(one.level.mean) if one is not None else np.nan for one in found])
        sizes = np.nan_to_num(sizes)
        total += sizes / sizes.max() if sizes.any() else 0.0
    return [names[i] for i in np.argsort(-total, kind="stable")]


def measured(runs: Sequence[Run], domain: str) -> list[str]:
    """The meters that a run has in a domain, with a value at both ends."""
    columns = {meter: f"{domain}.{meter}" for meter in METERS}
    return [
        meter
        for meter, column in columns.items()
        if all(
            column in run.metrics and run.metrics[column].iloc[[0, -1]].notna().all()
            for run in runs
        )
    ]


def change(runs: Sequence[Run], column: str) -> Difference:
    """How far a column went from row 0 to the end."""
    return Difference.of(
        np.array([run.metrics[column].iloc[-1] - run.metrics[column].iloc[0] for run in runs])
    )
