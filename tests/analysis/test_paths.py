"""The heaviest lines: against every line there is, and against networkx."""

from itertools import islice, pairwise
from math import log
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.ancestry import Ancestry
from analysis.paths import Line, paths, stations
from tests.analysis.pedigrees import asked, walks

some = settings(max_examples=60, deadline=None)


@some
@given(asked, st.integers(1, 12), st.booleans())
def test_the_heaviest_lines_come_first_and_none_is_missing(
    given: Any, k: int, errors: bool
) -> None:
    ancestry, target = given
    found = paths(ancestry, target, k, errors)
    lines = [walk for walk in walks(ancestry, target) if walk.made_up or not errors]
    every = {(walk.nodes[::-1], walk.made_up): walk.share for walk in lines}
    heaviest = sorted(every.values(), reverse=True)[:k]
    np.testing.assert_allclose([line.share for line in found], heaviest, rtol=1e-12)
    named = [(line.nodes, line.made_up) for line in found]
    assert len(set(named)) == len(named)
    for key, line in zip(named, found, strict=True):
        assert line.share == pytest.approx(every[key], rel=1e-12)


def layered(width: int, depth: int, seed: int | None) -> Ancestry:
    """Founders, then generations of models that all read the generation before."""
    rng = np.random.default_rng(seed)
    nodes, edges = [], []
    for at in range(width * depth):
        layer = at // width
        kind = "training" if layer else "founder"
        nodes.append({"node": at, "kind": kind, "name": f"{kind}-{at % width}", "step": layer})
        if layer:
            raw = np.ones(width) if seed is None else rng.random(width)
            parents = range((layer - 1) * width, layer * width)
            edges += [(at, u, w) for u, w in zip(parents, raw / raw.sum(), strict=True)]
    table = pd.DataFrame(edges, columns=["child", "parent", "share"])
    return Ancestry.of(pd.DataFrame(nodes), table)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_heaviest_lines_are_the_shortest_paths_of_networkx(seed: int) -> None:
    ancestry = layered(4, 6, seed)
    target = len(ancestry.nodes) - 1
    graph: nx.DiGraph[Any] = nx.DiGraph()
    matrix = ancestry.layers.matrix.tocoo()
    for child, parent, share in zip(matrix.row, matrix.col, matrix.data, strict=True):
        graph.add_edge(int(child), int(parent), cost=-log(share))
    graph.add_edges_from((v, "origin", {"cost": 0.0}) for v in range(4))
    shortest = nx.shortest_simple_paths(graph, target, "origin", weight="cost")
    expected = [tuple(path[-2::-1]) for path in islice(shortest, 40)]
    assert [line.nodes for line in paths(ancestry, target, 40)] == expected


def test_lines_of_equal_shares_however_many_cost_nothing() -> None:
    """12^59 lines, all alike: whoever looks at a share of them never comes back."""
    ancestry = layered(12, 60, None)
    found = paths(ancestry, len(ancestry.nodes) - 1, 50)
    assert len({line.nodes for line in found}) == 50
    np.testing.assert_allclose([log(line.share) for line in found], -59 * log(12), rtol=1e-12)


def test_lines_too_light_for_a_number_still_come_in_order() -> None:
    ancestry = layered(12, 500, 5)
    found = paths(ancestry, len(ancestry.nodes) - 1, 3)
    assert [line.share for line in found] == [0.0] * 3
    shares = ancestry.layers.matrix.toarray()
    weight = [
        sum(log(shares[v, u]) for u, v in pairwise(n)) for n in (line.nodes for line in found)
    ]
    assert weight == sorted(weight, reverse=True)
    assert len(set(weight)) == 3


def test_no_fewer_than_one_line_can_be_asked_for() -> None:
    with pytest.raises(ValueError, match=r"^k: given 0, allowed 1 or more$"):
        paths(layered(1, 2, 1), 0, 0)


def test_the_way_of_a_line_names_authors_with_generations_and_sites() -> None:
    rows = [
        ("founder", "community-3", -1, ""),
        ("batch", "forum-3/human", -1, "forum-3"),
        ("site", "forum-3/human", -1, "forum-3"),
        ("thinned", "forum-3/human+signed", -1, "forum-3"),
        ("sample", "model-B#0", 3, ""),
        ("training", "model-B", 3, ""),
        ("model", "model-B", 3, ""),
        ("model", "model-B", 4, ""),
        ("batch", "farm-1/model", -1, "farm-1"),
        ("training", "model-C", 9, ""),
        ("learning", "community-3", -1, ""),
    ]
    nodes = pd.DataFrame(rows, columns=["kind", "name", "generation", "site"])
    nodes["node"] = nodes.index
    chain = pd.DataFrame({"child": range(1, 11), "parent": range(10), "share": 1.0})
    ancestry = Ancestry.of(nodes, chain)
    others = [Line((5, 6, 8), 1.0, True), Line((9, 10), 1.0, False)]
    assert stations(ancestry, [*paths(ancestry, 9, 5), *others]) == [
        (
            "community-3",
            "forum-3",
            "model-B (generations 3 to 4)",
            "farm-1",
            "model-C (generation 9)",
        ),
        ("model-B (generation 3)", "farm-1"),
        ("model-C (generation 9)", "community-3"),
    ]
