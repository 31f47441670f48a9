"""Ancestry of a large ledger: over networkx, and its memory in a process of its own.

Both start from the same columns (child, parent and share of every edge) and give the share of every
node's text that goes back to humans, with a fidelity of .9 a passage. networkx builds a `DiGraph`
and sweeps it once in the order of the nodes; ours is `analysis.layers`.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from analysis.layers import Floats, Ints, Layers
from benchmarks.memory import status

ROOT = Path(__file__).parents[1]
NODES, LAYERS, DEGREE = 200_000, 50, 20
GAMMA = 0.9
REPEATS = 5


def web() -> tuple[Ints, Ints, Floats]:
    """Child, parent and share: layers of 4,000 nodes that read the three before."""
    rng = np.random.default_rng(1)
    high = NODES // LAYERS
    child = np.repeat(np.arange(high, NODES), DEGREE)
    first = np.maximum(child // high - 3, 0) * high
    parent = first + (rng.random(child.size) * (child // high * high - first)).astype(np.int64)
    share = rng.random((NODES - high, DEGREE))
    return child, parent, (share / share.sum(axis=1, keepdims=True)).ravel()


def ours(edges: tuple[Ints, Ints, Floats]) -> tuple[Floats, float, float]:
    """Human ancestry of every node; seconds to build and solve, and of one cold attribution."""
    begun = time.perf_counter()
    layers = Layers(NODES, *edges)
    found = layers.forward(_founders(), GAMMA)
    solved = time.perf_counter()
    target = np.zeros(NODES)
    target[-1] = 1.0
    layers.backward(target, GAMMA)
    return found, solved - begun, time.perf_counter() - solved


def theirs(edges: tuple[Ints, Ints, Floats]) -> tuple[Floats, float]:
    """The same by networkx."""
    import networkx as nx

    begun = time.perf_counter()
    graph: Any = nx.DiGraph()
    graph.add_nodes_from(range(NODES))
    child, parent, share = (column.tolist() for column in edges)
    graph.add_weighted_edges_from(zip(parent, child, share, strict=True))
    found = dict.fromkeys(range(NODES), 0.0)
    for node, human in enumerate(_founders().tolist()):  # children come after their parents
        came = sum(found[u] * edge["weight"] for u, edge in graph.pred[node].items())
        found[node] = human + GAMMA * came
    return np.array(list(found.values())), time.perf_counter() - begun


def measured(repeats: int = REPEATS) -> dict[str, Any]:
    """Both in one process, medians of ours; and the peak memory of ours in another."""
    child, parent, share = web()
    # a parent drawn twice is one edge
    keys, place = np.unique(child * NODES + parent, return_inverse=True)
    edges = keys // NODES, keys % NODES, np.bincount(place, share).astype(np.float64)
    runs = [ours(edges) for _ in range(repeats)]
    seconds, attribution = (float(np.median([run[i] for run in runs])) for i in (1, 2))
    found, slow = theirs(edges)
    return {
        "nodes": NODES,
        "edges": int(keys.size),
        "ours": seconds,
        "networkx": slow,
        "ratio": slow / seconds,
        "attribution": attribution,
        "difference": float(np.abs(found - runs[0][0]).max()),
        "mib": _memory(),
    }


def _founders() -> Floats:
    own = np.zeros(NODES)
    own[: NODES // LAYERS] = 1.0
    return own


def _memory() -> float:
    """Peak of a process that makes the edges and does all of ours, MiB."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.ancestry", "memory"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


if __name__ == "__main__":
    if "memory" in sys.argv:
        ours(web())
        print(status("VmHWM"))
    else:
        print(json.dumps(measured(), indent=1))
