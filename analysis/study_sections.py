"""What the page of a study shows, as plain values for its template."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.comparison import settled
from analysis.findings_told import told as findings_told
from analysis.plots import slug
from analysis.study_answer import answers, helped
from analysis.told_study import MOST_ARMS, MOST_WORLDS, ToldStudy, Wanted
from analysis.wording import number

OPEN = 24
"""Rows of a table that is shown without being asked for."""
NAMED = 3
"""Arms named in a list."""
LITTLE = 3.0
"""Times as many replicates that pairing must save, not to be called little."""
PRICED = "pareto"
"""The kind of findings that has a section of its own."""


def content(told: ToldStudy) -> dict[str, Any]:
    """Everything but the pictures."""
    return {
        "told": told,
        "answers": answers(told),
        "parts": [_part(told, world, outcome) for world, outcome in shown(told)],
        "worlds_left_out": max(0, len(told.worlds) - MOST_WORLDS),
        "over_worlds": list(_over_worlds(told)),
        "arms": told.arms[:MOST_ARMS],
        "swept": [_lever(told, name, title) for name, title in told.levers.items()],
        "gains": list(_gains(told)),
        "others": list(_others(told)),
        "findings": findings_told({k: v for k, v in told.findings.items() if k != PRICED}),
        "pairing": [(outcome, _ratio(ratio)) for outcome, ratio in told.pairing()],
        "pairing_little": [o.title for o, ratio in told.pairing() if ratio < LITTLE],
        "nothing_costs": _nothing_costs(told),
        "sure": _sure(told),
        "missing": _missing(told),
    }


def shown(told: ToldStudy) -> list[tuple[str, Wanted]]:
    """Worlds and outcomes that are shown one by one."""
    return [
        (world, outcome)
        for world in told.worlds[:MOST_WORLDS]
        for outcome in told.outcomes
        if len(told.ranked(world, outcome))
    ]


def key(world: str, outcome: Wanted) -> str:
    """Names the figures of an outcome in a world."""
    return slug("_".join(filter(None, (world, outcome.key))))


def _part(told: ToldStudy, world: str, outcome: Wanted) -> dict[str, Any]:
    ranked = told.ranked(world, outcome)
    rows = [_row(outcome, row) for row in ranked.to_dict("records")]
    half = MOST_ARMS // 2
    return {
        "world": world,
        "outcome": outcome,
        "key": key(world, outcome),
        "baseline": float(ranked["baseline"].iloc[0]),
        "rows": rows if len(rows) <= MOST_ARMS else [*rows[:half], *rows[-half:]],
        "left_out": max(0, len(rows) - MOST_ARMS),
        "open": len(rows) <= OPEN,
        "many": len(rows),
        "undefined": _undefined(told, world, outcome),
    }


def _undefined(told: ToldStudy, world: str, outcome: Wanted) -> list[str]:
    """Arms of which no pair has a value of the outcome."""
    table = told.effects
    there = (table["world"] == world) & (table["outcome"] == outcome.key) & (table["pairs"] == 0)
    return [str(arm) for arm in table.loc[there, "arm"]]


def _row(outcome: Wanted, row: Mapping[Any, Any]) -> dict[str, Any]:
    price, needed = row["cost_per_unit"] / outcome.scale, row["settles"]
    if np.isnan(row["low"]):
        band = "–"
    elif row["low"] == row["high"]:
        band = "the same in all"
    else:
        band = outcome.band(row["low"], row["high"])
    return {
        **row,
        "change": outcome.change(row["difference"]),
        "middle": outcome.change(row["median"]),
        "band": band,
        "helped": helped(row),
        "price": number(price) if np.isfinite(price) else "–",
        "settles": "–" if np.isnan(needed) else number(needed) if np.isfinite(needed) else "never",
    }


def _over_worlds(told: ToldStudy) -> Iterator[dict[str, Any]]:
    """By outcome every arm's mean difference over worlds, in the worst and in the best of them."""
    if len(told.worlds) < 2:
        return
    for outcome in told.outcomes:
        every = pd.concat([told.ranked(world, outcome) for world in told.worlds])
        rows: list[dict[str, Any]] = []
        for arm, own in every.groupby("name", sort=False):
            gain = own["gain"]
            rows.append(
                {
                    "arm": arm,
                    "mean": outcome.change(float(own["difference"].mean())),
                    "worst": outcome.change(outcome.sign * float(gain.min())),
                    "best": outcome.change(outcome.sign * float(gain.max())),
                    "gain": float(gain.mean()),
                    "helps": int((gain > 0).sum()),
                    "settled": int(own.loc[gain > 0, "settled"].sum()),
                    "worlds": len(own),
                }
            )
        rows.sort(key=lambda row: -row["gain"])
        yield {"outcome": outcome, "rows": rows[:OPEN], "left_out": max(0, len(rows) - OPEN)}


