"""Measures of ancestry: line by line on random small ledgers, and on runs."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.ancestry import Ancestry
from analysis.reading import shares
from analysis.run import Run
from ecosystem.ledger import EDGES
from scenarios.scenario import Scenario
from tests.analysis.pedigrees import Walk, ledgers, walks

some = settings(max_examples=60, deadline=None)
EXACT: dict[str, Any] = {"rtol": 1e-12, "atol": 1e-15}


def each(ancestry: Ancestry, of: Any) -> Any:
    """For every node the sum of shares x something over its lines."""
    ones = np.eye(len(ancestry.nodes))
    return np.array([sum(w.share * of(w) for w in walks(ancestry, one)) for one in ones])


def source(ancestry: Ancestry, walk: Walk) -> str:
    """Where a line ends."""
    kind, name = (ancestry.nodes[column].iat[walk.nodes[-1]] for column in ("kind", "name"))
    return "made up" if walk.made_up else name if kind == "founder" else f"start of {name}"


# ---------------------------------------------------------------------- line by line


@some
@given(ledgers, st.sampled_from([0.0, 0.5, 0.9, 1.0]))
def test_human_ancestry_discounts_each_passage_of_a_human_line(a: Ancestry, gamma: float) -> None:
    expected = each(a, lambda w: (source(a, w) in ("H", "K")) * gamma**w.passages)
    np.testing.assert_allclose(a.human_ancestry(gamma), expected, **EXACT)


@some
@given(ledgers)
def test_the_error_load_is_the_share_of_lines_that_end_where_text_was_made_up(a: Ancestry) -> None:
    np.testing.assert_allclose(a.error_load(), each(a, lambda w: w.made_up), **EXACT)


@some
@given(ledgers)
def test_depth_is_the_mean_number_of_passages(a: Ancestry) -> None:
    np.testing.assert_allclose(a.depth(), each(a, lambda w: w.passages), **EXACT)


@some
@given(ledgers, st.integers(1, 4))
def test_the_histogram_counts_lines_by_passages_the_last_class_open(a: Ancestry, most: int) -> None:
    expected = each(a, lambda w: np.eye(most + 1)[min(most, w.passages)])
    np.testing.assert_allclose(a.depth_histogram(most), expected, **EXACT)


@some
@given(ledgers)
def test_the_source_mix_sorts_lines_by_where_they_end(a: Ancestry) -> None:
    mix = a.source_mix()
    assert mix.columns.is_unique
    assert mix.columns[-1] == "made up"

    for name in mix.columns:
        expected = each(a, lambda w, name=name: source(a, w) == name)
        np.testing.assert_allclose(mix[name], expected, **EXACT)
    np.testing.assert_allclose(mix.sum(axis=1), 1.0, rtol=0, atol=1e-12)


@some
@given(ledgers)
def test_the_direct_human_share_stops_at_the_first_author(a: Ancestry) -> None:
    shares, kinds = a.layers.matrix.toarray(), a.nodes["kind"].tolist()

    def written(v: int) -> float:
        """Of what stands or was drawn at a node: was its first author human?"""
        if kinds[v] in ("founder", "learning"):
            return 1.0
        if kinds[v] in ("start", "training", "model"):
            return 0.0
        return sum(w * written(u) for u, w in enumerate(shares[v]) if w)

    def of(v: int) -> float:
        if kinds[v] == "training":
            return sum(w * written(u) for u, w in enumerate(shares[v]) if w)
        if kinds[v] == "model":
            return sum(w * of(u) for u, w in enumerate(shares[v]) if w)
        return written(v)

    np.testing.assert_allclose(a.direct_human(), [of(v) for v in range(len(kinds))], **EXACT)


# ---------------------------------------------------------------------- of runs


@pytest.fixture(scope="module")
def habsburg() -> Run:
    return Scenario.load("habsburg").only("birds", "history").with_(steps=4).run()


@pytest.fixture(scope="module")
def birds(habsburg: Run) -> Ancestry:
    return Ancestry(habsburg, "birds")


def sets(ancestry: Ancestry, step: int) -> pd.DataFrame:
    """The training sets of a step, by model."""
    nodes = ancestry.nodes
    return (
        nodes[(nodes["kind"] == "training") & (nodes["step"] == step)]
        .reset_index()
        .set_index("name")
    )


@pytest.mark.parametrize("name", ["habsburg", "knowledge_collapse", "monoculture", "false_dates"])
def test_the_sources_of_every_node_of_a_run_sum_to_one(name: str, habsburg: Run) -> None:
    run = habsburg if name == "habsburg" else Scenario.load(name).with_(steps=4).run()
    for domain in run.domains:
        mix = Ancestry(run, domain).source_mix()
        assert len(mix) > 10
        np.testing.assert_allclose(mix.sum(axis=1), 1.0, rtol=0, atol=1e-9)


def test_what_humans_wrote_of_a_training_set_is_what_the_meter_leaves(
    habsburg: Run, birds: Ancestry
) -> None:
    rows = habsburg.agents[habsburg.agents["step"] == 4].set_index("agent")
    found = pd.Series(birds.direct_human()[sets(birds, 4)["index"]], index=sets(birds, 4).index)
    assert len(found) == 12
    assert found.between(0.5, 0.99).all()
    meter = 1 - rows["birds.synthetic_training"].reindex(found.index)
    np.testing.assert_allclose(found, meter, rtol=0, atol=1e-12)


def test_the_depth_of_what_a_run_reads_is_that_of_its_meter_where_nothing_is_made_up(
    small: Any,
) -> None:
    """Takes, quotas, inertia, marks and models that come and go are all in the small world."""
    changes = {f"models.{i}.learner.hallucination": "off" for i in (0, 1, 2)}
    unseen = {f"models.{i}.learner.estimator": "maximum_likelihood" for i in (0, 2)}
    changes["humans.*.error"] = 0
    run = small({**changes, **unseen}, policies=[{"kind": "detector", "start": 3}]).run()
    seen = 0
    for domain in ("facts", "words"):
        ancestry = Ancestry(run, domain)
        read = ancestry.layers.parents(ancestry.depth())
        assert not ancestry.invented.any()
        for step in range(1, 9):
            rows = run.agents[run.agents["step"] == step].set_index("agent")
            trained = sets(ancestry, step)
            meter = rows[f"{domain}.depth_training"].reindex(trained.index)
            np.testing.assert_allclose(read[trained["index"]], meter, rtol=1e-9)
            seen += len(trained)
    assert seen > 40


def test_text_that_humans_passed_off_is_not_human(small: Any) -> None:
    """The small world's people pass off a tenth; the meter goes by true origin, as the ledger."""
    run = small().run()
    ancestry = Ancestry(run, "facts")
    rows = run.agents[run.agents["step"] == 8].set_index("agent")
    trained = sets(ancestry, 8)
    meter = 1 - rows["facts.synthetic_training"].reindex(trained.index)
    np.testing.assert_allclose(ancestry.direct_human()[trained["index"]], meter, rtol=1e-9)


