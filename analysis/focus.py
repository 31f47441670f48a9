"""What lies up- or downstream of a model, a community, a site or one node of a network."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from analysis.network import Ledger
from ecosystem.discovery import nearest
from ecosystem.parentage import AUTHORS

Ints = NDArray[np.int64]
AT_A_STEP = re.compile(r"(?P<name>.+)@(?P<step>-?\d+)")


def around_author(
    nodes: pa.Table, edges: pa.Table, focus: str | int, hops: int | None
) -> tuple[pa.Table, pa.Table]:
    """Of a network of authors what lies around one of them.

    Raises:
        ValueError: there is no such author.
    """
    names = nodes["id"].to_pylist()
    if focus not in names:
        if AT_A_STEP.fullmatch(str(focus)):
            raise ValueError(
                f"focus: given {focus!r}, but authors have no steps at level 'model'; allowed the "
                "name alone, with a window for the steps, or level 'node'"
            )
        raise ValueError(f"focus: given {focus!r} at level 'model'; {nearest(str(focus), names)}")
    return _around(nodes, edges, np.array([names.index(str(focus))]), hops)


def around_node(
    nodes: pa.Table,
    edges: pa.Table,
    focus: str | int,
    hops: int | None,
    ledger: Ledger,
) -> tuple[pa.Table, pa.Table]:
    """Of a network of the ledger's nodes what lies around some of them.

    Args:
        nodes: of the network.
        edges: of the network.
        focus: see `analysis.graph.columns`.
        hops: see `analysis.graph.columns`.
        ledger: of the whole run.

    Raises:
        ValueError: there is nothing of that name, or not in this network.
    """
    wanted = _wanted(focus, ledger)
    ids = pd.Index(nodes["id"].to_numpy())
    at = ids.get_indexer(wanted)
    if not (at >= 0).any():
        raise ValueError(
            f"focus: given {focus!r}, which is not among the nodes of this window, domain and "
            "min_share; allowed a focus that is"
        )
    return _around(nodes, edges, at[at >= 0], hops)


def _wanted(focus: str | int, ledger: Ledger) -> Ints:
    """Numbers of the nodes that a focus names."""
    nodes = ledger.nodes
    text = str(focus)
    match = AT_A_STEP.fullmatch(text)
    name = match["name"] if match else text
    named = ((nodes["name"] == name) | (nodes["site"] == name)).to_numpy()
    if match and named.any():
        step = int(match["step"])
        if step > ledger.last_step:
            raise ValueError(f"focus: given {text!r}, allowed a step up to {ledger.last_step}")
        return _latest(text, step, nodes[named])
    if named.any():
        return np.flatnonzero(named)
    if text.isdecimal():
        if int(text) >= len(nodes):
            raise ValueError(f"focus: given node {text}, allowed 0 to {len(nodes) - 1}")
        return np.array([int(text)])
    authors = nodes["name"][nodes["kind"].isin(AUTHORS)]
    known = {*authors, *nodes["site"]} - {""}
    raise ValueError(f"focus: given {text!r}; {nearest(name, known)}")


def _latest(text: str, step: int, own: pd.DataFrame) -> Ints:
    """The latest of each name and domain at or before a step."""
    before = own[own["step"] <= step]
    if before.empty:
        raise ValueError(f"focus: given {text!r}, allowed a step from {own['step'].min()} on")
    return before.drop_duplicates(["name", "domain"], keep="last")["node"].to_numpy()


def _around(
    nodes: pa.Table, edges: pa.Table, focus: Ints, hops: int | None
) -> tuple[pa.Table, pa.Table]:
    """What lies on a path of at most `hops` edges that ends or begins at one of these places."""
    size = nodes.num_rows
    ids = pd.Index(nodes["id"].to_pandas())
    source, target = (ids.get_indexer(edges[end].to_pandas()) for end in ("source", "target"))
    down = sp.csr_array((np.ones(source.size), (source, target)), shape=(size, size))
    most = np.inf if hops is None else float(hops)
    below, above = (
        dijkstra(steps, indices=focus, unweighted=True, min_only=True, limit=most)
        for steps in (down, down.T.tocsr())
    )
    kept_edges = (below[source] < most) | (above[target] < most)
    kept_nodes = np.isfinite(below) | np.isfinite(above)
    return nodes.filter(pa.array(kept_nodes)), edges.filter(pa.array(kept_edges))