def _lever(told: ToldStudy, name: str, title: str) -> dict[str, str]:
    values = told.effects[f"lever:{name}"].dropna().unique().tolist()
    if len(values) > 12 and all(isinstance(value, int | float) for value in values):
        text = f"{len(values)} from {number(min(values))} to {number(max(values))}"
    else:
        text = ", ".join(number(v) if isinstance(v, int | float) else str(v) for v in values)
    return {"name": name, "title": title or name, "values": text}


def _sure(told: ToldStudy) -> str:
    known = int(told.effects["settled"].sum())
    by_worlds = " by worlds" if len(told.worlds) > 1 else ""
    return (
        f"Of {len(told.effects)} effects (arms by outcomes{by_worlds}), {known} are settled: their "
        f"95 % interval leaves out 0. Among so many intervals about "
        f"one in twenty leaves out 0 by chance alone, and the arm that comes out best of many "
        f"looks a little better than it is: with another seed it can be checked."
    )


def _missing(told: ToldStudy) -> int:
    """Pairs of runs that are not there, of all that were asked for."""
    rows = told.comparison[["world", "arm", "replicate"]].drop_duplicates()
    return max(0, len(told.worlds) * len(told.arms) * told.replicates - len(rows))


def _nothing_costs(told: ToldStudy) -> str:
    """What the baseline costs; in several worlds from the cheapest to the dearest."""
    costs = sorted(set(told.comparison["baseline_cost"]))
    said = " to ".join(map(number, dict.fromkeys((costs[0], costs[-1])))) if costs else ""
    return "nothing" if said == "0" else said


def _ratio(ratio: float) -> str:
    if np.isnan(ratio):
        return "not known (a single pair, or nothing varies)"
    if np.isinf(ratio):
        return "any number (pairs agree exactly)"
    return f"{number(ratio)} times as many"


def gained(told: ToldStudy) -> Iterator[tuple[str, Wanted, pd.DataFrame]]:
    """Who gains, by world and outcome, the arms in the order in which they were tried."""
    if told.gains.empty:
        return
    table = told.gains.assign(told=[f"{r.policy}: {r.side}" for r in told.gains.itertuples()])
    for world in told.worlds[:MOST_WORLDS]:
        for outcome in told.outcomes:
            own = table[(table["world"] == world) & (table["outcome"] == outcome.key)]
            if len(own):
                yield world, outcome, own.head(OPEN)


def _gains(told: ToldStudy) -> Iterator[dict[str, Any]]:
    for world, outcome, own in gained(told):
        yield {
            "world": world,
            "outcome": outcome,
            "key": key(world, outcome),
            "rows": [_gain(outcome, row) for row in own.to_dict("records")],
        }


def _gain(outcome: Wanted, row: Mapping[Any, Any]) -> dict[str, Any]:
    made = {
        "arm": row["arm"],
        "told": row["told"],
        "share": number(row["share"], "share"),
        "settled": settled(row["apart_low"], row["apart_high"], row["apart_pairs"]),
    }
    for side in ("inside", "outside", "apart"):
        mean, low, high = (row[f"{side}{end}"] for end in ("", "_low", "_high"))
        made[side] = outcome.change(mean) if np.isfinite(mean) else "nobody"
        made[f"{side}_band"] = outcome.band(low, high) if np.isfinite(low) else ""
    return made


def _others(told: ToldStudy) -> Iterator[str]:
    """How many comply where no meter tells of them, arms in which as many do together."""
    same: dict[str, list[str]] = {}
    for row in told.others.to_dict("records"):
        many = f"{number(round(row['inside'], 1))} of {number(row['asked'])} {row['who']}"
        where = f" in {row['world']}" if row["world"] else ""
        same.setdefault(f"{many} comply with {row['policy']}{where}", []).append(row["arm"])
    for said, arms in same.items():
        named = "; ".join(arms) if len(arms) <= NAMED else f"{len(arms)} arms"
        yield f"{named}: {said}"
