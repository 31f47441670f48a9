"""The runs of a study laid side by side: every arm with the baseline of its world and replicate."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios import outcome, shards
from scenarios.arm import BASELINE
from scenarios.designs import label
from scenarios.outcome import COLUMNS
from scenarios.plan import Planned
from scenarios.study import Study


def comparison(study: Study, out: Path, planned: Sequence[Planned]) -> pd.DataFrame:
    """Every pair of runs that is stored, by outcome.

    Returns:
        A row a world, arm, replicate and outcome, in the order of the study: world, arm, a column
        for each lever (`lever:NAME`), replicate, outcome, baseline, value, difference (value less
        baseline), cost, baseline_cost.
    """
    wanted = sorted({"step", *(one.meter for one in study.outcomes)})
    levers = _levers(planned)
    rows: list[dict[str, Any]] = []
    base: dict[tuple[str, int], tuple[dict[str, float], float]] = {}
    for one in planned:
        if not shards.there(out, one.key):
            continue
        values = outcome.values(study.outcomes, shards.read(out, one.key, "metrics", wanted))
        where = one.case.world, one.replicate
        if one.case.arm == BASELINE:
            base[where] = values, one.case.cost
            continue
        if where not in base:
            continue
        nothing, nothing_cost = base[where]
        for name, value in values.items():
            rows.append(
                {
                    "world": one.case.world,
                    "arm": one.case.arm,
                    **{f"lever:{name}": of(one.case.levers.get(name)) for name, of in levers},
                    "replicate": one.replicate,
                    "outcome": name,
                    "baseline": nothing[name],
                    "value": value,
                    "difference": value - nothing[name],
                    "cost": one.case.cost,
                    "baseline_cost": nothing_cost,
                }
            )
    first, rest = COLUMNS[:2], COLUMNS[2:]
    return pd.DataFrame(rows, columns=[*first, *(f"lever:{name}" for name, _ in levers), *rest])


def _levers(planned: Sequence[Planned]) -> list[tuple[str, Callable[[Any], Any]]]:
    """Every lever with how its values are told in a column: all numbers, all yes or no, or texts.

    Texts stay as they are; tables and lists, and numbers beside them, are JSON.
    """
    found: dict[str, list[Any]] = {}
    for one in planned:
        for name, value in one.case.levers.items():
            found.setdefault(name, []).append(value)
    return [(name, _same if _alike(values) else _text) for name, values in found.items()]


def _alike(values: Sequence[Any]) -> bool:
    numbers = all(isinstance(value, int | float) for value in values)
    truths = {isinstance(value, bool) for value in values}
    return numbers and len(truths) == 1


def _same(value: Any) -> Any:
    return value


def _text(value: Any) -> str | None:
    return None if value is None else label(value)
