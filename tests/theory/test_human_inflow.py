"""A-40: a trickle of fresh human documents holds diversity at a level given by n and its share.

Option set: unlimited documents throughout; exactly k human documents by two `k` takes (a
quota of whole numbers is the same), or each document human with probability f by two shares
drawn at random. H is relative to H0 in the table. Formula derived for this project.
"""

import numpy as np
import pytest

from analysis.oracles import human_share, human_share_exact
from scenarios.published.webs import fed, mixed_with_humans, with_humans
from scenarios.replicated import Floats, heterozygosity, topics, watch
from scenarios.scenario import Scenario
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
ITEMS = 20
J0 = 1 / ITEMS


def relative(given: Scenario, early: int) -> dict[str, Floats]:
    """H / H0 of every replicate in an early row, and its mean over the last half of the run."""
    steps = given.steps
    rows = {early, *range(steps // 2, steps + 1)}
    seen = watch(given, rows, lambda world: heterozygosity(topics(world, "m")) / (1 - J0))
    late = np.mean([seen[t] for t in range(steps // 2, steps + 1)], axis=0)
    return {f"t={early}": seen[early], f"t={steps // 2}..{steps}": late}


def family(seen: dict[str, Floats], law: Floats, early: int) -> dict[str, tuple[Floats, float]]:
    steps = law.size - 1
    expected = (law[early], law[steps // 2 :].mean())
    return {
        name: (values, float(e)) for (name, values), e in zip(seen.items(), expected, strict=True)
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quota_is_an_exact_number(seed: int) -> None:
    n, k, steps = 50, 5, 60
    law = human_share_exact(n, k, ITEMS, steps)
    given = fed(seed, steps, 100, ITEMS, mixed_with_humans(n, k / n, "quota"))
    holds(f"A-40 ({n}, {k})", seed, family(relative(given, 5), law, 5))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quota_and_a_random_share_are_two_laws(seed: int) -> None:
    n, k, steps = 4, 2, 40
    quota = human_share_exact(n, k, ITEMS, steps)
    drawn = human_share(n, k / n, ITEMS, steps)
    by_quota = relative(fed(seed, steps, 200, ITEMS, with_humans(n, k)), 5)
    at_random = relative(fed(seed, steps, 200, ITEMS, mixed_with_humans(n, k / n)), 5)
    holds("A-40 quota", seed, family(by_quota, quota, 5))
    holds("A-40 random", seed, family(at_random, drawn, 5))
    late = f"t={steps // 2}..{steps}"
    fails("A-40 random", seed, {late: family(by_quota, drawn, 5)[late]})
    fails("A-40 quota", seed, {late: family(at_random, quota, 5)[late]})
