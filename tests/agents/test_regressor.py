"""The regressor: how uncertain it is of its answers, and which problems it writes."""

from typing import Any

import numpy as np

from agents.decoding import Decoding
from agents.learners.regressor import Regressor, RegressorOptions
from ecosystem.corpus import Rows
from ecosystem.domains.regression import Regression, RegressionSpec
from tests.theory.verdict import holds


def fitted(domain: Regression, corpus: Rows, **options: Any) -> Regressor:
    model = Regressor(domain, RegressorOptions(**options), Decoding())
    model.fit(corpus, np.random.default_rng(1))
    return model


def test_the_noise_that_it_finds_in_few_documents_is_unbiased() -> None:
    """E noise^2 = sigma^2: squares of residuals over n - d, here 14 documents less 10 numbers."""
    domain = Regression("problems", RegressionSpec(dimensions=10, noise=2))
    rng = np.random.default_rng(5)
    found = [fitted(domain, Rows(domain.human(0, 14, rng))).noise for _ in range(600)]
    holds("residual noise, n = 14, d = 10", 5, {"variance": (np.square(found), 4.0)})


def test_problems_that_it_read_are_asked_by_their_weights() -> None:
    domain = Regression("problems", RegressionSpec(dimensions=1))
    corpus = Rows(np.array([[1.0, 2], [2, 4], [3, 6]]), np.array([1.0, 2, 5]))
    model = fitted(domain, corpus, noise=0, asks="read")
    asked = model.write(20_000, np.random.default_rng(6)).rows[:, 0]
    family = {f"problem {x}": ((asked == x) * 1.0, w / 8) for x, w in ((1, 1), (2, 2), (3, 5))}
    holds("asked by weight", 6, family)
