"""A-44 (mean depth) and the mean of A-45: model passages since a human.

Depth is kept as an expectation, so it is compared to rounding, without replicates. A document
by a model whose training set has mean depth d has depth 1 + d; a start at the truth writes
human text (depth 0), so row t is generation t. Replace: take all of a site that keeps the
latest; accumulate: of a site that keeps everything; fresh share f: (1 - f)/f is the depth of
what a model trains on, human documents counted with 0. Formulas derived for this project.
"""

from typing import Any

import numpy as np
import pytest

from scenarios.replicated import DOMAIN, FINITE, UNLIMITED, Plain, equal, lineages, scrapers
from scenarios.scenario import Scenario
from tests.theory.verdict import SEEDS

pytestmark = pytest.mark.theory
EXACT: dict[str, Any] = {"rtol": 1e-9, "atol": 0}


def training_depth(given: Scenario) -> dict[str, list[float]]:
    """By model, the mean depth of its training set at step 1, 2, ..."""
    table = given.with_(meters=["contamination"], measure_every=1).run().agents
    table = table[table["step"] > 0]
    return {
        str(name): rows[f"{DOMAIN}.depth_training"].tolist()
        for name, rows in table.groupby("agent")
    }


@pytest.mark.parametrize(
    ("site", "take"), [(UNLIMITED, {"share": 1}), (FINITE, {"all": True})], ids=["n", "all"]
)
def test_replacing_deepens_by_one_a_generation(site: Plain, take: Plain) -> None:
    run = lineages(SEEDS[0], 20, 2, 50, equal(5), site, take)
    for depths in training_depth(run).values():
        np.testing.assert_allclose(1 + np.array(depths), np.arange(1, 21), **EXACT)


@pytest.mark.parametrize(
    ("site", "take"),
    [(UNLIMITED, {"share": 1}), (FINITE, {"all": True}), (FINITE, {"k": 50, "replace": False})],
    ids=["n", "all", "distinct"],
)
def test_accumulating_deepens_as_the_harmonic_numbers(site: Plain, take: Plain) -> None:
    keep = {**site, "retention": "everything"}
    run = lineages(SEEDS[0], 50, 2, 50, equal(5), keep, take)
    harmonic = np.cumsum(1 / np.arange(1, 51))
    np.testing.assert_allclose(harmonic[[9, 49]], [2.929, 4.499], atol=5e-4)
    for depths in training_depth(run).values():
        np.testing.assert_allclose(1 + np.array(depths), harmonic, **EXACT)


@pytest.mark.parametrize("allocation", ["random", "quota"])
def test_a_fresh_share_bounds_the_depth(allocation: str) -> None:
    f, steps = 0.1, 100
    run = scrapers(SEEDS[0], steps, [[1 - f]], allocation)
    (depths,) = training_depth(run).values()
    behind = np.arange(steps)  # a first self that writes human text stands at the end of the line
    np.testing.assert_allclose(depths, (1 - f) * (1 - (1 - f) ** behind) / f, rtol=1e-9, atol=1e-12)
    assert depths[-1] == pytest.approx(9.0, rel=1e-4)


def test_in_a_network_it_is_the_mean_number_of_models_behind_a_document() -> None:
    """A-45: (I - A)^-1 A 1 = 4 for A = ((.5, .3), (.2, .6)), human share .2 each."""
    scrape, steps = np.array([[0.5, 0.3], [0.2, 0.6]]), 120
    run = scrapers(SEEDS[0], steps, scrape)
    solved = np.linalg.solve(np.eye(2) - scrape, scrape @ np.ones(2))
    np.testing.assert_allclose(solved, [4.0, 4.0])
    depths = training_depth(run)
    np.testing.assert_allclose([depths[name][-1] for name in "ab"], solved, rtol=1e-9)
