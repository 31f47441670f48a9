"""What came of a study on disk, gathered for its report; and its tables for other programs."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.collector import definitions
from analysis.effects import effects
from analysis.settings import lines
from analysis.study_report import write_study_report
from analysis.told_study import Curve, ToldStudy, Wanted
from ecosystem.draws import Draws
from scenarios import shards
from scenarios.campaign import Planned
from scenarios.members import group_names
from scenarios.study import BASELINE, Arm, Case, Study

CURVES = 4
"""Arms drawn over time: the best and the worst for the first outcome."""


def report(
    study: Study, out: Path, planned: Sequence[Planned], table: pd.DataFrame, findings: str = ""
) -> Path:
    """Write the report of a study and its tables for other programs; the path of the page."""
    told = gathered(study, out, planned, table)
    save_tables(study, out, table)
    return write_study_report(told, out, findings)


def gathered(study: Study, out: Path, planned: Sequence[Planned], table: pd.DataFrame) -> ToldStudy:
    """The study and what came of it, as plain data.

    Args:
        study: what was asked.
        out: its folder.
        planned: its runs.
        table: the comparison of those that are stored.
    """
    wanted = [_wanted(study, outcome) for outcome in study.outcomes]
    found = effects(table, {outcome.key: outcome.sign for outcome in wanted})
    cases = {p.case.arm: p.case for p in planned if p.case.arm != BASELINE}
    levers = {} if study.design is None else study.design.levers
    worlds = list(dict.fromkeys(p.case.world for p in planned))
    ranked = _chosen(found, wanted[0])
    base = study.baseline
    return ToldStudy(
        title=study.title or study.name,
        question=study.question,
        leaves_out=study.leaves_out,
        baseline=f"the scenario {base.name}"
        + (f" ({base.title[0].lower() + base.title[1:]})" if base.title else "")
        + (f", domains {', '.join(study.domains)}" if study.domains else "")
        + (f", with {'; '.join(lines(study.set))}" if study.set else ""),
        arms=[_told(study, case) for case in cases.values()],
        worlds=worlds,
        outcomes=wanted,
        levers={name: lever.title for name, lever in levers.items()},
        effects=found,
        curves={
            (world, outcome.key): curve
            for world in worlds
            for outcome, meter in zip(wanted, study.outcomes, strict=True)
            if (curve := _curve(out, planned, world, meter.meter, ranked)) is not None
        },
        gains=_gains(study, out, planned),
        failed=shards.failures(out, list(dict.fromkeys(p.key for p in planned))),
        replicates=study.replicates,
        again=f"python run.py study {study.name} --replicates {study.replicates}",
    )


def save_tables(study: Study, out: Path, table: pd.DataFrame) -> None:
    """`experiments.csv` and `outcomes.csv`, as ema_workbench has them: a row a run of an arm.

    Experiments are world, arm, levers and replicate; outcomes a column each for value and paired
    difference (`OUTCOME` and `OUTCOME - baseline`). The rows of both are the same.
    """
    levers = [str(column) for column in table if str(column).startswith("lever:")]
    names = ["world", "arm", "replicate"]
    experiments = table[[*names, *levers]].drop_duplicates(names).reset_index(drop=True)
    keys = pd.MultiIndex.from_frame(experiments[names])
    columns = {}
    for outcome in study.outcomes:
        own = table[table["outcome"] == outcome.key].set_index(names)
        columns[outcome.key] = own["value"].reindex(keys).to_numpy()
        columns[f"{outcome.key} - baseline"] = own["difference"].reindex(keys).to_numpy()
    experiments.columns = pd.Index([c.removeprefix("lever:") for c in experiments.columns])
    for name, frame in (("experiments", experiments), ("outcomes", pd.DataFrame(columns))):
        frame.to_csv(out / f"{name}.csv", index=False)


def _wanted(study: Study, outcome: Any) -> Wanted:
    column = definitions()[outcome.meter if outcome.meter.startswith("web.") else _bare(outcome)]
    when = {"end": "at the last step", "mean": "mean over all steps after the start"}
    return Wanted(
        key=outcome.key,
        title=outcome.title or column.title or outcome.meter,
        sign=outcome.sign,
        text=column.text,
        unit=column.unit,
        when=when.get(str(outcome.when), f"at step {outcome.when}")
        + (", mean over models" if column.each == "model" else ""),
    )


def _bare(outcome: Any) -> str:
    """The name of a meter without its domain, and without what follows it (`.median`)."""
    name = str(outcome.meter).partition(".")[2]
    return name if name in definitions() else name.rpartition(".")[0]


def _told(study: Study, case: Case) -> dict[str, Any]:
    arm = study.named_arms[case.arm][0]
    levers = "; ".join(f"{name} {_short(value)}" for name, value in case.levers.items())
    return {
        "name": case.arm,
        "says": case.says or levers,
        "how": "; ".join(_how(arm)),
        "cost": case.cost,
    }


def _how(arm: Arm) -> Iterator[str]:
    """Its policies and settings, as the command line takes them."""
    for policy in arm.policies:
        if isinstance(policy, str):
            yield policy
        else:
            given = ",".join(f"{key}={_short(v)}" for key, v in policy.items() if key != "kind")
            yield f"{policy['kind']}{':' if given else ''}{given}"
    yield from lines(arm.set)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _chosen(found: pd.DataFrame, first: Wanted) -> list[str]:
    """Arms to be drawn over time: those that do most, and least, for the first outcome."""
    own = found[found["outcome"] == first.key]
    mean = (first.sign * own["difference"]).groupby(own["arm"], sort=False).mean()
    order = list(mean.sort_values(ascending=False, kind="stable").index)
    return order if len(order) <= CURVES else [*order[: CURVES - 1], order[-1]]


def _curve(
    out: Path, planned: Sequence[Planned], world: str, meter: str, arms: Sequence[str]
) -> Curve | None:
    """A meter over time, of the replicates in which the baseline and all these arms are stored."""
    keys = {
        (p.case.arm, p.replicate): p.key
        for p in planned
        if p.case.world == world and p.case.arm in (BASELINE, *arms) and shards.there(out, p.key)
    }
    numbers = sorted({number for _, number in keys})
    whole = [n for n in numbers if all((arm, n) in keys for arm in (BASELINE, *arms))]
    if not whole:
        return None
    read = {
        arm: [shards.read(out, keys[arm, n], "metrics", ["step", "date", meter]) for n in whole]
        for arm in (BASELINE, *arms)
    }
    known = np.isfinite(read[BASELINE][0][meter].to_numpy())  # costly meters have gaps
    values = {
        arm: np.array([f[meter].to_numpy()[known] for f in frames]) for arm, frames in read.items()
    }
    times = read[BASELINE][0][["step", "date"]][known].reset_index(drop=True)
    return Curve(times, values.pop(BASELINE), values)


def _gains(study: Study, out: Path, planned: Sequence[Planned]) -> pd.DataFrame:
    """Where only some models take part: mean differences inside and outside, by arm and outcome.

    A row a world, arm, policy and outcome: share (of models that take part), inside, outside
    (mean over replicates of the mean paired difference; NaN where there is nobody).
    """
    keys = {(p.case.world, p.case.arm, p.replicate): p.key for p in planned}
    meters = [o for o in study.outcomes if o.when == "end" and not o.meter.startswith("web.")]
    rows: list[dict[str, Any]] = []
    for one in planned:
        base = keys[one.case.world, BASELINE, one.replicate]
        members = _taking_part(one)
        if not members or not (shards.there(out, one.key) and shards.there(out, base)):
            continue
        mine, theirs = (_last(out, key, [o.meter for o in meters]) for key in (one.key, base))
        for policy, inside in members.items():
            for outcome in meters:
                if outcome.meter not in mine or outcome.meter not in theirs:
                    continue
                difference = (mine[outcome.meter] - theirs[outcome.meter]).dropna()
                there = difference.index.isin(inside)
                rows.append(
                    {
                        "world": one.case.world,
                        "arm": one.case.arm,
                        "policy": policy,
                        "outcome": outcome.key,
                        "share": there.mean(),
                        "inside": difference[there].mean(),
                        "outside": difference[~there].mean(),
                    }
                )
    if not rows:
        return pd.DataFrame()
    by = ["world", "arm", "policy", "outcome"]
    return pd.DataFrame(rows).groupby(by, sort=False, as_index=False).mean()


def _taking_part(planned: Planned) -> Mapping[str, set[str]]:
    """By policy, where only a part of the models do: those that comply, and those that heed."""
    scenario = planned.case.scenario
    draws = Draws(scenario.seed, planned.replicate)
    models = list(group_names(scenario.models))
    found = {}
    for policy in scenario.policies:
        bound = policy.bind(draws)
        sides = {"comply": bound.complies, "heed": bound.heeds}
        groups = {side: {m for m in models if asked(m)} for side, asked in sides.items()}
        if groups["comply"] == groups["heed"]:
            groups.pop("heed")
        for side, inside in groups.items():
            partial = policy.compliance if side == "comply" else getattr(policy, "readers", 1.0)
            if 0 < partial < 1:
                found[f"{policy.kind}: those that {side}"] = inside
    return found


def _last(out: Path, key: str, meters: Sequence[str]) -> pd.DataFrame:
    """(models, meters) at the last step; only the meters that each model has a value of."""
    import pyarrow.parquet as pq

    path = out / shards.RUNS / key / "agents.parquet"
    there = set(pq.read_schema(path).names)
    table = shards.read(out, key, "agents", ["step", "agent", *(m for m in meters if m in there)])
    return table[table["step"] == table["step"].max()].set_index("agent").drop(columns="step")
