"""A-14 with whole covariances: vectors trained on their own kind, other options than the target's.

Option set: points of mean 0 and variance 1 in one dimension, unlimited documents, replace, start
at the truth, so that row t is generation t. The laws themselves are targets
(`scenarios/published/normal.py`), most of them run with diagonal covariances.
"""

import numpy as np
import pytest

from scenarios.replicated_numbers import BIASED, NUMBERS, UNBIASED, closed
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
WHOLE = {"kind": "gaussian", "covariance": "full"}


@pytest.mark.parametrize("seed", SEEDS)
def test_lost_variance_is_the_drift_of_the_mean(seed: int) -> None:
    """Kazdan et al. 2024: E s^2 = (1 - 1/n)^t, E mean^2 = 1 - (1 - 1/n)^t."""
    n, rows = 20, (1, 5, 20)
    seen = closed(seed, rows, 1000, n, numbers=1, learner=WHOLE)
    left = {t: (1 - 1 / n) ** t for t in rows}
    holds(
        "A-14 variance and drift, n = 20",
        seed,
        {f"variance {t}": (seen[t][1], left[t]) for t in rows}
        | {f"drift {t}": (seen[t][0] ** 2, 1 - left[t]) for t in rows},
    )
    fails("A-14 with an unbiased variance", seed, {"variance 20": (seen[20][1], 1.0)})


@pytest.mark.parametrize("seed", SEEDS)
def test_the_estimator_decides_whether_variance_is_lost_on_average(seed: int) -> None:
    n, t = 10, 8
    biased = closed(seed, [t], 2000, n, learner=BIASED)[t][1]
    unbiased = closed(seed, [t], 2000, n, learner=UNBIASED)[t][1]
    fails("A-13 by maximum likelihood", seed, {"variance": (biased, 1.0)})
    fails("A-14 with an unbiased variance", seed, {"variance": (unbiased, (1 - 1 / n) ** t)})


@pytest.mark.parametrize("seed", SEEDS)
def test_numbers_fitted_apart_are_worlds_of_their_own(seed: int) -> None:
    """What the targets rest on: two numbers of one model are as unrelated as two models."""
    n, t = 20, 10
    means, variances = closed(seed, [t], 2000, n, learner=BIASED)[t]
    across = {}
    for name, values in (("means", means), ("variances", np.log(variances))):
        one, other = np.split((values - values.mean()).reshape(-1, NUMBERS), 2, axis=1)
        across[name] = (one * other).ravel(), 0.0
    holds("numbers of a model are independent", seed, across)
