"""Which mechanism did how much: a run against the same run without each of its mechanisms."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analysis.comparison import NOISE, interval, paired, settled, wide
from analysis.run import Run

SUM, TOGETHER = "sum of these", "all of these at once"
"""Rows below those of the mechanisms."""
METERS = (
    "hill_1",
    "tail_coverage",
    "divergence_groups",
    "kl",
    "false_share_rare",
    "web_leading_false_items",
    "established",
    "variance",
    "accuracy_edge",
    "vocabulary",
    "style_divergence",
)
"""What is taken apart in every domain: one meter or two of each collapse."""


@dataclass(frozen=True)
class Difference:
    """A mean over paired replicates, its 95 % interval (NaN for a single pair), and how many."""

    mean: float
    low: float
    high: float
    pairs: int

    @classmethod
    def of(cls, values: np.ndarray) -> "Difference":
        """That of the differences of the pairs."""
        return cls(float(values.mean()), *interval(values), values.size)

    @property
    def settled(self) -> bool:
        """Whether the sign is beyond chance (`analysis.comparison.settled`)."""
        return settled(self.low, self.high, self.pairs)

    @property
    def wide(self) -> bool:
        """Whether there is an interval with a width."""
        return wide(self.low, self.high)


@dataclass(frozen=True)
class Effect:
    """What a mechanism does to a meter while all others are on: with it minus without it.

    Attributes:
        start: the difference at row 0.
        level: the difference at the last step.
        trend: how much of it came after row 0: the difference between the two runs' changes.
    """

    start: Difference
    level: Difference
    trend: Difference


@dataclass(frozen=True)
class Ablation:
    """A run and the same run without each of its mechanisms.

    Attributes:
        runs: the replicates of the run.
        without: by mechanism the replicates of the run without it.
        missing: mechanisms that are on and not measured yet.
        together: the replicates of the run without any of them; empty where not measured.
    """

    runs: Sequence[Run]
    without: Mapping[str, Sequence[Run]] = field(default_factory=dict)
    missing: Sequence[str] = ()
    together: Sequence[Run] = ()

    @cached_property
    def idle(self) -> list[str]:
        """Mechanisms that changed no number of the run: they were on in name only."""
        return [name for name, others in self.without.items() if self._equal(others)]

    @cached_property
    def names(self) -> list[str]:
        """Mechanisms that changed anything, the one that did most over all meters first.

        Effects at the end count relative to the largest on the same meter.
        """
        names = [name for name in self.without if name not in self.idle]
        total = np.zeros(len(names))
        for domain in self.runs[0].domains:
            for meter in self.measured(domain):
                found = [effect(self.runs, self.without[n], f"{domain}.{meter}") for n in names]
                sizes = np.nan_to_num([abs(one.level.mean) for one in found])
                total += sizes / sizes.max() if sizes.any() else 0.0
        return [names[i] for i in np.argsort(-total, kind="stable")]

    def measured(self, domain: str) -> list[str]:
        """The meters of a domain that any mechanism, or all at once, moved at either end."""
        return [meter for meter in self._given(domain) if self._moved(f"{domain}.{meter}")]

    def unmoved(self, domain: str) -> list[str]:
        """The meters that the run has in a domain and nothing moved by more than rounding."""
        return [meter for meter in self._given(domain) if not self._moved(f"{domain}.{meter}")]

    def _given(self, domain: str) -> list[str]:
        """The meters that the run has in a domain, with a value at both ends."""
        tables = [run.metrics.iloc[[0, -1]] for run in self.runs]
        columns = {meter: f"{domain}.{meter}" for meter in METERS}
        return [
            meter
            for meter, column in columns.items()
            if all(column in table and table[column].notna().all() for table in tables)
        ]

    def _moved(self, column: str) -> bool:
        for others in (*self.without.values(), self.together):
            if others and _gaps(self.runs, others, column)[:, :2].any():  # NaN: it moved
                return True
        return False

    def effects(self, column: str) -> dict[str, Effect]:
        """By mechanism its effect on a column, in the order of `names`."""
        return {name: effect(self.runs, self.without[name], column) for name in self.names}

    def at_once(self, column: str) -> Effect | None:
        """What all mechanisms do to a column at once; None where not measured."""
        return effect(self.runs, self.together, column) if self.together else None

    def change(self, column: str) -> Difference:
        """How far a column of the run went from row 0 to the end."""
        ends = [run.metrics[column].iloc[[0, -1]].to_numpy(dtype=np.float64) for run in self.runs]
        return Difference.of(np.diff(ends, axis=1)[:, 0])

    def _equal(self, others: Sequence[Run]) -> bool:
        pairs = zip(*paired(self.runs, others), strict=True)
        return all(one.metrics.equals(other.metrics) for one, other in pairs)


def effect(runs: Sequence[Run], without: Sequence[Run], column: str) -> Effect:
    """The effect of what `without` lacks on one column; NaN where it has no value."""
    return Effect(*map(Difference.of, _gaps(runs, without, column).T))


def _gaps(runs: Sequence[Run], without: Sequence[Run], column: str) -> np.ndarray:
    """Differences of a column at row 0, at the last, and of its change: (pairs, 3).

    What is rounding, relative to the meter's size (1 where that is less), is 0.
    """
    pairs = zip(*paired(runs, without), strict=True)
    ends = np.array(
        [[run.metrics[column].iloc[[0, -1]] for run in pair] for pair in pairs], dtype=np.float64
    )
    start, level = (ends[:, 0] - ends[:, 1]).T
    gaps = np.column_stack([start, level, level - start])
    size = max(1.0, float(np.nan_to_num(np.abs(ends)).max()))
    return np.where(np.abs(gaps) <= NOISE * size, 0.0, gaps)


def total(found: Iterable[Effect]) -> Effect:
    """The sum of effects; what their mechanisms do at once may be another."""
    parts = np.array([(one.start.mean, one.level.mean, one.trend.mean) for one in found])
    sums = parts.reshape(-1, 3).sum(axis=0).tolist()
    return Effect(*(Difference(value, float("nan"), float("nan"), 0) for value in sums))
