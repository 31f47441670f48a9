"""The answer of a study in a few sentences, made from its numbers."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.comparison import settled
from analysis.robust import BASELINE
from analysis.told_study import ToldStudy, Wanted
from analysis.wording import counted, number

FEW_WORLDS = 4
"""Up to so many, each gets its own answer."""
NAMED = 3
"""Arms named in a list."""


def answers(told: ToldStudy) -> list[str]:
    """Which arm helps most on the first outcome, by how much and how surely; what else it does.

    For a few worlds one by one; for several together which arm is best in how many. Then what gains
    most for its cost, who gains, where outcomes tip, and how late is too late for the first.
    """
    said = [_said("Tipping point", found) for found in told.findings.get("tipping", ())]
    said += [
        _said("How late is too late", found)
        for found in told.findings.get("too_late", ())
        if found["outcome"] == told.outcomes[0].key and not found["held"]
    ]
    if told.effects.empty:
        return said or ["No pair of runs succeeded."]
    found: list[str] = []
    if len(told.worlds) <= FEW_WORLDS:
        for world in told.worlds:
            first, *rest = _answer(told, world)
            if world:
                first = f"In the world “{world}”: {first[0].lower()}{first[1:]}"
            found += [" ".join([first, *rest])] if world else [first, *rest]
    if len(told.worlds) > 1:
        found.append(_over_worlds(told))
    return [*found, *_priced(told), *_who_gains(told), *said]


def _priced(told: ToldStudy) -> Iterator[str]:
    """Which arms gain the most on the first outcome for what they cost, where they cost."""
    outcome = told.outcomes[0]
    if (priced := told.priced(outcome)) is None:
        return
    front = [one for one in priced["members"] if one["front"] and one["arm"] != BASELINE]
    if not front:
        yield "For what they cost no arm does better than the baseline."
        return
    said = ", ".join(
        f"“{one['arm']}” ({_told(outcome, outcome.sign * one['gain'])} for {number(one['cost'])})"
        for one in front[:NAMED]
    )
    more = f" and {len(front) - NAMED} more" if len(front) > NAMED else ""
    yield f"For its cost nothing gains more, going by means, than {said}{more}."


def _who_gains(told: ToldStudy) -> Iterator[str]:
    """Where models that take part fare otherwise than those that do not, beyond chance."""
    if told.gains.empty:
        return
    outcomes = {outcome.key: outcome for outcome in told.outcomes}
    ends = ("apart_low", "apart_high", "apart_pairs")
    sure = [settled(*pair) for pair in zip(*(told.gains[end] for end in ends), strict=True)]
    apart = told.gains[sure]
    if apart.empty:
        yield "Whether models that take part fare otherwise than the others is settled for no arm."
        return
    for row in apart.head(NAMED).to_dict("records"):
        outcome = outcomes[str(row["outcome"])]
        better = outcome.sign * row["apart"] > 0
        world = f" in the world “{row['world']}”" if row["world"] else ""
        does = "heed it" if row["side"] == "heed" else "take part"
        yield (
            f"With “{row['arm']}”{world} models that {does} fare {'better' if better else 'worse'} "
            f"than the others in {outcome.title}: {_told(outcome, row['inside'])} against "
            f"{_told(outcome, row['outside'])}."
        )
    if len(apart) > NAMED:
        yield f"So it is, one way or the other, in {len(apart) - NAMED} more cases."


def _said(what: str, found: Mapping[str, Any]) -> str:
    """A finding beyond single arms, in its own first sentence."""
    world = f" in the world “{found['world']}”" if found.get("world") else ""
    return f"{what}{world}: {found['says'][0]}"


def _answer(told: ToldStudy, world: str) -> list[str]:
    outcome = told.outcomes[0]
    ranked = told.ranked(world, outcome)
    if ranked.empty:
        return [f"No arm has a value of the first outcome ({outcome.title})."]
    best = ranked.iloc[0]
    if best["gain"] < 0 or (best["gain"] == 0 and ranked.iloc[-1]["settled"]):
        return [_nothing_helps(outcome, ranked)]
    sure = ranked[ranked["settled"] & (ranked["gain"] > 0)]
    if sure.empty:
        return [_unsettled(outcome, best)]
    chosen = sure.iloc[0]
    told_of = [_helps_most(outcome, chosen)]
    if chosen["arm"] != best["arm"]:
        told_of.append(
            f"“{best['name']}” has a larger mean ({_change(outcome, best)}), but its sign is not "
            f"settled."
        )
    elif beside := _beside(told, world, outcome, len(ranked)):
        told_of.append(beside)
    told_of += _elsewhere(told, world, str(chosen["arm"]))
    return told_of


def _helps_most(outcome: Wanted, row: "pd.Series[Any]") -> str:
    return (
        f"“{row['name']}” helps most with the first outcome, {outcome.title}: "
        f"{number(row['value'], outcome.unit)} instead of {number(row['baseline'], outcome.unit)}, "
        f"a difference of {_change(outcome, row)}; it helps in {helped(row, ' replicates')}."
    )


def _unsettled(outcome: Wanted, best: "pd.Series[Any]") -> str:
    needed = best["settles"]
    if best["difference"] == 0:
        return f"Nothing that was tried moves the first outcome, {outcome.title}."
    if best["pairs"] < 2:
        more = "; a single replicate cannot tell how sure that is"
    elif np.isfinite(needed):
        more = f"; {number(needed)} replicates would settle its sign, were the spread as it is"
    else:
        more = ""
    return (
        f"Nothing is settled for the first outcome, {outcome.title}, with "
        f"{counted(best['pairs'], 'replicate')}: most promising is “{best['name']}” "
        f"({_change(outcome, best)}, {number(best['baseline'], outcome.unit)} without it){more}."
    )


def _nothing_helps(outcome: Wanted, ranked: pd.DataFrame) -> str:
    best = ranked.iloc[0]
    return (
        f"Nothing that was tried helps with the first outcome, {outcome.title}: at best it changes "
        f"by {_change(outcome, best)}, with “{best['name']}”."
    )


def _beside(told: ToldStudy, world: str, outcome: Wanted, arms: int) -> str:
    """Which arms cannot be told from the best."""
    _, *rest = told.abreast[world, outcome.key]
    if not rest:
        return "It is told apart from every other arm." if arms > 1 else ""
    names = {str(r["arm"]): str(r["name"]) for r in told.ranked(world, outcome).to_dict("records")}
    said = ", ".join(f"“{names[arm]}”" for arm in rest[:NAMED])
    more = f" and {len(rest) - NAMED} more" if len(rest) > NAMED else ""
    return f"Not told apart from it: {said}{more}."


def _elsewhere(told: ToldStudy, world: str, arm: str) -> Iterator[str]:
    """What an arm does to the other outcomes."""
    good: list[str] = []
    bad: list[str] = []
    open_: list[str] = []
    for outcome in told.outcomes[1:]:
        ranked = told.ranked(world, outcome)
        for row in ranked[ranked["arm"] == arm].to_dict("records"):
            if not row["settled"]:
                open_.append(outcome.title)
            else:
                (good if row["gain"] > 0 else bad).append(
                    f"{outcome.title} ({_told(outcome, row['difference'])})"
                )
    if bad:
        yield f"It does harm to: {'; '.join(bad)}."
    if good:
        yield f"It also helps with: {'; '.join(good)}."
    if open_:
        yield f"Not settled for it: {'; '.join(open_)}."


def _over_worlds(told: ToldStudy) -> str:
    outcome = told.outcomes[0]
    tables = [ranked for world in told.worlds if len(ranked := told.ranked(world, outcome))]
    best = Counter(str(table.iloc[0]["name"]) for table in tables if table.iloc[0]["gain"] > 0)
    if not best:
        return f"In none of {len(tables)} worlds does anything help with {outcome.title}."
    named = best.most_common(NAMED)
    said = ", ".join(f"“{name}” in {count}" for name, count in named)
    rest = len(tables) - sum(count for _, count in named)
    first = named[0][0]
    gains = [
        float(t.loc[t["name"] == first, "gain"].iloc[0]) for t in tables if first in set(t["name"])
    ]
    return (
        f"Over {len(tables)} worlds, best for the first outcome: {said}"
        f"{f', others or none in {rest}' if rest else ''}. “{first}” helps in "
        f"{sum(gain > 0 for gain in gains)} of {len(gains)} worlds; its difference goes from "
        f"{_told(outcome, outcome.sign * min(gains))} at worst to "
        f"{_told(outcome, outcome.sign * max(gains))} at best."
    )


def helped(row: "pd.Series[Any] | Mapping[Any, Any]", what: str = "") -> str:
    """In how many of its replicates an arm helps, such as '5 of 5'; where nothing moves, half.

    Replicates in which the outcome is not defined are counted apart.
    """
    if np.isnan(row["helps"]):
        return "–"
    rest = f" ({row['undefined']} more not defined)" if row["undefined"] else ""
    return f"{row['helps'] * row['pairs']:g} of {row['pairs']}{what}{rest}"


def _change(outcome: Wanted, row: "pd.Series[Any]") -> str:
    """The difference with its interval."""
    band = "" if np.isnan(row["low"]) else f" {outcome.band(row['low'], row['high'])}"
    return f"{_told(outcome, row['difference'])}{band}"


def _told(outcome: Wanted, difference: float) -> str:
    return f"{outcome.change(difference)}{' points' if outcome.scale > 1 else ''}"
