"""Who complies with the policies of an arm in a replicate, and what became of the models.

Who complies is decided by lot once for a run (`Policy.complies`, `Policy.heeds`); from seed and
replicate alone it is known again without running anything.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from ecosystem.draws import Draws
from ecosystem.policies.policy import Policy
from scenarios import shards
from scenarios.arm import BASELINE
from scenarios.members import actors, bound_policies
from scenarios.outcome import Outcome
from scenarios.plan import Planned
from scenarios.scenario import Scenario


@dataclass(frozen=True)
class Side:
    """Those who take part in a policy in one replicate.

    Attributes:
        policy: its kind.
        does: what they do: comply, or heed where that is decided by another lot.
        who: models, communities or sites.
        inside: their names.
        asked: how many there are of them and the others.
    """

    policy: str
    does: str
    who: str
    inside: frozenset[str]
    asked: int

    @property
    def partial(self) -> bool:
        """Whether some take part and some do not."""
        return 0 < len(self.inside) < self.asked


def sides(scenario: Scenario, replicate: int, before: Sequence[Policy] = ()) -> Iterator[Side]:
    """Who complies with each policy of a scenario, and who heeds it where others do.

    Those in force `before`, in the baseline too, are left out.
    """
    known = actors(scenario)
    every = bound_policies(scenario, Draws(scenario.seed, replicate))
    seen: dict[str, int] = {}
    for policy, bound in zip(scenario.policies, every, strict=True):
        if policy in before:
            continue
        seen[policy.kind] = seen.get(policy.kind, 0) + 1
        name = policy.kind if seen[policy.kind] == 1 else f"{policy.kind} {seen[policy.kind]}"
        who = policy.complied_by
        asked = getattr(known, who)
        inside = frozenset(filter(bound.complies, asked))
        yield Side(name, "comply", who, inside, len(asked))
        if policy.overrides("heeds"):
            heed = frozenset(filter(bound.heeds, known.models))
            yield Side(name, "heed", "models", heed, len(known.models))


def by_model(outcomes: Sequence[Outcome], out: Path, planned: Sequence[Planned]) -> pd.DataFrame:
    """Models of all stored pairs of runs in which some take part in the arm's policies.

    What is in force in the baseline too does not count, nor do outcomes that are not of the end,
    or that models have no value of. A policy counts in all replicates of an arm where in one of
    them some models take part and some do not.

    Returns:
        A row a world, arm, policy, side, outcome, replicate and model: inside, baseline, value
        (see `analysis.gains.gains`).
    """
    keys = {(p.case.world, p.case.arm, p.replicate): p.key for p in planned}
    meters = {o.key: o.meter for o in outcomes if o.when == "end"}
    last: dict[str, pd.DataFrame] = {}

    def values(key: str) -> pd.DataFrame:
        if key not in last:
            last[key] = _last(out, key, meters.values())
        return last[key]

    found = []
    for one, side in _partial(planned):
        base = keys[one.case.world, BASELINE, one.replicate]
        if side.who != "models" or not (shards.there(out, one.key) and shards.there(out, base)):
            continue
        mine, theirs = values(one.key), values(base)
        for outcome, meter in meters.items():
            if meter not in mine or meter not in theirs:
                continue
            both = pd.DataFrame({"baseline": theirs[meter], "value": mine[meter]}).dropna()
            found.append(
                both.assign(
                    world=one.case.world,
                    arm=one.case.arm,
                    policy=side.policy,
                    side=side.does,
                    outcome=outcome,
                    replicate=one.replicate,
                    inside=both.index.isin(side.inside),
                ).rename_axis("model")
            )
    return pd.concat(found).reset_index() if found else pd.DataFrame()


def others(planned: Sequence[Planned]) -> pd.DataFrame:
    """Where communities or sites take part, and not all: how many, mean over replicates.

    A row a world, arm and policy: who (communities or sites), inside, asked.
    """
    rows = [
        (one.case.world, one.case.arm, side.policy, side.who, len(side.inside), side.asked)
        for one, side in _partial(planned)
        if side.who != "models"
    ]
    names = ["world", "arm", "policy", "who", "inside", "asked"]
    table = pd.DataFrame(rows, columns=names)
    return table.groupby(names[:4], sort=False, as_index=False).mean()


def _partial(planned: Sequence[Planned]) -> list[tuple[Planned, Side]]:
    """Every run with each side of its policies that is partial in some replicate of its arm."""
    before = {p.case.world: p.case.scenario.policies for p in planned if p.case.arm == BASELINE}
    every = [
        (one, side)
        for one in planned
        if one.case.arm != BASELINE
        for side in sides(one.case.scenario, one.replicate, before[one.case.world])
    ]

    def named(one: Planned, side: Side) -> tuple[str, str, str, str]:
        return one.case.world, one.case.arm, side.policy, side.does

    partial = {named(one, side) for one, side in every if side.partial}
    return [(one, side) for one, side in every if named(one, side) in partial]


def _last(out: Path, key: str, meters: Iterable[str]) -> pd.DataFrame:
    """(models, meters) at the last step; only the meters that each model has a value of."""
    there = set(pq.read_schema(out / shards.RUNS / key / "agents.parquet").names)
    wanted = ["step", "agent", *(m for m in meters if m in there)]
    table = shards.read(out, key, "agents", wanted)
    return table[table["step"] == table["step"].max()].set_index("agent").drop(columns="step")
