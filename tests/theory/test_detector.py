"""A-37: what a detector leaves behind, and what that does to diversity by A-40.

The law is a target, in `scenarios/published/detection.py`; here stand near-misses.
"""

import numpy as np
import pytest

from scenarios.published.detection import diversity, fed, told_apart, webs
from scenarios.replicated import UNLIMITED
from tests.theory.verdict import SEEDS, fails

pytestmark = pytest.mark.theory


@pytest.mark.parametrize("seed", SEEDS)
def test_readers_do_not_draw_what_is_flagged(seed: int) -> None:
    read = told_apart(seed, 0.742, 0.90, 0.01, 400, UNLIMITED, 100)
    fails("A-37 without a detector", seed, {"s": (read, 0.742)})


@pytest.mark.parametrize("seed", SEEDS)
def test_filtered_readers_keep_more_diversity_than_unfiltered_ones(seed: int) -> None:
    s, n, steps = 0.9, 20, 50
    policy = {"kind": "detector", "hit": 0.50, "false_alarm": 0.05}
    seen = diversity(webs(seed, steps, 60, n, s, policy))
    late = range(steps // 2, steps + 1)
    held = np.mean([seen[t] for t in late], axis=0)
    fails("A-40 unfiltered", seed, {"H/H0": (held, float(fed(n, 1 - s, steps)[late].mean()))})
