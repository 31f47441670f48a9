"""Who was trained on whose text: solved from the ledger."""

from typing import Any

import networkx as nx
import pyarrow as pa
import pytest

import analysis.network
from analysis.graph import graph
from analysis.network import flows
from analysis.run import Run
from scenarios.scenario import Scenario
from tests.analysis.small_ledger import two_models


@pytest.fixture(scope="module", name="two_models")
def of_two_models() -> Run:
    return two_models()


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


def test_training_sets_without_limit_count_the_same_each() -> None:
    run = two_models()
    rows = [
        {**row, "documents": float("inf") if row["kind"] == "training" else row["documents"]}
        for row in run.nodes.to_pylist()
    ]
    run.nodes = pa.Table.from_pylist(rows, run.nodes.schema)
    g = graph(run)
    assert g["H"]["A"] == {"share": pytest.approx(0.75), "documents": 0.0}
    assert g.nodes["A"]["read"] == 0.0


def test_how_many_authors_are_solved_for_at_once_does_not_matter(
    habsburg: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = graph(habsburg)
    monkeypatch.setattr(analysis.network, "AUTHORS_AT_ONCE", 5)
    assert dict(graph(habsburg).edges) == dict(whole.edges)


def test_what_models_were_before_step_0_is_no_reading_but_a_part_of_the_ledger(
    habsburg: Run,
) -> None:
    assert graph(habsburg).graph["first_step"] == 0
    assert graph(habsburg, "node").graph["first_step"] == -9
    assert len(graph(habsburg, "node")) == habsburg.nodes.num_rows
    assert graph(habsburg, "node", window=(-9, -9)).number_of_edges() > 0


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
    return Scenario.load("habsburg").only("birds", "history").with_(steps=4, lineage=0).run()


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
        ({"window": (0, 3)}, "window: given 0 to 3, allowed steps 0 to 2"),
        ({"window": (-1, 2)}, "window: given -1 to 2, allowed steps 0 to 2"),
        ({"min_share": 2}, "min_share: given 2"),
        ({"domain": "fish"}, "domain: given 'fish', allowed facts"),
        ({"hops": 2}, "hops: given 2 without a focus"),
        ({"hops": -1, "focus": "A"}, "hops: given -1, allowed 0 or more"),
        ({"focus": "a"}, "focus: given 'a' at level 'model'; allowed: A, B, H"),
        ({"focus": "A@2"}, "focus: given 'A@2', but authors have no steps at level 'model'"),
        ({"level": "node", "focus": "forun"}, "focus: given 'forun'; did you mean 'forum'"),
        ({"level": "node", "focus": 12}, "focus: given node 12, allowed 0 to 11"),
        ({"level": "node", "focus": "A@-1"}, "focus: given 'A@-1', allowed a step from 0 on"),
        ({"level": "node", "focus": "A@3"}, "focus: given 'A@3', allowed a step up to 2"),
        ({"level": "node", "focus": "blog", "window": (1, 1)}, "focus: given 'blog', which is not"),
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
