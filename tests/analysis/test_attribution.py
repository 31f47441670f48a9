"""Where text came from, through whom, and what came of it: counted line by line."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from analysis.ancestry import Ancestry
from analysis.attribution import AT_ONCE, conduits, descendants, influence, origins
from scenarios.scenario import Scenario
from tests.analysis.pedigrees import asked, comes_through, groups, walks

some = settings(max_examples=60, deadline=None)
Asked = tuple[Ancestry, Any]


def close(found: dict[Any, float], expected: dict[Any, float]) -> None:
    """The same keys, and values that differ by rounding."""
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, rel=1e-9), key


def summed(pairs: list[tuple[Any, float]]) -> dict[Any, float]:
    found: dict[Any, float] = {}
    for key, share in pairs:
        found[key] = found.get(key, 0.0) + share
    return found


def heaviest_first(table: pd.DataFrame) -> bool:
    return bool(table["share"].is_monotonic_decreasing)


@some
@given(asked)
def test_origins_are_where_lines_end(given: Asked) -> None:
    ancestry, target = given
    table = origins(ancestry, target)
    ends = []
    for walk in walks(ancestry, target):
        row = ancestry.nodes.loc[walk.nodes[-1]]
        human = "human" if row["kind"] == "founder" else "start"
        origin = "made up" if walk.made_up else human
        ends.append(((origin, row["name"], row["generation"]), walk.share))
    found = table.set_index(["origin", "name", "generation"])
    close(found["share"].to_dict(), summed(ends))
    assert table["share"].sum() == pytest.approx(1.0, rel=1e-12)
    assert heaviest_first(table)
    made = [(key, share) for key, share in ends if key[0] == "made up"]
    errors = summed([(None, share) for _, share in made]).get(None, 1.0)
    close(
        found["of_errors"][found["of_errors"] > 0].to_dict(),
        summed([(key, share / errors) for key, share in made]),
    )


@some
@given(asked)
def test_conduits_are_what_lines_come_through_each_counted_once(given: Asked) -> None:
    ancestry, target = given
    lines = walks(ancestry, target)
    errors = sum(walk.share for walk in lines if walk.made_up) or 1.0
    for by, members in groups(ancestry).items():
        through = [
            (name, walk)
            for name, group in members.items()
            for walk in lines
            if comes_through(walk, group)
        ]
        table = conduits(ancestry, target, by).set_index("name")
        close(table["share"].to_dict(), summed([(name, walk.share) for name, walk in through]))
        wrong = summed([(name, walk.share / errors) for name, walk in through if walk.made_up])
        close(table["of_errors"][table["of_errors"] > 0].to_dict(), wrong)
        assert heaviest_first(table)
        kinds = {"A": "model", "B": "model", "H": "human", "K": "human", "x": "site", "y": "site"}
        assert table["kind"].to_dict() == {name: kinds[name] for name in table.index}


@some
@given(asked)
def test_a_node_is_come_through_by_lines_that_began_elsewhere(given: Asked) -> None:
    ancestry, target = given
    lines = walks(ancestry, target)
    errors = sum(walk.share for walk in lines if walk.made_up) or 1.0
    table = conduits(ancestry, target, "node").set_index("index")
    close(
        table["share"][table["share"] > 1e-14].to_dict(),
        summed([(v, walk.share) for walk in lines for v in walk.nodes[1:]]),
    )
    wrong = [(v, walk.share / errors) for walk in lines if walk.made_up for v in walk.nodes[1:]]
    close(table["of_errors"][table["of_errors"] > 1e-14].to_dict(), summed(wrong))
    same = ["kind", "name", "step", "generation"]
    pd.testing.assert_frame_equal(
        table[same], ancestry.nodes.loc[table.index, same], check_names=False
    )


def test_of_the_targets_own_group_only_what_left_and_came_back_counts() -> None:
    """A's second self keeps half of its first, and reads its own page and H's."""
    nodes = pd.DataFrame(
        [
            (0, "founder", "H", -1, ""),
            (1, "training", "A", 1, ""),
            (2, "batch", "page/model", -1, "page"),
            (3, "training", "A", 2, ""),
            (4, "model", "A", 2, ""),
        ],
        columns=["node", "kind", "name", "generation", "site"],
    )
    edges = pd.DataFrame(
        [(1, 0, 1.0), (2, 1, 1.0), (3, 2, 0.4), (3, 0, 0.6), (4, 3, 0.5), (4, 1, 0.5)],
        columns=["child", "parent", "share"],
    )
    table = conduits(Ancestry.of(nodes, edges), "A").set_index("name")["share"]
    assert table.to_dict() == pytest.approx({"H": 1.0, "A": 0.5 * 0.4})


def test_many_groups_are_swept_in_parts() -> None:
    """One reader of more authors than are swept together: each through its own shelf."""
    many = 2 * AT_ONCE + 3
    rows = [(i, "founder", f"H{i}") for i in range(many)] + [(many, "training", "A")]
    nodes = pd.DataFrame(rows, columns=["node", "kind", "name"])
    share = np.arange(1, many + 1) / (many * (many + 1) / 2)
    edges = pd.DataFrame({"child": many, "parent": range(many), "share": share})
    table = conduits(Ancestry.of(nodes, edges), "A")
    assert table["name"].tolist() == [f"H{i}" for i in reversed(range(many))]
    np.testing.assert_allclose(table["share"], share[::-1])


@some
@given(asked)
def test_descendants_are_the_nodes_whose_lines_come_to_the_target(given: Asked) -> None:
    ancestry, target = given
    own = set(np.flatnonzero(target).tolist())
    ones = np.eye(len(ancestry.nodes))
    expected = {
        v: sum(walk.share for walk in walks(ancestry, ones[v]) if own & set(walk.nodes))
        for v in range(len(ancestry.nodes))
        if v not in own
    }
    table = descendants(ancestry, target).set_index("index")
    close(table["share"].to_dict(), {v: share for v, share in expected.items() if share})
    assert table.index.is_monotonic_increasing


def test_a_descendant_is_found_however_little_it_has() -> None:
    size = 200
    nodes = pd.DataFrame({"node": range(2 * size), "kind": "founder", "name": "H"})
    nodes.loc[nodes["node"] % 2 == 1, "kind"] = "site"
    child = np.arange(1, 2 * size, 2)
    thin = pd.DataFrame({"child": child[1:], "parent": child[:-1], "share": 1e-3})
    rest = pd.DataFrame({"child": child[1:], "parent": child[1:] - 1, "share": 1 - 1e-3})
    first = pd.DataFrame({"child": [1], "parent": [0], "share": [1.0]})
    table = descendants(Ancestry.of(nodes, pd.concat([first, thin, rest])), 0)
    assert table["index"].tolist() == child.tolist()
    assert table["share"].iloc[-1] == 0.0


def test_influence_is_the_mean_over_the_latest_training_set_of_every_model() -> None:
    run = Scenario.load("habsburg").only("birds").with_(steps=3).run()
    ancestry = Ancestry(run, "birds")
    nodes = ancestry.nodes
    latest = nodes[(nodes["kind"] == "training") & (nodes["step"] == 3)]
    assert len(latest) == 12
    table = influence(ancestry).set_index("name")["share"]
    assert set(table.index) == set(nodes["name"][nodes["kind"].isin(["founder", "training"])])
    each = [conduits(ancestry, int(v)).set_index("name")["share"] for v in latest.index]
    mean = pd.concat(each, axis=1).fillna(0.0).mean(axis=1)
    np.testing.assert_allclose(table, mean[table.index], rtol=1e-9)


def test_a_bad_question_gets_one_sentence() -> None:
    nodes = pd.DataFrame({"node": [0], "kind": "founder", "name": "H"})
    alone = Ancestry.of(nodes, pd.DataFrame({"child": [], "parent": [], "share": []}))
    with pytest.raises(ValueError, match=r"^by: given 'shelf', allowed 'author', 'site' or 'node'"):
        conduits(alone, 0, "shelf")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^influence: given a run in which no model was trained"):
        influence(alone)
