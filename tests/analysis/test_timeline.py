"""The network of authors step by step."""

from typing import Any

import numpy as np
import pytest

from analysis.graph import columns
from analysis.run import Run
from analysis.timeline import timeline
from scenarios.scenario import Scenario
from tests.analysis.small_ledger import two_models
from tests.conftest import small_world


@pytest.fixture(scope="module")
def world() -> Run:
    """Four models of several cadences; delta joins at step 3 and leaves at 7."""
    return Scenario.parse({**small_world(), "lineage": 0}).run()


def readings(run: Run, **options: Any) -> dict[tuple[str, int, int, str], float]:
    rows = timeline(run, columns(run, **options)).readings
    keys = zip(rows["reader"], rows["step"], rows["until"], rows["source"], strict=True)
    return dict(zip(keys, rows["share"], strict=True))


def test_what_each_training_set_was_made_of_is_that_found_by_hand() -> None:
    assert readings(two_models()) == pytest.approx(
        {
            ("A", 1, 2, "H"): 0.5,
            ("A", 1, 2, "A"): 0.5 / 3,
            ("A", 1, 2, "B"): 1 / 3,
            ("A", 2, 3, "H"): 1.0,
            ("B", 2, 3, "A"): 0.25 + 0.375 / 3 + 0.375,
            ("B", 2, 3, "B"): 0.25,
        }
    )


def test_a_start_is_read_where_there_is_nothing_else() -> None:
    assert readings(two_models(), window=(0, 0)) == {("A", 0, 1, "H"): 1, ("B", 0, 1, "H"): 1}


def test_only_edges_of_the_graph_are_followed_in_time() -> None:
    of_h = readings(two_models(), focus="H", hops=1)
    assert of_h == pytest.approx({("A", 1, 2, "H"): 0.5, ("A", 2, 3, "H"): 1.0})


def test_a_training_set_holds_until_the_next_one(world: Run) -> None:
    rows = timeline(world, columns(world)).readings
    spans = {
        reader: sorted(set(zip(own["step"], own["until"], strict=True)))
        for reader, own in rows.groupby("reader")
    }
    every = [(step, step + 1) for step in range(1, 9)]
    assert spans["alpha"] == spans["beta"] == every
    assert spans["gamma"] == [(1, 3), (3, 5), (5, 7), (7, 9)], "it retrains every second step"
    assert spans["delta"] == every[2:6], "it joins at step 3 and leaves at 7"


@pytest.mark.parametrize("options", [{}, {"domain": "words"}, {"window": (2, 5)}])
def test_shares_over_time_average_to_those_of_the_graph(
    world: Run, options: dict[str, Any]
) -> None:
    graph = columns(world, **options)
    rows = timeline(world, graph).readings
    read = rows.groupby("reader")["documents"].sum()
    edges = graph.edges.to_pandas().set_index(["source", "target"])
    written = rows.groupby(["source", "reader"])["documents"].sum()
    assert set(written.index) == set(edges.index)
    for (source, reader), documents in written.items():
        assert documents / read[reader] == pytest.approx(edges["share"][source, reader])
        assert documents == pytest.approx(edges["documents"][source, reader])


def test_shares_of_each_training_set_sum_to_one(world: Run) -> None:
    rows = timeline(world, columns(world)).readings
    totals = rows.groupby(["reader", "step"])["share"].sum()
    assert len(totals) == 24
    np.testing.assert_allclose(totals, 1, atol=1e-12)


def test_an_author_lives_while_it_publishes_is_trained_or_is_read(world: Run) -> None:
    lives = timeline(world, columns(world)).lives
    assert list(lives.index) == columns(world).nodes["id"].to_pylist()
    assert tuple(lives.loc["people-1"]) == (1, 9)
    # it leaves at step 7, but what it wrote is still read
    assert tuple(lives.loc["delta"]) == (3, 9)
    quiet = timeline(world, columns(world, window=(1, 2))).lives
    assert tuple(quiet.loc["delta"]) == (1, 3), "nothing happened: all of the window"


def test_an_author_that_is_only_read_lives_while_its_readers_know_it() -> None:
    lives = timeline(two_models(), columns(two_models())).lives
    assert tuple(lives.loc["H"]) == (1, 3), "what it wrote before step 1 is read in steps 1 and 2"
    early = timeline(two_models(), columns(two_models(), window=(2, 2))).lives
    assert tuple(early.loc["B"]) == (2, 3)
