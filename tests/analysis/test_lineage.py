"""Measures of error lineage on trees drawn by hand and at random, against networkx and by hand."""

from itertools import pairwise
from math import inf, isnan, nan

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from analysis import lineage
from analysis.prevalence import PREVALENCE
from ecosystem.descent import EVENTS, typed

ROWS = [  # parent, step, author, share, documents, kind
    (-1, 0, "A", 0.5, 4, "invented"),
    (0, 1, "B", 1.0, 6, "read"),
    (0, 1, "C", 0.25, 1, "read"),
    (-1, 1, "folk", 0.125, 1, "human error"),
    (1, 2, "C", 0.5, 0, "read"),
    (3, 2, "B", 0.5, 0, "read"),
    (1, 3, "B", 1.0, 2, "kept"),
]
"""A to B and C; B to C and to itself; and from the folk once to B."""


def events(rows: list[tuple[int, int, str, float, float, str]]) -> pd.DataFrame:
    """A table of events from parents, steps, authors, shares, documents and kinds."""
    parents = [row[0] for row in rows]
    origins: list[int] = []
    for number, parent in enumerate(parents):
        origins.append(number if parent < 0 else origins[parent])
    names = ("parent", "step", "author", "share", "documents", "kind")
    given = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    given |= {"event": list(range(len(rows))), "origin": origins}
    given |= {"generation": [-1 if row[2] == "folk" else 1 for row in rows]}
    blank = {name: [("" if kind == "str" else -1)] * len(rows) for name, kind in EVENTS.items()}
    return typed(EVENTS, blank | given)


def prevalence(**columns: list[float]) -> pd.DataFrame:
    """Rows from step 0 on; what is not given is 0."""
    size = len(next(iter(columns.values())))
    blank = {name: [0] * size for name in PREVALENCE} | {"step": list(range(size))}
    return typed(PREVALENCE, blank | columns)


def forest(seed: int, size: int = 60) -> pd.DataFrame:
    """A random forest, each event a step after all before it."""
    rng = np.random.default_rng(seed)
    rows = [
        (
            int(rng.integers(-1, number)) if number else -1,
            number,
            str(rng.choice(list("ABCDE"))),
            float(rng.uniform(0.01, 1)),
            float(rng.integers(3)),
            "read",
        )
        for number in range(size)
    ]
    return events(rows)


TREE = events(ROWS)


def test_the_tree_has_an_edge_from_every_event_to_those_it_infected() -> None:
    tree = lineage.tree(TREE)
    assert sorted(tree.edges) == [(0, 1), (0, 2), (1, 4), (1, 6), (3, 5)]
    assert len(tree) == 7 and tree.nodes[6]["author"] == "B" and tree.nodes[6]["share"] == 1.0


def test_lines_are_ranked_by_their_documents() -> None:
    lines = lineage.lines(TREE)
    assert lines["event"].tolist() == [0, 3] and lines["author"].tolist() == ["A", "folk"]
    assert lines["events"].tolist() == [5, 2] and lines["models"].tolist() == [3, 1]
    assert lines["documents"].tolist() == [13, 1]
    assert lines["part"].tolist() == pytest.approx([13 / 14, 1 / 14])
    unpublished = lineage.lines(TREE.assign(documents=0.0))
    assert unpublished["part"].isna().all() and unpublished["event"].tolist() == [0, 3]


def test_reproduction_is_the_childrens_share_over_the_own() -> None:
    assert lineage.reproduction(TREE).tolist() == pytest.approx([2.5, 1.5, 0, 4, 0, 0, 0])
    by_step = lineage.reproduction_by_step(TREE)
    assert by_step.to_dict() == pytest.approx({0: 2.5, 1: 2.0 / 1.375, 2: 0.0, 3: 0.0})
    assert lineage.reproduction_of(TREE) == pytest.approx(3.25 / 2.875)
    assert isnan(lineage.reproduction_of(TREE[:1]))


def test_paths_lead_from_the_origin_to_the_first_and_to_the_weightiest_event() -> None:
    assert lineage.path(TREE, 6) == [0, 1, 6]
    assert lineage.first_path(TREE, "C") == [0, 2]
    assert lineage.first_path(TREE, "C", 0.5) == [0, 1, 4]
    assert lineage.heaviest_path(TREE, "C") == [0, 1, 4]  # .5 x 1 x .5 against .5 x .25
    assert lineage.heaviest_path(TREE, "B") == [0, 1]  # the earliest of equals
    assert lineage.first_path(TREE, "D") == lineage.heaviest_path(TREE, "D") == []


