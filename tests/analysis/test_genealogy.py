"""Genealogies as tree sequences: the same trees as ours, in full and simplified to the samples."""

import re
import sys
from collections import deque
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import lineage
from analysis.genealogy import genealogy, simplified
from analysis.lineage import CLAIM
from scenarios.scenario import Scenario
from tests.conftest import small_world

Tree = tuple[str, float, tuple[Any, ...]]


@pytest.fixture(scope="module")
def claims() -> pd.DataFrame:
    return Scenario.parse(small_world()).run().claims


def each(claims: pd.DataFrame) -> list[pd.DataFrame]:
    return [own.reset_index(drop=True) for _, own in claims.groupby(CLAIM, sort=False)]


def parsed(newick: str) -> Tree:
    """Name, length and subtrees of a Newick text, without inner nodes of one child."""
    tokens = deque(re.findall(r"'(?:[^']|'')*'|[(),:;]|[^(),:;']+", newick))

    def read(root: bool = False) -> Tree:
        below = []
        while tokens[0] in "(,":
            tokens.popleft()
            below.append(read())
        if below:
            assert tokens.popleft() == ")"
        name, length = tokens.popleft().strip("'"), 0.0
        if tokens[0] == ":":
            tokens.popleft()
            length = round(float(tokens.popleft()), 3)
        if len(below) == 1 and not root:
            (inner,) = below
            return inner[0], length + inner[1], inner[2]
        return name, length, tuple(sorted(below))

    tree = read(root=True)
    assert list(tokens) == [";"]
    return tree


def nodes(tree: Tree) -> int:
    return 1 + sum(nodes(inner) for inner in tree[2])


def test_every_claim_is_a_tree_of_its_events(claims: pd.DataFrame) -> None:
    sequence = genealogy(claims)
    assert sequence.num_nodes == len(claims) and sequence.num_sites == len(each(claims))
    first = 0
    for place, events in enumerate(each(claims)):
        tree = sequence.at(place)
        for event, parent in enumerate(events["parent"].tolist()):
            assert tree.parent(first + event) == (first + parent if parent >= 0 else -1)
            node = sequence.node(first + event)
            assert node.metadata["author"] == events["author"][event]
            assert node.time == pytest.approx(8 - events["step"][event], abs=1e-3)
        site = sequence.site(place)
        assert site.metadata == {name: events[name][0] for name in CLAIM}
        assert site.ancestral_state == events["truth"][0]
        assert {m.derived_state for m in site.mutations} == {events["value"][0]}
        origins = np.flatnonzero(events["parent"] < 0)
        assert sorted(m.node for m in site.mutations) == (first + origins).tolist()
        held = events[(events["until"] < 0) & (events["generation"] >= 0)]["event"]
        own = [s for s in sequence.samples() if first <= s < first + len(events)]
        assert own == (first + held).tolist()
        first += len(events)


def test_the_simplified_genealogy_is_the_full_one_restricted_to_its_samples(
    claims: pd.DataFrame,
) -> None:
    """Same roots, same meeting points, and the way up is the full one with nodes left out."""
    full = genealogy(claims)
    chosen = list(range(1, full.num_nodes, 3))
    few = simplified(full, chosen)
    assert few.num_samples == len(chosen) and few.num_nodes < 0.8 * full.num_nodes
    first, compared = 0, 0
    for place, events in enumerate(each(claims)):
        tree, whole = few.at(place), full.at(place)
        own = [(at, node) for at, node in enumerate(chosen) if 0 <= node - first < len(events)]
        for at, node in own:
            ours, theirs = lineage.path(events, node - first)[::-1], []
            while at >= 0:
                theirs.append(few.node(at).metadata["event"])
                at = tree.parent(at)
            assert theirs[0] == ours[0] and theirs[-1] == ours[-1]
            left = iter(ours)
            assert all(event in left for event in theirs)
        for (one, a), (other, b) in combinations(own, 2):
            meet, there = tree.mrca(one, other), whole.mrca(a, b)
            assert (meet < 0) == (there < 0)
            if there >= 0:
                assert few.node(meet).metadata == full.node(there).metadata
                compared += 1
        first += len(events)
    assert compared > 10


def test_samples_may_be_chosen(claims: pd.DataFrame) -> None:
    full = genealogy(claims)
    chosen = full.samples()[2:0:-1].tolist()
    few = simplified(full, chosen)
    assert few.num_samples == 2 and few.num_sites == full.num_sites
    assert [few.node(n).metadata for n in (0, 1)] == [full.node(n).metadata for n in chosen]


def test_newick_is_that_of_tskit_up_to_nodes_of_one_child(claims: pd.DataFrame) -> None:
    full = genealogy(claims)
    names = {
        number: f"{node.metadata['author']}@{node.metadata['step']}"
        for number, node in enumerate(full.nodes())
    }
    first, largest = 0, 0
    for place, events in enumerate(each(claims)):
        for origin in events.index[events["parent"] < 0]:
            theirs = full.at(place).as_newick(root=first + origin, node_labels=names)
            ours = parsed(lineage.newick(events, origin))
            assert ours == parsed(theirs)
            largest = max(largest, nodes(ours))
        first += len(events)
    assert largest > 4


def test_parents_of_the_same_step_are_older_still() -> None:
    """The first training reads the web of row 0 in several rounds, all of step 0."""
    given = Scenario.parse(small_world()).with_(
        {"models.0.start": {"kind": "fitted", "source": "diet", "rounds": 4}}, steps=2
    )
    claims = given.run().claims
    taken = claims[claims["parent"] >= 0]
    same_step = [
        own["step"].to_numpy()[own["parent"].to_numpy()] == own["step"].to_numpy()
        for own in each(claims)
    ]
    assert np.concatenate(same_step).any() and len(taken) > 10
    assert genealogy(claims).num_trees >= 1


def test_nothing_traced_is_refused_and_so_is_a_missing_library(
    claims: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="genealogy: given no falsehood that was traced"):
        genealogy(claims[:0])
    monkeypatch.setitem(sys.modules, "tskit", None)
    with pytest.raises(RuntimeError, match="tskit is not installed; it is the extra 'lineage'"):
        genealogy(claims)
