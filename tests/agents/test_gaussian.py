"""The Gaussian learner where documents hardly differ in some directions."""

import numpy as np
import pytest

from agents.decoding import Decoding
from agents.learners.gaussian import Gaussian, GaussianOptions
from ecosystem.corpus import Rows
from ecosystem.domains.portraits import Portraits, PortraitsSpec
from ecosystem.sampling import Floats

PLANE = Portraits(
    "plane", PortraitsSpec.model_validate({"pictures": {"dimensions": 2}, "kind": "portraits"})
)


def fitted(rows: Floats) -> Gaussian:
    learner = Gaussian(PLANE, GaussianOptions(), Decoding())
    learner.fit(Rows(rows), np.random.default_rng(0))
    return learner


@pytest.mark.parametrize("ratio", [1e-1, 1e-4, 1e-5, 1e-6, 1e-8])
def test_its_own_training_set_is_possible_however_flat_it_is(ratio: float) -> None:
    rows = np.random.default_rng(1).standard_normal((200, 2)) * [1.0, ratio]
    assert np.isfinite(fitted(rows).surprise(Rows(rows))).all()


def test_what_is_off_a_line_is_impossible_to_who_has_only_seen_the_line() -> None:
    line = np.random.default_rng(1).standard_normal((200, 1)) * [1.0, 2.0]
    found = fitted(line).surprise(Rows(np.array([[0.5, 1.0], [0.5, 1.1]])))
    assert np.isfinite(found[0])
    assert found[1] == np.inf


def test_the_density_is_that_of_the_normal_distribution() -> None:
    from scipy.stats import multivariate_normal

    rows = np.random.default_rng(1).standard_normal((200, 2)) @ [[1.0, 0.3], [0.0, 0.5]]
    apart = rows - rows.mean(axis=0)
    law = multivariate_normal(rows.mean(axis=0), apart.T @ apart / 200)
    np.testing.assert_allclose(fitted(rows).surprise(Rows(rows)), -law.logpdf(rows))
