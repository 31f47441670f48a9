"""A-39: resampling by a detector's confidence prevents the collapse that no filter ends in.

The law is a target, in `scenarios/published/curation.py`; here stands a near-miss.
"""

import numpy as np
import pytest

from scenarios.published.detection import diversity, webs
from scenarios.replicated import Plain
from tests.theory.verdict import SEEDS, fails

pytestmark = pytest.mark.theory


@pytest.mark.parametrize("seed", SEEDS)
def test_where_writing_sharpens_resampling_prevents_the_collapse(seed: int) -> None:
    """Models that write at temperature .3; pairs on the same draws, higher by six errors."""
    last, sharp = 10, {"temperature": 0.3}
    arms: tuple[list[Plain], ...] = ([], [{"kind": "soft_detector", "power": 10.0}])
    none, resampled = (
        diversity(webs(seed, last, 200, 50, 0.5, *arm, decoding=sharp))[last] for arm in arms
    )
    print(f"seed {seed}: H/H0 {none.mean():.4f} without, {resampled.mean():.4f} with")
    fails("A-39: resampling is no better than nothing", seed, {"pairs": (resampled - none, 0.0)})
    assert resampled.mean() > none.mean()
    assert np.quantile(resampled, 0.05) > np.median(none)
