"""Other ways to choose whom to block: each against networkx or dense algebra."""

from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import analysis.rivals
from analysis.blocking import Gates, greedy
from analysis.rivals import (
    RANDOM_CHOICES,
    betweenness,
    descendants,
    isolating,
    out_strength,
    rivals,
)
from ecosystem.draws import Draws
from tests.analysis.webs import DenseWeb, random_web

SEEDS = range(50)


def owners(web: DenseWeb) -> "pd.Series[str]":
    return pd.Series(web.gate).astype(str)


def graph(web: DenseWeb) -> "nx.DiGraph[int]":
    """Text flows from parent to child."""
    found: nx.DiGraph[int] = nx.DiGraph()
    found.add_nodes_from(range(web.invented.size))
    found.add_edges_from((int(u), int(v)) for v, u in zip(*np.nonzero(web.shares), strict=True))
    return found


@pytest.mark.parametrize("grouped", [False, True], ids=["nodes", "groups"])
def test_greedy_removes_more_than_its_rivals_over_50_webs(grouped: bool) -> None:
    told: dict[str, list[float]] = {}
    for seed in SEEDS:
        web = random_web(seed, grouped)
        whole = float(web.without([()])[0])
        found = rivals(web.gates(), owners(web), web.target, 2, Draws(seed))
        found["greedy"] = sum(pick.removed for pick in greedy(web.gates(), web.target, 2))
        found["optimum"] = web.optimum(2)
        for name, removed in found.items():
            told.setdefault(name, []).append(removed / whole)
    means = {name: float(np.mean(each)) for name, each in told.items()}
    print("share removed, k = 2:", {name: round(mean, 3) for name, mean in means.items()})
    best = means.pop("optimum")
    assert max(means, key=lambda name: means[name]) == "greedy"
    assert means["greedy"] <= best + 1e-12
    assert means["random"] < means["out-strength"]


def test_each_measure_of_single_nodes_is_that_of_networkx() -> None:
    web = random_web(4, grouped=False)
    gates, g = web.gates(), graph(web)
    np.testing.assert_allclose(out_strength(gates), web.shares.sum(axis=0)[:-1])
    np.testing.assert_array_equal(
        descendants(gates), [len(nx.descendants(g, v)) for v in range(55)]
    )
    expected = nx.betweenness_centrality(g)
    found = betweenness(gates, owners(web), Draws(1))
    np.testing.assert_allclose(found, [expected[v] for v in range(55)], atol=1e-15)


def test_measures_of_groups_count_what_leaves_them() -> None:
    web = random_web(4, grouped=True)
    gates, g = web.gates(), graph(web)
    inside = web.gate[:, None] == web.gate[None, :]
    strength = np.where(inside, 0, web.shares).sum(axis=0)
    np.testing.assert_allclose(out_strength(gates), np.bincount(web.gate, strength))
    for c in range(7):
        own = set(np.flatnonzero(web.gate == c).tolist())
        below = set().union(*(nx.descendants(g, v) for v in own)) - own
        assert descendants(gates)[c] == len(below)
    merged = nx.DiGraph((int(web.gate[u]), int(web.gate[v])) for u, v in g.edges)
    merged.remove_edges_from(list(nx.selfloop_edges(merged)))
    expected = nx.betweenness_centrality(merged)
    found = betweenness(gates, owners(web), Draws(1))
    np.testing.assert_allclose(found, [expected[c] for c in range(7)], atol=1e-15)


def test_what_a_measure_chooses_is_its_highest_that_matter_to_the_target() -> None:
    web = random_web(5, grouped=False)
    gates = web.gates()
    there = np.flatnonzero(gates.flow(web.target) > 0)
    assert there.size < 55
    strength = out_strength(gates)[there]
    top = there[np.argsort(-strength)[:3]]
    found = rivals(gates, owners(web), web.target, 3, Draws(1))
    assert found["out-strength"] == pytest.approx(web.removed([top.tolist()])[0])
    assert list(found) == ["betweenness", "out-strength", "descendants", "random"]


def test_random_choices_remove_the_mean_of_all_choices() -> None:
    web = random_web(5, grouped=True)
    every = web.removed(combinations(range(7), 2))
    draws = [rivals(web.gates(), owners(web), web.target, 2, Draws(s))["random"] for s in range(20)]
    error = every.std() / np.sqrt(20 * RANDOM_CHOICES)
    assert abs(np.mean(draws) - every.mean()) < 3 * error
    assert len(set(draws)) == 20


def test_of_many_owners_shortest_paths_are_counted_from_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    web = random_web(6, grouped=False)
    whole = betweenness(web.gates(), owners(web), Draws(1))
    monkeypatch.setattr(analysis.rivals, "MOST_SOURCES", 20)
    some = betweenness(web.gates(), owners(web), Draws(1))
    assert (some != whole).any()
    assert np.corrcoef(some, whole)[0, 1] > 0.5
    np.testing.assert_array_equal(some, betweenness(web.gates(), owners(web), Draws(1)))


# ---------------------------------------------------------------------- what isolates a target


def small_web(seed: int) -> DenseWeb:
    """Four layers of three, so that every set of nodes can be tried."""
    rng = np.random.default_rng(seed)
    shares = np.zeros((12, 12))
    for v in range(3, 12):
        there = np.arange(max(0, v // 3 * 3 - 6), v // 3 * 3)
        read = rng.choice(there, size=2, replace=False)
        shares[v, read] = 0.5
    invented = np.where(rng.random(12) < 0.5, 0.1, 0.0)
    invented[0] = 0.1
    gate = np.append(np.arange(11), -1)
    return DenseWeb(shares, invented, gate, tuple(f"c{i}" for i in range(11)))


@pytest.mark.parametrize("seed", range(12))
def test_a_cut_isolates_the_target_with_the_fewest_nodes(seed: int) -> None:
    web = small_web(seed)
    own = float(web.invented[-1])
    cut = isolating(web.gates(), web.target)
    assert cut is not None
    assert web.without([[web.names.index(name) for name in cut]])[0] == pytest.approx(own)
    fewest = next(
        k
        for k in range(12)
        if np.isclose(web.without(combinations(range(11), k)), own, rtol=0, atol=1e-12).any()
    )
    assert len(cut) == fewest


def test_nothing_isolates_a_target_that_errors_reach_past_all_gates() -> None:
    web = small_web(1)
    open_ = Gates(*(vars(web.gates()) | {"gate": np.full(12, -1)}).values())
    assert isolating(open_, web.target) is None


def test_a_web_that_is_too_large_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    web = small_web(1)
    monkeypatch.setattr(analysis.rivals, "MOST_NODES", 3)
    assert isolating(web.gates(), web.target) is None


def test_nothing_is_cut_where_only_the_target_errs() -> None:
    web = small_web(1)
    alone = DenseWeb(web.shares, np.where(np.arange(12) == 11, 0.1, 0.0), web.gate, web.names)
    assert isolating(alone.gates(), alone.target) == []
