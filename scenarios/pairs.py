"""The runs of a study laid side by side: every arm with the baseline of its world and replicate."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios import outcome, shards
from scenarios.arm import BASELINE
from scenarios.plan import Planned
from scenarios.study import Study


def comparison(study: Study, out: Path, planned: Sequence[Planned]) -> pd.DataFrame:
    """Every pair of runs that is stored, by outcome.

    Returns:
        A row a world, arm, replicate and outcome, in the order of the study: world, arm, a column
        for each lever (`lever:NAME`), replicate, outcome, baseline, value, difference (value less
        baseline), cost.
    """
    wanted = sorted({"step", *(one.meter for one in study.outcomes)})
    levers = list(dict.fromkeys(name for p in planned for name in p.case.levers))
    rows: list[dict[str, Any]] = []
    base: dict[tuple[str, int], dict[str, float]] = {}
    for one in planned:
        if not shards.there(out, one.key):
            continue
        values = outcome.values(study.outcomes, shards.read(out, one.key, "metrics", wanted))
        where = one.case.world, one.replicate
        if one.case.arm == BASELINE:
            base[where] = values
            continue
        if where not in base:
            continue
        for name, value in values.items():
            rows.append(
                {
                    "world": one.case.world,
                    "arm": one.case.arm,
                    **{f"lever:{lever}": one.case.levers.get(lever) for lever in levers},
                    "replicate": one.replicate,
                    "outcome": name,
                    "baseline": base[where][name],
                    "value": value,
                    "difference": value - base[where][name],
                    "cost": one.case.cost,
                }
            )
    columns = ["world", "arm", "replicate", "outcome", "baseline", "value", "difference", "cost"]
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)
