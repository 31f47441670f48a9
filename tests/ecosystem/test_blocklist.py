"""A blocklist: whoever uses it has no line through what is listed; everything else is as it was."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.run import Run
from ecosystem.actors import Actors
from ecosystem.corpus import Batch
from ecosystem.draws import Draws
from ecosystem.policies.blocklist import Blocklist
from scenarios.scenario import Scenario
from tests.contract.policy_contract import same

Small = Callable[..., Scenario]


def listing(**fields: Any) -> dict[str, Any]:
    return {"kind": "blocklist", **fields}


def lines(run: Run, reader: str) -> pd.DataFrame:
    """The nodes that any training set of one reader descends from, itself included."""
    assert run.nodes is not None
    assert run.edges is not None
    nodes, edges = run.nodes.to_pandas(), run.edges.to_pandas()
    reached = np.zeros(len(nodes), dtype=bool)
    reached[nodes["node"][(nodes["name"] == reader) & (nodes["kind"] == "training")]] = True
    for child, parent in edges.sort_values("child", ascending=False)[
        ["child", "parent"]
    ].to_numpy():
        reached[int(parent)] |= reached[int(child)]
    return nodes[reached]


def read_from(run: Run, reader: str) -> pd.DataFrame:
    """The shelves that one reader's training sets (and their samples) were drawn from."""
    assert run.nodes is not None
    assert run.edges is not None
    nodes, edges = run.nodes.to_pandas(), run.edges.to_pandas()
    own = nodes["name"].str.split("#").str[0] == reader
    children = nodes["node"][own & nodes["kind"].isin(["training", "sample"]) & (nodes["step"] > 0)]
    return nodes.loc[edges["parent"][edges["child"].isin(children)].unique()]


@pytest.fixture(scope="module")
def plain() -> Run:
    from tests.conftest import small_world

    return Scenario.parse(small_world()).run()


@pytest.mark.parametrize("blocked", ["alpha", "gamma"])
def test_no_line_of_a_reader_goes_through_a_blocked_author(
    small: Small, plain: Run, blocked: str
) -> None:
    run = small(policies=[listing(authors=[blocked])]).run()
    for reader in {"alpha", "beta", "delta"} - {blocked}:
        assert blocked in set(lines(plain, reader)["name"])
        assert blocked not in set(lines(run, reader)["name"])


def test_what_is_left_makes_up_for_what_is_missing(small: Small) -> None:
    run = small(policies=[listing(authors=["alpha"], sites=["farm-2"])]).run()
    assert run.edges is not None
    shares = run.edges.to_pandas().groupby("child")["share"].sum()
    np.testing.assert_allclose(shares, 1, atol=1e-12)
    # alpha draws 300 documents with replacement, with or without the list
    nodes = run.nodes.to_pandas()  # type: ignore[union-attr]
    sets = nodes[(nodes["name"] == "alpha") & (nodes["kind"] == "training") & (nodes["step"] > 0)]
    assert (sets["documents"] == 300).all()


def test_a_listed_site_is_read_by_nobody_not_even_what_stood_there_before(
    small: Small, plain: Run
) -> None:
    run = small(policies=[listing(sites=["human", "archive"], start=3)]).run()
    for reader in ("alpha", "beta"):
        shelves = read_from(run, reader)
        assert {"forum-1", "forum-2", "forum-3"} & set(shelves["site"])  # before step 3
        assert not shelves["site"][shelves["step"] >= 3].str.startswith("forum").any()
    only = small(policies=[listing(sites=["forum-1"])]).run()
    assert {"forum-1", "forum-2"} <= set(read_from(plain, "alpha")["site"])
    found = set(read_from(only, "alpha")["site"])
    assert "forum-2" in found
    assert "forum-1" not in found


def test_what_humans_write_is_drawn_as_without_the_list(small: Small, plain: Run) -> None:
    clean = small({"humans.*.passed_off": 0})
    run = clean.with_(policies=[listing(authors=["alpha", "beta", "gamma", "delta"])]).run()
    before = clean.run()
    for one, other in zip(*(_human_batches(r) for r in (before, run)), strict=True):
        assert one == other
    assert _human_batches(run)


