"""Other ways to choose whom to block, to be compared with `analysis.blocking.greedy`.

What networks are usually asked for (betweenness, out-strength, descendants) does not know the
target, nor where contamination is from; the cut that isolates a target knows no budget.
"""

from collections.abc import Sequence

import networkx as nx
import numpy as np
import pandas as pd

from analysis.blocking import Gates, blocks, towards
from analysis.layers import Floats
from ecosystem.draws import Draws

RANDOM_CHOICES = 100
MOST_SOURCES = 200
"""Owners from which shortest paths are counted; beyond, as many are sampled."""
MOST_NODES = 2000
"""Nodes that carry contamination to a target up to which the minimum cut is looked for."""


def rivals(
    gates: Gates, owner: "pd.Series[str]", target: Floats, k: int, draws: Draws
) -> dict[str, float]:
    """What k candidates chosen otherwise would remove of a target's contamination.

    The k highest by each measure, candidates in their order where they tie; `random` is the mean
    over `RANDOM_CHOICES` choices of k different ones among those that contamination of the target
    comes through.

    Args:
        gates: the web.
        owner: (n,) the author or site that a node belongs to.
        target: (n,) weights.
        k: how many, as `greedy` allows.
        draws: of the run.
    """
    gates = towards(gates, target)
    there = np.flatnonzero(gates.flow(target) > 0)
    measures = {
        "betweenness": betweenness(gates, owner, draws),
        "out-strength": out_strength(gates),
        "descendants": descendants(gates),
    }
    choices = [there[np.argsort(-each[there], kind="stable")[:k]] for each in measures.values()]
    rng = draws.stream("block at random")
    choices += [rng.choice(there, size=k, replace=False) for _ in range(RANDOM_CHOICES)]
    removed = target @ gates.load() - gates.loads([each.tolist() for each in choices], target)
    found = dict(zip(measures, removed.tolist(), strict=False))
    return {**found, "random": float(removed[len(measures) :].mean())}


def out_strength(gates: Gates) -> Floats:
    """(candidates,) sum of the shares of all that is drawn from a candidate's gates."""
    _, parent, share = gates.out
    return np.bincount(gates.gate[parent], share, minlength=len(gates.names)).astype(np.float64)


def descendants(gates: Gates) -> Floats:
    """(candidates,) number of nodes that any line leads to from a candidate's gates."""
    found = np.zeros(len(gates.names))
    for start, stop in blocks(found.size, gates.layers.size):
        own = (gates.gate[:, None] == np.arange(start, stop)).astype(np.float64)
        reached = gates.layers.forward(own) > 0
        found[start:stop] = np.count_nonzero(reached & (own == 0), axis=0)
    return found


def betweenness(gates: Gates, owner: "pd.Series[str]", draws: Draws) -> Floats:
    """(candidates,) shortest paths between authors and sites that each is on (Freeman 1977).

    All nodes of an owner are one, text flows from parent to child, and shares do not count.
    """
    names, place = np.unique(owner.to_numpy(dtype=str), return_inverse=True)
    matrix = gates.layers.matrix
    child = place[np.repeat(np.arange(gates.layers.size), np.diff(matrix.indptr))]
    parent = place[matrix.indices]
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(names.size))
    pairs = np.unique(np.stack([parent, child], axis=1)[parent != child], axis=0)
    graph.add_edges_from(pairs.tolist())
    seed = int(draws.stream("betweenness").integers(2**31))
    sources = None if names.size <= MOST_SOURCES else MOST_SOURCES
    between = nx.betweenness_centrality(graph, k=sources, seed=seed)
    first = np.unique(gates.gate, return_index=True)
    score = {c: between[int(place[at])] for c, at in zip(*first, strict=True)}
    return np.array([score.get(c, 0.0) for c in range(len(gates.names))])


def isolating(gates: Gates, target: Floats) -> Sequence[str] | None:
    """The candidates of the fewest gates without which no contamination of others gets through.

    A minimum cut with one unit of capacity through every gate (Menger 1927), in the part of the
    web that carries contamination to the target. What the target makes up itself is not cut off.
    Gates are single nodes: of a model's generations or a site's states as many as it takes are
    shut, and the fewest nodes need not be of the fewest candidates.

    Returns:
        The candidate of each gate in the cut, one more than once where several of its gates
        are; none where nothing is to be cut; None where nothing isolates the target, or more than
        `MOST_NODES` nodes carry contamination to it.
    """
    gates = towards(gates, target)
    load = gates.load()
    reach = gates.layers.backward(target, gates.passed)
    there = (reach > 0) & (load > 0)
    if np.count_nonzero(there) > MOST_NODES:
        return None
    graph: nx.DiGraph[object] = nx.DiGraph()
    graph.add_nodes_from(("source", "target"))
    matrix = gates.layers.matrix
    child = np.repeat(np.arange(gates.layers.size), np.diff(matrix.indptr))
    used = there[child] & there[matrix.indices] & (gates.passed[child] > 0)
    graph.add_edges_from(
        ((u, "out"), (v, "in"))
        for u, v in zip(matrix.indices[used].tolist(), child[used].tolist(), strict=True)
    )
    for v in np.flatnonzero(there).tolist():
        capacity = {"capacity": 1} if gates.gate[v] >= 0 else {}
        graph.add_edge((v, "in"), (v, "out"), **capacity)
        if gates.own[v] > 0 and target[v] == 0:
            graph.add_edge("source", (v, "in"))
        if target[v] > 0:
            graph.add_edge((v, "in"), "target")
    try:
        cut = nx.minimum_cut(graph, "source", "target")[1][0]
    except nx.NetworkXUnbounded:
        return None
    shut = [
        v
        for v in np.flatnonzero(there & (gates.gate >= 0)).tolist()
        if (v, "in") in cut and (v, "out") not in cut
    ]
    return [gates.names[gates.gate[v]] for v in shut]
