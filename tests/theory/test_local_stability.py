"""A-35: retraining is stable where synthetic documents are fewer than half as many as real ones.

Bertrand et al. 2024 (arXiv 2310.00429), theorem 1, as three secondary sources give it: with
lambda synthetic documents to a real one, lambda (1 + L eps / alpha) < 1/2 suffices. Option set:
points of one dimension, the same archive of 50 documents taken whole in every generation beside
20 of the model's last self (lambda .4). A sufficient bound: that no run inside it diverges is
all that it says, so runs are held to how far those of a stationary process stray.

With alpha = lambda / (1 + lambda) the mean moves by m' - m1 = alpha (m - m1 + noise), the noise
of variance v / n (n synthetic): its stationary variance is alpha^2 (v / n) / (1 - alpha^2).
"""

import numpy as np
import pytest
from scipy.stats import norm

from scenarios.replicated import UNLIMITED, humans, scenario, watch
from scenarios.replicated_numbers import BIASED, fits, points
from scenarios.scenario import Scenario
from scenarios.target import ALLOWED
from tests.theory.verdict import SEEDS, holds

pytestmark = pytest.mark.theory
R, REAL, STEPS = 100, 50, 80
ROWS = range(1, STEPS + 1)


def retrained(seed: int, synthetic: int, with_archive: bool = True) -> Scenario:
    """Row 1 is the model fitted to the archive; without it, later ones read only themselves."""
    archive = {"source": "archive-{i}", "all": True}
    own = {"source": "own-{i}", "k": synthetic}
    first = {"kind": "table", "steps": [1, 2], "values": [0, synthetic]}
    return scenario(
        seed,
        STEPS,
        points(),
        [
            {"name": "archive", "count": R, "start": REAL, "volume": "exact",
             "writers": ["people"]},
            {"name": "own", "count": R, **UNLIMITED},
        ],
        [
            {"name": "m", "count": R, "start": "truth", "learner": BIASED,
             "volume": first, "writes": {"own-{i}": 1},
             "diet": {"takes": [archive, own] if with_archive else [own]}}
        ],
        humans=[humans()],
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_no_run_inside_the_bound_diverges(seed: int) -> None:
    synthetic = 20  # lambda = .4 < 1/2
    alpha = synthetic / (REAL + synthetic)
    seen = watch(retrained(seed, synthetic), ROWS, fits())
    means = np.array([seen[t][0] for t in ROWS])
    variances = np.array([seen[t][1] for t in ROWS])
    scale = alpha * np.sqrt(variances[0] / synthetic / (1 - alpha**2))
    strays = np.abs(means - means[0]) / scale
    limit = float(norm.isf(ALLOWED / strays.size / 2))
    ratio = variances[-1] / variances[0]
    print(
        f"A-35, seed {seed}, R={R}: strays at most {strays.max():.2f} of {limit:.2f} stationary "
        f"deviations in {STEPS} generations; variance {ratio.min():.2f} to {ratio.max():.2f} times"
    )
    assert strays.max() <= limit
    last = (means[-1] - means[0]) ** 2 / scale**2
    holds("A-35 stationary, not growing", seed, {"generation 80": (last, 1.0)})
    assert (ratio > 0.5).all()
    assert (ratio < 2.0).all()

    alone = watch(retrained(seed, synthetic, with_archive=False), (1, STEPS), fits())
    gone = np.abs(alone[STEPS][0] - alone[1][0]) / scale
    shrunk = alone[STEPS][1] / alone[1][1]
    strayed, left = float(np.median(gone)), float(shrunk.max())
    print(f"  without the real documents: {strayed:.1f} deviations, variance {left:.2f} times")
    assert strayed > 1.5
    assert left < 0.5