def _human_batches(run: Run) -> list[Any]:
    assert run.nodes is not None
    nodes = run.nodes.to_pandas()
    humans = nodes[(nodes["kind"] == "batch") & (nodes["synthetic"] == False)]  # noqa: E712
    return humans[["step", "domain", "name", "documents"]].to_numpy().tolist()


def test_a_list_of_nothing_is_bit_identical_to_no_list(small: Small, plain: Run) -> None:
    same(plain, small(policies=[listing()]).run())


def test_a_list_of_authors_that_write_nothing_changes_nothing(small: Small) -> None:
    silent = small({"models.3.volume": 0})
    same(silent.run(), silent.with_(policies=[listing(authors=["delta"])]).run())


def test_only_its_readers_use_a_list(small: Small) -> None:
    run = small(policies=[listing(authors=["alpha"], readers=["delta"])]).run()
    assert "alpha" in set(lines(run, "beta")["name"])
    near = read_from(run, "delta")
    assert len(near)
    batches = _authors_on(run, near)
    assert "alpha" not in batches
    assert "gamma" in batches


def _authors_on(run: Run, shelves: pd.DataFrame) -> set[str]:
    """Whose text stands on shelves: back to the batches, and one further."""
    assert run.nodes is not None
    assert run.edges is not None
    nodes, edges = run.nodes.to_pandas(), run.edges.to_pandas()
    parents = {c: g["parent"].tolist() for c, g in edges.groupby("child")}
    todo, found = shelves["node"].tolist(), set()
    while todo:
        node = todo.pop()
        if nodes.at[node, "kind"] in ("batch", "site", "thinned"):
            todo += parents[node]
        else:
            found.add(nodes.at[node, "name"])
    return found


def test_groups_and_kinds_mean_all_their_members(small: Small) -> None:
    groups = small(policies=[listing(authors=["people"], sites=["farm"])]).run()
    members = [f"people-{i}" for i in (1, 2, 3)], ["farm-1", "farm-2"]
    same(groups, small(policies=[listing(authors=members[0], sites=members[1])]).run())
    with pytest.raises(AssertionError):
        same(groups, small(policies=[listing(authors=members[0][:2], sites=members[1])]).run())


def test_text_that_stood_when_it_started_bears_no_mark(small: Small) -> None:
    run = small(policies=[listing(authors=["people"])]).run()
    # nothing was ever added to the archive after row 0: its human text is read all the same
    assert "people-1" in _authors_on(run, read_from(run, "beta"))
    assert "archive" in set(read_from(run, "beta")["site"])


def test_lists_of_others_do_not_see_each_others_marks(small: Small) -> None:
    lists = [
        listing(authors=["alpha"], readers=["beta"]),
        listing(authors=["gamma"], readers=["delta"]),
    ]
    run = small(policies=lists).run()
    # delta reads alpha, whom only beta's list names
    assert "alpha" in _authors_on(run, read_from(run, "delta"))
    assert "gamma" not in _authors_on(run, read_from(run, "delta"))
    assert "alpha" not in _authors_on(run, read_from(run, "beta"))


ACTORS = Actors(models=("m-1", "m-2", "m-3"))


def test_readers_comply_as_far_as_compliance_goes() -> None:
    given = Blocklist(authors=("a",), readers=("m-1", "m-2"), compliance=1.0).bind(Draws(1), ACTORS)
    assert [given.complies(name) for name in ("m-1", "m-2", "m-3")] == [True, True, False]
    nobody = Blocklist(authors=("a",), readers=("m-1",), compliance=0.0).bind(Draws(1), ACTORS)
    assert not nobody.complies("m-1")


def test_it_marks_its_authors_and_drops_its_sites_and_marks() -> None:
    policy = Blocklist(authors=("a", "b"), sites=("farm",))
    by_a = Batch("d", "forum", 1, True, "a")
    (mark,) = policy.mark(by_a)
    assert mark.startswith("blocked")
    assert policy.mark(by_a) == {mark: 1.0}
    assert policy.mark(Batch("d", "farm", 1, True, "c")) == {}
    assert policy.keep(Batch("d", "forum", 1, True)) == 1
    assert policy.keep(Batch("d", "forum", 1, True, marks=frozenset({mark}))) == 0
    assert policy.keep(Batch("d", "farm", 1, False)) == 0
