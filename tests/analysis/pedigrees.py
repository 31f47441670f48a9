"""Random small ledgers, and every line of them one by one: the oracle of ancestry."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from analysis.ancestry import Ancestry

AUTHORS = {
    "founder": ("H", "K"),
    "learning": ("H", "K"),
    "start": ("A", "B"),
    "training": ("A", "B"),
    "model": ("A", "B"),
}
FIRST = ("founder", "start")
LATER = ("training", "training", "model", "learning", "batch", "site", "sample")
SHELVES = ("x", "y")
INVENTED = {"founder": (0.0, 0.25), "start": (0.0, 0.5), "training": (0.0, 0.0, 0.25, 1.0)}


class Walk(NamedTuple):
    """One line.

    Attributes:
        nodes: from the target to where it ends.
        share: of the target's documents.
        made_up: whether it ends because its last node made the text up.
        passages: training sets of a first or later generation that it goes through.
    """

    nodes: tuple[int, ...]
    share: float
    made_up: bool
    passages: int


def ledger(size: int, seed: int) -> Ancestry:
    """Nodes of any kind, each with parents among those before it, or none."""
    rng = np.random.default_rng(seed)
    nodes: list[dict[str, Any]] = []
    edges: list[tuple[int, int, float]] = []
    for i in range(size):
        raw = rng.choice([0, 0, 1, 1, 2], i)
        kind = str(rng.choice(LATER if raw.any() else FIRST))
        site = "" if kind in AUTHORS or kind == "sample" else str(rng.choice(SHELVES))
        nodes.append(
            {
                "node": 10 + 3 * i,
                "kind": kind,
                "step": i // 2,
                "name": str(rng.choice(AUTHORS[kind])) if kind in AUTHORS else f"{site}/all",
                "generation": int(rng.integers(3)) if kind == "training" else -1,
                "invented": float(rng.choice(INVENTED.get(kind, (0.0,)))),
                "site": site,
            }
        )
        edges += [(10 + 3 * i, 10 + 3 * u, w / raw.sum()) for u, w in enumerate(raw) if w]
    columns = ["child", "parent", "share"]
    return Ancestry.of(pd.DataFrame(nodes), pd.DataFrame(edges, columns=columns))


def weighted(size: int, seed: int) -> tuple[Ancestry, Any]:
    """A ledger and a target in it: weights over its nodes, some of them 0."""
    raw = np.random.default_rng(seed + 1).choice([0, 0, 1, 2], size)
    raw[-1] += not raw.any()
    return ledger(size, seed), raw / raw.sum()


ledgers = st.builds(ledger, st.integers(1, 8), st.integers(0, 2**32))
asked = st.builds(weighted, st.integers(1, 8), st.integers(0, 2**32))


def walks(ancestry: Ancestry, target: Any) -> list[Walk]:
    """Every line of a target, from the plain table of nodes and the dense matrix of shares."""
    shares = ancestry.layers.matrix.toarray()
    parents = [[(u, float(row[u])) for u in np.flatnonzero(row).tolist()] for row in shares]
    invented = ancestry.nodes["invented"].tolist()
    nodes = ancestry.nodes
    counts = ((nodes["kind"] == "training") & (nodes["generation"] >= 1)).tolist()

    def on(line: tuple[int, ...], share: float) -> Iterator[Walk]:
        at = line[-1]
        passages = sum(counts[v] for v in line)
        if invented[at] > 0:
            yield Walk(line, share * invented[at], True, passages)
        if invented[at] < 1:
            left = share * (1 - invented[at])
            if not parents[at]:
                yield Walk(line, left, False, passages)
            for parent, chance in parents[at]:
                yield from on((*line, parent), left * chance)

    return [walk for v in np.flatnonzero(target) for walk in on((int(v),), float(target[v]))]


def comes_through(walk: Walk, group: set[int]) -> bool:
    """Whether a line meets a group; one that begins in it has to leave it first."""
    outside = [i for i, v in enumerate(walk.nodes) if v not in group]
    return bool(outside) and any(v in group for v in walk.nodes[outside[0] :])


def groups(ancestry: Ancestry) -> dict[str, dict[str, set[int]]]:
    """By author and by site, by name: their nodes."""
    rows = ancestry.nodes
    author = rows["kind"].isin(AUTHORS)
    return {
        "author": {n: set(rows.index[author & (rows["name"] == n)]) for n in ("A", "B", "H", "K")},
        "site": {site: set(rows.index[rows["site"] == site]) for site in SHELVES},
    }
