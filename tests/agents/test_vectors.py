"""Learners of vectors with inertia: the mean and variance of the mixture of both selves."""

from typing import Any

import numpy as np
import pytest

from agents.decoding import Decoding
from agents.learners.gaussian import Gaussian
from agents.learners.kernel import Kernel
from agents.learners.mixture import Mixture
from agents.learners.vectors import VectorLearner
from ecosystem.corpus import Rows
from ecosystem.domains.portraits import Normal, Portraits, PortraitsSpec
from ecosystem.sampling import Floats
from tests.theory.verdict import holds

KEPT = 0.2
"""Inertia: the share of the former self."""
ALIKE = np.zeros((100, 1))
"""What it reads first: all at 0."""
APART = np.repeat([[4.0], [6.0]], 50, axis=0)
"""What it reads then: around 5, of variance 1."""
MEAN, VARIANCE = 0.8 * 5, 0.8 * 1 + 0.2 * 0.8 * 5**2
"""Of a mixture of a fifth of the one and four fifths of the other."""


def retrained(
    learner: type[VectorLearner], first: Floats, then: Floats, seed: int = 0, **options: Any
) -> tuple[Floats, Floats]:
    """Mean and covariance that it has learnt, with inertia, from one corpus after another."""
    domain = Portraits("points", PortraitsSpec(pictures=Normal(dimensions=first.shape[1])))
    model = learner(domain, learner.Options(inertia=KEPT, **options), Decoding())
    for rows in (first, then):
        model.fit(Rows(rows), np.random.default_rng(seed))
    return model.parts().moments()


@pytest.mark.parametrize("covariance", ["full", "diagonal"])
def test_a_gaussian_with_inertia_has_the_moments_of_both_selves_together(covariance: str) -> None:
    rng = np.random.default_rng(3)
    first = rng.standard_normal((60, 2)) * [1, 3]
    then = rng.standard_normal((90, 2)) @ [[1, 0.5], [0, 2]] + [7, -4]
    mean, spread = retrained(Gaussian, first, then, covariance=covariance)
    together = np.concatenate([first, then])
    shares = np.repeat([KEPT / 60, (1 - KEPT) / 90], [60, 90])
    expected = np.cov(together.T, aweights=shares, ddof=0)
    if covariance == "diagonal":
        expected = np.diag(np.diag(expected))
    np.testing.assert_allclose(mean, np.average(together, axis=0, weights=shares))
    np.testing.assert_allclose(spread, expected)


def test_a_kernel_with_inertia_has_the_moments_of_both_selves_together() -> None:
    """Exactly, without a blur: its former self then writes what it read."""
    mean, spread = retrained(Kernel, ALIKE, APART, bandwidth=0)
    assert mean == pytest.approx([MEAN])
    assert spread == pytest.approx(np.array([[VARIANCE]]))


def test_a_mixture_with_inertia_has_the_moments_of_both_selves_together() -> None:
    """It fits 200 documents drawn by weight: of their variance a share 1 - 1/200 is expected."""
    alone = {"components": 1, "floor": 1e-12}
    found = [retrained(Mixture, ALIKE, APART, seed, **alone) for seed in range(40)]
    holds(
        "one component, inertia .2",
        0,
        {
            "mean": (np.array([mean[0] for mean, _ in found]), MEAN),
            "variance": (np.array([c[0, 0] for _, c in found]), VARIANCE * (1 - 1 / 200)),
        },
    )
