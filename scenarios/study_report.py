"""What came of a study on disk, gathered for its report; and its tables for other programs."""

import inspect
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.collector import definitions
from analysis.gains import gains
from analysis.settings import lines
from analysis.study_report import write_study_report
from analysis.told_study import MOST_ARMS, MOST_WORLDS, Curve, ToldStudy, Wanted
from scenarios import compliance, shards
from scenarios.arm import BASELINE, Arm, Case
from scenarios.designs import Lever, label
from scenarios.findings_of import failures
from scenarios.inventory import shipped_studies
from scenarios.outcome import Outcome
from scenarios.plan import Planned
from scenarios.study import Study

CURVES = 3
"""Arms drawn over time: the best and the worst for the first outcome."""


def report(
    study: Study,
    out: Path,
    planned: Sequence[Planned],
    table: pd.DataFrame,
    findings: Mapping[str, Sequence[Any]] | None = None,
) -> Path:
    """Write the report of a study and its tables for other programs; the path of the page.

    Args:
        study: what was asked.
        out: its folder.
        planned: its runs.
        table: the comparison of those that are stored (`scenarios.campaign.carry_out`).
        findings: what goes beyond single arms (`scenarios.findings_of.findings`).
    """
    save_tables(study, out, table)
    return write_study_report(gathered(study, out, planned, table, findings), out)


def gathered(
    study: Study,
    out: Path,
    planned: Sequence[Planned],
    table: pd.DataFrame,
    findings: Mapping[str, Sequence[Any]] | None = None,
) -> ToldStudy:
    """The study and what came of it, as plain data; arguments as for `report`."""
    wanted = [_wanted(outcome) for outcome in study.outcomes]
    cases = {p.case.arm: p.case for p in planned if p.case.arm != BASELINE}
    levers = {} if study.design is None else study.design.levers
    worlds = list(dict.fromkeys(p.case.world for p in planned))
    few = set(list(cases)[:MOST_ARMS]) | {BASELINE}
    told = [p for p in planned if p.case.arm in few and p.case.world in worlds[:MOST_WORLDS]]
    drawn = _chosen(table, wanted[0])
    return ToldStudy(
        title=study.title or study.name,
        question=study.question,
        leaves_out=study.leaves_out,
        baseline=_baseline(study),
        arms=[_told(study, case) for case in cases.values()],
        policies=_policies(cases.values()),
        worlds=worlds,
        settings={name: "; ".join(lines(study.named_worlds[name][0])) for name in worlds},
        outcomes=wanted,
        levers={name: lever.title or _paths(lever) for name, lever in levers.items()},
        comparison=table,
        curves={
            (world, outcome.key): curve
            for world in worlds[:MOST_WORLDS]
            for outcome, meter in zip(wanted, study.outcomes, strict=True)
            if (curve := _curve(out, planned, world, meter.meter, drawn)) is not None
        },
        gains=gains(compliance.by_model(study.outcomes, out, told)),
        others=compliance.others(told),
        findings=findings or {},
        failed=failures(out, planned, findings or {}),
        replicates=study.replicates,
        again=_again(study, out),
        budget=study.budget,
        too_dear=[name for name in study.named_arms if name not in cases],
    )


def save_tables(study: Study, out: Path, table: pd.DataFrame) -> None:
    """`experiments.csv` and `outcomes.csv`, as ema_workbench has them: a row a run of an arm.

    Experiments are world (where there are several), arm, replicate and levers; outcomes the cost,
    and for each outcome value and paired difference (`OUTCOME` and `OUTCOME - baseline`). The rows
    of both are the same, and a run that failed has none.
    """
    levers = [str(column) for column in table if str(column).startswith("lever:")]
    names = [*(["world"] if (table["world"] != "").any() else []), "arm", "replicate"]
    experiments = table[[*names, *levers]].drop_duplicates(names).reset_index(drop=True)
    keys = pd.MultiIndex.from_frame(experiments[names])
    cost = table.drop_duplicates(names).set_index(names)["cost"]
    columns: dict[str, Any] = {"cost": cost.reindex(keys).to_numpy()}
    for outcome in study.outcomes:
        own = table[table["outcome"] == outcome.key].set_index(names)
        columns[outcome.key] = own["value"].reindex(keys).to_numpy()
        columns[f"{outcome.key} - baseline"] = own["difference"].reindex(keys).to_numpy()
    experiments.columns = pd.Index([c.removeprefix("lever:") for c in experiments.columns])
    for name, frame in (("experiments", experiments), ("outcomes", pd.DataFrame(columns))):
        frame.to_csv(out / f"{name}.csv", index=False)


def _wanted(outcome: Outcome) -> Wanted:
    column = definitions()[outcome.column]
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


def _told(study: Study, case: Case) -> dict[str, Any]:
    arm = study.named_arms[case.arm][0]
    levers = "; ".join(f"{name} {label(value)}" for name, value in case.levers.items())
    return {
        "name": case.arm,
        "says": case.says or levers,
        "how": "; ".join(_how(arm)),
        "cost": case.cost,
    }


def _baseline(study: Study) -> str:
    """The baseline in words."""
    base = study.baseline
    return (
        f"the scenario {base.name}"
        + (f" ({base.title[0].lower() + base.title[1:]})" if base.title else "")
        + (f", domains {', '.join(study.domains)}" if study.domains else "")
        + (f", with {'; '.join(lines(study.set))}" if study.set else "")
    )


def _policies(cases: Iterable[Case]) -> dict[str, str]:
    """What each policy of the arms is, in the line that its class says of itself."""
    kinds = {policy.kind: type(policy) for case in cases for policy in case.scenario.policies}
    return {kind: inspect.cleandoc(one.__doc__ or "").split("\n")[0] for kind, one in kinds.items()}


def _again(study: Study, out: Path) -> str:
    """The command that repeats it; a study that is not shipped is in a file of the user's."""
    same = study.name in shipped_studies() and Study.load(study.name).digest == study.digest
    which = study.name if same else f"{study.name}.toml"
    where = "" if out == Path("out") / "studies" / study.name else f" --out {shlex.quote(str(out))}"
    return f"python run.py study {which} --replicates {study.replicates}{where}"


def _how(arm: Arm) -> Iterator[str]:
    """Its policies and settings, as the command line takes them."""
    for policy in arm.policies:
        if isinstance(policy, str):
            yield policy
        else:
            given = ",".join(f"{key}={label(v)}" for key, v in policy.items() if key != "kind")
            yield f"{policy['kind']}{':' if given else ''}{given}"
    yield from lines(arm.set)


def _paths(lever: Lever) -> str:
    return lever.path if isinstance(lever.path, str) else ", ".join(lever.path)


def _chosen(table: pd.DataFrame, first: Wanted) -> list[str]:
    """Arms to be drawn over time: those that do most, and least, for the first outcome."""
    own = table[table["outcome"] == first.key]
    mean = (first.sign * own["difference"]).groupby(own["arm"], sort=False).mean().dropna()
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
