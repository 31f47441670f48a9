"""Who complies, who gains: what an arm does to models that take part, and to those that do not.

In replicate r, with C_r the models that take part and d_ri the difference, arm minus baseline on
the same draws, of the meter of model i at the last step,

    inside_r  = mean of d_ri over i in C_r
    outside_r = mean of d_ri over i not in C_r
    apart_r   = inside_r - outside_r, where there are both

and over replicates mean and Student's 95 % interval of each (`analysis.comparison.interval`). The
replicate is the unit, not the model: models of one run read one another, and are not independent.
Who takes part is drawn anew in every replicate, so that `apart` is that of taking part and not of
which models happen to; it says who gains in a web with this policy, not what a model would gain
by joining (which would change the web too).
"""

from typing import Any

import numpy as np
import pandas as pd

from analysis.comparison import interval

BY = ["world", "arm", "policy", "side", "outcome"]
SIDES = ("inside", "outside", "apart")


def gains(models: pd.DataFrame) -> pd.DataFrame:
    """A row a world, arm, policy, side and outcome, in the order in which they first stand.

    Args:
        models: a row a world, arm, policy, side (what those inside do, such as "comply"), outcome,
            replicate and model: inside (whether it takes part), baseline, value. Models without
            a value in either run do not count.

    Returns:
        Columns world, arm, policy, side, outcome; share (of models that take part, mean over
        replicates); and for inside, outside and apart, as NAME, NAME_low, NAME_high and NAME_pairs,
        mean, interval, and the replicates they are of. NaN where nobody is on a side, the
        interval also for a single replicate.
    """
    if models.empty:
        return pd.DataFrame()
    given = models.assign(difference=models["value"] - models["baseline"])
    given = given[np.isfinite(given["difference"].to_numpy(dtype=np.float64))]
    rows: list[dict[str, Any]] = []
    for keys, part in given.groupby(BY, sort=False):
        means = (
            part.groupby(["replicate", "inside"])["difference"]
            .mean()
            .unstack()
            .reindex(columns=[True, False])
        )
        found = {
            "inside": means[True],
            "outside": means[False],
            "apart": means[True] - means[False],
        }
        row: dict[str, Any] = dict(zip(BY, keys, strict=True))
        row["share"] = float(part.groupby("replicate")["inside"].mean().mean())
        for side in SIDES:
            known = found[side].dropna().to_numpy(dtype=np.float64)
            low, high = interval(known)
            row |= {
                side: float(known.mean()) if known.size else float("nan"),
                f"{side}_low": low,
                f"{side}_high": high,
                f"{side}_pairs": int(known.size),
            }
        rows.append(row)
    return pd.DataFrame(rows)
