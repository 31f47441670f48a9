"""What arms of a study do: paired differences with intervals, cost, and how sure the sign is.

Every difference is arm minus baseline in one replicate, on the same random draws. For n pairs with
mean m and standard deviation s the interval is Student's, m -+ t(n - 1) s / sqrt(n).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from analysis.comparison import AGREEING, ahead, interval, settled, wide
from analysis.layers import Floats

MOST = 1_000_000
"""Replicates beyond which it does not matter how many it would take."""
BY = ["world", "arm", "outcome"]
FOUND = [
    "pairs", "undefined", "baseline", "value", "difference", "median", "low", "high", "settled",
    "helps", "cost", "cost_per_unit", "settles", "unpaired",
]  # fmt: skip
"""Columns of what is found for each arm and outcome."""


def effects(comparison: pd.DataFrame, signs: Mapping[str, float]) -> pd.DataFrame:
    """A row a world, arm and outcome, in the order of the study.

    Replicates in which the difference is not defined do not count, here and in all below.

    Args:
        comparison: a row a world, arm, replicate and outcome, with baseline, value, difference,
            cost, baseline_cost and the levers (`lever:NAME`).
        signs: by outcome 1 where higher is better, -1 where lower is.

    Returns:
        Columns world, arm, the levers, outcome; pairs, and how many more are undefined; baseline,
        value (means); difference (mean), median, low, high (95 %), settled (`comparison.settled`);
        helps (`helping`: share of replicates in which it moves the wanted way); cost;
        cost_per_unit (what it costs above the baseline, over the mean gain; NaN where nothing is
        gained or it costs no more); settles (`settling`); unpaired (`pairing`). Without a pair
        that is defined all but the costs are NaN.
    """
    levers = [str(column) for column in comparison if str(column).startswith("lever:")]
    rows = []
    for keys, part in comparison.groupby(BY, sort=False):
        first = part.iloc[0]
        rows.append(
            {
                **dict(zip(BY, map(str, keys), strict=True)),
                **{lever: first[lever] for lever in levers},
                **_effect(part, signs[str(first["outcome"])]),
            }
        )
    return pd.DataFrame(rows, columns=["world", "arm", *levers, "outcome", *FOUND])


def _effect(part: pd.DataFrame, sign: float) -> dict[str, float]:
    """What is found of one arm and outcome in one world."""
    every = part[["baseline", "value", "difference"]].to_numpy(dtype=np.float64)
    known = every[np.isfinite(every[:, 2])]
    baseline, value, difference = known.T
    middle = known.mean(axis=0) if len(known) else np.full(3, np.nan)
    low, high = interval(difference)
    gain, cost = sign * middle[2], float(part["cost"].iloc[0])
    extra = cost - float(part["baseline_cost"].iloc[0])
    return {
        "pairs": len(known),
        "undefined": len(every) - len(known),
        "baseline": middle[0],
        "value": middle[1],
        "difference": middle[2],
        "median": float(np.median(difference)) if len(known) else float("nan"),
        "low": low,
        "high": high,
        "settled": settled(low, high, len(known)),
        "helps": helping(sign * difference),
        "cost": cost,
        "cost_per_unit": extra / gain if gain > 0 and extra > 0 else float("nan"),
        "settles": settling(difference),
        "unpaired": pairing(baseline, value),
    }


def helping(gains: Floats) -> float:
    """Share of gains above 0; those of exactly 0 count half. NaN where none is defined."""
    gains = gains[np.isfinite(gains)]
    return float((gains > 0).mean() + (gains == 0).mean() / 2) if gains.size else float("nan")


def settling(differences: Floats) -> float:
    """Replicates with which the sign would be settled, were m and s as found.

    The least n of 2 or more with t(n - 1) s / sqrt(n) < |m|; 6 where the differences are all the
    same and not 0 (`comparison.settled`), infinite where their mean is 0 or it would take more
    than a million, NaN for a single pair.
    """
    differences = differences[np.isfinite(differences)]
    if differences.size < 2:
        return float("nan")
    mean, spread = abs(float(differences.mean())), float(differences.std(ddof=1))
    if mean > 0 and not wide(*interval(differences)):
        return float(AGREEING)
    if mean == 0 or spread / mean > np.sqrt(MOST) / 2:
        return float("inf")
    low, high = 1, MOST  # the condition fails at low, holds at high: t(n - 1) / sqrt(n) falls
    while high - low > 1:
        n = (low + high) // 2
        enough = stdtrit(n - 1, 0.975) * spread / np.sqrt(n) < mean
        low, high = (low, n) if enough else (n, high)
    return float(high)


def pairing(baseline: Floats, value: Floats) -> float:
    """How many times as many replicates it would take without pairing.

    The variance of a difference of two runs on unlike draws, var(a) + var(b), over that of a pair,
    var(b - a); infinite where pairs agree exactly, NaN for a single pair, or where nothing varies.
    """
    both = np.isfinite(value - baseline)
    baseline, value = baseline[both], value[both]
    if baseline.size < 2:
        return float("nan")
    apart = float(baseline.var(ddof=1) + value.var(ddof=1))
    together = float((value - baseline).var(ddof=1))
    if apart == 0:
        return float("nan")
    return apart / together if together > 0 else float("inf")


def abreast(
    comparison: pd.DataFrame, signs: Mapping[str, float]
) -> dict[tuple[str, str], list[str]]:
    """By world and outcome the arms that cannot be told from the best, the best itself first.

    The best is the arm with the greatest mean gain. Another is told from it where the sign of the
    paired difference of both gains, over the replicates that both have, is settled; a single
    replicate tells none from it.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for keys, part in comparison.groupby(["world", "outcome"], sort=False):
        world, outcome = map(str, keys)
        gains = signs[outcome] * part.pivot(index="replicate", columns="arm", values="difference")
        gains = gains[list(dict.fromkeys(part["arm"]))].replace([np.inf, -np.inf], np.nan)
        gains = gains.dropna(axis=1, how="all")
        if gains.empty:
            continue
        best = str(gains.mean().idxmax())
        behind = {str(arm): (gains[best] - gains[arm]).dropna().to_numpy() for arm in gains}
        rest = [a for a, more in behind.items() if not (a == best or ahead(more))]
        found[world, outcome] = [best, *rest]
    return found
