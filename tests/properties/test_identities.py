"""What must change nothing: silent models, hermits, the order of agents, the names of items."""

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem.draws import Draws
from scenarios.execution import Execution
from tests.properties.running import ledger, run, same_bits, state
from tests.properties.worlds import (
    DECODING,
    FOLDER,
    LEARNER,
    PRESENCE,
    Plain,
    by_all,
    diets,
    maybe,
    of,
    profile,
    worlds,
)

NEWCOMER = "bo"
"""By name between the others, models and communities, so that rows after it move."""


@st.composite
def newcomers(draw: Any, given_: Plain, **fixed: Any) -> Plain:
    """One model more, of any kind, and its place in the list."""
    newcomer = {
        "name": NEWCOMER,
        "diet": draw(diets(given_["sites"])),
        "learner": {"kind": "frequencies", **maybe(draw, LEARNER)},
        "decoding": maybe(draw, DECODING),
        "start": draw(of("truth", "fitted", "dirichlet")),
        **maybe(draw, PRESENCE),
        **fixed,
    }
    listed = list(given_["models"])
    listed.insert(draw(st.integers(0, len(listed))), newcomer)
    return {**given_, "models": listed}


def same_frame(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Bit for bit; pandas gives a column of no rows another type."""
    pd.testing.assert_frame_equal(one, other, check_exact=True, check_dtype=False)


def rows_of_others(run_: Execution) -> pd.DataFrame:
    agents = run_.world.datacollector.agents()
    return agents[agents["agent"] != NEWCOMER].reset_index(drop=True)


def web_columns(run_: Execution) -> pd.DataFrame:
    """What meters say of the web, which is no model's."""
    metrics = run_.world.datacollector.metrics()
    of_models = ("web.models", "web.synthetic_read")
    names = [c for c in metrics if ".web_" in c or (c.startswith("web.") and c not in of_models)]
    more = [c for c in metrics if c.endswith((".synthetic_share", ".synthetic_new", ".depth"))]
    return metrics[names + more]


def _unasked(given_: Plain) -> None:
    """People ask every model that is there, silent or not: here they ask none."""
    for community in given_["humans"]:
        community.pop("shortcut", None)


@profile(22)
@given(st.data(), worlds())
def test_a_silent_model_changes_no_other_bit(data: st.DataObject, given_: Plain) -> None:
    _unasked(given_)
    by_all(given_)
    silent = data.draw(newcomers(given_, volume=0, writes={"plaza": 1}))
    plain, more = run(given_), run(silent)
    assert same_bits(state(plain.world), state(more.world, [NEWCOMER])) == []
    same_frame(web_columns(plain), web_columns(more))
    same_frame(rows_of_others(plain), rows_of_others(more))
    same_frame(ledger(plain), ledger(more, [NEWCOMER]))


@profile(20)
@given(st.data(), worlds())
def test_a_model_that_publishes_where_nobody_else_reads_changes_no_other_bit(
    data: st.DataObject, given_: Plain
) -> None:
    _unasked(given_)
    by_all(given_)
    for community in given_["humans"]:
        community["passed_off"] = 0  # or the hermit's text would be passed off too
    hermit = data.draw(newcomers(given_, volume=80.5, writes={"cellar": 1}))
    plain, more = run(given_), run(hermit)
    assert same_bits(state(plain.world), state(more.world, [NEWCOMER, "cellar"])) == []
    same_frame(rows_of_others(plain), rows_of_others(more))
    same_frame(ledger(plain), ledger(more, [NEWCOMER, "cellar"]))


@profile(15)
@given(st.data(), worlds())
def test_a_community_that_later_writes_where_nobody_reads_changes_no_other_bit(
    data: st.DataObject, given_: Plain
) -> None:
    late = {
        "name": NEWCOMER,
        "volume": {"kind": "table", "steps": [0, 1], "values": [0, 70]},
        "writes": {"cellar": 1},
        "error": data.draw(of(0, 0.5)),
    }
    given_["humans"][0]["volume"] = 50  # where none writes at row 0, all communities weigh alike
    listed = list(given_["humans"])
    listed.insert(data.draw(st.integers(0, len(listed))), late)
    plain, more = run(given_), run({**given_, "humans": listed})
    assert same_bits(state(plain.world), state(more.world, [NEWCOMER, "cellar"])) == []


# ------------------------------------------------------------------ order


def streams_of(given_: Plain, patch: pytest.MonkeyPatch) -> tuple[Execution, set[tuple[Any, ...]]]:
    """A run, and the keys of every random stream that it used."""
    used = set()
    stream = Draws.stream

    def noted(self: Draws, *key: Any) -> Any:
        used.add(key)
        return stream(self, *key)

    patch.setattr(Draws, "stream", noted)
    try:
        return run(given_), used
    finally:
        patch.undo()


@profile(20)
@given(st.data(), worlds())
def test_the_order_of_agents_changes_no_bit_and_no_stream(
    data: st.DataObject, given_: Plain
) -> None:
    turned = {
        **given_,
        "humans": data.draw(st.permutations(given_["humans"])),
        "models": data.draw(st.permutations(given_["models"])),
    }
    with pytest.MonkeyPatch.context() as patch:
        plain, used = streams_of(given_, patch)
        other, used_otherwise = streams_of(turned, patch)
    assert used == used_otherwise
    assert same_bits(state(plain.world), state(other.world)) == []
    one, two = plain.result(), other.result()
    for table in ("metrics", "agents", "items"):
        same_frame(getattr(one, table), getattr(two, table))
    assert one.nodes == two.nodes and one.edges == two.edges


# ------------------------------------------------------------------ names


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("renamed")


@profile(12)
@given(
    data=st.data(),
    given_=worlds(
        measured=True, domains={"facts": {"kind": "encyclopedia", "table": "plants.csv"}}
    ),
)
def test_permuting_the_names_of_items_changes_no_number(
    data: st.DataObject, given_: Plain, folder: Path
) -> None:
    with (FOLDER / "plants.csv").open() as file:
        header, *rows = csv.reader(file)
    names = data.draw(st.permutations([row[0] for row in rows]))
    with (folder / "plants.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [header, *([n, *r[1:]] for n, r in zip(names, rows, strict=True))]
        )
    plain, other = run(given_), run(given_, folder)
    assert same_bits(state(plain.world), state(other.world)) == []
    one, two = plain.result(), other.result()
    same_frame(one.metrics, two.metrics)
    same_frame(one.agents, two.agents)
    left, right = (table.drop(columns="item") for table in (one.items, two.items))
    same_frame(left, right)
    assert two.items["item"].tolist()[: len(names)] == names
    assert one.nodes == two.nodes and one.edges == two.edges