@pytest.mark.parametrize("seed", range(5))
def test_paths_are_those_that_networkx_finds(seed: int) -> None:
    """The lightest way by -log share from a source before all origins to a sink after an author."""
    table = forest(seed)
    tree = lineage.tree(table)
    graph: nx.DiGraph = nx.DiGraph()
    for number, share in enumerate(table["share"]):
        for parent in list(tree.predecessors(number)) or ["source"]:
            graph.add_edge(parent, number, weight=-np.log(share))
    for author in "ABCDE":
        own = [(number, author) for number in tree if tree.nodes[number]["author"] == author]
        with_sink = nx.DiGraph(graph)
        with_sink.add_edges_from(own, weight=0.0)
        lightest = nx.shortest_path(with_sink, "source", author, weight="weight")
        assert lineage.heaviest_path(table, author) == lightest[1:-1]
        first = lineage.first_path(table, author)
        assert first[-1] == min(own)[0] and all(edge in tree.edges for edge in pairwise(first))


@pytest.mark.parametrize("seed", range(5))
def test_the_shape_is_that_of_the_networkx_tree(seed: int) -> None:
    table = forest(seed)
    tree = lineage.tree(table)
    depth = {
        n: nx.shortest_path_length(tree, origin, n)
        for origin in tree
        if tree.in_degree(origin) == 0
        for n in {origin} | nx.descendants(tree, origin)
    }
    leaves = [number for number in tree if tree.out_degree(number) == 0]
    found = lineage.shape(table)
    assert found == lineage.Shape(
        max(depth.values()), len(leaves), sum(depth[number] for number in leaves)
    )
    assert lineage.shape(TREE[:0]) == lineage.Shape(0, 0, 0)


def test_newick_nests_children_in_the_order_of_events() -> None:
    assert lineage.newick(TREE, 0) == "(('C@2':1,'B@3':2)'B@1':1,'C@1':1)'A@0';"
    assert lineage.newick(TREE, 3) == "('B@2':1)'folk@1';"
    quoted = lineage.newick(TREE.assign(author="O'B"), 3)
    assert quoted == "('O''B@2':1)'O''B@1';"
    with pytest.raises(ValueError, match="origin: given 1, allowed the number of an origin"):
        lineage.newick(TREE, 1)


def test_pruning_keeps_what_is_large_and_what_it_came_through() -> None:
    few = lineage.pruned(TREE.assign(share=[0.1, 0.1, 0.9, 0.1, 0.1, 0.1, 0.9]), 0.5)
    assert few["author"].tolist() == ["A", "B", "C", "B"]
    assert few["event"].tolist() == [0, 1, 2, 3]
    assert few["parent"].tolist() == [-1, 0, 0, 1] and few["origin"].tolist() == [0] * 4
    late = lineage.pruned(TREE.assign(share=[0, 0, 0, 0, 0, 1.0, 0]), 0.5)
    assert late["parent"].tolist() == [-1, 0] and late["origin"].tolist() == [0, 0]


def test_one_claim_is_picked_out_of_a_table() -> None:
    table = pd.concat([TREE.assign(item="x"), TREE.assign(item="y", domain="d")])
    own = lineage.of_claim(table, "d", "y", "")
    assert own["item"].unique().tolist() == ["y"] and own.index.tolist() == list(range(7))


def test_doubling_time_is_that_of_the_growth_to_the_peak() -> None:
    doubling = prevalence(share=[0.0, 0.1, 0.2, 0.4, 0.8, 0.1])
    assert lineage.doubling_time(doubling) == pytest.approx(1)
    fourfold = prevalence(share=[0.05, nan, 0.2, nan, 0.8])
    assert lineage.doubling_time(fourfold) == pytest.approx(1)
    for never in ([0.0, 0.0], [0.5, 0.4], [nan, nan]):
        assert isnan(lineage.doubling_time(prevalence(share=never)))


def test_half_life_counts_from_the_peak_to_less_than_half() -> None:
    assert lineage.half_life(prevalence(share=[0.1, 0.8, 0.5, 0.4, 0.3, 0.9 / 3])) == 3
    assert lineage.half_life(prevalence(share=[0.1, 0.8, 0.4])) == inf
    assert lineage.half_life(prevalence(share=[0.8, nan])) == 1
    assert isnan(lineage.half_life(prevalence(share=[0.0, nan])))


def test_fixation_is_the_start_of_the_last_stretch_in_which_all_assert_it() -> None:
    rows = prevalence(asserting=[2, 1, 2, 2], present=[2, 2, 2, 2])
    assert lineage.fixed_at(rows) == 2
    assert lineage.fixed_at(rows[:1]) == 0
    assert isnan(lineage.fixed_at(rows[:2]))
    assert isnan(lineage.fixed_at(prevalence(asserting=[0], present=[0])))


def test_the_echo_factor_is_documents_by_living_origin() -> None:
    rows = prevalence(documents=[0, 6, 9], origins=[0, 2, 1])
    np.testing.assert_array_equal(lineage.echo(rows), [nan, 3, 9])
    assert lineage.standing(prevalence(documents=[1, 0.5, 2, 0])).tolist() == [0, 2]
