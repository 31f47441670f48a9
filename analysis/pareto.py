"""Gain against cost: the arms that no other beats in both.

Arm b dominates arm a where it gains at least as much and costs at most as much, and one of both
strictly. The front is what nothing dominates; arms that are equal in both are on it together.
Gains are means of paired differences, so domination may be chance: it is settled where the paired
difference of the two gains is above 0 beyond chance, or the gains are equal in every replicate and
the cost is not.
"""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
import pandas as pd

from analysis.comparison import ahead, interval
from analysis.layers import Floats
from analysis.robust import BASELINE
from analysis.study_array import arms_of, array


class Member(TypedDict):
    """One arm.

    Attributes:
        arm: its name.
        gain: mean over replicates and worlds of the difference, counted so that more is better.
        low: of the 95 % interval of the gain over replicates, NaN for one.
        high: of the same.
        cost: over the whole run, mean over the worlds.
        front: nothing dominates it.
        beaten_by: the arm that dominates it by most, or None.
        settled: whether some arm dominates it beyond chance.
    """

    arm: str
    gain: float
    low: float
    high: float
    cost: float
    front: bool
    beaten_by: str | None
    settled: bool


class Pareto(TypedDict):
    """Gain against cost of all arms, for one outcome; `members` from the cheapest on."""

    outcome: str
    better: str
    members: list[Member]


def dominates(gain: Floats, cost: Floats) -> np.ndarray:
    """(n, n) whether arm i dominates arm j, from gains and costs (n,)."""
    as_good = (gain[:, None] >= gain) & (cost[:, None] <= cost)
    better = (gain[:, None] > gain) | (cost[:, None] < cost)
    return np.asarray(as_good & better)


def pareto(
    table: pd.DataFrame,
    outcome: str,
    better: str = "higher",
    arms: Sequence[str] | None = None,
) -> Pareto:
    """The front of gain against cost, doing nothing among the arms.

    Args:
        table: the comparison of a study.
        outcome: which.
        better: "higher" or "lower".
        arms: among which; by default all.

    Raises:
        ValueError: no arm has the outcome.
    """
    names = list(arms_of(table) if arms is None else arms)
    sign = 1.0 if better == "higher" else -1.0
    found = sign * array(table, outcome, "difference", names)
    # a replicate counts where an arm has it in every world
    gains = np.concatenate([np.zeros((1, found.shape[2])), found.mean(axis=1)])
    own = table[table["arm"].isin(names)]
    paid = own.groupby("arm", sort=False)["cost"].mean()
    nothing = float(own.drop_duplicates("world")["baseline_cost"].mean())
    cost = np.array([nothing, *(float(paid.get(name, np.nan)) for name in names)])
    there = np.isfinite(gains).any(axis=1) & np.isfinite(cost)
    if there.sum() < 2:
        raise ValueError(f"{outcome}: given no arm that has it in every world, allowed one or more")
    gains, cost = gains[there], cost[there]
    names = [name for name, known in zip([BASELINE, *names], there, strict=True) if known]
    mean = np.nanmean(gains, axis=1)
    beats = dominates(mean, cost)
    members = []
    for at, name in enumerate(names):
        known = gains[at][np.isfinite(gains[at])]
        low, high = interval(known)
        by = np.flatnonzero(beats[:, at])
        members.append(
            Member(
                arm=name,
                gain=float(mean[at]),
                low=low if at else 0.0,
                high=high if at else 0.0,
                cost=float(cost[at]),
                front=not by.size,
                beaten_by=names[by[mean[by].argmax()]] if by.size else None,
                settled=any(_settled(gains[b], gains[at], bool(cost[b] < cost[at])) for b in by),
            )
        )
    members.sort(key=lambda one: (one["cost"], -one["gain"]))
    return Pareto(outcome=outcome, better=better, members=members)


def _settled(one: Floats, other: Floats, cheaper: bool) -> bool:
    """Whether an arm gains more than another beyond chance, or the same at less cost."""
    both = np.isfinite(one) & np.isfinite(other)
    more = one[both] - other[both]
    if both.sum() < 2:
        return False
    return ahead(more) or bool(cheaper and (more == 0).all())
