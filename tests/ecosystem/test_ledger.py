"""Who trained on what: the same tables from memory and from disk, and shares that sum to 1."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.ledger import EDGES, NODES, Ledger, Node
from scenarios.scenario import Scenario

Records = list[list[float]]
"""Per node its parents' raw weights, zeros among them, on the nodes before it."""
records = st.lists(st.lists(st.sampled_from([0.0, 0.5, 2.0]), max_size=6), max_size=25)


def written(ledger: Ledger, records: Records) -> tuple[pa.Table, pa.Table]:
    for number, weights in enumerate(records):
        parents = [(i, w) for i, w in enumerate(weights[:number])]
        assert ledger.node(Node("site", number, "d", f"n{number}", 1.5), parents) == number
    return ledger.tables()


@given(records=records, limit=st.integers(0, 9))
@settings(max_examples=25)
def test_a_ledger_on_disk_gives_the_tables_of_one_in_memory(records: Records, limit: int) -> None:
    memory = written(Ledger(), records)
    disk = written(Ledger(limit=limit), records)
    for one, other in zip(memory, disk, strict=True):
        assert one.equals(other)
    assert memory[0].schema == NODES
    assert memory[1].schema == EDGES
    assert memory[0].num_rows == len(records)


def test_parts_are_written_to_the_folder_given(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "ledger"
    written(Ledger(limit=2, folder=folder), [[1.0] * i for i in range(6)])
    names = {path.name for path in folder.iterdir()}
    assert {"nodes-00000.arrow", "edges-00000.arrow", "nodes-00001.arrow"} <= names


@given(records=records, cut=st.integers(0, 25))
@settings(max_examples=25)
def test_a_restored_ledger_goes_on_where_it_stopped(records: Records, cut: int) -> None:
    cut = min(cut, len(records))
    whole = written(Ledger(), records)
    first = Ledger()
    written(first, records[:cut])
    second = Ledger()
    second.restore(*first.tables(), first.state())
    for number, weights in enumerate(records[cut:], start=cut):
        parents = [(i, w) for i, w in enumerate(weights[:number])]
        assert second.node(Node("site", number, "d", f"n{number}", 1.5), parents) == number
    for one, other in zip(whole, second.tables(), strict=True):
        assert one.equals(other)


def test_an_edge_of_no_share_is_not_recorded() -> None:
    _, edges = written(Ledger(), [[], [1.0], [0.0, 2.0]])
    assert edges.to_pydict() == {"child": [1, 2], "parent": [0, 1], "share": [1.0, 2.0]}


def test_a_ledger_that_is_off_records_nothing() -> None:
    ledger = Ledger(on=False)
    assert ledger.node(Node("founder", 0, "d", "x")) == -1
    assert [table.num_rows for table in ledger.tables()] == [0, 0]


# ---------------------------------------------------------------------- of a whole run

Tables = tuple[pd.DataFrame, pd.DataFrame]
DETECTOR = {"kind": "detector", "start": 3, "stop": 6, "compliance": 0.5}
POLICIES: dict[str, list[dict[str, Any]]] = {"plain": [], "marked": [DETECTOR]}
_made: dict[str, Tables] = {}


@pytest.fixture(params=POLICIES)
def tables(request: pytest.FixtureRequest, small: Callable[..., Scenario]) -> Tables:
    """Nodes and edges of the small world, run once."""
    if request.param not in _made:
        run = small(policies=POLICIES[request.param]).run()
        assert run.nodes is not None
        assert run.edges is not None
        _made[request.param] = run.nodes.to_pandas(), run.edges.to_pandas()
    return _made[request.param]


def test_the_shares_of_every_node_of_a_run_sum_to_one(tables: Tables) -> None:
    nodes, edges = tables
    total = edges.groupby("child")["share"].sum().reindex(nodes["node"]).fillna(0.0)
    founders = (nodes["kind"] == "founder").to_numpy()
    assert founders.any()
    assert (total[founders] == 0).all()
    np.testing.assert_allclose(total[~founders], 1.0, rtol=0, atol=1e-9)
    assert (edges["share"] > 0).all()


def test_children_of_a_run_come_after_their_parents(tables: Tables) -> None:
    nodes, edges = tables
    assert (edges["child"] > edges["parent"]).all()
    assert (edges["parent"] >= 0).all()
    step = nodes["step"].to_numpy()
    assert (step[edges["child"]] >= step[edges["parent"]]).all()
    assert nodes["node"].tolist() == list(range(len(nodes)))


def test_edges_of_a_run_link_the_kinds_they_should_within_one_domain(tables: Tables) -> None:
    nodes, edges = tables
    domain = nodes["domain"].to_numpy()
    assert (domain[edges["child"]] == domain[edges["parent"]]).all()
    kind = nodes["kind"].to_numpy()
    linked = set(zip(kind[edges["child"]], kind[edges["parent"]], strict=True))
    shelf = {"batch", "site", "thinned"}
    author = {"founder", "start", "training", "model"}
    former = ("training", "model", "start")
    allowed = {("batch", a) for a in author} | {("model", a) for a in former}
    allowed |= {("training", s) for s in shelf} | {("training", "founder")}  # a fitted start
    allowed |= {("training", "sample")} | {("sample", s) for s in shelf}
    allowed |= {(child, s) for child in ("site", "thinned") for s in shelf}
    assert linked <= allowed, linked - allowed
    assert ("training", "training") not in linked


def test_a_scenario_without_a_ledger_leaves_none(small: Callable[..., Scenario]) -> None:
    run = small(ledger=False, steps=2).run()
    assert run.nodes is not None
    assert run.edges is not None
    assert (run.nodes.num_rows, run.edges.num_rows) == (0, 0)


def test_a_ledger_changes_no_number_of_a_run(small: Callable[..., Scenario]) -> None:
    without = small(ledger=False, steps=4).run().metrics
    kept = small(ledger=True, steps=4).run().metrics
    assert set(without) < set(kept)  # kinship needs a ledger
    pd.testing.assert_frame_equal(kept[list(without)], without, check_exact=True)
