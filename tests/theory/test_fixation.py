"""A-02: only a single word absorbs; it is word i with probability p_i; tails go for certain.

Option set: unlimited documents, n drawn, maximum likelihood (one sampling a generation). A
word against the rest is a binomial chain whatever the number of words, so one run tests
several shares. Source: Shumailov 2305.17493 (absorbing Markov chain); times by linear solve.
"""

from typing import Any

import numpy as np
import pytest

from analysis.oracles import absorption, absorption_time
from scenarios.replicated import Floats, lineages, topics, watch
from tests.theory.verdict import SEEDS, fails

pytestmark = pytest.mark.theory
R = 300


def histories(seed: int, n: int, weights: list[float], steps: int, **model: Any) -> Floats:
    """(steps, R, words) shares in generation 1, 2, ..."""
    run = lineages(seed, steps, R, n, {"weights": weights}, **model)
    seen = watch(run, range(1, steps + 1), lambda world: topics(world, "m"))
    return np.stack([seen[t] for t in range(1, steps + 1)])


def times(history: Floats) -> Floats:
    """(R, words) generations until a word is gone or all there is, at most those observed."""
    inside = (history > 0) & (history < 1)
    waiting: Floats = 1.0 + np.logical_and.accumulate(inside, axis=0)[:-1].sum(axis=0)
    return waiting


def test_the_oracle_gives_the_numbers_of_the_table() -> None:
    n, p = 100, np.array([0.5, 0.2, 0.01])
    np.testing.assert_allclose(absorption_time(n, [50, 20, 1]), [136.60, 98.27, 10.54], atol=5e-3)
    diffusion = -2 * n * (p * np.log(p) + (1 - p) * np.log1p(-p))
    np.testing.assert_allclose(diffusion, [138.6, 100.1, 11.2], atol=5e-2)
    np.testing.assert_allclose(absorption(n, p, 5000)[0], [136.60, 98.27, 10.54], atol=5e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cooler_model_is_absorbed_sooner_and_by_its_commonest_word(seed: int) -> None:
    n, steps, weights = 20, 60, [0.5, 0.2, 0.05, 0.25]
    history = histories(seed, n, weights, steps, decoding={"temperature": 0.85})
    waiting, taken = absorption(n, np.array(weights), steps)
    fails(
        "A-02",
        seed,
        {
            "P(only p=.5)": (history[-1][:, 0] == 1, taken[0]),
            "time p=.5": (times(history)[:, 0], waiting[0]),
        },
    )
