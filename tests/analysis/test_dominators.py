"""What every line goes through: against every line there is, and against networkx."""

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.ancestry import Ancestry
from analysis.dominators import dominators
from tests.analysis.pedigrees import asked, comes_through, groups, ledger, walks

some = settings(max_examples=60, deadline=None)
Asked = tuple[Ancestry, Any]


@some
@given(asked, st.booleans())
def test_a_node_is_one_if_it_is_on_every_line(given: Asked, errors: bool) -> None:
    ancestry, target = given
    lines = [set(w.nodes) for w in walks(ancestry, target) if w.made_up or not errors]
    common = set.intersection(*lines) if lines else set()
    expected = sorted(common - set(np.flatnonzero(target).tolist()), reverse=True)
    assert dominators(ancestry, target, errors=errors)["index"].tolist() == expected


@some
@given(asked, st.booleans())
def test_an_author_or_a_site_is_one_if_every_line_comes_through(given: Asked, errors: bool) -> None:
    ancestry, target = given
    lines = [walk for walk in walks(ancestry, target) if walk.made_up or not errors]
    for by, members in groups(ancestry).items():
        expected = {
            name
            for name, group in members.items()
            if lines and all(comes_through(walk, group) for walk in lines)
        }
        assert set(dominators(ancestry, target, by, errors)["name"]) == expected  # type: ignore[arg-type]


@some
@given(st.integers(2, 30), st.integers(0, 2**32))
def test_nodes_are_the_immediate_dominators_of_networkx(size: int, seed: int) -> None:
    """A chain of them, from where lines end to the target."""
    ancestry = ledger(size, seed)
    target = size - 1
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_node(target)
    shares, invented = ancestry.layers.matrix.toarray(), ancestry.nodes["invented"].tolist()
    graph.add_edges_from((v, u) for v, u in np.argwhere(shares).tolist() if invented[v] < 1)
    graph.add_edges_from((v, "end") for v in range(size) if invented[v] or not shares[v].any())
    above = nx.immediate_dominators(graph, target)
    chain, at = [], above["end"]
    while at != target:
        chain.append(at)
        at = above[at]
    assert dominators(ancestry, target)["index"].tolist() == chain[::-1]


def test_many_tiny_shares_do_not_hide_the_one_that_leads_past() -> None:
    """A chain of 300 nodes, at each of which a billionth goes another way: only H is on all."""
    rows = [("founder", "H", ""), ("founder", "K", "")]
    rows += [("site", "s", "s")] * 300
    nodes = pd.DataFrame(rows, columns=["kind", "name", "site"])
    nodes["node"] = nodes.index
    chain = [(2, 0, 1.0)] + [(v, v - 1, 1 - 1e-9) for v in range(3, 302)]
    past = [(v, 0, 1e-9) for v in range(3, 302)]
    columns = ["child", "parent", "share"]
    ancestry = Ancestry.of(nodes, pd.DataFrame(chain + past, columns=columns))
    assert dominators(ancestry, 301)["index"].tolist() == [0]
    assert dominators(ancestry, 301, by="author")["name"].tolist() == ["H"]
    assert dominators(ancestry, 2)["name"].tolist() == ["H"]


def test_no_line_goes_back_to_an_error_where_nothing_was_made_up() -> None:
    nodes = pd.DataFrame({"node": [0, 1], "kind": ["founder", "site"], "name": ["H", "s"]})
    edges = pd.DataFrame({"child": [1], "parent": [0], "share": [1.0]})
    ancestry = Ancestry.of(nodes, edges)
    assert dominators(ancestry, 1)["name"].tolist() == ["H"]
    for by in ("node", "author", "site"):
        assert dominators(ancestry, 1, by, errors=True).empty  # type: ignore[arg-type]


def test_a_bad_question_gets_one_sentence() -> None:
    nodes = pd.DataFrame({"node": [0], "kind": "founder", "name": "H"})
    alone = Ancestry.of(nodes, pd.DataFrame({"child": [], "parent": [], "share": []}))
    with pytest.raises(ValueError, match=r"^by: given 'shelf', allowed 'author', 'site' or 'node'"):
        dominators(alone, 0, "shelf")  # type: ignore[arg-type]