def test_a_run_gives_one_domain_numbered_anew(habsburg: Run, birds: Ancestry) -> None:
    assert habsburg.nodes is not None
    table = habsburg.nodes.to_pandas()
    own = table[table["domain"] == "birds"]
    assert birds.nodes["node"].tolist() == own["node"].tolist()
    assert birds.nodes.index.tolist() == list(range(len(own)))
    assert birds.last_step == 4
    assert birds.layers.matrix.nnz + Ancestry(habsburg, "history").layers.matrix.nnz == len(
        habsburg.edges
    )


# ---------------------------------------------------------------------- what is refused


def plain(edges: list[tuple[int, int, float]], **columns: Any) -> Ancestry:
    nodes = pd.DataFrame({"node": [7, 8, 9], "kind": "person", "name": list("abc"), **columns})
    return Ancestry.of(nodes, pd.DataFrame(edges, columns=["child", "parent", "share"]))


def test_plain_tables_need_no_more_than_numbers_kinds_and_names() -> None:
    ancestry = plain([(9, 7, 0.25), (9, 8, 0.75)], kind=["founder", "founder", "person"])
    assert ancestry.source_mix().loc[2].to_dict() == {"a": 0.25, "b": 0.75, "made up": 0.0}
    assert ancestry.last_step == 0


