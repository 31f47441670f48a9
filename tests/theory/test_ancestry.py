"""A-44 with its histogram, A-45, and the genealogy of A-09, through the engine and its ledger.

The ledger keeps probabilities, so the lines of A-44 and A-45 are compared to rounding, without
replicates. A training set of step t is what generation t writes from; a start at the truth is
generation 0 and writes human text. Formulas derived for this project.
"""

import networkx as nx
import numpy as np
import pytest

from analysis.ancestry import Ancestry
from scenarios.replicated import (
    DOMAIN,
    FINITE,
    UNLIMITED,
    Floats,
    Plain,
    equal,
    lineages,
    scrapers,
)
from scenarios.scenario import Scenario
from tests.theory.verdict import SEEDS

pytestmark = pytest.mark.theory


def ancestry(given: Scenario) -> Ancestry:
    return Ancestry(given.with_(ledger=True).run(), DOMAIN)


def of(found: Ancestry, model: str, values: Floats) -> Floats:
    """(steps, ...) what was found for one model's training sets of steps 1, 2, ..."""
    nodes = found.nodes
    rows = (nodes["kind"] == "training") & (nodes["name"] == model) & (nodes["step"] > 0)
    return values[rows.to_numpy()]


# ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("site", "take"), [(UNLIMITED, {"share": 1}), (FINITE, {"all": True})], ids=["n", "all"]
)
def test_under_replacement_every_line_is_as_long_as_there_were_generations(
    site: Plain, take: Plain
) -> None:
    found = ancestry(lineages(SEEDS[0], 12, 2, 50, equal(5), site, take))
    for model in ("m-1", "m-2"):
        shares = of(found, model, found.depth_histogram(20))
        np.testing.assert_allclose(shares, np.eye(21)[1:13], rtol=0, atol=1e-12)
        np.testing.assert_allclose(of(found, model, found.depth()), np.arange(1, 13), rtol=1e-12)


def stirling(t: int) -> Floats:
    """c(t, k) / t!, k = 0 to t: x (x + 1) ... (x + t - 1) / t! by powers of x."""
    found = np.ones(1)
    for j in range(t):
        found = (np.append(0.0, found) + j * np.append(found, 0.0)) / (j + 1)
    return found


@pytest.mark.parametrize(
    ("site", "take"),
    [(UNLIMITED, {"share": 1}), (FINITE, {"all": True}), (FINITE, {"k": 50, "replace": False})],
    ids=["n", "all", "distinct"],
)
def test_under_accumulation_depth_is_distributed_as_cycles_of_a_permutation(
    site: Plain, take: Plain
) -> None:
    """Document t descends from one of the t before it, all alike: P(k) = c(t, k) / t!, mean H_t."""
    steps = 50
    keep = {**site, "retention": "everything"}
    found = ancestry(lineages(SEEDS[0], steps, 2, 50, equal(5), keep, take))
    shares = of(found, "m-1", found.depth_histogram(steps))
    law = np.array([np.append(stirling(t), np.zeros(steps - t)) for t in range(1, steps + 1)])
    np.testing.assert_allclose(law[3], np.append([0, 6, 11, 6, 1], np.zeros(46)) / 24)
    np.testing.assert_allclose(shares, law, rtol=1e-9, atol=1e-15)
    depth = of(found, "m-2", found.depth())
    np.testing.assert_allclose(depth[[9, 49]], [2.929, 4.499], atol=5e-4)
    np.testing.assert_allclose(depth, law @ np.arange(steps + 1), rtol=1e-9)


@pytest.mark.parametrize("allocation", ["random", "quota"])
def test_a_fresh_share_gives_lines_of_geometric_length(allocation: str) -> None:
    """Of what a model reads: mean (1 - f)/f, P(depth >= d) = (1 - f)^d."""
    f, steps = 0.1, 100
    found = ancestry(scrapers(SEEDS[0], steps, [[1 - f]], allocation))
    read = of(found, "a", found.layers.parents(found.depth_histogram(steps)))[-1]
    beyond = np.cumsum(read[::-1])[::-1]
    np.testing.assert_allclose(beyond[:steps], (1 - f) ** np.arange(steps), rtol=1e-9)
    assert beyond[10] == pytest.approx(0.3487, abs=5e-5)
    mean = of(found, "a", found.layers.parents(found.depth()))[-1]
    assert mean == pytest.approx(9.0, rel=1e-4)


# ----------------------------------------------------------------------


def test_lines_of_a_network_end_as_in_an_absorbing_chain() -> None:
    """5 steps to a human document, 4 models behind one; still synthetic after t steps: A^t 1."""
    scrape, steps = np.array([[0.5, 0.3], [0.2, 0.6]]), 120
    found = ancestry(scrapers(SEEDS[0], steps, scrape))
    shares, depth = found.depth_histogram(steps + 1), found.depth()
    for i, model in enumerate("ab"):
        assert of(found, model, depth)[-1] == pytest.approx(5.0, rel=1e-9)
        read = of(found, model, found.layers.parents(depth))[-1]
        assert read == pytest.approx(4.0, rel=1e-9)
        synthetic = 1 - np.cumsum(of(found, model, found.layers.parents(shares))[-1])
        for t in (1, 2, 5, 20):
            chance = np.linalg.matrix_power(scrape, t).sum(axis=1)[i]
            assert synthetic[t - 1] == pytest.approx(chance, rel=1e-9)
        human = of(found, model, found.direct_human())
        np.testing.assert_allclose(human, 0.2, rtol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_network_has_the_path_lengths_of_networkx(seed: int) -> None:
    """Unrolled in time: every walk back from a training set, by its probability."""
    steps = 7
    rng = np.random.default_rng(seed)
    scrape = rng.dirichlet(np.ones(4), size=3)[:, :3] * (rng.random((3, 3)) < 0.8)
    found = ancestry(scrapers(seed, steps, scrape))
    walks: nx.DiGraph[tuple[int, int] | str] = nx.DiGraph()
    for t in range(1, steps + 1):
        for i in range(3):
            walks.add_edge((i, t), "human", share=1 - scrape[i].sum())
            for j in np.flatnonzero(scrape[i]).tolist():
                earlier = (j, t - 1) if t > 1 else "human"  # a start at the truth is human text
                before = walks.get_edge_data((i, t), earlier, {"share": 0.0})["share"]
                walks.add_edge((i, t), earlier, share=before + scrape[i, j])
    for i, model in enumerate("abc"):
        expected = np.zeros(steps + 1)
        for path in nx.all_simple_paths(walks, (i, steps), "human"):
            edges = nx.utils.pairwise(path)
            expected[len(path) - 1] += np.prod([walks.edges[edge]["share"] for edge in edges])
        shares = of(found, model, found.depth_histogram(steps))[-1]
        np.testing.assert_allclose(shares, expected, rtol=1e-9, atol=1e-15)
        gamma = found.human_ancestry(0.7)
        assert of(found, model, gamma)[-1] == pytest.approx(expected @ 0.7 ** np.arange(steps + 1))
    solved = np.zeros(3)
    for _ in range(steps):
        solved = 1 + scrape @ solved
    depth = [of(found, model, found.depth())[-1] for model in "abc"]
    np.testing.assert_allclose(depth, solved, rtol=1e-9)
