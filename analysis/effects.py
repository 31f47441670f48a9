"""What arms of a study do: paired differences with intervals, cost, and how sure the sign is.

Every difference is arm minus baseline in one replicate, on the same random draws. For n pairs with
mean m and standard deviation s the interval is Student's, m -+ t(n - 1) s / sqrt(n).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from analysis.comparison import interval

MOST = 1_000_000
"""Replicates beyond which it does not matter how many it would take."""
BY = ["world", "arm", "outcome"]


def effects(comparison: pd.DataFrame, signs: Mapping[str, float]) -> pd.DataFrame:
    """A row a world, arm and outcome, in the order of the study.

    Args:
        comparison: a row a world, arm, replicate and outcome, with baseline, value, difference,
            cost and the levers (`lever:NAME`).
        signs: by outcome 1 where higher is better, -1 where lower is.

    Returns:
        Columns world, arm, the levers, outcome; pairs; baseline, value (means); difference (mean),
        median, low, high (95 %); helps (share of replicates in which it moves the wanted way, one
        that does not move counts half); cost; cost_per_unit (cost over the mean gain; NaN where
        nothing is gained or it costs nothing); settles (`settling`); unpaired (`pairing`).
    """
    levers = [str(column) for column in comparison if str(column).startswith("lever:")]
    rows = []
    for keys, part in comparison.groupby(BY, sort=False):
        world, arm, outcome = map(str, keys)
        difference = part["difference"].to_numpy(dtype=np.float64)
        low, high = interval(difference)
        gain, cost = signs[outcome] * float(difference.mean()), float(part["cost"].iloc[0])
        rows.append(
            {
                "world": world,
                "arm": arm,
                **{lever: part[lever].iloc[0] for lever in levers},
                "outcome": outcome,
                "pairs": len(part),
                "baseline": float(part["baseline"].mean()),
                "value": float(part["value"].mean()),
                "difference": float(difference.mean()),
                "median": float(np.median(difference)),
                "low": low,
                "high": high,
                "helps": helping(signs[outcome] * difference),
                "cost": cost,
                "cost_per_unit": cost / gain if gain > 0 and cost > 0 else float("nan"),
                "settles": settling(difference),
                "unpaired": pairing(part["baseline"].to_numpy(), part["value"].to_numpy()),
            }
        )
    return pd.DataFrame(rows)


def settled(effect: "pd.Series[Any] | Mapping[Any, Any]") -> bool:
    """Whether the interval of an effect leaves out 0."""
    return bool(effect["low"] * effect["high"] > 0)


def helping(gains: np.ndarray) -> float:
    """Share of gains above 0; those of exactly 0 count half. NaN where one is undefined."""
    if np.isnan(gains).any():
        return float("nan")
    return float((gains > 0).mean() + (gains == 0).mean() / 2)


def settling(differences: np.ndarray) -> float:
    """Replicates with which the 95 % interval would leave out 0, were m and s as found.

    The least n of 2 or more with t(n - 1) s / sqrt(n) < |m|; 2 where the differences are all the
    same and not 0, infinite where their mean is 0 or it would take more than a million, NaN for
    a single pair.
    """
    if differences.size < 2 or np.isnan(differences).any():
        return float("nan")
    mean, spread = abs(float(differences.mean())), float(differences.std(ddof=1))
    if mean == 0 or spread / mean > np.sqrt(MOST) / 2:
        return float("inf")
    low, high = 1, MOST  # the condition fails at low, holds at high: t(n - 1) / sqrt(n) falls
    while high - low > 1:
        n = (low + high) // 2
        enough = stdtrit(n - 1, 0.975) * spread / np.sqrt(n) < mean
        low, high = (low, n) if enough else (n, high)
    return float(high)


def pairing(baseline: np.ndarray, value: np.ndarray) -> float:
    """How many times as many replicates it would take without pairing.

    The variance of a difference of two runs on unlike draws, var(a) + var(b), over that of a pair,
    var(b - a); infinite where pairs agree exactly, NaN for a single pair, or where nothing varies.
    """
    if baseline.size < 2 or np.isnan(baseline).any() or np.isnan(value).any():
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

    The best is the arm with the greatest mean gain. Another is told from it where the 95 % interval
    of the paired difference of both gains, over the replicates that both have, lies above 0; a
    single replicate tells none from it.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for keys, part in comparison.groupby(["world", "outcome"], sort=False):
        world, outcome = map(str, keys)
        gains = signs[outcome] * part.pivot(index="replicate", columns="arm", values="difference")
        gains = gains[list(dict.fromkeys(part["arm"]))].dropna(axis=1, how="all")
        if gains.empty:
            continue
        best = str(gains.mean().idxmax())
        behind = [interval((gains[best] - gains[a]).dropna().to_numpy())[0] for a in gains]
        names = [str(arm) for arm in gains]
        rest = [a for a, low in zip(names, behind, strict=True) if a != best and not low > 0]
        found[world, outcome] = [best, *rest]
    return found


def effects_text(table: pd.DataFrame, titles: Mapping[str, str], signs: Mapping[str, float]) -> str:
    """The effects for a terminal: by outcome and world, the best arm first."""
    wide = max(10, *(len(arm) for arm in table["arm"])) if len(table) else 10
    lines = []
    for keys, part in table.groupby(["outcome", "world"], sort=False):
        outcome, world = map(str, keys)
        where = f", in {world}" if world else ""
        wanted = "higher" if signs[outcome] > 0 else "lower"
        lines.append(f"{titles[outcome]}{where} [{outcome}; {wanted} is better]")
        lines.append(f"  {'baseline':{wide}} {part['baseline'].iloc[0]:12.5g}")
        ordered = part.assign(gain=signs[outcome] * part["difference"])
        for row in ordered.sort_values("gain", ascending=False, kind="stable").to_dict("records"):
            band = "" if np.isnan(row["low"]) else f"  [{row['low']:+.3g}, {row['high']:+.3g}]"
            helps = f"  helps in {row['helps'] * row['pairs']:g} of {row['pairs']}"
            lines.append(f"  {row['arm']:{wide}} {row['difference']:+12.4g}{band}{helps}")
        lines.append("")
    lines.append("Differences to the baseline on the same draws, means with 95 % intervals.")
    return "\n".join(lines)
