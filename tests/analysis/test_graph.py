"""The ledger's own nodes as a network, and what lies around one of them."""

from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest

import analysis.graph
from analysis.graph import columns, graph
from analysis.run import Run
from scenarios.scenario import Scenario
from tests.analysis.small_ledger import two_models
from tests.conftest import small_world


@pytest.fixture(scope="module")
def run() -> Run:
    """A human H and models A and B, solved by hand."""
    return two_models()


@pytest.fixture(scope="module")
def world() -> Run:
    """A world with every kind of node but learning and start."""
    return Scenario.parse({**small_world(), "lineage": 0}).run()


def numbers(run: Run, **options: Any) -> set[int]:
    return set(graph(run, "node", **options))


def edges(run: Run, **options: Any) -> set[tuple[int, int]]:
    return set(graph(run, "node", **options).edges)


def ledger(run: Run) -> nx.DiGraph:
    """All of the ledger, its rows turned round, by networkx alone."""
    made = nx.DiGraph()
    made.add_nodes_from(run.nodes["node"].to_pylist())
    made.add_weighted_edges_from(
        ((row["parent"], row["child"], row["share"]) for row in run.edges.to_pylist()), "share"
    )
    return made


def test_the_ledger_is_shown_as_it_is_with_its_edges_turned_round(world: Run) -> None:
    shown, whole = graph(world, "node"), ledger(world)
    assert set(shown) == set(whole)
    assert dict(shown.edges) == dict(whole.edges)
    assert nx.is_directed_acyclic_graph(shown)


def test_nodes_carry_what_the_ledger_says_of_them(run: Run) -> None:
    g = graph(run, "node")
    assert g.nodes[8] == {
        "label": "batch blog/model@2 [facts]",
        "kind": "batch",
        "name": "blog/model",
        "step": 2,
        "last_read": 2,
        "domain": "facts",
        "generation": 2,
        "documents": 20.0,
        "law": "pool",
        "invented": 0.0,
        "novel": 0.0,
        "site": "blog",
        "synthetic": True,
    }
    assert g.edges[8, 11] == {"share": 0.25}


def test_what_is_without_limit_or_does_not_apply_is_not_there(world: Run) -> None:
    g = graph(world, "node")
    for row in world.nodes.to_pylist():
        shown = g.nodes[row["node"]]
        assert ("documents" in shown) == np.isfinite(row["documents"])
        assert ("generation" in shown) == (row["generation"] >= 0)
        assert ("site" in shown) == (row["site"] != "")
        assert ("synthetic" in shown) == (row["synthetic"] is not None)
        assert "marks" not in shown


def test_steps_that_were_measured_have_their_date(world: Run) -> None:
    half = Run(world.scenario, world.manifest, world.metrics.iloc[::2], world.agents)
    half.nodes, half.edges = world.nodes, world.edges
    dates = dict(zip(half.metrics["step"], half.metrics["date"], strict=True))
    for _, shown in graph(half, "node").nodes(data=True):
        assert shown.get("date") == dates.get(shown["step"])


def test_a_node_is_last_read_when_something_is_last_made_of_it(world: Run) -> None:
    g = graph(world, "node")
    for node, last in g.nodes(data="last_read"):
        steps = [g.nodes[node]["step"], *(g.nodes[made]["step"] for made in g.successors(node))]
        assert last == max(steps)


def test_kinship_is_shown_where_it_was_computed(run: Run) -> None:
    kin = Run(run.scenario, run.manifest, run.metrics, run.agents)
    some = pa.array([0.25 if node == 6 else np.nan for node in range(12)])
    place = run.nodes.column_names.index("kinship")
    kin.nodes, kin.edges = run.nodes.set_column(place, "kinship", some), run.edges
    g = graph(kin, "node")
    assert g.nodes[6]["kinship"] == 0.25
    assert nx.get_node_attributes(g, "kinship") == {6: 0.25}


def test_a_window_holds_what_came_to_be_in_it_and_what_that_was_made_of(run: Run) -> None:
    assert numbers(run, window=(1, 1)) == {4, 5, 6, 7} | {2, 3, 1}
    into = {(2, 4), (3, 4), (1, 5), (5, 6), (4, 6), (6, 7), (2, 7)}
    assert edges(run, window=(1, 1)) == into


def test_shares_into_every_node_of_a_window_sum_to_one(world: Run) -> None:
    g = graph(world, "node", window=(3, 5))
    assert {step for _, step in g.nodes(data="step")} > {3, 4, 5}
    for node, step in g.nodes(data="step"):
        total = sum(share for *_, share in g.in_edges(node, data="share"))
        assert total == pytest.approx(1 if step >= 3 else 0)


def test_one_domain_is_shown_alone(world: Run) -> None:
    g = graph(world, "node", domain="words")
    kinds = world.nodes.to_pandas()
    assert set(g) == set(kinds.loc[kinds["domain"] == "words", "node"])
    assert dict(g.edges) == dict(ledger(world).subgraph(g).edges)
    assert g.graph["domain"] == "words"


def test_small_shares_are_left_out_with_what_only_they_lead_to(run: Run) -> None:
    assert (2, 7) in edges(run, window=(1, 1), min_share=0.2)
    assert (2, 7) not in edges(run, window=(1, 1), min_share=0.3)
    assert 2 in numbers(run, window=(1, 1), min_share=0.3), "it wrote a third of a batch"
    assert 2 not in numbers(run, window=(1, 1), min_share=0.4)


def test_the_graph_says_what_it_is_of(run: Run) -> None:
    about = {"scenario": run.name, "domain": "", "first_step": 0, "last_step": 2}
    assert graph(run, "node").graph == about | {"level": "node"}
    assert graph(run).graph == about | {"level": "model"}
    shown = graph(run, window=(1, 2), domain="facts").graph
    assert (shown["first_step"], shown["last_step"], shown["domain"]) == (1, 2, "facts")


