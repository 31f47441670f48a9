"""Who was trained on whose text: solved from the ledger."""

from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest

from analysis.graph import graph
from analysis.network import flows
from analysis.run import Run
from ecosystem.ledger import EDGES, NODES
from scenarios.scenario import Scenario


def a_run(nodes: list[tuple[Any, ...]], edges: list[tuple[int, int, float]]) -> Run:
    """A run with nothing but a ledger: nodes are (kind, step, name, documents)."""
    rows = [
        (i, kind, step, "facts", name, step, float(documents), "pool", 0.0, "", None, "")
        for i, (kind, step, name, documents) in enumerate(nodes)
    ]
    run = Scenario.load("wright_fisher").with_(steps=1).run()
    run.scenario["domains"] = {"facts": {}}
    run.nodes = pa.table(list(map(list, zip(*rows, strict=True))), schema=NODES)
    run.edges = pa.table(list(map(list, zip(*edges, strict=True))), schema=EDGES)
    return run


@pytest.fixture(scope="module")
def two_models() -> Run:
    """A human H and models A, B; at step 2 A reads the shelf, B the shelf and A's own page."""
    nodes = [
        ("founder", 0, "H", np.inf),  # 0
        ("batch", 0, "forum/human", 100),  # 1: by H
        ("training", 0, "A", 10),  # 2: reads H
        ("training", 0, "B", 10),  # 3: reads H
        ("batch", 1, "forum/model", 60),  # 4: a third by A, two thirds by B
        ("thinned", 1, "forum/human", 50),  # 5: what is left of 1
        ("training", 1, "A", 10),  # 6: half human shelf, half model shelf
        ("model", 1, "A", np.inf),  # 7: 6 and the former self
        ("batch", 2, "blog/model", 20),  # 8: by A
        ("site", 2, "forum/model", 60),  # 9: half 4, half 8
        ("training", 2, "A", 10),  # 10: human shelf only
        ("training", 2, "B", 30),  # 11: a quarter blog, three quarters 9
    ]
    edges = [
        (1, 0, 1.0),
        (2, 0, 1.0),
        (3, 0, 1.0),
        (4, 2, 1 / 3),
        (4, 3, 2 / 3),
        (5, 1, 1.0),
        (6, 5, 0.5),
        (6, 4, 0.5),
        (7, 6, 0.8),
        (7, 2, 0.2),
        (8, 7, 1.0),
        (9, 4, 0.5),
        (9, 8, 0.5),
        (10, 5, 1.0),
        (11, 8, 0.25),
        (11, 9, 0.75),
    ]
    return a_run(nodes, edges)


def test_shares_are_those_found_by_hand(two_models: Run) -> None:
    g = graph(two_models)
    # A read 10 documents half human, half of a batch by A and B, then 10 human ones
    assert g["H"]["A"]["share"] == pytest.approx(0.75)
    assert g["A"]["A"]["share"] == pytest.approx(0.25 / 3)
    assert g["B"]["A"]["share"] == pytest.approx(0.5 / 3)
    # B read a quarter A's blog, three eighths the first batch, three eighths the blog again
    assert g["A"]["B"]["share"] == pytest.approx(0.25 + 0.375 / 3 + 0.375)
    assert g["B"]["B"]["share"] == pytest.approx(0.25)
    assert not g.has_edge("H", "B")


def test_nodes_say_what_was_read_and_published(two_models: Run) -> None:
    g = graph(two_models)
    assert g.nodes["H"] == {"kind": "human", "published": 0.0}
    assert g.nodes["A"]["published"] == pytest.approx((20 + 20) / 2)
    assert g.nodes["A"]["read"] == 10
    assert g.nodes["A"]["training_sets"] == 2
    assert g.nodes["A"]["synthetic_read"] == pytest.approx(0.25)
    assert g.nodes["B"]["own_read"] == pytest.approx(0.25)
    assert g.nodes["B"]["generation"] == 2
    assert g["A"]["B"]["documents"] == pytest.approx(30 * 0.75)


def test_a_window_leaves_out_what_was_read_before_and_after(two_models: Run) -> None:
    assert graph(two_models, window=(1, 1))["H"]["A"]["share"] == pytest.approx(0.5)
    assert graph(two_models, window=(2, 2))["H"]["A"]["share"] == pytest.approx(1.0)
    assert "read" not in graph(two_models, window=(1, 1)).nodes["B"]


