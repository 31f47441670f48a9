"""The ledger's own nodes and edges as a network for people: text flows, readable labels, dates."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.network import Ledger
from analysis.run import Run


def tables(
    run: Run, ledger: Ledger, domain: str | None, window: tuple[int, int], min_share: float
) -> tuple[pa.Table, pa.Table]:
    """What came to be in a window of steps, and what that was made of.

    Args:
        run: the run whose ledger it is.
        ledger: its ledger.
        domain: one domain; all where None.
        window: first and last step, both included.
        min_share: edges of a smaller share are left out.

    Returns:
        Tables with the columns that `analysis.graph.graph` describes for level "node".
    """
    child, parent, share = (ledger.edges[name].to_numpy() for name in ("child", "parent", "share"))
    step = ledger.nodes["step"].to_numpy()
    made = (step >= window[0]) & (step <= window[1])
    if domain is not None:
        made &= (ledger.nodes["domain"] == domain).to_numpy()
    kept = made[child] & (share >= min_share)
    shown = made.copy()
    shown[parent[kept]] = True
    last_read = step.copy()
    np.maximum.at(last_read, parent, step[child])
    nodes = _described(run, ledger.nodes, last_read).filter(pa.array(shown))
    edges = pa.table({"source": parent[kept], "target": child[kept], "share": share[kept]})
    return nodes, edges


def _described(run: Run, nodes: pd.DataFrame, last_read: NDArray[np.int64]) -> pa.Table:
    """The node table with labels, dates and last readers; null where a value does not apply."""
    label = nodes["kind"] + " " + nodes["name"] + "@" + nodes["step"].astype(str)
    found: dict[Any, Any] = {
        "id": nodes["node"],
        "label": label + " [" + nodes["domain"] + "]",
        "kind": nodes["kind"],
        "name": nodes["name"],
        "step": nodes["step"],
        "date": nodes["step"].map(dates(run)),
        "last_read": last_read,
    }
    found |= {name: values for name, values in nodes.items() if name not in {*found, "node"}}
    table = pa.table({name: _known(pa.array(values)) for name, values in found.items()})
    generation = table["generation"]
    of_models = pc.if_else(pc.greater_equal(generation, 0), generation, None)
    return table.set_column(table.column_names.index("generation"), "generation", of_models)


def dates(run: Run) -> dict[int, str]:
    """The dates of the steps that were measured."""
    if "date" not in run.metrics:
        return {}
    return dict(zip(run.metrics["step"], run.metrics["date"], strict=True))


def _known(values: pa.Array) -> pa.Array:
    """The same with null for what is empty, without limit, or not a number."""
    if pa.types.is_floating(values.type):
        return pc.if_else(pc.is_finite(values), values, None)
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return pc.if_else(pc.equal(values, ""), None, values)
    return values