def test_what_is_novel_is_made_up_but_no_error() -> None:
    """Of c's documents a fifth are on new items; a quarter of the others say what c made up."""
    ancestry = plain(
        [(8, 7, 1.0), (9, 8, 1.0)],
        kind=["founder", "training", "training"],
        generation=[-1, 1, 1],
        invented=[0.0, 0.0, 0.25],
        novel=[0.0, 0.0, 0.2],
    )
    assert ancestry.source_mix().loc[2].to_dict() == pytest.approx({"a": 0.6, "made up": 0.4})
    assert ancestry.error_load()[2] == pytest.approx(0.2)
    assert ancestry.human_ancestry(0.5)[2] == pytest.approx(0.25 * 0.6)
    found = shares(ancestry).loc[0]
    assert found.sum() == pytest.approx(1), "nothing is lost of what was read"


@pytest.mark.parametrize(
    ("edges", "columns", "message"),
    [
        ([(9, 7, 0.5)], {}, "shares of the parents of node 9 that sum to 0.5, allowed 1"),
        ([(9, 7, 0.5), (9, 8, -0.5)], {}, "a share of -0.5, allowed above 0"),
        ([(7, 9, 1.0)], {}, "not recorded before its child, allowed earlier nodes only"),
        ([(9, 6, 1.0)], {}, "not recorded before its child, allowed earlier nodes only"),
        ([(6, 7, 1.0)], {}, "not recorded before its child, allowed earlier nodes only"),
        ([], {"node": [7, 8, 7]}, "node 7 twice"),
        ([], {"invented": [0.0, 0.0, 1.5]}, "`invented` is not a share, allowed 0 to 1"),
        ([], {"novel": [0.0, 0.0, 1.5]}, "`novel` is not a share, allowed 0 to 1"),
        ([], {"invented": [0.0, 0.0, np.nan]}, "`invented` is not a share, allowed 0 to 1"),
    ],
)
def test_a_bad_table_gets_one_sentence(
    edges: list[tuple[int, int, float]], columns: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message) as error:
        plain(edges, **columns)
    assert "\n" not in str(error.value)


def test_a_run_whose_ledger_was_altered_is_refused(habsburg: Run) -> None:
    assert habsburg.edges is not None
    edges = habsburg.edges.to_pandas()
    edges.loc[len(edges) - 1, "child"] = 10**9
    altered = pa.Table.from_pandas(edges, schema=EDGES, preserve_index=False)
    run = Run(habsburg.scenario, {}, habsburg.metrics, habsburg.agents)
    run.nodes, run.edges = habsburg.nodes, altered
    with pytest.raises(
        ValueError, match="not recorded before its child, allowed earlier nodes only"
    ):
        Ancestry(run, "history")


def test_a_bad_question_gets_one_sentence(habsburg: Run, birds: Ancestry) -> None:
    with pytest.raises(ValueError, match=r"^domain: given 'bird'; did you mean 'birds'\?$"):
        Ancestry(habsburg, "bird")
    with pytest.raises(ValueError, match=r"^gamma: given 1.1, allowed 0 to 1$"):
        birds.human_ancestry(1.1)
    with pytest.raises(ValueError, match=r"^gamma: given -0.1, allowed 0 to 1$"):
        birds.human_ancestry(-0.1)
    with pytest.raises(ValueError, match=r"^most: given 0, allowed 1 or more$"):
        birds.depth_histogram(0)
    off = Scenario.load("wright_fisher").with_(steps=2, ledger=False).run()
    with pytest.raises(ValueError, match="kept no ledger, allowed a run with ledger = true"):
        Ancestry(off, off.domains[0])
