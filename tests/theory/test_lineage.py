"""Error lineage: R = 1 - h under plain copying, who is whose child, and when an error takes over.

Option set: twelve models, one item with one wrong value, all of them read n documents from the
mean of all their outputs (unlimited, latest only) or, each by the share h at random, from humans
who never err. Nothing is invented, so an error can only be copied: plain proportional copying is
neutral, and a human share dilutes it. Claim temperature 1/2 is sharpening with exponent 2.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.lineage import reproduction
from analysis.oracles import Takeover
from ecosystem.claim import Claim
from scenarios.execution import Execution
from scenarios.replicated import (
    DOMAIN,
    FINITE,
    UNLIMITED,
    Floats,
    Plain,
    bare_scenario,
    claims,
    humans,
    watch,
)
from scenarios.scenario import Scenario
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
LABS = "abcdefghijkl"
CLAIM = Claim(DOMAIN, "item 1", "wrong 1")
TELLS = {"weights": [1.0], "wrong_values": 1}
SHARP = {"decoding": {"claim_temperature": 0.5}}


def webs(
    seed: int,
    steps: int,
    replicates: int,
    n: int,
    start: Mapping[str, Mapping[str, float]],
    human: Mapping[str, float] | None = None,
    **model: Any,
) -> Scenario:
    """R webs of twelve labs under each of some conditions.

    Args:
        seed: of the scenario.
        steps: to run.
        replicates: webs of each condition.
        n: documents in each training set.
        start: by condition the share of each lab's first output that is wrong, 0 if not given.
        human: by condition the human share.
        **model: fields of every lab.
    """
    mixed = dict.fromkeys(start, 0.0) | dict(human or {})
    pools = [{"name": f"pool-{which}", "count": replicates, **UNLIMITED} for which in start]
    return bare_scenario(
        seed,
        steps,
        TELLS,
        [*pools, {"name": "people's", **UNLIMITED}],
        [
            {
                "name": f"{which}-{lab}",
                "count": replicates,
                "start": {"kind": "given", "false": wrong.get(lab, 0.0)},
                "volume": 1,
                "writes": {f"pool-{which}-{{i}}": 1},
                "diet": {"n": n, "takes": takes(which, mixed[which])},
                **model,
            }
            for which, wrong in start.items()
            for lab in LABS
        ],
        humans=[humans(volume=1, writes={"people's": 1})],
    )


def takes(which: str, human: float) -> list[Plain]:
    own: Plain = {"source": f"pool-{which}-{{i}}", "share": 1 - human}
    return [own, {"source": "people's", "share": human}] if human else [own]


def events(given: Scenario) -> pd.DataFrame:
    """The events of the only claim, with the condition, the lab and the web of their authors."""
    execution = Execution(given, claims=[CLAIM])
    execution.advance()
    watching = execution.world.stocks[DOMAIN].watch
    assert watching is not None
    found = watching.events()
    named = found["author"].str.extract(r"(?P<which>\w+)-(?P<lab>\w+)-(?P<web>\d+)")
    return found.assign(which=named["which"], lab=named["lab"], web=named["web"].astype(int) - 1)


def by_web(found: pd.DataFrame, values: Floats, replicates: int) -> Floats:
    """(R,) sums of a value of events over those of each web."""
    sums: Floats = np.bincount(found["web"], values, replicates)
    return sums


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [1, 4])
def test_plain_copying_reproduces_one_less_the_human_share(n: int, seed: int) -> None:
    """R of parents of unlike shares; what all events pass on; and whose it is after two steps.

    In every web one lab begins wholly wrong, two by halves and four by quarters: the children of
    each kind have the shares of 1 - h labs. R of a step is a ratio whose parts go together; so of
    the run as a whole it is the children's shares less (1 - h) times their parents', which is 0 in
    the mean. So is what goes back to the halves, less what goes back to the whole.
    """
    replicates, steps = 45, 4
    human = {"none": 0.0, "some": 0.05, "much": 0.3}
    wrong = {"a": 1.0} | dict.fromkeys("bc", 0.5) | dict.fromkeys("defg", 0.25)
    found = events(webs(seed, steps, replicates, n, dict.fromkeys(human, wrong), human))
    each, share = reproduction(found), found["share"].to_numpy()
    begun = share[found["origin"]]
    apart = (1.0 * (begun == 0.5) - (begun == 1.0)) * share
    family = {}
    for which, h in human.items():
        mine = found["which"] == which
        for part in (1.0, 0.5, 0.25):
            parents = mine & (found["step"] == 0) & (share == part)
            assert set(found.loc[parents, "lab"]) == {lab for lab in wrong if wrong[lab] == part}
            reproduced = by_web(found[parents], part * each[parents], replicates)
            family[f"R, h={h}, parents of share {part}"] = (reproduced, 1 - h)
        early, late = mine & (found["step"] < steps), mine & (found["step"] == 2)
        excess = (each - (1 - h)) * share
        family[f"passed on, h={h}"] = (by_web(found[early], excess[early], replicates), 0.0)
        family[f"origins, h={h}"] = (by_web(found[late], apart[late], replicates), 0.0)
    holds(f"R = 1 - h, n={n}", seed, family)


@pytest.mark.parametrize("seed", SEEDS)
def test_sharpening_is_not_neutral(seed: int) -> None:
    """A rare error hardly reproduces, a common one more than by copying alone: R = 12 E q / S."""
    replicates = 60
    start = {"rare": {"a": 1.0}, "common": dict.fromkeys("abcdefgh", 1.0)}
    found = events(webs(seed, 1, replicates, 4, start, **SHARP))
    chain, each, family = Takeover(12, 4, 2), reproduction(found), {}
    for which, wrong in start.items():
        first = (found["which"] == which) & (found["step"] == 0)
        passed = by_web(found[first], each[first], replicates) / len(wrong)
        after = chain.step[chain.unit * len(wrong)] @ np.arange(12 * chain.unit + 1)
        family[f"R of an error of {len(wrong)} in 12"] = (passed, after / chain.unit / len(wrong))
    holds("R of sharp models", seed, family)
    (_, rare), (_, common) = family.values()
    assert (rare, common) == (pytest.approx(13 / 24), pytest.approx(16 / 15))
    fails("R = 1", seed, {"R of an error of 1 in 12": (family["R of an error of 1 in 12"][0], 1.0)})


@pytest.mark.parametrize("seed", SEEDS)
def test_children_are_spread_over_parents_by_what_may_have_been_read(seed: int) -> None:
    """By documents x attention in one draw; by weight in a diet of takes; by site where distinct.

    Three models, wholly wrong: 30 and 10 documents on one site, 20 on another with half the
    attention; a fourth writes the truth on both. Every reader has its error from one of them.
    """
    readers = 500
    blend = {"n": 3, "takes": [{"share": 1}]}
    weighted = {"takes": [{"source": "x", "k": 3}, {"source": "y", "k": 1, "weight": 4}]}
    distinct = {"takes": [{"source": "x", "k": 7, "replace": False}]}
    diets = {"blend": blend, "weighted": weighted, "distinct": distinct}
    silent = {"start": "truth", "volume": 0, "count": readers}
    given = bare_scenario(
        seed,
        1,
        TELLS,
        [{"name": "x", **FINITE}, {"name": "y", "attention": 0.5, **FINITE}],
        [
            speaker("a", 30, {"x": 1}),
            speaker("b", 10, {"x": 1}),
            speaker("c", 20, {"y": 1}),
            speaker("honest", 40, {"x": 3, "y": 1}, false=0.0),
            *({"name": name, "diet": diet, **silent} for name, diet in diets.items()),
        ],
    )
    execution = Execution(given, claims=[CLAIM])
    execution.advance()
    watching = execution.world.stocks[DOMAIN].watch
    assert watching is not None
    found = watching.events()
    read = found[found["kind"] == "read"]
    named = read["author"].str.partition("-")[0]
    # of a weighted diet, by its draws: k of 3 documents on x wrong with 40 in 70, on y 20 in 30
    wrong, count = 40 / 70, np.arange(4)
    chance = np.array([1, 3, 3, 1]) * wrong**count * (1 - wrong) ** (3 - count)
    both = chance @ (count / (count + 4)) * (2 / 3) + (1 - chance[0]) * (1 / 3)
    from_x = both / (1 - chance[0] * (1 / 3))
    expected = {
        "blend": {"a": 30 / 50, "b": 10 / 50, "c": 10 / 50},
        "weighted": {"a": from_x * 3 / 4, "b": from_x / 4, "c": 1 - from_x},
        "distinct": {"a": 3 / 4, "b": 1 / 4, "c": 0.0},
    }
    holds(
        "children over parents",
        seed,
        {
            f"{which}, {parent}": ((read.loc[named == which, "source"] == parent) * 1.0, share)
            for which, shares in expected.items()
            for parent, share in shares.items()
        },
    )


def speaker(name: str, volume: int, writes: Plain, false: float = 1.0) -> Plain:
    """A model that says the same for ever."""
    start = {"kind": "given", "false": false}
    return {
        "name": name,
        "start": start,
        "volume": volume,
        "writes": writes,
        "diet": {"n": 1},
        "every": 10**6,
    }


def held(world: Any, which: str) -> Floats:
    """(R,) sum over the labs of a web of the share of their output that is wrong."""
    found: Floats = np.sum([claims(world, f"{which}-{lab}")[:, 0, 1] for lab in LABS], axis=0)
    return found


def test_the_oracle_gives_the_known_chances() -> None:
    """The issue's .765 for 7 of 12 is a simulation's; the chain's exact value is .770."""
    for count, neutral, sharp in ((1, 1 / 12, 1.50201e-05), (7, 7 / 12, 0.770158)):
        assert Takeover(12, 4, 1).fixes[4 * count] == pytest.approx(neutral, rel=1e-9)
        assert Takeover(12, 4, 2).fixes[10 * count] == pytest.approx(sharp, rel=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exponent", [1, 2])
def test_an_error_takes_over_with_the_chance_of_the_chain(exponent: int, seed: int) -> None:
    """Sharp: below .001 from 1 of 12, .770 from 7 of 12; plain: 1/12 and 7/12.

    The chance to take over in the end, of where a web has got to, has the mean of where it began
    (a martingale), so that few webs say much. To see no takeover in 6,600 webs would only bound
    their chance by .001 at 3 standard errors; 60 webs after one step do as much, since the chain
    knows how much that chance varies between them. (Its law is too skew for a test of its mean.)
    """
    replicates, steps = 60, 8
    start = {"one": {"a": 1.0}, "seven": dict.fromkeys("abcdefg", 1.0)}
    chain = Takeover(12, 4, exponent)
    given = webs(seed, steps, replicates, 4, start, **(SHARP if exponent == 2 else {}))
    seen = watch(given, (1, 3, steps), lambda world: {which: held(world, which) for which in start})
    at = {step: {which: chain.point(sums) for which, sums in seen[step].items()} for step in seen}
    family = {"seven: takes over": (chain.fixes[at[3]["seven"]], chain.fixes[7 * chain.unit])}
    for which, begun in (("one", chain.unit), ("seven", 7 * chain.unit)):
        for step in (3, steps):
            family |= {
                f"{which}: {end} by step {step}": ((at[step][which] == point) * 1.0, chance)
                for end, point, chance in chain.ended(begun, step)
                if 0.1 < chance < 0.9
            }
    holds(f"takeover, exponent {exponent}", seed, family)
    chances = chain.fixes[at[1]["one"]]
    bound = chances.mean() + 3 * chain.spread(chain.unit) / np.sqrt(replicates)
    print(f"from 1 of 12: {chances.mean():.2g}, at 3 standard errors at most {bound:.2g}")
    assert (bound < 0.001) == (exponent == 2)
