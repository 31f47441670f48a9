"""Sweeps over layered shares: against dense algebra, brute force and networkx."""

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.layers import Layers


class Drawn:
    """A random graph: its layers, its dense matrix and numbers for its nodes."""

    def __init__(self, size: int, density: float, columns: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        lower = np.tril(rng.random((size, size)) < density, k=-1)
        self.dense = np.where(lower, rng.uniform(0.05, 1.0, (size, size)), 0.0)
        child, parent = np.nonzero(self.dense)
        order = rng.permutation(child.size)
        child, parent = child[order], parent[order]
        self.layers = Layers(size, child, parent, self.dense[child, parent])
        self.size = size
        self.own = rng.random((size, columns)) if columns else rng.random(size)
        self.passed = rng.uniform(0.0, 1.0, size)
        self.some = rng.random(size) < 0.3
        self.through = rng.random(size) < 0.7

    def graph(self) -> "nx.DiGraph[int]":
        """Edges from child to parent, of nodes that lines go on from."""
        found: nx.DiGraph[int] = nx.DiGraph()
        found.add_nodes_from(range(self.size))
        edges = np.argwhere(self.dense > 0).tolist()
        found.add_edges_from((v, u) for v, u in edges if self.through[v])
        return found


graphs = st.builds(
    Drawn,
    size=st.integers(1, 14),
    density=st.sampled_from([0.0, 0.1, 0.4, 1.0]),
    columns=st.integers(0, 3),
    seed=st.integers(0, 2**32),
)
some = settings(max_examples=60, deadline=None)


@some
@given(graphs)
def test_a_forward_sweep_solves_the_system(drawn: Drawn) -> None:
    system = np.eye(drawn.size) - drawn.passed[:, None] * drawn.dense
    solved = np.linalg.solve(system, drawn.own)
    np.testing.assert_allclose(drawn.layers.forward(drawn.own, drawn.passed), solved, rtol=1e-12)


@some
@given(graphs)
def test_a_backward_sweep_solves_the_transposed_system(drawn: Drawn) -> None:
    system = np.eye(drawn.size) - (drawn.passed[:, None] * drawn.dense).T
    solved = np.linalg.solve(system, drawn.own)
    np.testing.assert_allclose(drawn.layers.backward(drawn.own, drawn.passed), solved, rtol=1e-12)


@some
@given(graphs)
def test_columns_may_differ_in_what_is_passed_on(drawn: Drawn) -> None:
    passed = np.stack([drawn.passed, 1 - drawn.passed], axis=1)
    own = np.stack([drawn.passed, drawn.passed**2], axis=1)
    for sweep in (drawn.layers.forward, drawn.layers.backward):
        both = sweep(own, passed)
        each = [sweep(own[:, k], passed[:, k]) for k in (0, 1)]
        np.testing.assert_allclose(both, np.stack(each, axis=1), rtol=1e-12)


@some
@given(graphs)
def test_everything_is_passed_on_where_nothing_else_is_said(drawn: Drawn) -> None:
    own, ones = drawn.own, np.ones(drawn.size)
    np.testing.assert_array_equal(drawn.layers.forward(own), drawn.layers.forward(own, ones))
    np.testing.assert_array_equal(drawn.layers.backward(own), drawn.layers.backward(own, ones))


@some
@given(graphs)
def test_what_is_given_is_left_as_it_was(drawn: Drawn) -> None:
    own, passed = drawn.own.copy(), drawn.passed.copy()
    drawn.layers.forward(drawn.own, drawn.passed)
    drawn.layers.backward(drawn.own, drawn.passed)
    np.testing.assert_array_equal(own, drawn.own)
    np.testing.assert_array_equal(passed, drawn.passed)


@some
@given(graphs)
def test_the_mean_over_parents_is_the_product_with_the_matrix(drawn: Drawn) -> None:
    np.testing.assert_allclose(drawn.layers.parents(drawn.own), drawn.dense @ drawn.own, rtol=1e-12)


@some
@given(graphs)
def test_the_heaviest_line_is_that_of_networkx(drawn: Drawn) -> None:
    """A longest path by logarithms, from a node to an end with what it has of itself."""
    own = np.where(drawn.some, drawn.passed, 0.0)
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from([*range(drawn.size), "end"])
    for v, u in np.argwhere(drawn.dense > 0).tolist():
        graph.add_edge(v, u, cost=-np.log(drawn.passed[v] * drawn.dense[v, u]))
    for v in np.flatnonzero(own).tolist():
        graph.add_edge(v, "end", cost=-np.log(own[v]))
    cost = nx.shortest_path_length(graph, target="end", weight="cost", method="bellman-ford")
    with np.errstate(divide="ignore"):
        found = drawn.layers.heaviest(np.log(own), np.log(drawn.passed))
    expected = [-cost.get(v, np.inf) for v in range(drawn.size)]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@some
@given(graphs)
def test_ancestors_and_descendants_are_those_of_networkx(drawn: Drawn) -> None:
    graph, own = drawn.graph(), set(np.flatnonzero(drawn.some).tolist())
    above = own.union(*(nx.descendants(graph, v) for v in own))
    below = own.union(*(nx.ancestors(graph, v) for v in own))
    found = drawn.layers.ancestors(drawn.some, drawn.through)
    assert set(np.flatnonzero(found).tolist()) == above
    found = drawn.layers.descendants(drawn.some, drawn.through)
    assert set(np.flatnonzero(found).tolist()) == below


def test_a_line_is_followed_however_small_its_share() -> None:
    size = 400
    child = np.arange(1, size)
    layers = Layers(size, child, child - 1, np.full(size - 1, 1e-3))
    begin, everywhere = np.arange(size) == size - 1, np.ones(size, dtype=bool)
    assert layers.backward(begin.astype(float))[0] == 0.0
    assert layers.ancestors(begin, everywhere).all()
    assert layers.descendants(begin[::-1], everywhere).all()
    own = np.where(begin[::-1], 0.0, -np.inf)
    assert layers.heaviest(own, np.zeros(size))[-1] == pytest.approx(399 * np.log(1e-3))


@pytest.mark.parametrize("width", [1, 63, 64, 65, 200, 500])
def test_layers_are_as_wide_as_they_can_be(width: int) -> None:
    """Swept at once: nodes of one layer, however far ahead the next begins."""
    rng = np.random.default_rng(width)
    size = 3 * width
    dense = np.zeros((size, size))
    for layer in (1, 2):
        rows = slice(layer * width, (layer + 1) * width)
        dense[rows, (layer - 1) * width : layer * width] = rng.random((width, width)) + 0.1
    child, parent = np.nonzero(dense)
    layers = Layers(size, child, parent, dense[child, parent] / width)
    assert layers.bounds == [0, width, 2 * width, 3 * width]
    own = rng.random(size)
    solved = np.linalg.solve(np.eye(size) - dense / width, own)
    np.testing.assert_allclose(layers.forward(own), solved, rtol=1e-10)


def test_nodes_without_edges_keep_what_is_their_own() -> None:
    none = np.empty(0, dtype=np.int64)
    for size in (0, 3):
        layers = Layers(size, none, none, np.empty(0))
        own = np.arange(size, dtype=float)
        np.testing.assert_array_equal(layers.forward(own), own)
        np.testing.assert_array_equal(layers.backward(own), own)


@pytest.mark.parametrize(("child", "parent"), [(1, 1), (0, 1), (0, -1), (2, 0)])
def test_a_parent_that_was_not_recorded_before_its_child_is_refused(
    child: int, parent: int
) -> None:
    with pytest.raises(ValueError, match=r"^edges: given a parent not recorded before its child"):
        Layers(2, np.array([child]), np.array([parent]), np.ones(1))


@pytest.mark.parametrize("share", [0.0, -0.5, np.nan])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match=r"^edges: given a share of .*, allowed above 0$"):
        Layers(3, np.array([1, 2]), np.array([0, 1]), np.array([1.0, share]))