def test_the_start_counts_only_where_there_is_nothing_else(two_models: Run) -> None:
    assert graph(two_models, window=(0, 0))["H"]["B"]["share"] == pytest.approx(1.0)
    assert graph(two_models, window=(0, 1))["H"]["A"]["share"] == pytest.approx(0.5)
    assert graph(two_models, window=(0, 1))["H"]["B"]["share"] == pytest.approx(1.0)


def test_small_shares_can_be_left_out(two_models: Run) -> None:
    g = graph(two_models, min_share=0.2)
    assert set(g.edges) == {("H", "A"), ("A", "B"), ("B", "B")}


def test_a_model_on_its_own_output_reads_only_itself() -> None:
    run = Scenario.load("wright_fisher").with_(steps=5).run(replicate=2)
    assert list(graph(run).edges(data="share")) == [("model", "model", pytest.approx(1.0))]


@pytest.fixture(scope="module")
def asked() -> Run:
    """Communities that learn through models, and models that publish nothing."""
    return Scenario.load("knowledge_collapse").with_(steps=4).run()


def test_people_who_learnt_through_models_are_the_authors_of_what_they_write(asked: Run) -> None:
    assert asked.metrics["birds.through_models"].iloc[-1] > 0
    published, _ = flows(asked, 1, 4)
    names = {f"community-{i}" for i in range(1, 11)}
    assert set(published["author"]) == names
    assert not published["synthetic"].any()
    written = asked.metrics["web.new_human"].iloc[1:].sum()
    assert published["documents"].sum() == pytest.approx(written)


def test_what_such_people_write_is_human_to_those_who_read_it(asked: Run) -> None:
    g = graph(asked)
    assert {kind for name, kind in g.nodes(data="kind") if "community" in name} == {"human"}
    for model in ("model-1", "model-2", "model-3"):
        assert g.nodes[model]["synthetic_read"] == 0
        shares = [share for *_, share in g.in_edges(model, data="share")]
        assert len(shares) == 10
        assert sum(shares) == pytest.approx(1)


@pytest.fixture(scope="module")
def habsburg() -> Run:
    return Scenario.load("habsburg").only("birds", "history").with_(steps=4).run()


@pytest.mark.parametrize("options", [{}, {"domain": "history"}, {"window": (2, 3)}])
def test_shares_into_a_model_sum_to_one(habsburg: Run, options: dict[str, Any]) -> None:
    g = graph(habsburg, **options)
    models = [name for name, kind in g.nodes(data="kind") if kind == "model"]
    assert len(models) == 12
    for model in models:
        total = sum(share for *_, share in g.in_edges(model, data="share"))
        assert total == pytest.approx(1.0, abs=1e-9)


def test_synthetic_reading_agrees_with_the_meter(habsburg: Run) -> None:
    g = graph(habsburg, window=(4, 4), domain="birds")
    row = habsburg.agents[habsburg.agents["step"] == 4].set_index("agent")
    for model, measured in row["birds.synthetic_training"].items():
        # the meter counts the documents drawn, the graph their probability
        assert g.nodes[model]["synthetic_read"] == pytest.approx(measured, abs=0.02)


def test_flows_by_site_add_up_to_what_the_web_meters_count(habsburg: Run) -> None:
    published, read = flows(habsburg, 4, 4)
    last = habsburg.metrics.iloc[-1]
    by_origin = published.groupby("synthetic")["documents"].sum()
    assert by_origin[False] == pytest.approx(last["web.new_human"])
    assert by_origin[True] == pytest.approx(last["web.new_synthetic"])
    sets = habsburg.agents[habsburg.agents["step"] == 4]
    assert read["documents"].sum() == pytest.approx(
        sets["birds.documents"].sum() + sets["history.documents"].sum()
    )


def test_the_graph_can_be_written_as_graphml(habsburg: Run, tmp_path: Any) -> None:
    g = graph(habsburg)
    nx.write_graphml(g, tmp_path / "g.graphml")
    again = nx.read_graphml(tmp_path / "g.graphml")
    assert again.nodes["model-A"] == g.nodes["model-A"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"level": "modle"}, "level: given 'modle', allowed 'model' or 'node'"),
        ({"window": (3, 1)}, "window: given 3 to 1"),
        ({"min_share": 2}, "min_share: given 2"),
        ({"domain": "fish"}, "domain: given 'fish', allowed facts"),
    ],
)
def test_a_bad_question_gets_one_sentence(
    two_models: Run, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message) as error:
        graph(two_models, **options)
    assert "\n" not in str(error.value)


def test_a_run_without_a_ledger_says_so() -> None:
    run = Scenario.load("wright_fisher").with_(steps=2, ledger=False).run()
    with pytest.raises(ValueError, match="kept no ledger"):
        graph(run)
