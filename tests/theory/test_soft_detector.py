"""A-39: resampling by a detector's confidence prevents the collapse that no filter ends in.

Drayson, Yilmaz & Lampos 2025 (arXiv 2502.15654): half of a pool is human, half is by the last
model, and a document is drawn in proportion to (1 - P)^10; after ten generations that is better
than no filter. Option set: unlimited documents, so that the human share of what is read is exact,
f' = sum h (1 - P)^10 / sum (h + s) (1 - P)^10 over the ten levels of suspicion; plain copying then
keeps the diversity of A-40 with f'. Their up-sampling by half and limit of three repeats have no
counterpart where as many documents are drawn and none runs out.
"""

import numpy as np
import pytest

from ecosystem.policies.soft_detector import SoftDetector
from scenarios.replicated import Plain, heterozygosity, topics, watch
from scenarios.scenario import Scenario
from tests.theory.test_detector import webs
from tests.theory.test_human_inflow import J0, random_f
from tests.theory.verdict import SEEDS, Floats, fails, holds

pytestmark = pytest.mark.theory
GENERATIONS, N, R = 10, 50, 600
NONE: list[Plain] = []
RESAMPLED: list[Plain] = [{"kind": "soft_detector", "power": 10.0}]


def world(seed: int, policies: list[Plain], **model: Plain) -> Scenario:
    made = webs(seed, GENERATIONS, R, N, 0.5)
    return made.with_(policies=policies, models=[{**made.plain()["models"][0], **model}])


def diversity(given: Scenario) -> Floats:
    """(R,) H / H0 at the last generation."""
    seen = watch(given, [GENERATIONS], lambda w: heterozygosity(topics(w, "m")) / (1 - J0))
    return seen[GENERATIONS]


@pytest.mark.parametrize("seed", SEEDS)
def test_resampling_keeps_the_diversity_of_the_human_share_it_leaves(seed: int) -> None:
    human, synthetic, suspicion = SoftDetector()._levels
    weight = (1 - suspicion) ** 10
    share = float(human @ weight / ((human + synthetic) @ weight))
    law = {f: float(random_f(N, f, GENERATIONS)[GENERATIONS]) for f in (0.5, share)}
    none, resampled = (diversity(world(seed, arm)) for arm in (NONE, RESAMPLED))
    print(f"human share of what is read: .5 without, {share:.4f} with")
    holds("A-39", seed, {"none": (none, law[0.5]), "resampled": (resampled, law[share])})


@pytest.mark.parametrize("seed", SEEDS)
def test_where_writing_sharpens_resampling_prevents_the_collapse(seed: int) -> None:
    """Models that write at temperature .3; pairs on the same draws, higher by six errors."""
    sharp: Plain = {"temperature": 0.3}
    none, resampled = (diversity(world(seed, arm, decoding=sharp)) for arm in (NONE, RESAMPLED))
    print(f"seed {seed}, R={R}: H/H0 {none.mean():.4f} without, {resampled.mean():.4f} with")
    fails("A-39: resampling is no better than nothing", seed, {"pairs": (resampled - none, 0.0)})
    assert resampled.mean() > none.mean()
    assert np.quantile(resampled, 0.05) > np.median(none)
