"""What a study says beyond the difference of each arm: derived from how it is asked.

A sampling plan by `sobol` or `morris` gives indices of sensitivity; worlds, the robust choice;
costs, the front of gain against cost; a lever whose path ends in `.start`, how late is too late;
`tipping`, tipping points, for which further runs are made where they are not stored.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, TypeGuard, cast

import pandas as pd

from analysis import sensitivity
from analysis.findings_told import told as told
from analysis.layers import Floats
from analysis.pareto import pareto
from analysis.plain import plain
from analysis.robust import robust
from analysis.study_array import arms_of, array, worlds_of
from analysis.too_late import too_late
from scenarios import shards
from scenarios.designs import Design, Lever, points
from scenarios.outcome import Outcome
from scenarios.plan import Planned
from scenarios.progress import Progress
from scenarios.study import Study
from scenarios.tipping import tipping_points

Found = list[dict[str, Any]]


def findings(
    study: Study,
    out: Path,
    comparison: pd.DataFrame,
    executor: Executor | None = None,
    workers: int = 1,
    strict: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """All that is found, as plain data; numbers that are not defined are None.

    Args:
        study: what was asked.
        out: its folder.
        comparison: what `campaign.carry_out` gave.
        executor: where further runs for tipping points are made.
        workers: how many at once.
        strict: stop at the first of them that fails.
        progress: called with the runs done and those to do.

    Returns:
        Lists by kind, empty where a study does not ask for it: `sensitivity` (each an
        `analysis.sensitivity.Sensitivity` with outcome, title, world, arm and says), `robust`
        (`analysis.robust.Robust`), `pareto` (`analysis.pareto.Pareto`), `too_late`
        (`analysis.too_late.TooLate`), `tipping` (`analysis.tipping.TippingPoint`), all with the
        outcome's title; `failed`, the runs of tipping points that failed; and `left_out`, sentences
        on what could not be found.
    """
    found: dict[str, Any] = {kind: [] for kind in (*KINDS, "tipping", "failed", "left_out")}
    for outcome in study.outcomes if len(comparison) else ():
        title = {"title": outcome.title or outcome.key}
        for kind, find in KINDS.items():
            try:
                found[kind] += [{**title, **one} for one in find(study, comparison, outcome)]
            except ValueError as error:
                found["left_out"].append(f"{kind.replace('_', ' ')}: {error}")
    if study.tipping:
        tips, failed = tipping_points(study, out, executor, workers, strict, progress)
        found["failed"] = failed
        found["tipping"] = [dict(tip) for tip in tips]
    return cast(dict[str, Any], plain(found))


def failures(
    out: Path, planned: Sequence[Planned], findings: Mapping[str, Sequence[Any]]
) -> list[dict[str, Any]]:
    """World, arm, replicate and cause of every run that failed: of arms, and of searches."""
    own = shards.failures(out, list(dict.fromkeys(p.key for p in planned)))
    return [*own, *(one for one in findings.get("failed", ()) if one not in own)]


def _sensitivity(study: Study, table: pd.DataFrame, outcome: Outcome) -> Found:
    """Indices of the levers of the arms in every world, and of those of the worlds for each arm."""
    found = []
    if _sampled(study.design):
        names = [name for name, *_ in points(study.design)]
        for world in worlds_of(table):
            values = array(table, outcome.key, "difference", names, [world])[:, 0]
            found.append(_indices(study.design, values) | {"world": world, "arm": ""})
    if _sampled(study.worlds):
        for arm in _choices(study, table):
            values = array(table, outcome.key, "difference", [arm], list(study.named_worlds))[0]
            found.append(_indices(study.worlds, values) | {"world": "", "arm": arm})
    return [{"outcome": outcome.key, **one} for one in found]


def _indices(design: Design, values: Floats) -> dict[str, Any]:
    plan = cast(sensitivity.Plan, design.plan)
    one = sensitivity.sensitivity(values, design.problem, design.sample(), plan)
    titles = {name: lever.title or name for name, lever in design.levers.items()}
    return {**one, "titles": titles, "says": sensitivity.told(one)}


def _robust(study: Study, table: pd.DataFrame, outcome: Outcome) -> Found:
    arms = _choices(study, table)
    if len(study.named_worlds) < 2 or not arms:
        return []
    return [dict(robust(table, outcome.key, outcome.better, arms))]


def _pareto(study: Study, table: pd.DataFrame, outcome: Outcome) -> Found:
    arms = _choices(study, table)
    own = table[table["arm"].isin(arms)]
    if (own["cost"] == own["baseline_cost"]).all():
        return []
    return [dict(pareto(table, outcome.key, outcome.better, arms))]


def _too_late(study: Study, table: pd.DataFrame, outcome: Outcome) -> Found:
    if study.design is None or study.design.plan != "grid":
        return []
    calendar = study.baseline.calendar
    return [
        {
            **one,
            "lever": lever.title or name,
            "dates": [calendar.at(int(start["start"])).isoformat() for start in one["starts"]],
        }
        for name, lever in study.design.levers.items()
        if _begins(lever)
        for one in too_late(table, outcome.key, name, outcome.better)
    ]


KINDS: dict[str, Callable[[Study, pd.DataFrame, Outcome], Found]] = {
    "sensitivity": _sensitivity,
    "robust": _robust,
    "pareto": _pareto,
    "too_late": _too_late,
}


def _sampled(design: object) -> TypeGuard[Design]:
    """Whether these are levers sampled for indices of sensitivity."""
    return isinstance(design, Design) and design.plan in ("sobol", "morris")


def _choices(study: Study, table: pd.DataFrame) -> list[str]:
    """The arms that one can choose: all but the points of a plan for indices."""
    if not _sampled(study.design):
        return arms_of(table)
    tried = {name for name, *_ in points(study.design)}
    return [arm for arm in arms_of(table) if arm not in tried]


def _begins(lever: Lever) -> bool:
    """Whether a lever says when something starts."""
    paths = (lever.path,) if isinstance(lever.path, str) else lever.path
    return len(lever.values) > 1 and all(path.endswith(".start") for path in paths)