@pytest.mark.parametrize("hops", [None, 0, 1, 2, 3])
@pytest.mark.parametrize("focus", range(12))
def test_what_lies_around_a_node_is_all_paths_into_and_out_of_it(
    run: Run, focus: int, hops: int | None
) -> None:
    whole = ledger(run)
    most = 12 if hops is None else hops
    ways = [
        way
        for other in whole
        for ends in ((other, focus), (focus, other))
        for way in nx.all_simple_edge_paths(whole, *ends, cutoff=most)
        if most
    ]
    expected = {edge for way in ways for edge in way}
    assert edges(run, focus=focus, hops=hops) == expected
    assert numbers(run, focus=focus, hops=hops) == {focus}.union(*expected)


def test_without_a_limit_these_are_ancestors_and_descendants(world: Run) -> None:
    whole = ledger(world)
    middle = 300
    family = nx.ancestors(whole, middle) | {middle} | nx.descendants(whole, middle)
    assert numbers(world, focus=middle) == family
    assert numbers(world, focus=str(middle)) == family


def test_a_name_is_all_that_an_author_ever_was(run: Run) -> None:
    assert numbers(run, focus="A", hops=0) == {2, 6, 7, 10}
    assert numbers(run, focus="H", hops=0) == {0}


def test_a_name_at_a_step_is_its_latest_self(run: Run) -> None:
    assert numbers(run, focus="A@0", hops=0) == {2}
    assert numbers(run, focus="A@1", hops=0) == {7}, (
        "a pool of the training set and the former self"
    )
    assert numbers(run, focus="A@2", hops=0) == {10}
    assert numbers(run, focus="B@1", hops=0) == {3}


def test_a_latest_self_is_one_of_each_domain(world: Run) -> None:
    nodes = world.nodes.to_pandas()
    own = nodes[(nodes["name"] == "alpha") & (nodes["step"] <= 4)]
    expected = set(own.groupby("domain")["node"].max())
    assert len(expected) == 2
    assert numbers(world, focus="alpha@4", hops=0) == expected


def test_a_site_is_all_that_ever_stood_there_and_at_a_step_the_latest_of_each_shelf(
    run: Run,
) -> None:
    assert numbers(run, focus="forum", hops=0) == {1, 4, 5, 9}
    assert numbers(run, focus="forum/human", hops=0) == {1, 5}
    assert numbers(run, focus="forum@1", hops=0) == {4, 5}
    assert numbers(run, focus="forum@2", hops=0) == {5, 9}


def test_a_focus_is_looked_for_in_what_the_other_options_leave(run: Run) -> None:
    assert edges(run, focus="A", window=(2, 2)) == {(7, 8), (5, 10), (8, 9), (8, 11), (9, 11)}
    assert edges(run, focus=11, min_share=0.5) == {(9, 11), (4, 9), (8, 9), (7, 8), (6, 7)} | {
        (5, 6),
        (4, 6),
        (3, 4),
        (1, 5),
        (0, 1),
        (0, 3),
    }


def test_around_an_author_are_its_sources_and_its_readers(run: Run) -> None:
    assert set(graph(run, focus="H").edges) == {
        ("H", "A"),
        ("A", "A"),
        ("A", "B"),
        ("B", "A"),
        ("B", "B"),
    }
    assert set(graph(run, focus="H", hops=1).edges) == {("H", "A")}
    assert set(graph(run, focus="H", hops=1)) == {"H", "A"}
    assert set(graph(run, focus="B", hops=1).edges) == {("A", "B"), ("B", "A"), ("B", "B")}
    assert set(graph(run, focus="B", hops=0)) == {"B"}
    assert not graph(run, focus="B", hops=0).edges
    assert set(graph(run, focus="A", hops=1, min_share=0.2)) == {"H", "A", "B"}


@pytest.mark.parametrize(("nodes", "links"), [(11, 99), (99, 15)])
def test_what_is_too_large_to_be_looked_at_is_refused_in_one_sentence(
    run: Run, nodes: int, links: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis.graph, "MOST_NODES", nodes)
    monkeypatch.setattr(analysis.graph, "MOST_EDGES", links)
    with pytest.raises(ValueError) as error:
        graph(run, "node")
    assert str(error.value) == (
        f"graph: given 12 nodes and 16 edges, allowed {nodes} and {links}: narrow it with window, "
        "focus and hops, min_share or domain"
    )
    assert columns(run, "node").nodes.num_rows == 12, "columns may be of any size"
    assert len(graph(run, "node", focus=0, hops=1)) == 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda run: setattr(run, "nodes", run.nodes.drop_columns("kind")),
            "nodes: given a table without 'kind'",
        ),
        (
            lambda run: setattr(run, "edges", run.edges.drop_columns("share")),
            "edges: given a table without 'share'",
        ),
        (
            lambda run: setattr(run, "nodes", run.nodes.slice(1)),
            "nodes: given numbers that are not 0, 1, 2",
        ),
        (
            lambda run: setattr(run, "nodes", run.nodes.slice(0, 11)),
            "edges: given a parent that was not recorded",
        ),
        (lambda run: setattr(run, "edges", None), "kept no ledger"),
    ],
)
@pytest.mark.parametrize("level", ["model", "node"])
def test_altered_tables_are_refused_in_one_sentence(level: str, change: Any, message: str) -> None:
    altered = two_models()
    change(altered)
    with pytest.raises(ValueError, match=message) as error:
        graph(altered, level)
    assert "\n" not in str(error.value)
